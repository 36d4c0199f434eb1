"""Robust scaling of columns: centre and spread that outliers cannot steer, and a cap that keeps the order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.words.frame import Flags, Floats

_NORMAL_IQR = 1.349  # interquartile range of a standard normal
_NORMAL_MEAN_DEVIATION = 0.798  # mean absolute deviation of a standard normal
_CONSTANT_SPREAD = 0.01  # of a constant column, in units of its value
_LINEAR_TO = 10.0


@dataclass(frozen=True)
class RobustScale:
    """Median and spread of each column, (d,). A constant column has 1 % of its value as spread."""

    center: Floats
    spread: Floats

    def apply(self, X: Floats) -> Floats:
        """(n, d) in spreads from the centre, bent to a logarithm beyond 10 so that 1e300 stays finite."""
        return bend((X - self.center) / self.spread)


def learn_scale(X: Floats) -> RobustScale:
    """Centre and spread of the columns of X (n, d); NaN is left out, an all-NaN column gets 0 and 1."""
    center, spread = np.zeros(X.shape[1]), np.ones(X.shape[1])
    for column in range(X.shape[1]):
        seen = X[~np.isnan(X[:, column]), column]
        if len(seen):
            center[column], spread[column] = _center_and_spread(seen)
    return RobustScale(center, spread)


def bend(Z: Floats) -> Floats:
    """Z up to ±10, then growing with the logarithm: order is kept, size is bounded."""
    size = np.maximum(np.abs(Z), _LINEAR_TO)
    bent = _LINEAR_TO * (1 + np.log(size / _LINEAR_TO))
    return np.where(size > _LINEAR_TO, np.copysign(bent, Z), Z)


def fill_missing(Z: Floats) -> tuple[Floats, Flags]:
    """Scaled rows with missing cells at their column's centre (0), and the mask of cells that were seen."""
    seen = ~np.isnan(Z)
    return np.where(seen, Z, 0.0), seen


def too_sparse(X: Floats) -> Flags:
    """(n,) True where more than half of a row's cells are missing: such a row is not scored."""
    return np.asarray(np.isnan(X).mean(axis=1) > 0.5)


def _center_and_spread(seen: Floats) -> tuple[float, float]:
    low, center, high = np.quantile(seen, [0.25, 0.5, 0.75])
    spread = (high - low) / _NORMAL_IQR
    if spread <= 1e-9 * abs(center):
        # Mostly one value: an interquartile range of zero would turn every other value into an outlier.
        with np.errstate(over="ignore"):
            deviation = np.mean(np.minimum(np.abs(seen - center), np.finfo(float).max / len(seen)))
        spread = deviation / _NORMAL_MEAN_DEVIATION
    if spread <= 1e-9 * abs(center) or spread == 0:
        spread = _CONSTANT_SPREAD * abs(center) or 1.0
    return float(center), float(spread)
