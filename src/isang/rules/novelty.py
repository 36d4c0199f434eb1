"""An entity that was never there before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from isang.errors import UsageError
from isang.rules.base import Rule
from isang.words.frame import Flags, Floats, Grid, Integers
from isang.words.numbers import Share, Weight
from isang.words.telling import number
from isang.words.verdicts import Fired

_NEW_ROWS = 7  # for so long an entity is new: of a service that grows later, its growth is the news


class Novelty(Rule):
    """Fires once for an entity (a key, a combination of keys) that was never seen, when it first reaches `size`.

    Never seen: no value above 0 in the rows learnt from, or in hindsight none in the first `warm_up` of the time. It
    must reach `size`, in the unit of the data, in its first seven rows; of `column` if one is named, else of any.
    UsageError for a column that is not there.
    """

    known_: Flags

    def __init__(
        self, size: Weight = 0.0, warm_up: Share = 0.25, hindsight: bool = False, column: str | None = None
    ) -> None:
        self.size = size
        self.warm_up = warm_up
        self.column = column
        self.hindsight = hindsight

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Learn which entities there were."""
        seen = _largest(grid) > 0
        if self.hindsight and seen.any():
            time = grid.time[seen]
            seen &= grid.time <= time.min() + self.warm_up * np.ptp(time)
        self.known_ = np.zeros(int(grid.entity.max(initial=-1)) + 1, dtype=np.bool_)
        self.known_[grid.entity[seen]] = True
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """The row of each new entity that reaches `size`; `times_over` is its value in sizes (1 without a size)."""
        largest = _largest(grid, self._told_by(columns))
        rows = np.flatnonzero(largest > 0)
        rows = rows[~self._known(grid.entity[rows])]
        first = rows[_firsts(grid.entity[rows])]
        age = rows - first[np.searchsorted(grid.entity[first], grid.entity[rows])]
        reached = rows[(age < _NEW_ROWS) & (largest[rows] >= self.size)]
        fired = reached[_firsts(grid.entity[reached])]
        since = first[np.searchsorted(grid.entity[first], grid.entity[fired])]
        over = largest[fired] / self.size if self.size > 0 else np.ones(len(fired))
        at = (grid.X[fired] > 0).argmax(axis=1)
        detail = tuple(
            f"{columns[column]} {number(grid.X[row, column])}" for row, column in zip(fired, at, strict=True)
        )
        return Fired(fired, np.minimum(over, np.finfo(float).max), grid.time[since], detail, np.zeros(len(fired)))

    def _told_by(self, columns: Sequence[str]) -> list[int]:
        if self.column is None:
            return list(range(len(columns)))
        if self.column not in columns:
            raise UsageError(f"novelty: no column {self.column}; there are {', '.join(columns)}.")
        return [columns.index(self.column)]

    def _known(self, entity: Integers) -> Flags:
        """(n,) whether entities were there; those with higher numbers came after `fit`."""
        return np.append(self.known_, False)[np.minimum(entity, len(self.known_))]


def _largest(grid: Grid, columns: Sequence[int] | slice = slice(None)) -> Floats:
    """(n,) the largest value of a row, in these columns; -inf without one, and at a seam."""
    X = grid.X[:, columns]
    return np.asarray(np.where(np.isnan(X), -np.inf, X).max(axis=1, initial=-np.inf))


def _firsts(entity: Integers) -> Integers:
    """Where each entity comes first; entities follow each other by their numbers."""
    return np.unique(entity, return_index=True)[1].astype(np.int64)


EXAMPLE = Novelty(hindsight=True)
