"""The mean of the last rows, column by column: what is a little off for long."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, fill_missing, learn_scale, too_sparse
from isang.windows import rows_since_wall
from isang.words.frame import Floats
from isang.words.numbers import Count

_LINEAR_TO = 3.0  # spreads: a single row far out is for other detectors, and must not carry the mean


class LocalMean(Detector):
    """Largest distance of a column's mean over the last rows from what such means usually are, in their spreads.

    Slow degradations and leaks keep every single row within its usual range; a mean of `window_rows` rows moves far
    less (moving-average charts, Roberts 1959, doi:10.1080/00401706.1959.10489860). `hindsight`: the rows around instead
    of those before. Not for single strange rows, which it is late for, nor for columns that wander by themselves.

    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(2000, 1))
    >>> later = np.random.default_rng(1).normal(size=(200, 1)); later[100:] += 1
    >>> scores = LocalMean(window_rows=50).fit(usual).anomaly_score(later)
    >>> bool(scores[90] < 4 < scores[160])
    True
    """

    scale_: RobustScale
    means_: RobustScale

    def __init__(self, window_rows: Count = 72, hindsight: bool = False) -> None:
        self.window_rows = window_rows
        self.hindsight = hindsight

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the scale of rows and that of their means; ValueError where no stretch is as long as a window."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows)
        means = self._means(rows)
        if np.isnan(means).all():
            raise ValueError(f"{len(rows)} rows hold no window of {self.window_rows} rows without a gap.")
        self.means_ = learn_scale(means)
        self.context_rows_ = self.window_rows - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in spreads of the means."""
        rows = rows_to_score(self, X)
        means = self._means(rows)
        distance = np.abs(self.means_.apply(means))
        scored = ~np.isnan(means).all(axis=1) & ~too_sparse(rows)
        return np.where(scored, np.nan_to_num(distance, nan=0.0).max(axis=1), np.nan)

    def _means(self, rows: Floats) -> Floats:
        """(n, d) mean of the seen cells of the window that ends at (or lies around) each row; NaN without a window."""
        filled, seen = fill_missing(self.scale_.apply(rows, _LINEAR_TO))
        ends = np.flatnonzero(rows_since_wall(rows) >= self.window_rows)
        total, count = _sums(filled, ends, self.window_rows), _sums(seen.astype(np.float64), ends, self.window_rows)
        means = np.full(rows.shape, np.nan)
        enough = 2 * count >= self.window_rows
        at = ends - self.window_rows // 2 if self.hindsight else ends
        means[at] = np.where(enough, total / np.maximum(count, 1), np.nan)
        return means


def _sums(cells: Floats, ends: np.ndarray[Any, np.dtype[np.int64]], window_rows: int) -> Floats:
    """(m, d) the sum over the window that ends at each of these rows."""
    running = np.concatenate([np.zeros((1, cells.shape[1])), np.cumsum(cells, axis=0)])
    return np.asarray(running[ends + 1] - running[ends + 1 - window_rows])


EXAMPLE = LocalMean(window_rows=8)
