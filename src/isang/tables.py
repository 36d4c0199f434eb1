"""The judged rows as tables in the caller's order: scores, anomalies, nearest misses, expected bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from isang.clusters import cluster_gap, clusters
from isang.gravity import risks
from isang.incidents import Told
from isang.judgement import Judgement
from isang.whereabouts import told_of_lines
from isang.words.frame import Floats, Integers

_MISSES = 3
_MORE = 1 + 1e-6


def scores_table(judgement: Judgement, told: Sequence[Told]) -> pl.DataFrame:
    """One row for each row of the frame: the columns of `scores.parquet`."""
    v, position = judgement.verdicts, judgement.verdicts.grid.position
    scores, reason = v.scores[position], v.reason[position]
    incident = np.full(len(v.scores), -1, dtype=np.int64)
    for number, one in enumerate(told):
        incident[one.rows] = number
    ids = pl.Series([one.incident.id for one in told] + [None], dtype=pl.String)
    own = {
        "row": np.arange(1, len(position) + 1),
        "score": _null(scores),
        "p": _null(v.p[position]),
        "threshold": _null(v.threshold[position]),
        "flag": v.over[position],
        "vote": _vote(judgement, position),
        "rules": _rules(judgement, position),
        "scored": np.isfinite(scores),
        "reason": pl.Series(reason, dtype=pl.String).replace("", None),
        "split": pl.Series(v.split[position], dtype=pl.String),
        "incident": ids.gather(np.where(incident[position] < 0, len(told), incident[position])),
    }
    return _with_keys(judgement, slice(None), own)


def anomalies_table(judgement: Judgement, told: Sequence[Told], final_until: int | None = None) -> pl.DataFrame:
    """One row for each flagged row of the incidents told: the columns of `anomalies.csv`.

    Rows from `final_until` (µs) on are provisional.
    """
    parts = [_judged_rows(judgement, part.rows, part.why.top, one, final_until) for one in told for part in one.parts]
    return pl.concat(parts) if parts else _judged_rows(judgement, np.empty(0, dtype=np.int64), 0, None)


def misses_table(judgement: Judgement) -> pl.DataFrame:
    """The nearest misses: the highest scores that were not flagged, one for each stretch of rows."""
    v = judgement.verdicts
    allowed = (judgement.caller_row >= 0) & v.judged & ~judgement.flagged
    rows = np.flatnonzero(allowed & np.isfinite(v.scores))
    # A row that is as strange as most others has missed nothing.
    rows = rows[v.scores[rows] > np.median(v.scores[rows]) * _MORE] if len(rows) else rows
    highest = np.sort(rows[np.argsort(-v.scores[rows], kind="stable")[: 100 * _MISSES]])
    if not len(highest):
        return _judged_rows(judgement, highest, 0, None)
    number = clusters(highest, v.grid.entity[highest], cluster_gap(v.context_rows))
    best = [highest[number == at][np.argmax(v.scores[highest[number == at]])] for at in range(number[-1] + 1)]
    nearest = np.array(sorted(best, key=lambda row: -v.scores[row])[:_MISSES])
    parts = [
        _judged_rows(judgement, nearest[at : at + 1], _strangest(judgement, row), None)
        for at, row in enumerate(nearest)
    ]
    return pl.concat(parts)


def band_table(judgement: Judgement, band_of_grid: Floats | None) -> pl.DataFrame:
    """One column for each value column, in the caller's order; empty where no feature gives a band."""
    if band_of_grid is None:
        return pl.DataFrame()
    position, names = judgement.verdicts.grid.position, judgement.columns.values
    # Half the digits are enough for what is only drawn, and half the memory.
    return pl.DataFrame({name: _null(band_of_grid[position, at]).cast(pl.Float32) for at, name in enumerate(names)})


def _strangest(judgement: Judgement, row: int) -> int:
    return int(np.argmax(np.nan_to_num(np.abs(judgement.judged.seen.X[row]), nan=-1.0)))


def _judged_rows(
    judgement: Judgement, rows: Integers, column: int, told: Told | None, final_until: int | None = None
) -> pl.DataFrame:
    v, grid, n = judgement.verdicts, judgement.verdicts.grid, len(rows)
    value, expected, lower, upper = (
        np.full(n, np.nan) if band is None else band[rows, column]
        for band in (grid.X, grid.expected, grid.lower, grid.upper)
    )
    points = risks(judgement, rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = (value - expected) / np.abs(expected) * 100
        times_over = v.scores[rows] / v.threshold[rows]
    own: dict[str, Any] = {
        "row": judgement.caller_row[rows] + 1,
        "entity": pl.Series([judgement.name(int(grid.entity[row])) for row in rows], dtype=pl.String),
        "column": pl.Series([judgement.columns.values[column]] * n, dtype=pl.String),
        "value": _null(value),
        "expected": _null(expected),
        "lower": _null(lower),
        "upper": _null(upper),
        "change": _null(value - expected),
        "change_pct": _null(percent),
        "direction": pl.Series([judgement.direction(int(row), column) for row in rows], dtype=pl.String),
        "score": _null(v.scores[rows]),
        "p": _null(v.p[rows]),
        "threshold": _null(v.threshold[rows]),
        "times_over": _null(times_over),
        "risk": points,
        "band": pl.Series([judgement.risk.band(point) for point in points], dtype=pl.String),
        "incident": pl.Series([told.incident.id if told else None] * n, dtype=pl.String),
        "drivers": pl.Series([_shares(told)] * n, dtype=pl.String),
        "rules": _rules(judgement, rows).fill_null(""),
        "vote": _vote(judgement, rows),
        "provisional": np.zeros(n, dtype=bool) if final_until is None else grid.time[rows] >= final_until,
    }
    return _with_keys(judgement, judgement.caller_row[rows], own | told_of_lines(judgement, rows))


def _vote(judgement: Judgement, rows: Integers) -> pl.Series:
    """The votes of these rows; null where nothing votes."""
    return _null(np.full(len(rows), np.nan) if judgement.vote is None else judgement.vote[rows])


def _rules(judgement: Judgement, rows: Integers) -> pl.Series:
    """The rules that fired in these rows, parted by semicolons; null for none."""
    v = judgement.verdicts
    told, kinds = np.zeros(len(rows), dtype=np.int64), [""]
    for name, fired in v.fired.items():
        told[np.isin(rows, fired.rows)] += len(kinds)
        kinds += [f"{kind};{name}" if kind else name for kind in kinds]
    return pl.Series([None, *kinds[1:]], dtype=pl.String).gather(told)


def _shares(told: Told | None) -> str:
    return "; ".join(f"{driver.told} {driver.share:.0%}" for driver in told.incident.drivers) if told else ""


def _with_keys(judgement: Judgement, caller_rows: Integers | slice, own: dict[str, Any]) -> pl.DataFrame:
    """Time and key columns of these rows of the frame before our own columns, whose names win."""
    frame, time = judgement.frame, judgement.columns.time
    given = {"time": frame[time][caller_rows]} if time is not None else {}
    given |= {key: frame[key][caller_rows] for key in judgement.columns.keys}
    return pl.DataFrame(given | own)


def _null(values: Floats) -> pl.Series:
    """Floats with null in place of what is not finite."""
    known = np.where(np.isinf(values), np.nan, values) if np.isinf(values).any() else values
    return pl.Series(known, dtype=pl.Float64, nan_to_null=True)
