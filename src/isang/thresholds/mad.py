"""Median and median absolute deviations of past scores."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold

_NORMAL_MAD = 0.6745  # median absolute deviation of a standard normal


class Mad(Threshold):
    """The median of past scores plus `k` spreads from their median absolute deviation (Leys et al. 2013).

    Up to half of the past may be anomalous (doi:10.1016/j.jesp.2013.03.013). Heavy-tailed scores need a larger k.
    """

    def __init__(self, k: float = 5.0) -> None:
        self.k = k

    def choose(self, past: Past, tail: Tail | None) -> float:
        """Median + k spreads; `inf` without scores."""
        if not past.rows:
            return np.inf
        median = np.nanmedian(past.scores)
        return float(median + self.k * np.nanmedian(np.abs(past.scores - median)) / _NORMAL_MAD)


EXAMPLE = Mad()
