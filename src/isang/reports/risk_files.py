"""Files of logs alone: views of anomalies.csv by band of risk, a summary of them, how nets were trained, templates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from isang.reports.base import Outcome, is_of_logs
from isang.reports.contents import BANDS
from isang.reports.phrases import phrase
from isang.reports.swap import Writer, put_text
from isang.reports.tables import anomalies, write_inert, write_templates
from isang.words.telling import percent

ALL, SUMMARY, TRAINING = "anomalies_with_risk.csv", "risk_summary.txt", "training.log"
TEMPLATES = "templates.csv"
OF_BANDS = {f"risk_{band.lower()}.csv": band for band in BANDS}
FILES = (ALL, *OF_BANDS, SUMMARY, TRAINING, TEMPLATES)


def risk_writers(outcome: Outcome, lang: str) -> dict[str, Writer]:
    """File name → what writes it; nothing of other data."""
    if not is_of_logs(outcome):
        return {}
    table = anomalies(outcome)
    views = {ALL: table} | {name: table.filter(pl.col("band") == band) for name, band in OF_BANDS.items()}
    texts = {SUMMARY: summary(table, len(outcome.incidents), lang)}
    epochs = list(_epochs(outcome.run.get("training") or []))
    if epochs:
        texts[TRAINING] = _lines(epochs)
    texts[training_name(outcome)] = _lines([*_stages(outcome), *epochs])
    writers: dict[str, Writer] = {name: partial(write_inert, view) for name, view in views.items()}
    if outcome.templates is not None:
        writers[TEMPLATES] = partial(write_templates, outcome.templates)
    return writers | {name: partial(_put, text) for name, text in texts.items()}


def shares(table: pl.DataFrame) -> list[tuple[str, int, float]]:
    """Each band with how many of these anomalies it has, and their share (0 to 1)."""
    counts = dict(table.group_by("band").len().iter_rows())
    return [(band, counts.get(band, 0), counts.get(band, 0) / max(len(table), 1)) for band in BANDS]


def summary(table: pl.DataFrame, incidents: int, lang: str) -> str:
    """How many anomalies, in how many incidents, their mean and maximum risk, count and share of each band."""
    lines = [
        phrase("risk_total", lang, count=f"{len(table):,}", incidents=f"{incidents:,}"),
        phrase("risk_mean", lang, risk=_points(table["risk"].mean())),
        phrase("risk_most", lang, risk=_points(table["risk"].max())),
        "",
        *(f"{band:<8} {count:>9,} {percent(share):>7}" for band, count, share in shares(table)),
    ]
    return "\n".join(lines) + "\n"


def _points(risk: Any) -> str:
    return "–" if risk is None else f"{risk:.1f}"


def _epochs(trained: list[dict[str, Any]]) -> Iterator[str]:
    """A line an epoch, and why each net stopped."""
    for net in trained:
        name = f"{net['detector']} block {net['block']}"
        for number, epoch in enumerate(net["epochs"], start=1):
            told = " ".join(f"{key}={value:.6g}" for key, value in epoch.items() if value is not None)
            yield f"{name} epoch {number} {told}"
        yield f"{name} stopped: {net['stopped']}"


def training_name(outcome: Outcome) -> str:
    """The dated name that S3 gave its training log: when the run began, UTC."""
    return f"loganomaly_training_{datetime.fromisoformat(outcome.run['logs']['read_at']):%Y%m%d_%H%M%S}.log"


def _stages(outcome: Outcome) -> Iterator[str]:
    """What was learnt from, by what, and how long it took."""
    run, logs = outcome.run, outcome.run["logs"]
    lines = outcome.plan.get("lines") or (run.get("model") or {}).get("path")
    yield f"began {logs['read_at']}"
    yield f"read {len(run['inputs'])} logs, {logs['records']} lines, {logs['templates']} templates"
    yield f"order of lines learnt by {json.dumps(lines, ensure_ascii=False)}"
    for one in run["thresholds"]:
        yield f"threshold {one['value']} from {one['from']}, learnt from {one['rows']} rows"
    yield f"judged {run['coverage']['scored']} of {run['coverage']['rows']} rows of counts"
    yield from (f"stage {name} {seconds:.3f} s" for name, seconds in run["timings_s"].items())


def _lines(told: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in told)


def _put(text: str, file: Path) -> None:
    put_text(file, text)
