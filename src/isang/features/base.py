"""What a feature promises: a grid in, a grid out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import inf
from typing import ClassVar, Self

from sklearn.base import BaseEstimator

from isang.words.frame import Grid


class Feature(BaseEstimator, ABC):  # type: ignore[misc]
    """Turns a grid into what a detector should see; it may use the clock and the entity.

    `keeps_rows` is False where rows are merged; such a feature stands first and learns nothing, since it is applied
    before the rows are parted for learning and judging. `in_spreads`: 1 is a usual spread in what it gives, of which
    what does not exceed `least` is no news, and in which usual values are `normal` ones where that is said. One that
    does not learn what is usual makes each row of it and of the rows before it alone. After `fit`,
    `context_rows_` bounds how many rows before a judged row it is made from.
    """

    keeps_rows: ClassVar[bool]
    in_spreads: ClassVar[bool] = False
    least: ClassVar[float] = -inf
    normal: ClassVar[bool] = False
    learns: ClassVar[bool] = True
    context_rows_: int

    @abstractmethod
    def fit(self, grid: Grid) -> Self:
        """Learn from the rows of the grid that are no walls."""

    @abstractmethod
    def transform(self, grid: Grid) -> Grid:
        """The grid as the detector should see it; walls stay walls unless a feature exists to fill them."""
