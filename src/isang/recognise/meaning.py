"""What the numbers of a column are: counts of a slot, counts that only rise, or gauges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import polars as pl

from isang.recognise.names import words
from isang.words.frame import Columns
from isang.words.reading import Reading

Meaning = Literal["count", "gauge", "cumulative"]

# Words of a name, the telling ones first: an error rate is a gauge, memory errors are counts, a session count a gauge.
_SHAPES = {"rate", "share", "ratio", "percent", "pct", "avg", "average", "mean", "median", "max", "per"}
_SHAPES |= {"usage", "used", "free", "time", "ms", "delay", "latency", "duration", "level", "load", "util"}
_SHAPES |= {"utilization", "사용률", "비율", "평균"}
_EVENTS = {"request", "requests", "success", "successes", "fail", "fails", "failed", "failure", "failures", "error"}
_EVENTS |= {"errors", "hit", "hits", "miss", "misses", "call", "calls", "packets", "drops", "dropped", "retries"}
_EVENTS |= {"timeouts", "restarts", "요청", "성공", "실패", "오류", "건수", "횟수"}
_STATES = {"session", "sessions", "connection", "connections", "user", "users", "queue", "threads", "cpu", "memory"}
_STATES |= {"mem", "disk", "temperature", "temp", "pressure", "humidity", "speed", "세션", "접속자", "온도", "메모리"}
_TALLIES = {"count", "counts", "total", "number", "num", "sum"}
_NAMED: tuple[tuple[set[str], Meaning], ...] = (
    (_SHAPES, "gauge"),
    (_EVENTS, "count"),
    (_STATES, "gauge"),
    (_TALLIES, "count"),
)
_ENTITIES, _ROWS = 4, 5000  # looked at, of each of them
_RARE = 0.01  # of the cells: fewer fractions or negative numbers are no reason to take a count for a gauge
_FEWEST_RISES, _FALLS_PER_RISE, _ABOUT_NOTHING = 10, 0.02, 0.1
_A_GAP = 1.5  # usual steps
_MOST_NAMED = 5


def meaning(frame: pl.DataFrame, columns: Columns) -> dict[str, Meaning]:
    """Value column → what it is, by its name and, in a sample of some entities, by how its numbers behave."""
    sample = _sample(frame, columns)
    return {name: _meaning(name, sample.select(*columns.keys, name), columns.keys) for name in columns.values}


def as_counts(reading: Reading, told: Mapping[str, Meaning] | None = None) -> Reading:
    """Counters as counts of a slot: those that only rise by what they rose, those below zero missing; both are told.

    What was `told` of columns wins over what was found.
    """
    frame, columns = reading.frame, reading.columns
    found = {**meaning(frame, columns), **{name: kind for name, kind in (told or {}).items() if name in columns.values}}
    rising, said = [name for name, kind in found.items() if kind == "cumulative"], list[str]()
    if rising:
        frame = increments(frame, columns, rising)
        listed = ", ".join(repr(name) for name in rising[:_MOST_NAMED])
        said.append(
            f"{listed}{' …' if len(rising) > _MOST_NAMED else ''} only rise: judged is by how much in each slot."
        )
    frame, below = without_negatives(frame, [name for name, kind in found.items() if kind != "gauge"])
    warnings = (*reading.warnings, *said, *([below] if below else []))
    recognised = replace(reading.recognised, meanings=dict(found))
    return replace(reading, frame=frame, recognised=recognised, warnings=warnings)


def increments(frame: pl.DataFrame, columns: Columns, names: Sequence[str]) -> pl.DataFrame:
    """The frame with what these cumulative counts rose by in each slot, in the place of their values.

    After a reset it is the new value. Missing where the value before is: first rows of entities, rows behind a gap.
    """
    together = _together(frame, columns)
    rises = []
    for name in names:
        value, before = pl.col(name), _before(name, columns)
        rise = pl.when(value < before).then(value).otherwise(value - before)
        rises.append(pl.when(together).then(rise).alias(name))
    return frame.with_columns(rises)


def without_negatives(frame: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, str]:
    """The frame with counts below zero missing, and a line that says how many there were, empty where none."""
    below = frame.select((pl.col(name) < 0).sum() for name in names).row(0, named=True)
    found = {name: count for name, count in below.items() if count}
    if not found:
        return frame, ""
    told = ", ".join(f"{count:,} in {name!r}" for name, count in list(found.items())[:_MOST_NAMED])
    more = f" and some in {len(found) - _MOST_NAMED} more columns" if len(found) > _MOST_NAMED else ""
    kept = [pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in found]
    return frame.with_columns(kept), f"counts below zero: {told}{more}; they count as missing."


def _before(name: str, columns: Columns) -> pl.Expr:
    """The cell of the row before, of the same entity."""
    return pl.col(name).shift(1).over(*(columns.keys or (pl.lit(0),)), order_by=columns.time)


def _together(frame: pl.DataFrame, columns: Columns) -> pl.Series:
    """Which rows follow the one before them without a gap; null in the first rows of entities."""
    if columns.time is None:
        return pl.repeat(True, len(frame), eager=True)
    apart = frame.select((pl.col(columns.time) - _before(columns.time, columns)).dt.total_microseconds()).to_series()
    return apart <= _A_GAP * (apart.filter(apart > 0).quantile(0.5) or 0.0)


def _sample(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The first rows in time of a few entities."""
    if columns.keys:
        known = frame.select(columns.keys).unique().sort(columns.keys)
        few = known.gather_every(max(1, len(known) // _ENTITIES)).head(_ENTITIES)
        frame = frame.join(few, on=columns.keys, how="semi", maintain_order="left")
    frame = frame.sort(columns.time, maintain_order=True) if columns.time else frame
    return frame.group_by(columns.keys, maintain_order=True).head(_ROWS) if columns.keys else frame.head(_ROWS)


def _meaning(name: str, sample: pl.DataFrame, keys: tuple[str, ...]) -> Meaning:
    named = _by_name(name)
    values = sample.get_column(name).drop_nulls()
    if not len(values):
        return named or "gauge"
    if named == "gauge" or max((values % 1 != 0).sum(), (values < 0).sum()) > _RARE * len(values):
        return "gauge"
    return "cumulative" if _only_rises(sample, name, keys) else "count"


def _by_name(name: str) -> Meaning | None:
    found = set(words(name))
    return next((meant for known, meant in _NAMED if found & known), None)


def _only_rises(sample: pl.DataFrame, name: str, keys: tuple[str, ...]) -> bool:
    """Whether the values of each entity rise and hardly ever fall, and if so mostly to about nothing."""
    before = pl.col(name).shift(1).over(*keys) if keys else pl.col(name).shift(1)
    pairs = sample.select(before.alias("before"), pl.col(name).alias("now")).drop_nulls()
    fallen = pairs.filter(pl.col("now") < pl.col("before"))
    rises = int((pairs["now"] > pairs["before"]).sum())
    resets = int((fallen["now"] <= _ABOUT_NOTHING * fallen["before"]).sum())
    return rises >= _FEWEST_RISES and len(fallen) <= max(1, _FALLS_PER_RISE * rises) and 2 * resets >= len(fallen)
