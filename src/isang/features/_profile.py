"""What is expected in each part of the day and week: the profile behind the feature `season`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.scaling import learn_group_scale, learn_scale
from isang.state.hints import Unbounded
from isang.words.frame import Floats, Integers

_KINDS = ("level", "day", "workday", "turn", "week")
DAY_US = 86_400_000_000
_MOST_BINS_A_DAY = 288
_FEWEST_REPEATS = 3  # of each bin, for a season to be learnt from it
# Kind, days of which every other one tests it, days needed, below which share of the error without it out of sample it
# is worth having. What the day before was shows in a few hours of the night alone: seldom, and then by much.
_TRIED = (("day", 1, 3, 0.95), ("workday", 1, 14, 0.95), ("turn", 7, 21, 0.995), ("week", 7, 21, 0.95))
_STEERS_NO_MORE = 10.0  # spreads: farther out a value pulls means no harder
_TRIM = 3.0  # spreads: values farther out do not steer the profile
_MEAN_DEVIATION = 0.798  # of a standard normal
_SMALL_COUNT = 100
_LEAST_SPREAD = 0.01  # of the entity's: a profile that fits to the last digit must not make rounding errors strange
_PRIOR_ROWS = 10  # rows that the overall spread weighs against a bin's own


@dataclass(frozen=True)
class Profile:
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

    def at(self, entity: Integers, clock: Integers | None) -> tuple[Floats, Floats]:
        """(n,) expected value and spread of each row, on the scale of the profile."""
        known = (entity >= 0) & (entity < self.entities)
        own = np.where(known, entity, self.entities)
        cell = own * self.bins + _bins(clock, self.kind, self.per_day, len(entity))
        return self.expected[cell], self.spread[cell]

    def stable(self, values: Floats) -> Floats:
        """Values on the scale of the profile."""
        return _anscombe(values) if self.counts else values

    def in_units(self, values: Floats) -> Floats:
        """Values of the profile in the frame's units, not below 0 where nothing ever was."""
        return np.maximum(np.square(np.maximum(values, 0) / 2) - 0.375 if self.counts else values, self.floor)


def learn_profile(
    values: Floats, entity: Integers, entities: int, clock: Integers | None, step_us: int | None
) -> Profile:
    """The profile of values (n,) without NaN of numbered entities, at wall-clock times in µs (None: no season)."""
    per_day = _bins_a_day(step_us, clock)
    counts, lowest = _small_counts(values), float(values.min(initial=np.inf))
    values = _anscombe(values) if counts else values
    level, scale = _levels(values, entity, entities)
    least = np.full(len(scale), _LEAST_SPREAD)
    if counts:  # chance alone spreads them by 1; of a counter that is mostly 0 trimming would leave nothing
        scale = np.maximum(scale, 1.0)
        least = 1 / scale
    scaled = np.clip((values - level[entity]) / scale[entity], -_STEERS_NO_MORE, _STEERS_NO_MORE)
    kind = _best_kind(scaled, entity, clock, per_day)
    count = _bin_count(kind, per_day)
    center, spread = _trimmed_profile(scaled, entity, _bins(clock, kind, per_day, len(scaled)), least, count)
    wide = np.repeat(scale, count)
    expected = np.repeat(level, count) + center * wide
    return Profile(kind, per_day, count, expected, spread * wide, counts, 0.0 if lowest >= 0 else -np.inf)


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
    return int(np.clip(DAY_US // step_us, 1, _MOST_BINS_A_DAY))


def _bins(clock: Integers | None, kind: str, per_day: int, rows: int = 0) -> Integers:
    """The bin of each row: a part of the day, of workday or weekend, of these or the first day of them, of the week."""
    if clock is None or kind == "level":
        return np.zeros(len(clock) if clock is not None else rows, dtype=np.int64)
    day, within = np.divmod(clock, DAY_US)
    part = within * per_day // DAY_US
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
    day = clock // DAY_US
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
    scaled: Floats, entity: Integers, bins: Integers, least: Floats, count: int
) -> tuple[Floats, Floats]:
    """Mean and spread, at least that of its entity, of each cell (entity x bin, then a row of bins for unseen ones)."""
    cell = entity * count + bins
    size, entities = len(least) * count, len(least) - 1
    weight, center = np.ones(len(scaled)), np.zeros(size)  # a cell without rows has its entity's level: 0 by scaling
    for _ in range(3):
        center = _cell_means(scaled, weight, cell, size, center)
        apart = np.abs(scaled - center[cell])
        usual = np.bincount(entity, weight * apart, entities) / np.maximum(np.bincount(entity, weight, entities), 1e-9)
        overall = np.append(usual, np.mean(usual) if len(usual) else 1.0) / _MEAN_DEVIATION
        overall = np.maximum(overall, least)
        weight = (apart <= _TRIM * overall[entity]).astype(float)
    total = np.bincount(cell, weight * apart, size) / _MEAN_DEVIATION
    prior = np.repeat(overall, count)
    spread = (total + _PRIOR_ROWS * prior) / (np.bincount(cell, weight, size) + _PRIOR_ROWS)
    return center, np.maximum(spread, np.repeat(least, count))


def _cell_means(scaled: Floats, weight: Floats, cell: Integers, size: int, before: Floats) -> Floats:
    """Weighted mean of each cell; one without weight, whose few rows lie far apart, is as it was `before`."""
    held = np.bincount(cell, weight, size)
    return np.where(held > 0, np.bincount(cell, weight * scaled, size) / np.maximum(held, 1e-9), before)


def _small_counts(values: Floats) -> bool:
    """Whole numbers, none negative, of which half lie below 100."""
    return bool(
        len(values) and values.min() >= 0 and np.median(values) < _SMALL_COUNT and np.all(values == np.rint(values))
    )


def _anscombe(values: Floats) -> Floats:
    """Counts on a scale on which a Poisson variable has a standard deviation of about 1."""
    return 2 * np.sqrt(np.maximum(values, 0) + 0.375)
