"""A limit that the user knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from isang.errors import UsageError
from isang.family import nearest
from isang.rules.base import Rule
from isang.words.frame import Grid
from isang.words.verdicts import Fired


class Limit(Rule):
    """Fires where a value lies above or below a fixed limit, in `column` or (None) in any column."""

    def __init__(self, above: float | None = None, below: float | None = None, column: str | None = None) -> None:
        self.above = above
        self.below = below
        self.column = column

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Nothing to learn; UsageError for an unknown column or where no limit is set."""
        if self.above is None and self.below is None:
            raise UsageError("the rule limit needs `above` or `below`.")
        if self.column is not None and self.column not in columns:
            raise UsageError(f"the rule limit names column '{self.column}'.{nearest(self.column, columns)}")
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """Rows beyond the limit; `times_over` is 1 at the limit and 2 a limit's size beyond it."""
        chosen = [at for at, name in enumerate(columns) if self.column in (None, name)]
        beyond = self._beyond(grid.X[:, chosen])
        worst = np.nanmax(np.where(np.isnan(beyond), 0.0, beyond), axis=1)
        rows = np.flatnonzero(worst > 0)
        detail = tuple(self._detail(grid.X[row, chosen]) for row in rows)
        return Fired(rows, 1 + worst[rows], grid.time[rows], detail)

    def _beyond(
        self, X: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """How far beyond, in units of the limit's size."""
        high = (X - self.above) / (abs(self.above) or 1.0) if self.above is not None else np.full_like(X, -np.inf)
        low = (self.below - X) / (abs(self.below) or 1.0) if self.below is not None else np.full_like(X, -np.inf)
        return np.maximum(high, low)

    def _detail(self, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
        if self.above is not None and np.nanmax(values) > self.above:
            return f"above {self.above:g}"
        return f"below {self.below:g}"


EXAMPLE = Limit(above=1.0)
