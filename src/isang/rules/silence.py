"""Absent data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from isang.rules.base import Rule
from isang.state.hints import Unbounded
from isang.windows import walls
from isang.words.frame import Flags, Floats, Grid, Integers
from isang.words.verdicts import Fired

_WEEK_US = 7 * 86_400_000_000


class Silence(Rule):
    """Fires on the first row after a pause of `steps` usual steps or more, or on the last row before the early end.

    A pause is told only while pauses half as long are rare: at most one a week among the others. `hindsight=True`:
    the rows judged are those learnt from, so that a pause is left out of its own comparison.
    """

    usual_us_: Unbounded
    long_: Floats
    allowed_: float

    def __init__(self, steps: int = 10, hindsight: bool = False) -> None:
        self.steps = steps
        self.hindsight = hindsight

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Learn the usual step and the pauses."""
        pauses = _pauses(grid)[1]
        self.usual_us_ = float(np.median(pauses[pauses > 0])) if np.any(pauses > 0) else np.inf
        self.long_ = np.sort(pauses[pauses >= self.steps * self.usual_us_ / 2])
        span = float(grid.time.max() - grid.time.min()) if len(grid.time) else 0.0
        self.allowed_ = max(1.0, span / _WEEK_US)
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """Rows that end a long pause, or begin one that lasts to the end of the data; none without a time column."""
        rows, pauses, since = _pauses(grid)
        if grid.clock is None or not np.isfinite(self.usual_us_):
            return Fired(rows[:0], np.empty(0), rows[:0], ())
        own = 1 if self.hindsight else 0
        others = len(self.long_) - np.searchsorted(self.long_, pauses / 2) - own
        long = (pauses >= self.steps * self.usual_us_) & (others <= self.allowed_)
        over = pauses[long] / (self.steps * self.usual_us_)
        return Fired(rows[long], over, since[long], tuple("no data" for _ in over))


def _pauses(grid: Grid) -> tuple[Integers, Floats, Integers]:
    """Row, length (µs) and beginning of each pause between rows with data, and of the one after an entity's end."""
    rows = np.flatnonzero(~walls(grid.X))
    if len(rows) < 2:
        return rows[:0], np.empty(0), rows[:0]
    time, entity = grid.time[rows], grid.entity[rows]
    same: Flags = np.diff(entity) == 0
    last = np.append(~same, True)
    ended = np.maximum(time.max() - time[last], 0)
    pauses = np.concatenate([np.diff(time)[same], ended]).astype(float)
    return (
        np.concatenate([rows[1:][same], rows[last]]),
        pauses,
        np.concatenate([time[:-1][same], time[last]]),
    )


EXAMPLE = Silence()
