"""Where a causal run stops to learn, and where it begins to judge."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from isang.errors import UsageError
from isang.plan import Plan
from isang.splits import cut_at_shares
from isang.timestamps import moment_of
from isang.words.reading import Reading

SHARES = "60/20/20"  # train, calibration, test, where nothing else is said
_CALIBRATION_SHARE = 0.25  # of the rows before --train-until
_LACKING, _MOST_YEARS = timedelta(days=1), 100
_FEWEST_ROWS = 20  # ten to train on, and some to see how strange usual rows are


def cuts(plan: Plan, reading: Reading) -> tuple[int, int] | None:
    """Where calibration and judging begin, in µs (or row numbers); None in hindsight."""
    name = reading.columns.time
    micros = reading.frame[name].dt.epoch("us").to_numpy() if name else np.arange(len(reading.frame))
    until = last_year(plan, reading) if plan.train_until is None else _moment(plan.train_until, reading)
    if until is None:
        split = plan.split or (SHARES if plan.learns_from_events else None)
        return cut_at_shares(micros.astype(np.int64), shares_of(split))[:2] if split else None  # type: ignore[return-value]
    before = micros[micros < until]
    if len(before) < _FEWEST_ROWS or len(before) == len(micros):
        raise UsageError(
            f"--train-until {plan.train_until} leaves {len(before):,} of {len(micros):,} rows to learn from and "
            f"{len(micros) - len(before):,} to judge; at least {_FEWEST_ROWS} and 1 are needed."
        )
    return cut_at_shares(before.astype(np.int64), (1 - _CALIBRATION_SHARE, _CALIBRATION_SHARE))[0], until


def last_year(plan: Plan, reading: Reading) -> int | None:
    """Where the last year of two or more begins, in µs: counters are learnt before it where nothing else is said.

    Years are counted from the first day, on the wall clock; the last may lack a day.
    """
    name = reading.columns.time
    if reading.recognised.pack != "counters" or name is None or plan.split or plan.learns_from_events:
        return None
    ends = pl.Series([reading.frame[name].min(), reading.frame[name].max()])
    begins = ends.head(1).dt.truncate("1d")
    found = None
    for years in range(1, _MOST_YEARS):
        if begins.dt.offset_by(f"{years + 1}y")[0] > ends[1] + _LACKING:
            break
        found = int(begins.dt.offset_by(f"{years}y").dt.epoch("us")[0])
    return found


def shares_of(split: str) -> tuple[float, ...]:
    """`60/20/20` → its three numbers."""
    parts = split.split("/")
    shares = [float(part) for part in parts if part.replace(".", "", 1).isdigit()]
    if len(shares) != 3 or len(parts) != 3 or min(shares) <= 0:
        raise UsageError(f"--split {split}: three shares are needed, train/calibration/test, such as 60/20/20.")
    return tuple(shares)


def _moment(text: str, reading: Reading) -> int:
    if reading.columns.time is None:
        if text.isdigit():
            return int(text)
        raise UsageError(f"--train-until {text}: without a time column a row number is needed.")
    zone = reading.frame.schema[reading.columns.time].time_zone  # type: ignore[attr-defined]
    return moment_of(text, zone, "--train-until")
