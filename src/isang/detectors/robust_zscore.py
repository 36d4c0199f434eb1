"""The distance from the median in robust spreads."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.words.frame import Floats
from isang.words.numbers import Size

_LINEAR_TO = 1000.0


class RobustZscore(Detector):
    """Largest distance of a row's cells from their column's median, in robust spreads.

    The spread is the interquartile range over 1.349, so a third of the training rows may be
    anomalous (Iglewicz & Hoaglin 1993, How to Detect and Handle Outliers). Not for anomalies that
    show only in the order of rows or in the relation of columns. No spread is taken to be below `least_spread`: the
    pipeline says 1 where a feature gave values in usual spreads, so that what hardly ever moves is not stretched.

    >>> import numpy as np
    >>> usual = np.arange(100.0).reshape(-1, 1) % 10
    >>> RobustZscore().fit(usual).anomaly_score([[4.5], [40.0]]).round(1)
    array([0. , 9.6])
    """

    context_rows_ = 0
    scale_: RobustScale

    def __init__(self, least_spread: Size | None = None) -> None:
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn median and spread of each column."""
        self.scale_ = learn_scale(rows_to_fit(self, X), self.least_spread)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in spreads."""
        rows = rows_to_score(self, X)
        distance = np.nan_to_num(np.abs(self.scale_.apply(rows, _LINEAR_TO)), nan=0.0)
        return np.where(too_sparse(rows), np.nan, distance.max(axis=1))


EXAMPLE = RobustZscore()
