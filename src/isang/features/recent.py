"""What the last weeks let expect of a day or hour: for costs, with weekdays, months and what was switched on last."""

from __future__ import annotations

from collections.abc import Iterator
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
_CONTEXT_DAYS = _WEEK * _WEEKS + _SPREAD_DAYS + 31 * (_MONTHS + 1)
_WARM_UP_DAYS = 14
_BLIND_DAYS = 7  # of which the spread knows nothing: a fault of several days must not seem usual while it lasts
_STEERS_NO_MORE = 20.0  # spreads
_CERTAIN = 3.0  # spreads: so far apart a day of the month has to lie each time
_SHARE, _SHARE_OF_MONTHLY = 0.03, 0.15  # of what is expected; of what a day of the month brings: no spread is narrower
_OF_ALL = 1e-5  # nor narrower than this share of what the largest entity costs a day
_BAND_SPREADS = 3.0
_LINEAR_TO = 100.0
_LEAST = 1e-9
_CHUNK_CELLS = 2_000_000


class Recent(Feature):
    """Replaces each value of a day, or part of one, by its distance from what the last weeks let expect, in spreads.

    Expected is the median of two weeks, and on top how the weekday lay apart from its week in the last eight, and what
    the same day of the month (or the last one) brought in each of the last three, where that stands out. The spread is
    that of the distances in the last 60 days, a fault among them cut short. Each day is judged by the days before it
    alone; all that is learnt is the size that is worth telling. A missing day is passed over, as if the same weekday
    had come again. The first two weeks of an entity are not judged. Of rows some hours apart each part of the day is
    taken for itself: judged by the same one of earlier days.
    """

    keeps_rows = True
    in_spreads = True
    learns = False
    least_: Floats

    def fit(self, grid: Grid) -> Self:
        """Learn the least spread of each column (d,) from the entity that is largest in it; UsageError for no days."""
        self.context_rows_ = _CONTEXT_DAYS * _parts_a_day(grid)
        sizes = [_largest(_by_day(grid, column)[0]) for column in range(grid.X.shape[1])]
        self.least_ = np.maximum(_OF_ALL * np.array(sizes), _LEAST)
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, d) in spreads from the expected value, NaN where too little came before; with the band of three."""
        X, bands = np.full_like(grid.X, np.nan), np.full((3, *grid.X.shape), np.nan)
        for column, least in enumerate(self.least_):
            values, first = _by_day(grid, column)
            inside = np.flatnonzero(grid.entity >= 0)
            series, day = _places(grid, inside)
            at = series, day - first
            days = np.arange(first, first + values.shape[1])
            expected, spread = (of[at] for of in foreseen(values, days, float(least)))
            X[inside, column] = bend((grid.X[inside, column] - expected) / spread, _LINEAR_TO)
            for number, spreads in enumerate((0.0, -_BAND_SPREADS, _BAND_SPREADS)):
                bands[number, inside, column] = np.maximum(expected + spreads * spread, np.minimum(expected, 0.0))
        return replace(grid, X=X, expected=bands[0], lower=bands[1], upper=bands[2])


EXAMPLE = Recent()


def foreseen(values: Floats, days: Integers, least: float) -> tuple[Floats, Floats]:
    """Expected value and spread (entities, days) of values of the same shape, NaN where too little came before.

    `days` (days,) count from 1970-01-01; no spread is below the least.
    """
    whole = _without_gaps(values)
    base = np.concatenate([_base(part) for part in _chunks(whole)])
    expected, spread = base.copy(), np.full_like(base, np.nan)
    squares = np.zeros_like(base)  # of the distances from what was expected
    for at in range(_WARM_UP_DAYS, whole.shape[1]):
        wide, same = _wide(whole, squares, at), _same_days(days, at)
        brought = _brought(whole[:, same] - base[:, same], wide)
        expected[:, at] += brought
        floors = (_SHARE * expected[:, at]) ** 2 + (_SHARE_OF_MONTHLY * brought) ** 2 + least**2
        spread[:, at] = np.sqrt(wide**2 + floors)
        apart = np.abs(whole[:, at] - expected[:, at])
        squares[:, at] = np.minimum(apart, _STEERS_NO_MORE * spread[:, at]) ** 2
    begun = np.argmax(~np.isnan(values), axis=1)[:, None] + _WARM_UP_DAYS
    known = np.arange(values.shape[1]) >= begun
    return np.where(known, expected, np.nan), np.where(known, spread, np.nan)


def _wide(whole: Floats, squares: Floats, at: int) -> Floats:
    """(entities,) the root mean square of the distances in two months, but for the last week; at first, of values."""
    until = at - _BLIND_DAYS
    since = max(until - _SPREAD_DAYS, _WARM_UP_DAYS)
    if until - since < _WARM_UP_DAYS:
        return np.asarray(whole[:, :until].std(axis=1))
    return np.asarray(np.sqrt(squares[:, since:until].mean(axis=1)))


def _chunks(whole: Floats) -> Iterator[Floats]:
    size = max(1, _CHUNK_CELLS // whole.shape[1])
    return (whole[at : at + size] for at in range(0, len(whole), size))


def _base(whole: Floats) -> Floats:
    """(entities, days) the level of two weeks, and how the weekday lay apart from its week in the last eight."""
    base, days = np.full(whole.shape, np.nan), whole.shape[1]
    if days <= _WARM_UP_DAYS:
        return base
    level = np.median(sliding_window_view(whole, _LEVEL_DAYS, axis=1)[:, :-1], axis=2)
    apart = whole[:, : 1 - _WEEK] - np.median(sliding_window_view(whole, _WEEK, axis=1), axis=2)
    base[:, _WARM_UP_DAYS:] = level + _weekday_medians(apart)[:, _WARM_UP_DAYS:days]
    before = np.pad(whole, ((0, 0), (_SPREAD_DAYS, 0)), constant_values=0.0)[:, :-1]
    lowest = sliding_window_view(before, _SPREAD_DAYS, axis=1).min(axis=2)
    return np.asarray(np.maximum(base, np.minimum(lowest, 0.0)))  # what was not below 0 lately is not expected there


def _weekday_medians(apart: Floats) -> Floats:
    """(entities, days + 7) of each day and a week ahead, the median of the same weekdays in the eight weeks before."""
    found = np.full((len(apart), apart.shape[1] + _WEEK), np.nan)
    for at in range(_WEEK, min(_WEEKS * _WEEK, found.shape[1])):  # the first weeks look back on fewer
        found[:, at] = np.median(apart[:, at % _WEEK : at - _WEEK + 1 : _WEEK], axis=1)
    span = (_WEEKS - 1) * _WEEK + 1
    if apart.shape[1] >= span:
        found[:, _WEEKS * _WEEK :] = np.median(sliding_window_view(apart, span, axis=1)[:, :, ::_WEEK], axis=2)
    return found


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
    certain = (apart.min(axis=1) > _CERTAIN * wide) | (apart.max(axis=1) < -_CERTAIN * wide)
    brought = np.zeros(len(apart))
    brought[certain] = np.median(apart[certain], axis=1)
    return brought


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
    """(series, days) the values of a column, NaN where there is none, and the first of the days.

    The parts of an entity's day are series that follow each other.
    """
    inside = np.flatnonzero(grid.entity >= 0)
    series, day = _places(grid, inside)
    first = int(day.min())
    values = np.full(((int(grid.entity.max()) + 1) * _parts_a_day(grid), int(day.max()) - first + 1), np.nan)
    values[series, day - first] = grid.X[inside, column]
    return values, first


def _places(grid: Grid, rows: Integers) -> tuple[Integers, Integers]:
    """(k,) the series of each row, and its day from 1970-01-01."""
    parts, clock = _parts_a_day(grid), (grid.time if grid.clock is None else grid.clock)[rows]
    day, within = np.divmod(clock, _DAY_US)
    return grid.entity[rows] * parts + within * parts // _DAY_US, day


def _largest(values: Floats) -> float:
    """What the largest entity has on the mean day."""
    seen = np.nan_to_num(np.abs(values))
    return float((seen.sum(axis=1) / np.maximum((~np.isnan(values)).sum(axis=1), 1)).max())


def _parts_a_day(grid: Grid) -> int:
    """How many rows a day has; UsageError where days are no multiples of the step."""
    if grid.clock is None or grid.step_us is None or _DAY_US % grid.step_us:
        raise UsageError("recent judges rows a day or some hours apart: put the feature resample, step 1d, before it.")
    return int(_DAY_US // grid.step_us)
