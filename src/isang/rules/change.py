"""A change against the day before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

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


class _Far(NamedTuple):
    """A row that lies too far from an earlier one, how far (1 at the limit), and the row since which it has been so."""

    row: int
    before: int
    over: float
    since: int


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
        worst: dict[int, tuple[_Far, int]] = {}
        for column in range(grid.X.shape[1]):
            for far in self._far(grid, grid.X[:, column]):
                fell = bool(grid.X[far.row, column] < grid.X[far.before, column])
                asked = (self.drop if fell else self.rise) is not None
                if asked and (far.row not in worst or far.over > worst[far.row][0].over):
                    worst[far.row] = far, column
        found = [worst[row] for row in sorted(worst)]
        return Fired(
            np.array([far.row for far, _ in found], dtype=np.int64),
            np.array([far.over for far, _ in found]),
            grid.time[np.array([far.since for far, _ in found], dtype=np.int64)],
            tuple(_told(grid, columns[column], column, far) for far, column in found),
        )

    def _far(self, grid: Grid, values: Floats) -> Iterator[_Far]:
        """One column. Behind a row that does not fire the last one above 0 is no fault: only what fires is walked."""
        before = _last_above_zero(grid, values)
        near = (before >= 0) & (_apart(grid, np.arange(len(values)), before) <= self.memory_rows)
        over, fired = np.where(near, self._over(values, values[before]), 0.0), np.zeros(len(values), dtype=np.bool_)
        for start in np.flatnonzero(over > _AT).tolist():
            if not fired[start] and not fired[before[start]]:
                for far in self._from(start, int(before[start]), grid, values):
                    fired[far.row] = True
                    yield far

    def _from(self, start: int, before: int, grid: Grid, values: Floats) -> Iterator[_Far]:
        """The rows from `start` on that lie too far from the one `before`, until one does not."""
        for row in range(start, len(values)):
            if grid.entity[row] != grid.entity[start] or _apart(grid, row, before) > self.memory_rows:
                return
            over = float(self._over(values[row], values[before]))
            if over > _AT:
                yield _Far(row, before, over, start)
            elif values[row] > 0:
                return

    def _over(self, values: Floats | float, before: Floats | float) -> Floats:
        """How far values lie from those before them, 1 at the limit; 0 where the change is smaller than `least`."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            change = np.maximum(values / before - 1, -1.0)
            over = np.maximum(-change / self.drop_, change / self.rise_)
            return np.asarray(np.where(np.abs(values - before) >= self.least, np.minimum(over, _MOST), 0.0))


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


def _apart(grid: Grid, row: Integers | int, before: Integers | int) -> Any:
    """How many steps rows lie behind others; rows of the grid where it has no step."""
    return (grid.time[row] - grid.time[before]) / grid.step_us if grid.step_us else row - before


def _last_above_zero(grid: Grid, values: Floats) -> Integers:
    """(n,) the last row of the entity before each row with a value above 0; -1: none."""
    last = np.maximum.accumulate(np.where(values > 0, np.arange(len(values)), -1))
    before = np.append(-1, last[:-1])
    return np.where((before >= 0) & (grid.entity[before] == grid.entity), before, -1)


def _told(grid: Grid, name: str, column: int, far: _Far) -> str:
    """`TotalCost 612 (2025-05-30) → 245: -60%`."""
    was, now = float(grid.X[far.before, column]), float(grid.X[far.row, column])
    said = numbers([was, now])
    return f"{name} {said[0]}{_when(grid, far.before)} → {said[1]}: {max(now / was - 1, -1.0):+,.0%}"


def _when(grid: Grid, row: int) -> str:
    """The day of a row, with the time of day unless it begins there; empty without time."""
    if grid.clock is None:
        return ""
    at = np.datetime64(int(grid.clock[row]), "us")
    return f" ({np.datetime_as_string(at, 'm' if grid.clock[row] % _DAY_US else 'D').replace('T', ' ')})"


EXAMPLE = Change()
