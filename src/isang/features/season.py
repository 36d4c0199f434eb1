"""The season of day and week in clock time: what is expected, how far values usually lie from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from isang.features._calendar import as_lived
from isang.features.base import Feature
from isang.scaling import bend, learn_group_scale, learn_scale
from isang.state.hints import Unbounded
from isang.words.frame import Floats, Grid, Integers

_KINDS = ("level", "day", "workday", "turn", "week")
_DAY_US = 86_400_000_000
_MOST_BINS_A_DAY = 288
_FEWEST_REPEATS = 3  # of each bin, for a season to be learnt from it
# Kind, days of which every other one tests it, days needed, below which share of the error without it out of sample it
# is worth having. What the day before was shows in a few hours of the night alone: seldom, and then by much.
_TRIED = (("day", 1, 3, 0.95), ("workday", 1, 14, 0.95), ("turn", 7, 21, 0.995), ("week", 7, 21, 0.95))
_STEERS_NO_MORE = 10.0  # spreads: farther out a value pulls means no harder
_TRIM = 3.0  # spreads: values farther out do not steer the profile
_MEAN_DEVIATION = 0.798  # of a standard normal
BAND_SPREADS = 3.0
_LINEAR_TO = 100.0  # spreads; beyond, only the order still counts
_ROUNDING = 1e-6  # spreads: what is left of a perfect fit is rounding, not news
_SMALL_COUNT = 100
_PRIOR_ROWS = 10  # rows that the overall spread weighs against a bin's own


class Season(Feature):
    """Replaces each value by its distance from what is expected at that time, in usual spreads.

    Learnt for each entity and column apart: a level, or a profile over the day, over workday and weekend, over these
    and the first day of each, or over the week, whichever predicts days that it was not learnt from best. The grid
    gets `expected` and, three spreads apart, `lower` and `upper`, in the frame's units.
    Without a clock, or with less than three repeats, only the level is learnt. A public holiday of the country
    `holidays` (KR) is lived as a weekend; without one it is a day like others.
    """

    keeps_rows = True
    context_rows_ = 0
    columns_: list[_Profile]

    def __init__(self, holidays: str | None = None) -> None:
        self.holidays = holidays

    def fit(self, grid: Grid) -> Self:
        """Learn level, profile and spread of each entity and column; UsageError for an unknown country."""
        grid = replace(grid, clock=self._lived(grid.clock))
        self.columns_ = [_learn(grid, column) for column in range(grid.X.shape[1])]
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, d) in spreads from the expected value; entities never seen are judged by all the others."""
        clock = self._lived(grid.clock)
        X, bands = np.empty_like(grid.X), np.empty((3, *grid.X.shape))
        for column, profile in zip(range(X.shape[1]), self.columns_, strict=True):
            known = (grid.entity >= 0) & (grid.entity < profile.entities)
            entity = np.where(known, grid.entity, profile.entities)
            cell = entity * profile.bins + _bins(clock, profile.kind, profile.per_day, len(entity))
            expected, spread = profile.expected[cell], profile.spread[cell]
            X[:, column] = bend((profile.stable(grid.X[:, column]) - expected) / spread, _LINEAR_TO)
            for at, spreads in enumerate((0.0, -BAND_SPREADS, BAND_SPREADS)):
                bands[at, :, column] = profile.in_units(expected + spreads * spread)
        X[np.abs(X) < _ROUNDING] = 0.0
        return replace(grid, X=X, expected=bands[0], lower=bands[1], upper=bands[2])

    def _lived(self, clock: Integers | None) -> Integers | None:
        """The clock that people live by: that of a weekend on a public holiday."""
        return clock if clock is None or self.holidays is None else as_lived(clock, self.holidays)


