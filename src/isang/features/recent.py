"""What the last weeks let expect of a day: for costs, which follow weekdays, months and whatever was switched on last."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.errors import UsageError
from isang.features.base import Feature
from isang.scaling import bend
from isang.words.frame import Floats, Grid, Integers

_DAY_US = 86_400_000_000
_WEEK, _WEEKS, _LEVEL_DAYS, _SPREAD_DAYS = 7, 8, 14, 60  # looked back on
_MONTHS = 3
_WARM_UP_DAYS = 14
_BLIND_DAYS = 7  # of which the spread knows nothing: a fault of several days must not seem usual while it lasts
_STEERS_NO_MORE = 20.0  # spreads
_CERTAIN = 3.0  # spreads: so far apart a day of the month has to lie each time
_SHARE, _SHARE_OF_MONTHLY = 0.03, 0.15  # of what is expected; of what a day of the month brings: no spread is narrower
_OF_ALL = 1e-5  # nor narrower than this share of what the largest entity costs a day
_BAND_SPREADS = 3.0
_LINEAR_TO = 100.0
_LEAST = 1e-9


class Recent(Feature):
    """Replaces each value by its distance from what the last weeks let expect, in usual spreads; for rows a day apart.

    Expected is the median of two weeks, and on top how the weekday lay apart from its week in the last eight, and what
    the same day of the month (or the last one) brought in each of the last three, where that stands out. The spread is
    that of the distances in the last 60 days, a fault among them cut short. Each day is judged by the days before it
    alone; what is learnt is the size that is worth telling. A missing day is passed over, as if the same weekday had
    come again. The first two weeks of an entity are not judged.
    """

    keeps_rows = True
    in_spreads = True
    context_rows_ = _WEEK * _WEEKS + _SPREAD_DAYS + 31 * (_MONTHS + 1)
    least_: Floats

    def fit(self, grid: Grid) -> Self:
        """Learn the least spread (d,) of each column; UsageError for rows that are no days."""
        _check_days(grid)
        seen = [_by_day(grid, column)[0] for column in range(grid.X.shape[1])]
        sizes = [np.nanmax(np.nanmean(np.abs(part[~np.isnan(part).all(axis=1)]), axis=1), initial=0.0) for part in seen]
        self.least_ = np.maximum(np.array(sizes) * _OF_ALL, _LEAST)
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, d) in spreads from the expected value, NaN where too little came before; with the band of three."""
        _check_days(grid)
        X, bands = np.full_like(grid.X, np.nan), np.full((3, *grid.X.shape), np.nan)
        for column, least in enumerate(self.least_):
            values, first = _by_day(grid, column)
            inside = np.flatnonzero(grid.entity >= 0)
            at = grid.entity[inside], _days(grid)[inside] - first
            expected, spread = (of[at] for of in foreseen(values, np.arange(first, first + values.shape[1]), float(least)))
            X[inside, column] = bend((grid.X[inside, column] - expected) / spread, _LINEAR_TO)
            for number, spreads in enumerate((0.0, -_BAND_SPREADS, _BAND_SPREADS)):
                bands[number, inside, column] = expected + spreads * spread
        return replace(grid, X=X, expected=bands[0], lower=bands[1], upper=bands[2])


EXAMPLE = Recent()


def foreseen(values: Floats, days: Integers, least: float) -> tuple[Floats, Floats]:
    """Expected value and spread (entities, days) of values of the same shape, NaN where too little came before.

    `days` (days,) count from 1970-01-01; `least` is the narrowest spread.
    """
    whole = _without_gaps(values)
    base = _base(whole)
    expected, spread = base.copy(), np.full_like(base, np.nan)
    squares = np.zeros_like(base)  # of the distances from what was expected
    for at in range(_WARM_UP_DAYS, whole.shape[1]):
        until = at - _BLIND_DAYS
        looked = squares[:, max(until - _SPREAD_DAYS, _WARM_UP_DAYS) : until]
        wide = np.sqrt(looked.mean(axis=1)) if looked.shape[1] >= _WARM_UP_DAYS else whole[:, :until].std(axis=1)
        same = _same_days(days, at)
        brought = _brought(whole[:, same] - base[:, same], wide)
        expected[:, at] += brought
        floors = (_SHARE * expected[:, at]) ** 2 + (_SHARE_OF_MONTHLY * brought) ** 2 + least**2
        spread[:, at] = np.sqrt(wide**2 + floors)
        apart = np.abs(whole[:, at] - expected[:, at])
        squares[:, at] = np.minimum(apart, _STEERS_NO_MORE * spread[:, at]) ** 2
    begun = np.argmax(~np.isnan(values), axis=1)[:, None] + _WARM_UP_DAYS
    known = np.arange(values.shape[1]) >= begun
    return np.where(known, expected, np.nan), np.where(known, spread, np.nan)


