"""Train, calibration and test: once in time, again and again as time goes on, or at random for tables without time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from isang.events import Truth, uncut
from isang.splits import cut_at_shares
from isang.words.frame import Flags, Grid, Integers


@dataclass(frozen=True)
class Fold:
    """(n,) rows of a grid that train, that set the threshold, and that are reported on; none is two of these."""

    train: Flags
    calibration: Flags
    test: Flags

    @property
    def seen(self) -> Flags:
        """(n,) rows that a detector of this fold may look at."""
        return self.train | self.calibration | self.test


def in_time(grid: Grid, truth: Truth, shares: Sequence[float]) -> list[Fold]:
    """One fold: the earliest rows train, the latest test; no event is cut in two."""
    first, second = cut_at_shares(grid.time[grid.position], tuple(shares))
    return [between(grid, truth, first, second)]


def rolling(grid: Grid, truth: Truth, folds: int) -> list[Fold]:
    """Rolling origin: of `folds` + 2 equal parts in time each but the first two is tested by what lay before it.

    The part before it sets the threshold, all earlier ones train (Tashman 2000, doi:10.1016/S0169-2070(00)00065-0).
    """
    cuts = [*cut_at_shares(grid.time[grid.position], (1.0,) * (folds + 2)), int(grid.time.max()) + 1]
    return [between(grid, truth, *cuts[at : at + 3]) for at in range(folds)]


def at_random(grid: Grid, truth: Truth, shares: Sequence[float], random_state: int) -> list[Fold]:
    """One fold of rows drawn at random, usual rows and rows of events in the same shares."""
    random = np.random.default_rng(random_state)
    part = np.full(len(grid.X), -1, dtype=np.int64)
    for rows in (np.unique(grid.position[truth.event[grid.position] < 0]), np.flatnonzero(truth.event >= 0)):
        ends = np.cumsum(shares)[:-1] / sum(shares) * len(rows)
        part[random.permutation(rows)] = np.searchsorted(ends, np.arange(len(rows)), side="right")
    return [Fold(part == 0, part == 1, part == 2)]


def halves(rows: Flags, grid: Grid, truth: Truth) -> tuple[Flags, Flags]:
    """These rows in two parts: the earlier half and the later one, with no event in both."""
    own = rows & grid.present
    middle = uncut(int(np.median(grid.time[own])), truth, grid) if own.any() else 0
    return rows & (grid.time < middle), rows & (grid.time >= middle)


def between(grid: Grid, truth: Truth, first: int, second: int, end: int | None = None) -> Fold:
    """Trained on before the first time, thresholds set before the second, tested before the end (None: all the rest).

    No event is cut in two.
    """
    end = int(grid.time.max()) + 1 if end is None else end
    first, second, end = (uncut(moment, truth, grid) for moment in (first, second, end))
    time: Integers = grid.time
    return Fold(time < first, (time >= first) & (time < second), (time >= second) & (time < end))
