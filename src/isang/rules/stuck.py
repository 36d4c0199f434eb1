"""A value that stands still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from isang.rules.base import Rule
from isang.words.frame import Floats, Grid, Integers
from isang.words.numbers import Count
from isang.words.verdicts import Fired

_WEEK_US = 7 * 86_400_000_000
_LONGER = 2.0  # than what is usual


class Stuck(Rule):
    """Fires where a column holds one value for `steps` rows or more, and twice as long as it usually does.

    Usual is the length that runs of equal values reach once a week, or once in all rows that it learns from. Missing
    cells and gaps end a run. It fires from the row on at which the run is so long, and tells since when.
    """

    limit_: Floats

    def __init__(self, steps: Count = 6) -> None:
        self.steps = steps

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Learn how long values usually stand still, column by column."""
        span = float(grid.time.max() - grid.time.min()) if grid.clock is not None and len(grid.time) else 0.0
        allowed = max(int(span / _WEEK_US), 1)
        usual = [_exceeded(_lasted(grid, column), allowed) for column in range(grid.X.shape[1])]
        self.limit_ = np.maximum(_LONGER * np.array(usual), float(self.steps))
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """Rows at which a value has stood still for too long; `times_over` is 1 at the limit."""
        over, since = np.zeros(len(grid.X)), np.zeros(len(grid.X), dtype=np.int64)
        worst = np.full(len(grid.X), -1, dtype=np.int64)
        for column in range(grid.X.shape[1]):
            lasted = _lasted(grid, column)
            share = lasted / self.limit_[column]
            more = (share >= 1) & (share > over)
            over[more], since[more], worst[more] = share[more], lasted[more], column
        rows = np.flatnonzero(worst >= 0)
        detail = tuple(f"{columns[worst[row]]} stands still at {grid.X[row, worst[row]]:g}" for row in rows)
        return Fired(rows, over[rows], grid.time[rows - since[rows] + 1], detail)


def _lasted(grid: Grid, column: int) -> Integers:
    """(n,) for how many rows a cell's value has stood still; 0 where it is missing."""
    values, here = grid.X[:, column], np.arange(len(grid.X))
    moved = (np.diff(values, prepend=np.nan) != 0) | (np.diff(grid.entity, prepend=-2) != 0)  # NaN differs from all
    return np.where(np.isnan(values), 0, here - np.maximum.accumulate(np.where(moved, here, 0)) + 1)


def _exceeded(lasted: Integers, times: int) -> float:
    """The length that runs exceed no more than this often."""
    last = np.append(lasted[1:] <= lasted[:-1], True)  # the last row of each run
    lengths = np.sort(lasted[last])
    return float(lengths[-times - 1] if len(lengths) > times else lengths[-1])


EXAMPLE = Stuck()
