"""A reference that moves along: each value as its distance from the rows just before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
import polars as pl

from isang.features.base import Feature
from isang.scaling import RobustScale, learn_scale
from isang.windows import walls
from isang.words.frame import Floats, Grid
from isang.words.numbers import Count

_LINEAR_TO = 100.0  # spreads; beyond, only the order still counts


class Rolling(Feature):
    """Replaces each value by its distance from the median of the `window_rows` rows before it, in usual spreads.

    For processes that drift: what is strange is a change, and a level that has been there for a while is none. The
    rows are counted from the last wall on, so that the first row behind one, which has nothing to be compared with,
    is not judged. Missing cells are passed over. Spreads are learnt. A band from another feature is left as it is.
    """

    keeps_rows = True
    in_spreads = True
    scale_: RobustScale

    def __init__(self, window_rows: Count = 10) -> None:
        self.window_rows = window_rows

    def fit(self, grid: Grid) -> Self:
        """Learn how far values usually lie from the rows before them."""
        self.scale_ = learn_scale(self._distances(grid.X))
        self.context_rows_ = self.window_rows
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, d) in spreads; NaN where no value came before."""
        return replace(grid, X=self.scale_.apply(self._distances(grid.X), _LINEAR_TO))

    def _distances(self, X: Floats) -> Floats:
        return X - medians_before(X, self.window_rows)


def medians_before(X: Floats, rows: int) -> Floats:
    """(n, d) the median of the up to `rows` rows before each row and behind the last wall; NaN where there is none."""
    columns = pl.from_numpy(X, schema=[f"{column}" for column in range(X.shape[1])]).fill_nan(None)
    stretch = pl.Series("stretch", np.cumsum(walls(X)))
    before = pl.all().shift(1).rolling_median(rows, min_samples=1).over(stretch)
    return columns.select(before).to_numpy().astype(np.float64)


EXAMPLE = Rolling(window_rows=5)
