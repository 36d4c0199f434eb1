"""Robust scaling of columns: centre and spread that outliers cannot steer, and a cap that keeps the order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.words.frame import Flags, Floats, Integers

_NORMAL_IQR = 1.349  # interquartile range of a standard normal
_NORMAL_MEAN_DEVIATION = 0.798  # mean absolute deviation of a standard normal
_CONSTANT_SPREAD = 0.01  # of a constant column, in units of its value
_MOST_VALUES = 200_000  # evenly spaced; quartiles are no better for more
_MOST_CELLS = 4_000_000  # sorted together
_NOTHING = 1e-9  # of the centre: a spread this small is rounding


@dataclass(frozen=True)
class RobustScale:
    """Median and spread of each column, (d,). A constant column has 1 % of its value as spread."""

    center: Floats
    spread: Floats

    def __post_init__(self) -> None:
        if self.center.ndim != 1 or self.center.shape != self.spread.shape or np.any(self.spread < 0):
            raise ValueError("a scale needs a centre and a spread for each column.")

    def apply(self, X: Floats, linear_to: float = 10.0) -> Floats:
        """(n, d) in spreads from the centre, bent to a logarithm beyond `linear_to` so that 1e300 stays finite."""
        Z = X - self.center
        Z /= self.spread
        return bend(Z, linear_to)


def learn_scale(X: Floats, least_spread: float | None = None) -> RobustScale:
    """Centre and spread, not below the least, of the columns of X (n, d); NaN is left out, all-NaN gets 0 and 1."""
    center, spread = np.zeros(X.shape[1]), np.ones(X.shape[1])
    wide = max(1, _MOST_CELLS // max(len(X), 1))
    for first in range(0, X.shape[1] if len(X) else 0, wide):
        some = slice(first, first + wide)
        center[some], spread[some] = _of_columns(_thinned(X[:, some]))
    return RobustScale(center, np.maximum(spread, least_spread or 0.0))


def _thinned(X: Floats) -> Floats:
    """(n, d), or where there are too many rows, enough values of each column, NaN after them."""
    if len(X) <= _MOST_VALUES:
        return X
    kept = np.full((_MOST_VALUES, X.shape[1]), np.nan)
    for column in range(X.shape[1]):
        seen = X[~np.isnan(X[:, column]), column]
        seen = seen[:: 1 + len(seen) // _MOST_VALUES]
        kept[: len(seen), column] = seen
    return kept


def _of_columns(X: Floats) -> tuple[Floats, Floats]:
    """Centre and spread (d,) each of the columns of X (n, d)."""
    ordered = np.array(X.T, order="C")
    ordered.sort(axis=1)  # NaN comes last
    count = (~np.isnan(ordered)).sum(axis=1)
    low, center, high = _quartiles(ordered.ravel(), np.arange(len(count)) * len(X), count)
    spread = (high - low) / _NORMAL_IQR
    for column in np.flatnonzero(spread <= _NOTHING * np.abs(center)):
        seen = X[~np.isnan(X[:, column]), column]
        spread[column] = learn_group_scale(seen, np.zeros(len(seen), dtype=np.int64), 1).spread[0]
    return center, spread


def learn_range(X: Floats) -> RobustScale:
    """The least value of each column of X (n, d) and the width of its range: usual values lie between 0 and 1."""
    seen = np.where(np.isnan(X).all(axis=0), 0.0, X)
    low, high = np.nanmin(seen, axis=0), np.nanmax(seen, axis=0)
    constant = np.where(low == 0, 1.0, _CONSTANT_SPREAD * np.abs(low))
    return RobustScale(low, np.where(high > low, high - low, constant))


def learn_group_scale(values: Floats, group: Integers, groups: int) -> RobustScale:
    """Centre and spread (groups,) of values (n,) without NaN, each in its group; an empty group gets 0 and 1."""
    if not len(values):
        return RobustScale(np.zeros(groups), np.ones(groups))
    low, center, high = _group_quartiles(values, group, groups)
    count = np.maximum(np.bincount(group, minlength=groups), 1)
    spread = (high - low) / _NORMAL_IQR
    # Mostly one value: an interquartile range of zero would turn every other value into an outlier.
    apart = np.minimum(np.abs(values - center[group]), np.finfo(float).max / len(values))
    deviation = np.bincount(group, apart, groups) / count / _NORMAL_MEAN_DEVIATION
    spread = np.where(spread <= _NOTHING * np.abs(center), deviation, spread)
    constant = np.where(center == 0, 1.0, _CONSTANT_SPREAD * np.abs(center))
    return RobustScale(center, np.where(spread <= _NOTHING * np.abs(center), constant, spread))


def _group_quartiles(values: Floats, group: Integers, groups: int) -> tuple[Floats, Floats, Floats]:
    """Lower quartile, median and upper quartile of each group, interpolated; 0 for an empty group."""
    ordered = values[np.lexsort((values, group))] if groups > 1 else np.sort(values)
    count = np.bincount(group, minlength=groups)
    return _quartiles(ordered, np.cumsum(count) - count, count)


def _quartiles(ordered: Floats, first: Integers, count: Integers) -> tuple[Floats, Floats, Floats]:
    """The same of `count` values each from places `first` on, in ascending order."""

    def quantile(share: float) -> Floats:
        place = share * np.maximum(count - 1, 0)
        at = np.minimum(first + place.astype(np.int64), len(ordered) - 1)
        after = np.minimum(at + (place % 1 > 0), len(ordered) - 1)
        weight = place % 1
        return np.where(count > 0, ordered[at] * (1 - weight) + ordered[after] * weight, 0.0)

    return quantile(0.25), quantile(0.5), quantile(0.75)


def bend(Z: Floats, linear_to: float) -> Floats:
    """Z as it is up to ±`linear_to`, then growing with the logarithm: order is kept, size is bounded."""
    far = np.abs(Z) > linear_to  # few cells, of what may be gigabytes
    bent = Z.copy()
    bent[far] = np.copysign(linear_to * (1 + np.log(np.abs(Z[far]) / linear_to)), Z[far])
    return bent


def fill_missing(Z: Floats) -> tuple[Floats, Flags]:
    """Scaled rows with missing cells at their column's centre (0), and the mask of cells that were seen."""
    seen = ~np.isnan(Z)
    return np.where(seen, Z, 0.0), seen


def too_sparse(X: Floats) -> Flags:
    """(n,) True where more than half of a row's cells are missing: such a row is not scored."""
    return np.asarray(np.isnan(X).mean(axis=1) > 0.5)
