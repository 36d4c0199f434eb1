"""Windows far from all kinds of windows that were usual."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors._windowed import RowErrors, ends_to_learn_from, scaled
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import window_ends
from isang.words.frame import Flags, Floats, Integers
from isang.words.numbers import Count, Size

_MOST_WINDOWS_TO_FIT = 2000
_FARTHEST = 3.0  # spreads: how far a single value lies is told better by others
_ROUNDS = 20
_CHUNK_CELLS = 4_000_000


class WindowKmeans(Detector):
    """Mean squared distance of the window that ends at a row to the nearest of `clusters` centres.

    Clusters of windows (Yairi, Kato & Hori 2001, Fault detection by mining association rules from house-keeping data;
    KMeansAD in TSB-AD): for behaviour that comes in several kinds. A window is `window_rows` long, of which every
    `every_rows`th row is looked at, and values beyond three spreads count as three. `hindsight=True`: the mean over all
    windows that cover the row. `least_spread` is that of `robust_zscore`. Not for single strange values.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[120:150] = 0
    >>> int(np.nanargmax(WindowKmeans(every_rows=1).fit(wave).anomaly_score(strange))) in range(120, 182)
    True
    """

    scale_: RobustScale
    centers_: Floats

    def __init__(
        self,
        clusters: Count = 30,
        window_rows: Count = 32,
        every_rows: Count = 4,
        hindsight: bool = False,
        least_spread: Size | None = None,
    ) -> None:
        self.clusters = clusters
        self.window_rows = window_rows
        self.every_rows = every_rows
        self.hindsight = hindsight
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn scale and centres (clusters, cells); ValueError where no stretch is as long as a window."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        filled, _ = scaled(self.scale_, rows)
        ends = ends_to_learn_from(filled, self.window_rows)
        windows = self._cells(np.clip(filled, -_FARTHEST, _FARTHEST), _evenly(ends, _MOST_WINDOWS_TO_FIT))
        self.centers_ = _centres(windows, self.clusters)
        self.context_rows_ = self.window_rows - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in squared spreads."""
        rows = rows_to_score(self, X)
        filled, seen = scaled(self.scale_, rows)
        near = np.clip(filled, -_FARTHEST, _FARTHEST)
        ends = window_ends(rows, self.window_rows)
        found = RowErrors(len(rows), self.window_rows, "row", hindsight=self.hindsight)
        chunk = max(1, _CHUNK_CELLS // self.centers_.shape[1])
        for at in range(0, len(ends), chunk):
            some = ends[at : at + chunk]
            apart = self._distances(near, seen, some)
            found.add(some, np.repeat(apart[:, None], found.positions, axis=1))
        return np.where(too_sparse(rows), np.nan, found.result())

    def _distances(self, near: Floats, seen: Flags, ends: Integers) -> Floats:
        windows, weights = self._cells(near, ends), self._cells(seen, ends)
        nearest = np.argmin(np.square(self.centers_).sum(axis=1) - 2 * windows @ self.centers_.T, axis=1)
        apart = np.square(windows - self.centers_[nearest]) * weights
        return np.asarray(apart.sum(axis=1) / np.maximum(weights.sum(axis=1), 1))

    def _cells(self, rows: Any, ends: Integers) -> Any:
        """(m, cells) of the rows that are looked at in the windows that end at `ends`."""
        back = np.arange(0, self.window_rows, self.every_rows)
        return rows[ends[:, None] - back].reshape(len(ends), -1)


def _centres(windows: Floats, clusters: int) -> Floats:
    """(clusters, cells) of Lloyd's algorithm, begun with windows evenly spaced in time; fewer where fewer differ."""
    from sklearn.cluster import KMeans  # takes a moment to load

    different = np.sort(np.unique(windows, axis=0, return_index=True)[1])
    first = windows[_evenly(different, clusters)]
    fitted = KMeans(len(first), init=first, n_init=1, max_iter=_ROUNDS).fit(windows)
    return np.asarray(fitted.cluster_centers_)


def _evenly(rows: Integers, most: int) -> Integers:
    """At most so many of these rows, evenly spaced."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64)]


EXAMPLE = WindowKmeans(window_rows=8, every_rows=2)
