"""The rows in which faults are tried, and in what unit: how far values usually lie from what is expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.base import clone

from isang.errors import InputError
from isang.features.base import Feature
from isang.features.season import BAND_SPREADS, Season
from isang.synthetic.faults import usual_spread
from isang.words.frame import Columns, Flags, Floats, Grid, Integers, lay_out

_FEWEST_ROWS = 10  # of an entity: to learn a spread from, and to try faults in
_CORRELATED = 0.5
_USUAL = Season()


@dataclass(frozen=True, eq=False)
class Part:
    """The rows from the calibration part on; those before the last part are only the past of those in it.

    `row` (n,) are their numbers in the whole frame, from 1; `time` (n,) is in µs, or in row numbers. `own` has the rows
    of the part that lie in the last part, for each entity in the order of time. `spread` (entities, d) is learnt from
    the training part, NaN for a column in which no fault can be: it is constant or hardly filled there, or its entity
    has too few rows; `coupled` likewise tells which columns move with another one.
    """

    frame: pl.DataFrame
    columns: Columns
    values: Floats
    time: Integers
    row: Integers
    own: tuple[Integers, ...]
    spread: Floats
    coupled: Flags

    @property
    def longest(self) -> int:
        """The most rows of an entity in which faults can be."""
        return max(len(rows) for rows, spread in zip(self.own, self.spread, strict=True) if np.isfinite(spread).any())

    @property
    def last(self) -> Flags:
        """(n,) the rows of the last part."""
        inside = np.zeros(len(self.time), dtype=np.bool_)
        inside[np.concatenate([np.empty(0, dtype=np.int64), *self.own])] = True
        return inside


def part_of(frame: pl.DataFrame, columns: Columns, cuts: tuple[int, int], usual: Feature = _USUAL) -> Part:
    """The rows from the first cut on, faults to be tried from the second on; InputError where none can be.

    `usual` says what range of values is usual, in a band of three spreads.
    """
    grid = lay_out(frame, columns)
    entity, time = grid.entity[grid.position], grid.time[grid.position]
    kept = np.flatnonzero(time >= cuts[0])
    order = kept[np.argsort(time[kept], kind="stable")]
    last = order[time[order] >= cuts[1]]
    place = np.full(len(time), -1)
    place[kept] = np.arange(len(kept))
    count = int(entity.max()) + 1
    spread, coupled = _learnt(grid.with_rows(grid.time < cuts[0]), count, usual)
    values = grid.X[grid.position[kept]]
    own = tuple(place[last[entity[last] == number]] for number in range(count))
    usable = [len(rows) >= _FEWEST_ROWS and np.isfinite(spread[at]).any() for at, rows in enumerate(own)]
    if not any(usable):
        raise InputError(_why(time, cuts, spread))
    spread[~np.array(usable)] = np.nan
    return Part(frame[kept], columns, values, time[kept], kept + 1, own, spread, coupled)


def _why(time: Integers, cuts: tuple[int, int], spread: Floats) -> str:
    first, last = int(np.sum(time < cuts[0])), int(np.sum(time >= cuts[1]))
    if len(spread) == 1 and min(first, last) >= _FEWEST_ROWS:
        return f"no column varies in the {first:,} training rows: there is nothing to tell a fault from."
    return (
        f"no entity has {_FEWEST_ROWS} rows that vary in the training part and {_FEWEST_ROWS} in the last part, which "
        f"hold {first:,} and {last:,} rows: give more rows, or other shares with --split."
    )


def _learnt(train: Grid, count: int, feature: Feature) -> tuple[Floats, Flags]:
    """Spread of each entity and column, and whether the column moves with another one of its entity.

    The spread is that of the usual range at each time; or, in columns that seldom change and hardly
    have one, how far a value lies from the one before it.
    """
    spread, coupled = np.full((count, train.X.shape[1]), np.nan), np.zeros((count, train.X.shape[1]), dtype=np.bool_)
    usual, apart = _usual_range(train, feature)
    order = np.argsort(train.entity, kind="stable")
    bounds = np.searchsorted(train.entity[order], np.arange(count + 1))
    for number in range(count):
        rows = order[bounds[number] : bounds[number + 1]]
        for column in range(train.X.shape[1]):
            known = rows[np.isfinite(train.X[rows, column]) & np.isfinite(usual[rows, column])]
            if len(known) >= _FEWEST_ROWS and np.ptp(train.X[known, column]) > 0:
                spread[number, column] = max(np.median(usual[known, column]), usual_spread(apart[known, column]))
        coupled[number] = _coupled(train.X[rows], np.isfinite(spread[number]))
    return spread, coupled


def _usual_range(train: Grid, feature: Feature) -> tuple[Floats, Floats]:
    """(n, d) one spread of what is usual at the time of each row, and how far its value is from the middle."""
    seen = clone(feature).fit(train).transform(train)
    if seen.upper is None or seen.expected is None:
        raise ValueError(f"{feature} tells no usual range.")
    return (seen.upper - seen.expected) / BAND_SPREADS, train.X - seen.expected


def _coupled(rows: Floats, varying: Flags) -> Flags:
    """(d,) columns that correlate with another one."""
    found = np.zeros(rows.shape[1], dtype=np.bool_)
    whole = rows[np.isfinite(rows[:, varying]).all(axis=1)][:, varying]
    if varying.sum() < 2 or len(whole) < _FEWEST_ROWS:
        return found
    centred = whole - whole.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.abs((centred.T @ centred) / np.outer(length, length))
    np.fill_diagonal(correlation, 0.0)
    found[varying] = np.nan_to_num(correlation).max(axis=0) >= _CORRELATED
    return found
