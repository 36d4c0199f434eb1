"""Short gaps filled by the last row before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np

from isang.features.base import Feature
from isang.windows import walls
from isang.words.frame import Grid


class Fill(Feature):
    """Carries the last row over a gap of up to `max_rows` rows; a longer gap stays a wall throughout.

    Only what came before is used, so that live and offline agree on every row after the gap.
    Filled rows are never judged: no row of the caller stands there, or one without any value.
    """

    keeps_rows = True
    context_rows_ = 0

    def __init__(self, max_rows: int = 5) -> None:
        self.max_rows = max_rows

    def fit(self, grid: Grid) -> Self:
        """Nothing to learn."""
        return self

    def transform(self, grid: Grid) -> Grid:
        """The grid with its short gaps filled, never across entities."""
        wall = walls(grid.X)
        here = np.arange(len(wall))
        before = np.maximum.accumulate(np.where(wall, -1, here))
        after = np.minimum.accumulate(np.where(wall, len(wall), here)[::-1])[::-1]
        short = wall & (after - before - 1 <= self.max_rows) & (before >= 0) & (after < len(wall))
        short[short] = grid.entity[before[short]] == grid.entity[after[short]]
        X = grid.X.copy()
        X[short] = grid.X[before[short]]
        return replace(grid, X=X)


EXAMPLE = Fill()
