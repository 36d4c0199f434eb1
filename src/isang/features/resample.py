"""A coarser step: the mean of the rows in each slot."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np

from isang.errors import UsageError
from isang.features.base import Feature
from isang.words.amounts import parse_span
from isang.words.frame import Floats, Grid, Integers

_MOST_SLOTS = 50_000_000  # more of them, nearly all empty, would fill the memory


class Resample(Feature):
    """One row for each slot of `step` on the clock; every row of the caller gets the score of its slot.

    Gaps that are longer than a slot become walls; missing cells are left out of the mean.
    """

    keeps_rows = False
    context_rows_ = 0

    def __init__(self, step: str = "1h") -> None:
        self.step = step

    def fit(self, grid: Grid) -> Self:
        """Nothing to learn."""
        return self

    def transform(self, grid: Grid) -> Grid:
        """A grid with a row for each slot; UsageError where the rows have no time or the step is in rows."""
        seconds = parse_span(self.step).seconds
        if grid.clock is None or seconds is None:
            raise UsageError(f"--step {self.step} needs a time column and a span of time such as 5min.")
        step = int(seconds * 1e6)
        slot = grid.clock // step
        place, size = _places(slot, grid.entity)
        first = np.full(size, -1, dtype=np.int64)
        first[place[::-1]] = np.arange(len(place))[::-1]
        held = np.maximum.accumulate(first)
        since = (np.arange(size) - place[held]) * step
        clock = slot[held] * step + since
        return replace(
            grid,
            X=_means(grid.X, place, size),
            time=grid.time[held] - grid.clock[held] + clock,
            clock=clock,
            entity=np.where((first >= 0) | (grid.entity[held] >= 0), grid.entity[held], -1),
            position=place[grid.position],
            step_us=step,
        )


def _places(slot: Integers, entity: Integers) -> tuple[Integers, int]:
    """The new row of each old one: slots without a row become rows, seams keep one of their own."""
    ahead = np.diff(slot, prepend=slot[0])
    ahead[np.diff(entity, prepend=entity[0]) != 0] = 1
    ahead = np.clip(ahead, 0, _MOST_SLOTS)
    place = np.cumsum(ahead)
    if place[-1] >= _MOST_SLOTS:
        raise UsageError(f"--step makes {place[-1]:,} slots or more of {len(slot):,} rows: take a longer one.")
    return place, int(place[-1]) + 1


def _means(X: Floats, place: Integers, size: int) -> Floats:
    means = np.full((size, X.shape[1]), np.nan)
    for column in range(X.shape[1]):
        seen = ~np.isnan(X[:, column])
        count = np.bincount(place[seen], minlength=size)
        total = np.bincount(place[seen], weights=X[seen, column], minlength=size)
        means[count > 0, column] = total[count > 0] / count[count > 0]
    return means


EXAMPLE = Resample()
