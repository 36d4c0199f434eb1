"""The season of day and week in clock time: what is expected, how far values usually lie from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from isang.features._calendar import as_lived
from isang.features._pace import DAYS, Pace
from isang.features._profile import DAY_US, Profile, learn_profile
from isang.features.base import Feature
from isang.scaling import bend
from isang.words.frame import Flags, Floats, Grid, Integers

BAND_SPREADS = 3.0
_LINEAR_TO = 100.0  # spreads; beyond, only the order still counts
# Spreads: so little is chance where a few are counted; else what hardly moves, a counter that is mostly 0, would seem
# to lie within a hair's breadth, and one failure a hundred of these away.
_CHANCE = 0.5
_ROUNDING = 1e-6  # spreads: what is left of a perfect fit is rounding, not news
_FEWEST_DAYS = 6 * 7  # from which it can be told whether following the last two weeks helps
_MOST_HARM = 1.01  # following may leave this share of the error without it: growth goes on after learning
_BEYOND = 3.0  # spreads no more counted in that


class Season(Feature):
    """Replaces each value by its distance from what is expected at that time, in usual spreads.

    Learnt for each entity and column apart: a level, or a profile over the day, over workday and weekend, over these
    and the first day of each, or over the week, whichever predicts days that it was not learnt from best. Unless
    that predicts later days worse, it follows growth: expected is the profile times what came over what was due in the
    two weeks before the day. The grid gets `expected` and, three spreads apart, `lower` and `upper`, in the frame's
    units. Without a clock, or with less than three repeats, only the level is learnt. A public holiday of the country
    `holidays` (KR) is lived as a weekend; without one it is a day like others.
    """

    keeps_rows = True
    in_spreads = True
    context_rows_: int
    columns_: list[_Column]

    def __init__(self, holidays: str | None = None) -> None:
        self.holidays = holidays

    def fit(self, grid: Grid) -> Self:
        """Learn level, profile, spread and pace of each entity and column; UsageError for an unknown country."""
        lived = self._lived(grid.clock)
        self.columns_ = [_learn(grid, lived, grid.X[:, column]) for column in range(grid.X.shape[1])]
        follows = any(column.pace is not None for column in self.columns_)
        self.context_rows_ = (DAYS + 2) * DAY_US // grid.step_us if follows and grid.step_us else 0
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, d) in spreads from the expected value; entities never seen are judged by all the others."""
        lived = self._lived(grid.clock)
        X, bands = np.empty_like(grid.X), np.empty((3, *grid.X.shape))
        for at, column in enumerate(self.columns_):
            X[:, at], bands[:, :, at] = column.judged(grid, lived, grid.X[:, at])
        X[np.abs(X) < _ROUNDING] = 0.0
        return replace(grid, X=X, expected=bands[0], lower=bands[1], upper=bands[2])

    def _lived(self, clock: Integers | None) -> Integers | None:
        """The clock that people live by: that of a weekend on a public holiday."""
        return clock if clock is None or self.holidays is None else as_lived(clock, self.holidays)


@dataclass(frozen=True)
class _Column:
    """What is expected of a column; `pace` is None where it does not help to follow growth."""

    profile: Profile
    pace: Pace | None

    def judged(self, grid: Grid, lived: Integers | None, values: Floats) -> tuple[Floats, Floats]:
        """(n,) spreads from what is expected, and (3, n) that and its band, in units of the values."""
        expected, spread = self.profile.at(grid.entity, lived)
        pace = np.ones(len(values)) if self.pace is None else self.pace.at(grid, values, expected)
        apart = bend((self.profile.stable(values / pace) - expected) / spread, _LINEAR_TO)
        if self.profile.counts:
            apart[np.abs(apart) < _CHANCE] = 0.0
        band = (expected, expected - BAND_SPREADS * spread, expected + BAND_SPREADS * spread)
        return apart, np.stack([pace * self.profile.in_units(one) for one in band])


EXAMPLE = Season()


def _learn(grid: Grid, lived: Integers | None, values: Floats) -> _Column:
    seen = ~np.isnan(values) & (grid.entity >= 0)
    profile = _profile(grid, lived, values, seen)
    if not (_can_grow(grid, values, seen, profile) and _following_helps(grid, lived, values, seen)):
        return _Column(profile, None)
    pace, times = _followed(grid, lived, values, profile)
    return _Column(_profile(grid, lived, values / times, seen), pace)


def _can_grow(grid: Grid, values: Floats, seen: Flags, profile: Profile) -> bool:
    """Whether there are weeks enough to see growth in, and values that grow in proportion."""
    if grid.step_us is None or grid.step_us > DAY_US or profile.counts or not seen.any() or values[seen].min() < 0:
        return False
    return bool(np.ptp(grid.time[seen]) >= _FEWEST_DAYS * DAY_US and profile.expected.min() > 0)


def _following_helps(grid: Grid, lived: Integers | None, values: Floats, seen: Flags) -> bool:
    """Whether the second half of the time is nearer to a profile of the first half that follows what came lately."""
    early = grid.time < np.median(grid.time[seen])
    profile = _profile(grid, lived, values, seen & early)
    times = _followed(grid, lived, values, profile)[1]
    expected, spread = (of[seen & ~early] for of in profile.at(grid.entity, lived))
    came = values[seen & ~early]
    without, left = (
        np.minimum(np.abs(came - told) / spread, _BEYOND).mean() for told in (expected, times[seen & ~early] * expected)
    )
    return bool(left <= _MOST_HARM * without)


def _followed(grid: Grid, lived: Integers | None, values: Floats, profile: Profile) -> tuple[Pace, Floats]:
    """The pace of a column and (n,) that of each row."""
    expected, _ = profile.at(grid.entity, lived)
    pace = Pace.learn(grid, values, expected)
    return pace, pace.at(grid, values, expected)


def _profile(grid: Grid, lived: Integers | None, values: Floats, seen: Flags) -> Profile:
    clock = None if lived is None else lived[seen]
    return learn_profile(values[seen], grid.entity[seen], int(grid.entity.max()) + 1, clock, grid.step_us)
