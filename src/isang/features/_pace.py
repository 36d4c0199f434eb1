"""How many times what a profile expects came lately: growth that a season learnt once would miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.features._profile import DAY_US
from isang.words.frame import Floats, Grid, Integers

DAYS, _FEWEST_DAYS = 14, 7  # looked back on; of which so many must have values
_MOST = 20.0  # times what is expected, and one part in so many


@dataclass(frozen=True)
class Pace:
    """What came over what was due, the median of daily totals of the two weeks before each day.

    `known` (entities, days) is that of the days that were learnt from, the first of which is `first_day` of the wall
    clock. Days with less than half of their slots are passed over; where a week of days is not left the pace is that
    of the nearest day that was learnt from and, for an entity without any, 1. Nothing of a day itself is seen.
    """

    first_day: int
    known: Floats

    def __post_init__(self) -> None:
        if self.known.ndim != 2 or not self.known.size or not np.all(self.known > 0):
            raise ValueError("a pace needs a number above 0 for each entity and day.")

    @classmethod
    def learn(cls, grid: Grid, values: Floats, expected: Floats) -> Self:
        """From a column (n,), NaN where nothing came, and what was expected of it."""
        days, shares = _shares(grid, values, expected, int(grid.entity.max()) + 1)
        return cls(int(days[0]), _carried(_medians_before(shares)))

    def at(self, grid: Grid, values: Floats, expected: Floats) -> Floats:
        """(n,) the pace of each row's entity and day."""
        entities = max(int(grid.entity.max(initial=-1)) + 1, len(self.known))
        days, shares = _shares(grid, values, expected, entities)
        before = np.ones(shares.shape)
        before[: len(self.known)] = self.known[:, np.clip(days - self.first_day, 0, self.known.shape[1] - 1)]
        medians = _medians_before(shares)
        pace = np.where(np.isnan(medians), before, medians)
        return np.where(grid.entity >= 0, pace[grid.entity, _day(grid) - days[0]], 1.0)


def _shares(grid: Grid, values: Floats, expected: Floats, entities: int) -> tuple[Integers, Floats]:
    """The days of the grid, and (entities, days) what came in them over what was due, NaN where too little did."""
    day = _day(grid)
    days = np.arange(int(day.min()), int(day.max()) + 1)
    seen = ~np.isnan(values) & (grid.entity >= 0)
    cell = grid.entity[seen] * len(days) + day[seen] - days[0]
    size = entities * len(days)
    came, due = (np.bincount(cell, of[seen], size) for of in (values, expected))
    whole = np.bincount(cell, minlength=size) * 2 >= DAY_US / (grid.step_us or DAY_US)
    shares = np.full(size, np.nan)
    np.divide(came, due, out=shares, where=whole & (due > 0))
    return days, shares.reshape(entities, len(days))


def _day(grid: Grid) -> Integers:
    return np.asarray((grid.time if grid.clock is None else grid.clock) // DAY_US)


def _medians_before(shares: Floats) -> Floats:
    """The same shape: the median of the days before each, NaN where these are too few."""
    padded = np.pad(shares, ((0, 0), (DAYS, 0)), constant_values=np.nan)[:, :-1]
    before = sliding_window_view(padded, DAYS, axis=1)
    enough = (~np.isnan(before)).sum(axis=2) >= _FEWEST_DAYS
    medians = np.full(shares.shape, np.nan)
    medians[enough] = np.clip(np.nanmedian(before[enough], axis=1), 1 / _MOST, _MOST)
    return medians


def _carried(medians: Floats) -> Floats:
    """The last known of each row before, else the first after, else 1."""
    place = np.where(np.isnan(medians), 0, np.arange(medians.shape[1]))
    ahead = np.take_along_axis(medians, np.maximum.accumulate(place, axis=1), axis=1)
    first = np.take_along_axis(medians, np.argmax(~np.isnan(medians), axis=1)[:, None], axis=1)
    return np.nan_to_num(np.where(np.isnan(ahead), first, ahead), nan=1.0)