@dataclass(frozen=True)
class _Profile:
    """Expected value and spread of each bin of each entity; the last entity stands for unseen ones.

    Of small counts both are learnt, and kept, on a scale on which their variance does not grow with their mean
    (Anscombe 1948, doi:10.1093/biomet/35.3-4.246): five failures where one is usual are no news, fifty are.
    """

    kind: str
    per_day: int
    bins: int
    expected: Floats
    spread: Floats
    counts: bool
    floor: Unbounded

    def __post_init__(self) -> None:
        if (
            self.kind not in _KINDS
            or not 1 <= self.per_day <= _MOST_BINS_A_DAY
            or self.bins != _bin_count(self.kind, self.per_day)
        ):
            raise ValueError(f"a profile over the {self.kind} cannot have {self.bins} bins of {self.per_day} a day.")
        whole = (self.entities + 1) * self.bins
        if not self.expected.shape == self.spread.shape == (whole,) or not whole or np.any(self.spread < 0):
            raise ValueError(f"a profile needs {whole} expected values and spreads.")

    @property
    def entities(self) -> int:
        """How many entities were learnt from."""
        return len(self.expected) // self.bins - 1

    def stable(self, values: Floats) -> Floats:
        """Values on the scale of the profile."""
        return _anscombe(values) if self.counts else values

    def in_units(self, values: Floats) -> Floats:
        """Values of the profile in the frame's units, not below 0 where nothing ever was."""
        return np.maximum(np.square(np.maximum(values, 0) / 2) - 0.375 if self.counts else values, self.floor)


EXAMPLE = Season()


def _learn(grid: Grid, column: int) -> _Profile:
    entities = int(grid.entity.max()) + 1
    seen = ~np.isnan(grid.X[:, column]) & (grid.entity >= 0)
    entity = grid.entity[seen]
    counts = _small_counts(grid.X[seen, column])
    lowest = float(grid.X[seen, column].min()) if seen.any() else 0.0
    values = _anscombe(grid.X[seen, column]) if counts else grid.X[seen, column]
    clock = grid.clock[seen] if grid.clock is not None else None
    level, scale = _levels(values, entity, entities)
    scaled = np.clip((values - level[entity]) / scale[entity], -_STEERS_NO_MORE, _STEERS_NO_MORE)
    per_day = _bins_a_day(grid.step_us, clock)
    kind = _best_kind(scaled, entity, clock, per_day)
    profile = _trimmed_profile(scaled, entity, _bins(clock, kind, per_day, len(scaled)), entities, kind, per_day)
    return _profile(profile, level, scale, kind, per_day, counts=counts, floor=0.0 if lowest >= 0 else -np.inf)


def _levels(values: Floats, entity: Integers, entities: int) -> tuple[Floats, Floats]:
    """Robust level and scale of each entity; one more, that of all values, for entities never or hardly seen."""
    overall = learn_scale(values[:, None])
    learnt = learn_group_scale(values, entity, entities + 1)
    known = np.bincount(entity, minlength=entities + 1) >= _FEWEST_REPEATS
    return np.where(known, learnt.center, overall.center[0]), np.where(known, learnt.spread, overall.spread[0])


