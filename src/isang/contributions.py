"""Which members of a scope an incident comes from: their parts add up to what the whole moved by."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.involved import Involved
from isang.words.frame import ALL
from isang.words.incident import Driver

_WEEKS_BEFORE = 4  # the same weekdays of which are what a member is compared with
_TOLD = 4
_NOISE = 1e-12  # of all costs that were added up: a sum below is 0, in floats
_DAY_US = 86_400_000_000
_WEEK_US = 7 * _DAY_US


def contributions(part: Involved) -> tuple[Driver, ...]:
    """The members of the dimension that tells most, largest first, and the others together; none where all is named.

    Each is compared with what it cost on the same weekdays of the four weeks before, so that the differences add up to
    that of the whole, also where opposite moves cancel. `share` is of all that moved, whichever way.
    """
    rows = _rows(part, *part.extent)
    free = [key for key, value in part.keys.items() if value == ALL and rows[key].n_unique() > 1]
    step = part.judgement.verdicts.grid.step_us or _DAY_US
    tables = [_compared(rows, key, *part.extent, step) for key in free]
    tables = [table for table in tables if len(table) and table["moved"].abs().sum() > 0]
    return _drivers(max(tables, key=_concentrated)) if tables else ()


def _rows(part: Involved, start: int, end: int) -> pl.DataFrame:
    """The rows that the scope holds and that count, with `at` (µs on the clock of days) and `cost`."""
    judgement = part.judgement
    details = judgement.details if judgement.details is not None else judgement.frame
    own = [pl.col(key) == value for key, value in part.keys.items() if value != ALL]
    cost, time = pl.col(judgement.columns.values[0]), str(judgement.columns.time)
    near = _between(details, time, start - _WEEKS_BEFORE * _WEEK_US, end)
    return (near.filter(own) if own else near).select(*part.keys, at=pl.col(time).dt.epoch("us"), cost=cost)


def _between(rows: pl.DataFrame, time: str, start: int, end: int) -> pl.DataFrame:
    """The rows from `start` to before `end` (µs); those of a bill stand in the order of time."""
    ends = pl.Series([start, end]).cast(rows.schema[time])
    if not rows[time].is_sorted():
        return rows.filter(pl.col(time).is_between(ends[0], ends[1], closed="left"))
    first, last = rows[time].search_sorted(ends)
    return rows.slice(first, last - first)


def _compared(rows: pl.DataFrame, key: str, start: int, end: int, step: int) -> pl.DataFrame:
    """`member`, `actual` in those days (hours), `expected` by the weeks before, and by how much it `moved`."""
    begin = max(start - _WEEKS_BEFORE * _WEEK_US, int(rows["at"].to_numpy().min()))
    days = pl.DataFrame({"at": pl.int_range(start, end, step, eager=True)})
    same = pl.DataFrame({"at": pl.int_range(begin, start, step, eager=True)})
    weekday = (pl.col("at") // step % (_WEEK_US // step)).alias("weekday")
    weights = _weights(days.select(weekday), same.select(weekday))
    before = rows.filter(pl.col("at").is_between(begin, start, closed="left")).with_columns(weekday)
    expected = before.join(weights, on="weekday").group_by(key).agg(expected=(pl.col("cost") * pl.col("weight")).sum())
    came = (
        rows.filter(pl.col("at").is_between(start, end, closed="left")).group_by(key).agg(actual=pl.col("cost").sum())
    )
    both = came.join(expected, on=key, how="full", coalesce=True)
    least = _NOISE * float(rows["cost"].abs().sum())
    both = both.with_columns(_without_noise(pl.col("actual", "expected").fill_null(0.0), least))
    moved = _without_noise(pl.col("actual") - pl.col("expected"), least)
    return both.select(member=pl.format(f"{key} {{}}", pl.col(key)), actual="actual", expected="expected", moved=moved)


def _without_noise(sums: pl.Expr, least: float) -> pl.Expr:
    """0 in the place of what is left where amounts that cancel were added up."""
    return pl.when(sums.abs() >= least).then(sums).otherwise(0.0).name.keep()


def _weights(days: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """How much a day before counts: so often does its weekday come among the days, shared by those before."""
    due = days.group_by("weekday").agg(due=pl.len())
    there = same.group_by("weekday").agg(there=pl.len())
    return due.join(there, on="weekday").select("weekday", weight=pl.col("due") / pl.col("there"))


def _concentrated(table: pl.DataFrame) -> float:
    """The share of the largest member in all that moved."""
    sizes = np.abs(table["moved"].to_numpy())
    return float(sizes.max() / sizes.sum())


def _drivers(table: pl.DataFrame) -> tuple[Driver, ...]:
    ordered = table.sort(pl.col("moved").abs(), "member", descending=[True, False])
    whole, rest = float(ordered["moved"].abs().sum()), ordered.slice(_TOLD)
    told = list(ordered.head(_TOLD).iter_rows())
    if len(rest):
        told.append((f"{len(rest):,} others", *(float(rest[name].sum()) for name in ("actual", "expected", "moved"))))
    return tuple(
        Driver(name, None, round(min(abs(moved) / whole, 1.0), 4), actual, expected, None, None)
        for name, actual, expected, moved in told
    )
