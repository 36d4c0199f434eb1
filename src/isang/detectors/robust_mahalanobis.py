"""Rows far from the bulk of the training rows, by the shape of that bulk."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.linalg import solve_triangular

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import walls
from isang.words.frame import Flags, Floats
from isang.words.numbers import Count, Share, Size

_STEPS = 3  # more move hardly a row
_RIDGE = 1e-3  # of the mean variance: columns may be copies of each other, or more than rows


class RobustMahalanobis(Detector):
    """Mahalanobis distance from the bulk of the training rows, per column.

    Mean and covariance come from the `kept` share of the rows that lie nearest, found in a few concentration steps
    from the columnwise median and spread (FAST-MCD, Rousseeuw & Van Driessen 1999,
    doi:10.1080/00401706.1999.10485670; one robust start instead of many random ones: Hubert, Rousseeuw & Verdonck 2012,
    doi:10.1080/10618600.2012.672100), with a small ridge. For rows whose columns do not go together as usual. Not where
    usual rows form several unlike groups. Training rows beyond `most_rows` are left out evenly; `least_spread` is that
    of `robust_zscore`.

    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(500, 1)) + np.zeros(2)
    >>> near, far = RobustMahalanobis().fit(usual).anomaly_score([[2, 2], [2, -2]])
    >>> bool(far > 10 * near)
    True
    """

    context_rows_ = 0
    scale_: RobustScale
    mean_: Floats
    lower_: Floats

    def __init__(self, kept: Share = 0.9, most_rows: Count = 10_000, least_spread: Size | None = None) -> None:
        self.kept = kept
        self.most_rows = most_rows
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn where the bulk lies and how it spreads."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        usual = np.nan_to_num(self.scale_.apply(rows[~walls(rows)]), nan=0.0)
        usual = usual[:: 1 + (len(usual) - 1) // self.most_rows]
        near = self._nearest(np.square(usual).sum(axis=1))
        for _ in range(_STEPS - 1):
            self.mean_, self.lower_ = _shape(usual[near])
            before, near = near, self._nearest(self._squared(usual))
            if np.array_equal(before, near):
                return self
        self.mean_, self.lower_ = _shape(usual[near])
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) root mean square of the columns, once they are freed of what they have in common."""
        rows = rows_to_score(self, X)
        scaled = self.scale_.apply(rows)
        filled = np.where(np.isnan(scaled), self.mean_, scaled)
        return np.where(too_sparse(rows), np.nan, np.sqrt(self._squared(filled) / rows.shape[1]))

    def _nearest(self, squared: Floats) -> Flags:
        return np.asarray(squared <= np.quantile(squared, self.kept))

    def _squared(self, scaled: Floats) -> Floats:
        freed = solve_triangular(self.lower_, (scaled - self.mean_).T, lower=True, overwrite_b=True)
        return np.asarray(np.square(freed, out=freed).sum(axis=0))


def _shape(bulk: Floats) -> tuple[Floats, Floats]:
    """Mean (d,) and the Cholesky factor (d, d) of the covariance of these rows."""
    mean = bulk.mean(axis=0)
    centred = bulk - mean
    covariance = centred.T @ centred / len(bulk)
    size = np.trace(covariance) / len(mean)
    if size == 0:
        return mean, np.eye(len(mean))
    covariance.flat[:: len(mean) + 1] += _RIDGE * size
    return mean, np.linalg.cholesky(covariance)


EXAMPLE = RobustMahalanobis()
