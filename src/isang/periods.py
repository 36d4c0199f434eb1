"""Where each period of `--walk-forward` begins, on the wall clock of the data."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from isang.errors import UsageError
from isang.plan import Plan
from isang.words.reading import Reading

_EVERY = {"week": "1w", "month": "1mo", "quarter": "1q"}  # weeks begin on Monday


def periods(plan: Plan, reading: Reading, cuts: Sequence[int] | None) -> Sequence[int] | None:
    """The cuts, and after them the beginning (µs) of each later period that has rows; UsageError where that cannot be.

    The first period begins where judging begins, in the midst of a week, month or quarter if need be.
    """
    if plan.walk_forward is None:
        return cuts
    told = f"--walk-forward {plan.walk_forward}"
    if cuts is None:
        raise UsageError(f"{told} judges later rows by earlier ones: add --train-until TIME or --split 60/20/20.")
    if reading.columns.time is None:
        raise UsageError(f"{told} needs a time column: name it with --time COLUMN.")
    begins = _begins(reading.frame[reading.columns.time], _EVERY[plan.walk_forward])
    return [*cuts, *(begin for begin in begins if begin > cuts[1])]


def _begins(times: pl.Series, every: str) -> list[int]:
    """The beginning of each period that has rows; of one whose first hour was skipped, its first row."""
    zone = times.dtype.time_zone  # type: ignore[attr-defined]
    wall = times.dt.replace_time_zone(None).dt.truncate(every)
    first = pl.DataFrame({"wall": wall, "time": times}).group_by("wall").agg(pl.col("time").min())
    begin = pl.col("wall").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return first.select(pl.coalesce(begin, "time").dt.epoch("us").alias("begin"))["begin"].sort().to_list()
