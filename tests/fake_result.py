"""Results made by hand for the tests of reports: what the pipeline would give back for made series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from isang.explain.narrative import Facts, text, title
from isang.reports.contents import ANOMALIES, BANDS, SCORES
from isang.reports.tables import conform
from isang.result import Result
from isang.words.frame import Columns
from isang.words.incident import Driver, Incident

START = datetime(2024, 3, 4, tzinfo=UTC)
THRESHOLD = 4.0


def fake_result(
    *,
    rows: int = 3000,
    values: tuple[str, ...] = ("cpu",),
    entities: tuple[str, ...] = ("",),
    key: str = "server",
    timed: bool = True,
    spots: tuple[tuple[int, int, float], ...] = ((700, 12, 9.0), (1900, 1, 6.0)),
    gap: bool = True,
    zone: str = "Asia/Seoul",
) -> Result:
    """`spots` are (first row, rows, size in usual spreads), put into the first column of the first entity."""
    parts = [_one(rows, values, entity, spots if n == 0 else (), n, timed) for n, entity in enumerate(entities)]
    frame = pl.concat([part["frame"] for part in parts])
    if timed:
        frame = frame.with_columns(pl.col("time").dt.convert_time_zone(zone))
    keys = (key,) if entities != ("",) else ()
    frame = frame.rename({"key": key}) if keys else frame.drop("key")
    if timed and gap:
        frame = frame.filter(~(pl.int_range(pl.len()) % rows).is_between(rows // 2, rows // 2 + rows // 50))
    at = frame["index"].to_numpy()
    expected = pl.concat([part["expected"] for part in parts])[at]
    frame = frame.drop("index")
    columns = Columns("time" if timed else None, keys, values)
    return _result(frame, columns, expected, spots)


def _one(
    rows: int, values: tuple[str, ...], entity: str, spots: Any, number: int, timed: bool
) -> dict[str, pl.DataFrame]:
    random = np.random.default_rng(number)
    step = np.arange(rows)
    usual = {name: 40 + 5 * i + 15 * np.sin(2 * np.pi * (step + 30 * i) / 288) for i, name in enumerate(values)}
    seen = {name: track + random.normal(0, 2, rows) for name, track in usual.items()}
    for first, length, size in spots:
        seen[values[0]][first : first + length] += 2 * size
    end = START + timedelta(minutes=5 * (rows - 1))
    times = {"time": pl.datetime_range(START, end, "5m", eager=True)} if timed else {}
    frame = pl.DataFrame({**times, "key": [entity] * rows, **seen, "index": step + rows * number})
    return {"frame": frame, "expected": pl.DataFrame(usual)}


def _result(frame: pl.DataFrame, columns: Columns, expected: pl.DataFrame, spots: Any) -> Result:
    errors = np.abs(frame.select(columns.values).to_numpy() - expected.to_numpy()) / 2
    score = errors.max(axis=1)
    scored = np.ones(len(frame), dtype=bool)
    scored[:60] = False
    flag = (score > THRESHOLD) & scored
    flag &= bool(spots)
    runs = np.split(np.flatnonzero(flag), np.flatnonzero(np.diff(np.flatnonzero(flag)) > 3) + 1)
    runs = [run for run in runs if len(run)]
    runs.sort(key=lambda run: -score[run].max())
    incidents = tuple(_incident(frame, columns, expected, score, run, rank) for rank, run in enumerate(runs, start=1))
    named = np.full(len(frame), None, dtype=object)
    for incident, run in zip(incidents, runs, strict=True):
        named[run] = incident.id
    own = {
        "row": np.arange(1, len(frame) + 1),
        "score": np.where(scored, score, np.nan),
        "p": np.where(scored, np.exp(-score), np.nan),
        "threshold": np.full(len(frame), THRESHOLD),
        "flag": flag,
        "scored": scored,
        "reason": pl.Series([None if known else "warm_up" for known in scored], dtype=pl.String),
        "split": ["hindsight"] * len(frame),
        "incident": pl.Series(named.tolist(), dtype=pl.String),
    }
    times = {"time": frame[columns.time]} if columns.time else {}
    judged = pl.DataFrame({**times, **{k: frame[k] for k in columns.keys}, **own})
    table = _table(frame, columns, expected, judged, incidents)
    misses = table.filter(~pl.col("flag") & pl.col("scored")).sort("score", descending=True).head(3)
    scores = conform(judged, SCORES, columns.keys)
    band = expected.select(pl.all())
    return Result(
        frame=frame,
        columns=columns,
        scores=scores,
        anomalies=conform(table.filter("flag"), ANOMALIES, columns.keys),
        incidents=incidents,
        misses=conform(misses, ANOMALIES, columns.keys),
        expected=band,
        lower=band - 6.0,
        upper=band + 6.0,
        run=_run(frame, columns, incidents, int(scored.sum())),
        skipped=[
            {"file": "metrics.csv", "row": 12, "byte_offset": None, "reason": "ragged", "sample": "1,2,3", "count": 4}
        ],
        plan={"source": {"files": ["metrics.csv"]}, "detector": {"name": "auto"}, "seed": 0},
    )


def _incident(
    frame: pl.DataFrame, columns: Columns, expected: pl.DataFrame, score: Any, run: Any, rank: int
) -> Incident:
    peak = int(run[np.argmax(score[run])])
    column = columns.values[
        int(np.argmax(np.abs(frame[peak].select(columns.values).to_numpy() - expected[peak].to_numpy())))
    ]
    value, usual = frame[column][peak], expected[column][peak]
    keys = {key: str(frame[key][peak]) for key in columns.keys}
    times = [frame[columns.time][int(i)] for i in (run[0], run[-1], peak)] if columns.time else [None] * 3
    drivers = tuple(
        Driver(
            name,
            None,
            0.8 if name == column else 0.2 / len(columns.values),
            frame[name][peak],
            expected[name][peak],
            expected[name][peak] - 6,
            expected[name][peak] + 6,
        )
        for name in sorted(columns.values, key=lambda n: n != column)
    )[:5]
    risk = min(50 + 5 * float(score[peak]), 99.0)
    facts = Facts(
        entity=" / ".join(keys.values()), column=column, value=value, expected=usual, lower=usual - 6, upper=usual + 6,
        direction="up" if value > usual else "down", start=times[0], end=times[1], ongoing=False,
        duration_s=300.0 * len(run) if columns.time else None, rows=len(run), times_over=float(score[peak]) / THRESHOLD,
        once_in=float(np.exp(score[peak])), drivers=drivers, step_s=300.0 if columns.time else None,
    )  # fmt: skip
    ident = f"{rank:012x}"
    return Incident(
        id=ident, rank=rank, title=title(facts), entity=facts.entity, keys=keys, scope="entity", pack="series",
        start=times[0], end=times[1], ongoing=False, peak=times[2], duration_s=facts.duration_s,
        first_row=int(run[0]) + 1,
        last_row=int(run[-1]) + 1, peak_row=peak + 1, rows=len(run), risk=risk, band=band_of(risk),
        risk_parts={"anomaly": risk}, direction=facts.direction, score=float(score[peak]),
        p=float(np.exp(-score[peak])), once_in=facts.once_in,
        threshold=THRESHOLD, times_over=facts.times_over, impact=None, drivers=drivers, members=(), rules=(),
        text=text(facts), next=(f"isang show {ident} --context 20",),
    )  # fmt: skip


def band_of(risk: float) -> str:
    return BANDS[sum(risk < edge for edge in (80, 60, 40, 20))]


def _table(
    frame: pl.DataFrame, columns: Columns, expected: pl.DataFrame, judged: pl.DataFrame, incidents: Any
) -> pl.DataFrame:
    column = columns.values[0]
    bands = {incident.id: incident for incident in incidents}
    change = frame[column] - expected[column]
    return judged.with_columns(
        entity=pl.concat_str(columns.keys, separator=" / ") if columns.keys else pl.lit(""),
        column=pl.lit(column),
        value=frame[column],
        expected=expected[column],
        lower=expected[column] - 6,
        upper=expected[column] + 6,
        change=change,
        change_pct=100 * change / expected[column],
        direction=pl.when(change > 0).then(pl.lit("up")).otherwise(pl.lit("down")),
        times_over=pl.col("score") / THRESHOLD,
        risk=pl.col("incident").replace_strict(
            {k: v.risk for k, v in bands.items()}, default=None, return_dtype=pl.Float64
        ),
        band=pl.col("incident").replace_strict(
            {k: v.band for k, v in bands.items()}, default=None, return_dtype=pl.String
        ),
        drivers=pl.lit(f"{column} (80%)"),
        rules=pl.lit(""),
        provisional=False,
    )


def _run(frame: pl.DataFrame, columns: Columns, incidents: tuple[Incident, ...], scored: int) -> dict[str, Any]:
    rows = len(frame)
    counts = {band: sum(i.band == band for i in incidents) for band in BANDS}
    return {
        "command": "isang detect metrics.csv",
        "inputs": [{"path": "metrics.csv", "bytes": 123456, "sha256": "ab" * 32, "rows": rows, "encoding": "utf-8"}],
        "recognised": {
            "pack": "series", "pack_reason": "regular times and columns of numbers", "time": columns.time,
            "time_format": "ISO 8601", "tz": "Asia/Seoul", "step_s": 300.0 if columns.time else None,
            "keys": list(columns.keys), "keys_reason": "", "values": list(columns.values),
            "set_aside": [{"column": "label", "reason": "looks like labels; not used; add --label label to measure"}],
            "labels": ["label"], "entities": 1, "gaps": 1,
        },
        "mode": "hindsight",
        "detector": {"name": "auto", "members": ["robust_zscore"], "reason": "one column", "context_rows": 0},
        "splits": {"blocks": 5},
        "thresholds": [{
            "value": THRESHOLD, "from": "false_alarms, on all rows out of block", "rows": scored, "requested": "1/week",
            "expected_false_alarms_per_week": 1.0 if columns.time else None,
        }],
        "coverage": {"rows": rows, "scored": scored, "unscored": {"warm_up": rows - scored}, "filled": 3, "skipped": 4},
        "counts": {"anomalies": sum(i.rows for i in incidents), "incidents": len(incidents), **counts},
        "warnings": ["60 rows at the start were used to warm up"],
        "versions": {"isang": "0.1.0", "python": "3.11.9", "polars": pl.__version__},
        "seed": 0,
        "timings_s": {"reading": 0.12, "judging": 1.5},
        "peak_mb": 210.0,
        "exit": 0,
    }  # fmt: skip
