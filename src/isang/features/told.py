"""Values of which it is known what was due: for counts of log lines, which are compared before they come here."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np

from isang.errors import UsageError
from isang.features.base import Feature
from isang.words.frame import Grid

_BAND_SPREADS = 3.0
_COLUMNS = 4


class Told(Feature):
    """Takes four columns: a value, what was due of it, its usual spread, and how unusual it is in such spreads.

    Any after them are for rules. The detector sees the fourth in place of the first and nothing else; the band is what
    was due and three spreads, within which nothing is news, however quiet all else is.
    UsageError for fewer columns.
    """

    keeps_rows = True
    in_spreads = True
    least = _BAND_SPREADS
    normal = True
    learns = False
    context_rows_ = 0

    def fit(self, grid: Grid) -> Self:
        """Check the columns; nothing is learnt."""
        if grid.X.shape[1] < _COLUMNS:
            raise UsageError(f"told takes {_COLUMNS} columns or more, {grid.X.shape[1]} came.")
        return self

    def transform(self, grid: Grid) -> Grid:
        """(n, m) how unusual the value is, and zeros; walls stay walls."""
        X = np.where(np.isnan(grid.X), np.nan, 0.0)
        X[:, 0] = grid.X[:, 3]
        bands = np.full((3, *grid.X.shape), np.nan)
        for number, spreads in enumerate((0.0, -_BAND_SPREADS, _BAND_SPREADS)):
            bands[number, :, 0] = np.maximum(grid.X[:, 1] + spreads * grid.X[:, 2], 0.0)
        return replace(grid, X=X, expected=bands[0], lower=bands[1], upper=bands[2])


EXAMPLE = Told()
