"""`isang detect FILE` without an option, on files that people know: `python -m benchmarks.accuracy.must_show`.

Twenty files of six sets, spread evenly over their names; then files in which nothing happens. Prints, and
writes to must_show.md beside this file, a table and the three riskiest incidents of each file. Needs ISANG_DATA.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.accuracy.datasets import SETS, load, names
from benchmarks.accuracy.metrics import event_recall, spans
from benchmarks.accuracy.quiet import quiet_frames
from isang.words.frame import Flags

_TOLD = Path(__file__).with_name("must_show.md")
_FILES = {"nab": 4, "kpi": 3, "cloud_monitoring": 4, "smd": 3, "asd": 3, "adbench": 3}
_NOTHING_THERE = "artificialNoAnomaly"
_HEAD = "| file | rows | weeks | events | found | incidents | of them in no event | a week | flagged | s |"
_WEEK_S = 604_800


@dataclass(frozen=True)
class Job:
    """A file to judge, and which of its rows are labelled (None: nothing happens in it)."""

    name: str
    path: Path
    truth: Flags | None


def main() -> None:
    lines = ["# `isang detect FILE` without an option", "", _HEAD, "|---" * _HEAD.count("|", 1) + "|"]
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for job in (*_real(Path(folder)), *_quiet(Path(folder))):
            row, incidents = _judged(job, Path(folder, "out"))
            print(row, *incidents, sep="\n", flush=True)
            lines.append(row)
            told += ["", f"**{job.name}**", "", *incidents]
    _TOLD.write_text("\n".join([*lines, "", "## The three riskiest", *told, ""]), encoding="utf-8")
    print(f"\nwritten: {_TOLD}")


def _real(folder: Path) -> Iterator[Job]:
    for kind, count in _FILES.items():
        known = [name for name in names(kind) if _NOTHING_THERE not in name]
        for at in range(count):
            name = known[at * len(known) // count]
            yield Job(f"{kind}/{name}", _on_disk(kind, name, folder), load(kind, name).truth)


def _quiet(folder: Path) -> Iterator[Job]:
    for name in names("nab"):
        if _NOTHING_THERE in name:
            yield Job(f"nab/{name}", _on_disk("nab", name, folder), None)
    for number, (name, frame) in enumerate(quiet_frames().items()):
        path = folder / f"quiet_{number}.csv"
        frame.write_csv(path)
        yield Job(f"made: {name}", path, None)


def _on_disk(kind: str, name: str, folder: Path) -> Path:
    """The file itself where it is a CSV; else the arrays written as one, with their label column."""
    source = Path(os.environ["ISANG_DATA"], SETS[kind][0], name)
    if source.suffix != ".npz":
        return source
    case = load(kind, name)
    path = folder / f"{Path(name).stem}.csv"
    case.frame.with_columns(pl.Series("label", case.truth.astype(np.int8))).write_csv(path)
    return path


def _judged(job: Job, out: Path) -> tuple[str, list[str]]:
    """A row of the table, and the riskiest incidents in a line each."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "isang", "detect", str(job.path), "--out", str(out), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        return f"| {job.name} | exit {done.returncode}: {done.stderr.strip()} |", []
    scores = pl.read_parquet(out / "scores.parquet")
    incidents = json.loads((out / "incidents.json").read_text(encoding="utf-8"))["incidents"]
    truth = job.truth if job.truth is not None else np.zeros(len(scores), dtype=np.bool_)
    rows = [_rows(one) for one in incidents]
    hits = [bool(truth[first : last + 1].any()) for first, last in rows]
    row = _line(job, scores, truth, rows, hits, seconds)
    return row, [_told(one, hit) for one, hit in zip(incidents[:3], hits, strict=False)]


def _line(
    job: Job, scores: pl.DataFrame, truth: Flags, rows: list[tuple[int, int]], hits: list[bool], seconds: float
) -> str:
    weeks = _weeks(scores)
    events = spans(truth) if weeks else []  # rows in no order have no events
    found = round(event_recall(events, rows) * len(events)) if events else 0
    cells = [
        job.name,
        f"{len(scores):,}",
        f"{weeks:.1f}" if weeks else "",
        str(len(events)) if events else "",
        str(found) if events else "",
        str(len(rows)),
        str(hits.count(False)),
        f"{len(rows) / weeks:.2f}" if weeks else "",
        f"{np.mean(scores['flag'].fill_null(value=False).to_numpy()):.3%}",
        f"{seconds:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def _rows(incident: dict[str, Any]) -> tuple[int, int]:
    first, last = sorted((incident["first_row"] - 1, incident["last_row"] - 1))
    return first, last


def _weeks(scores: pl.DataFrame) -> float | None:
    times = scores["time"].drop_nulls() if "time" in scores.columns else pl.Series()
    return (times.max() - times.min()).total_seconds() / _WEEK_S if len(times) else None  # type: ignore[operator,union-attr]


def _told(incident: dict[str, Any], hit: bool) -> str:
    where = f"row {incident['peak_row']}" if incident["start"] is None else f"{incident['start']} to {incident['end']}"
    said = "in an event" if hit else "in no event"
    return f"{incident['rank']}. {incident['band']} {incident['risk']:.0f}, {where}: {incident['title']} ({said})"


if __name__ == "__main__":
    main()
