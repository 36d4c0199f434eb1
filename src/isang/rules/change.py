"""A change against the day before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from isang.errors import UsageError
from isang.rules.base import Rule
from isang.words.amounts import parse_share
from isang.words.frame import Floats, Grid, Integers
from isang.words.numbers import Count, Weight
from isang.words.telling import numbers
from isang.words.verdicts import Fired

_DAY_US = 86_400_000_000
_MOST = np.finfo(float).max
_AT = 1 + 1e-9  # 70 after 100 is a drop of 30 %, and no more, whatever the rounding


class Change(Rule):
    """Fires where a value fell or rose by more than a share of what it was on the day (row) before.

    After a row that fires, the next ones are compared with what was before it, so that a fault of several days is told
    on each, and the return is no new one. After `memory_rows` the new level is taken for usual. An absent row is passed
    over: the last one within `memory_rows` counts, and is named. Only what is above 0 can be compared with, so the
    first row of an entity never fires, nor does one after nothing but zeros and credits; what falls to 0 or below has
    dropped by 100 %. None: that direction is not told, though a row that lies the same factor away is no fault's end.
    `least`: a smaller change, in the unit of the data, is none.
    """

    drop_: float
    rise_: float

    def __init__(
        self,
        drop: float | str | None = "-30%",
        rise: float | str | None = "+43%",  # the same factor upwards
        least: Weight = 0.0,
        memory_rows: Count = 14,
    ) -> None:
        self.drop = drop
        self.rise = rise
        self.least = least
        self.memory_rows = memory_rows

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Nothing to learn; UsageError for what is no share, or a drop of 100 % and more, which nothing exceeds."""
        drop, rise = _share("drop", self.drop, 1.0), _share("rise", self.rise, np.inf)
        if drop is None and rise is None:
            raise UsageError("the rule change needs `drop` or `rise`.")
        self.drop_ = 1 - 1 / (1 + (rise or 0.0)) if drop is None else drop
        self.rise_ = 1 / (1 - self.drop_) - 1 if rise is None else rise
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """Rows that lie too far from the last one that does not; `times_over` is 1 at the limit."""
        found = [(row, before, since, at) for at in range(len(columns)) for row, before, since in self._far(grid, at)]
        rows, before, since, column = np.array(found, dtype=np.int64).reshape(-1, 4).T
        was, now = grid.X[before, column], grid.X[rows, column]
        with np.errstate(over="ignore"):
            change = np.clip(now / was - 1, -1.0, _MOST)
            over = np.minimum(np.where(change < 0, -change / self.drop_, change / self.rise_), _MOST)
        asked = np.flatnonzero(np.where(change < 0, self.drop is not None, self.rise is not None))
        order = asked[np.lexsort((-over[asked], rows[asked]))]
        worst = order[np.unique(rows[order], return_index=True)[1]]
        told = zip(column[worst], was[worst], _days(grid, before[worst]), now[worst], change[worst], strict=True)
        detail = tuple(_told(columns[at], *one) for at, *one in told)
        return Fired(rows[worst], over[worst], grid.time[since[worst]], detail, was[worst])

    def _far(self, grid: Grid, column: int) -> Iterator[tuple[int, int, int]]:
        """Row, the row that it lies too far from, and the row since which it does so.

        Behind a row that does not fire, the last one above 0 does not fire either: only what fires is walked through.
        """
        values, entity = grid.X[:, column], grid.entity
        place, reach = (grid.time, grid.step_us) if grid.step_us else (np.arange(len(values)), 1)
        reach, before, end = reach * self.memory_rows, _last_above_zero(grid, values), -1
        near = (before >= 0) & (place - place[before] <= reach)
        with np.errstate(over="ignore"):
            starts = np.flatnonzero(near & self._beyond(values, values[before]))
        for start in starts.tolist():
            if start <= end:
                continue
            end, last = start, before.item(start)
            was, until, own = values.item(last), place.item(last) + reach, entity.item(start)
            while end < len(values) and entity.item(end) == own:
                value = values.item(end)
                if place.item(end) <= until and self._beyond(value, was):
                    yield end, last, start
                elif value > 0:
                    break
                end += 1

    def _beyond(self, value: Any, before: Any) -> Any:
        """Whether a value, or each of several, lies too far from the one before it."""
        low, high = before * (1 - _AT * self.drop_), before * (1 + _AT * self.rise_)
        return ((value < low) | (value > high)) & (abs(value - before) >= self.least)


def _share(name: str, told: float | str | None, below: float) -> float | None:
    """`-30%`, `0.3` → 0.3."""
    if told is None:
        return None
    try:
        share = parse_share(told.strip().lstrip("+-−")) if isinstance(told, str) else abs(told)
    except UsageError as error:
        raise UsageError(f"the rule change, {name}: {error}") from error
    if not 0 < share < below:
        most = " and below 100%" if below == 1 else ""
        raise UsageError(f"the rule change, {name} is {told}: a share above 0{most} is needed.")
    return share


def _last_above_zero(grid: Grid, values: Floats) -> Integers:
    """(n,) the last row of the entity before each row with a value above 0; -1: none."""
    last = np.maximum.accumulate(np.where(values > 0, np.arange(len(values)), -1))
    before = np.append(-1, last[:-1])
    return np.where((before >= 0) & (grid.entity[before] == grid.entity), before, -1)


def _told(name: str, was: float, day: str, now: float, change: float) -> str:
    """`TotalCost 612 (2025-05-30) → 245: -60%`."""
    before, after = numbers([was, now])
    return f"{name} {before}{day} → {after}: {change:+,.0%}"


def _days(grid: Grid, rows: Integers) -> list[str]:
    """The days of rows, with the time of day where one does not begin there; empty without time."""
    if grid.clock is None:
        return [""] * len(rows)
    clock = grid.clock[rows]
    told = np.datetime_as_string(clock.astype("datetime64[us]"), "m" if (clock % _DAY_US).any() else "D")
    return [f" ({day.replace('T', ' ')})" for day in told.tolist()]


EXAMPLE = Change()