def _base(whole: Floats) -> Floats:
    """(entities, days) the level of two weeks, and how the weekday lay apart from its week in the last eight."""
    base = np.full(whole.shape, np.nan)
    if whole.shape[1] <= _WARM_UP_DAYS:
        return base
    level = np.median(sliding_window_view(whole, _LEVEL_DAYS, axis=1)[:, :-1], axis=2)
    ahead = whole[:, : 1 - _WEEK] - np.median(sliding_window_view(whole, _WEEK, axis=1), axis=2)
    padded = np.pad(ahead, ((0, 0), (_WEEK * _WEEKS, 0)), constant_values=np.nan)
    for at in range(_WARM_UP_DAYS, whole.shape[1]):
        weeks = np.arange(max(at - _WEEK * _WEEKS, at % _WEEK), at, _WEEK)
        weekday = np.median(ahead[:, weeks[weeks + _WEEK <= at]], axis=1)
        base[:, at] = level[:, at - _LEVEL_DAYS] + weekday
    least = np.minimum.accumulate(whole, axis=1)
    base[:, 1:] = np.maximum(base[:, 1:], np.minimum(least[:, :-1], 0))  # what was never below 0 is not expected there
    return base


def _same_days(days: Integers, at: int) -> Integers:
    """The earlier days, of the last three months, that were the same day of their month, or the last as this one is."""
    dates = days[: at + 1].astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    of_month = (dates - month.astype("datetime64[D]")).astype(np.int64)
    last = (dates + 1).astype("datetime64[M]") != month
    same = (of_month == of_month[at]) | (last & last[at])
    return np.flatnonzero(same[:at] & (np.arange(at) >= _WARM_UP_DAYS))[-_MONTHS:]


def _brought(apart: Floats, wide: Floats) -> Floats:
    """(entities,) what this day of the month brings: the median of the months before, where it stood out in each."""
    if not apart.shape[1]:
        return np.zeros(len(apart))
    low, high = apart.min(axis=1), apart.max(axis=1)
    certain = (low > _CERTAIN * wide) | (high < -_CERTAIN * wide)
    return np.where(certain, np.median(apart, axis=1), 0.0)


def _without_gaps(values: Floats) -> Floats:
    """The values, a week before in place of a missing one, the first one before it."""
    whole = values.copy()
    first = np.argmax(~np.isnan(whole), axis=1)
    start = np.where(np.isnan(whole[np.arange(len(whole)), first]), 0.0, whole[np.arange(len(whole)), first])
    for at in np.flatnonzero(np.isnan(whole).any(axis=0)):
        before = whole[:, at - _WEEK] if at >= _WEEK else start
        whole[:, at] = np.where(np.isnan(whole[:, at]), np.where(at < first, start, before), whole[:, at])
    return whole


def _by_day(grid: Grid, column: int) -> tuple[Floats, int]:
    """(entities, days) the values of a column, NaN where there is none, and the first of the days."""
    inside = grid.entity >= 0
    days = _days(grid)[inside]
    first = int(days.min())
    values = np.full((int(grid.entity.max()) + 1, int(days.max()) - first + 1), np.nan)
    values[grid.entity[inside], days - first] = grid.X[inside, column]
    return values, first


def _days(grid: Grid) -> Integers:
    assert grid.clock is not None
    return np.asarray(grid.clock // _DAY_US)


def _check_days(grid: Grid) -> None:
    if grid.clock is None or grid.step_us != _DAY_US:
        raise UsageError("recent judges rows that lie a day apart: put the feature resample, step 1d, before it.")
