"""Rows with values that are rare in their columns."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import walls
from isang.words.frame import Floats

_FARTHEST = 10.0  # spreads; what lies beyond shares the outermost bins, so that one huge value does not widen all


class Hbos(Detector):
    """How rare a row's values are, each by the histogram of its column (Goldstein & Dengel 2012, HBOS).

    √n bins of one width for n training rows. Rarity is the logarithm of how much fuller the column's fullest bin is; a
    row has the mean over its cells. It finds values in the gaps of a column too, and takes no time. Not for anomalies
    that show only in the relation of columns, or in the order of rows.

    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(500, 2))
    >>> Hbos().fit(usual).anomaly_score([[0, 0], [6, 6]]).round(1)
    array([0. , 4.2])
    """

    context_rows_ = 0
    scale_: RobustScale
    edges_: Floats
    rarity_: Floats

    def fit(self, X: Any, y: Any = None) -> Self:
        """Count the values of each column in bins."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows)
        usual = self._spreads(rows[~walls(rows)])
        learnt = [_histogram(column[~np.isnan(column)], int(np.sqrt(len(usual)))) for column in usual.T]
        self.edges_, self.rarity_ = (np.array(part) for part in zip(*learnt, strict=True))
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) from 0, the fullest bins, on."""
        rows = rows_to_score(self, X)
        values, total = self._spreads(rows), np.zeros(len(rows))
        for column, edges, rarity in zip(values.T, self.edges_, self.rarity_, strict=True):
            total += np.where(np.isnan(column), 0.0, rarity[np.searchsorted(edges, column)])
        mean = total / np.maximum((~np.isnan(rows)).sum(axis=1), 1)
        return np.where(too_sparse(rows), np.nan, mean)

    def _spreads(self, rows: Floats) -> Floats:
        return np.clip(self.scale_.apply(rows), -_FARTHEST, _FARTHEST)


def _histogram(values: Floats, bins: int) -> tuple[Floats, Floats]:
    """Edges (bins + 1,), and the rarity (bins + 2,) below the first, between each two, and beyond the last."""
    if not len(values):
        return np.zeros(bins + 1), np.zeros(bins + 2)
    low, high = values.min(), values.max()
    edges = np.linspace(low, high, bins + 1)
    # A value on an edge lies in the bin below it: the least one would have none.
    edges[0] = np.nextafter(low, -np.inf)
    counts = np.bincount(np.searchsorted(edges, values), minlength=bins + 2)
    return edges, np.log(counts.max() + 1) - np.log(counts + 1)  # an empty bin is rare, not impossible


EXAMPLE = Hbos()