def _bins_a_day(step_us: int | None, clock: Integers | None) -> int:
    if clock is None or not len(clock):
        return 1
    if step_us is None:
        return 24
    return int(np.clip(_DAY_US // step_us, 1, _MOST_BINS_A_DAY))


def _bins(clock: Integers | None, kind: str, per_day: int, rows: int = 0) -> Integers:
    """The bin of each row: a part of the day, of workday or weekend, of these or the first day of them, of the week."""
    if clock is None or kind == "level":
        return np.zeros(len(clock) if clock is not None else rows, dtype=np.int64)
    day, within = np.divmod(clock, _DAY_US)
    part = within * per_day // _DAY_US
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    turns = np.select([weekday == 0, weekday == 5, weekday == 6], [1, 2, 3], 0)
    turn = {"day": 0 * weekday, "workday": (weekday >= 5).astype(np.int64), "turn": turns, "week": weekday}[kind]
    return np.asarray(turn * per_day + part, dtype=np.int64)


def _bin_count(kind: str, per_day: int) -> int:
    return {"level": 1, "day": per_day, "workday": 2 * per_day, "turn": 4 * per_day, "week": 7 * per_day}[kind]


def _best_kind(scaled: Floats, entity: Integers, clock: Integers | None, per_day: int) -> str:
    """The kind of profile with the smallest error on days (weeks) that it was not learnt from."""
    if clock is None or not len(clock):
        return "level"
    day = clock // _DAY_US
    days = int(day.max() - day.min()) + 1
    best, least = "level", float(np.mean(np.abs(scaled)))
    for kind, unit, needed, worth in _TRIED:
        if days >= needed and _bin_count(kind, per_day) > 1:
            error = _error_out_of_sample(scaled, entity, _bins(clock, kind, per_day), (day // unit) % 2 == 0)
            if error < worth * least:
                best, least = kind, error
    return best


def _error_out_of_sample(
    scaled: Floats, entity: Integers, bins: Integers, even: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    """Mean absolute error of each half of the days against the profile of the other half."""
    cell = entity * (int(bins.max()) + 1) + bins
    size = int(cell.max()) + 1
    errors = []
    for learnt in (even, ~even):
        count = np.bincount(cell[learnt], minlength=size)
        total = np.bincount(cell[learnt], weights=scaled[learnt], minlength=size)
        predicted = (total / np.maximum(count, 1))[cell[~learnt]]
        errors.append(np.abs(scaled[~learnt] - predicted))
    return float(np.mean(np.concatenate(errors)))


def _trimmed_profile(
    scaled: Floats, entity: Integers, bins: Integers, entities: int, kind: str, per_day: int
) -> tuple[Floats, Floats]:
    """Mean and spread of each cell (entity x bin, then one row of bins for unseen entities)."""
    count = _bin_count(kind, per_day)
    cell = entity * count + bins
    size = (entities + 1) * count
    weight = np.ones(len(scaled))
    for _ in range(3):
        center = _cell_means(scaled, weight, cell, bins, entity, count, size)
        apart = np.abs(scaled - center[cell])
        usual = np.bincount(entity, weight * apart, entities) / np.maximum(np.bincount(entity, weight, entities), 1e-9)
        overall = np.append(usual, np.mean(usual) if len(usual) else 1.0) / _MEAN_DEVIATION
        weight = (apart <= _TRIM * np.maximum(overall[entity], 1e-9)).astype(float)
    total = np.bincount(cell, weight * apart, size) / _MEAN_DEVIATION
    prior = np.repeat(overall, count)
    return center, (total + _PRIOR_ROWS * prior) / (np.bincount(cell, weight, size) + _PRIOR_ROWS)


def _cell_means(
    scaled: Floats, weight: Floats, cell: Integers, bins: Integers, entity: Integers, count: int, size: int
) -> Floats:
    """Weighted mean of each cell; an empty cell has its entity's level (0 by scaling)."""
    held = np.bincount(cell, weight, size)
    return np.where(held > 0, np.bincount(cell, weight * scaled, size) / np.maximum(held, 1e-9), 0.0)


def _profile(
    learnt: tuple[Floats, Floats], level: Floats, scale: Floats, kind: str, per_day: int, *, counts: bool, floor: float
) -> _Profile:
    """The learnt centre and spread of each cell, back from the scale of its entity."""
    count = _bin_count(kind, per_day)
    center, spread = learnt
    wide = np.repeat(scale, count)
    # A profile that fits to the last digit must not make rounding errors strange.
    spread = np.maximum(spread, 0.01) * wide
    return _Profile(kind, per_day, count, np.repeat(level, count) + center * wide, spread, counts, floor)


def _small_counts(values: Floats) -> bool:
    """Whole numbers, none negative, of which half lie below 100."""
    return bool(
        len(values) and values.min() >= 0 and np.median(values) < _SMALL_COUNT and np.all(values == np.rint(values))
    )


def _anscombe(values: Floats) -> Floats:
    """Counts on a scale on which a Poisson variable has a standard deviation of about 1."""
    return 2 * np.sqrt(np.maximum(values, 0) + 0.375)
