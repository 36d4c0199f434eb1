"""A cap on incidents, right or wrong."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.clusters import cluster_gap, clusters
from isang.thresholds.base import Threshold, granted


class Alerts(Threshold):
    """The lowest score at which the past holds no more than `rate` incidents, over all entities together."""

    def __init__(self, rate: str | None = None) -> None:
        self.rate = rate

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `inf` without scores or where the rate grants less than one incident."""
        budget = int(granted(self.rate, past)) if past.rows else 0
        if budget < 1:
            return np.inf
        levels = np.unique(past.scores[np.isfinite(past.scores)])
        low, high = 0, len(levels) - 1  # at levels[high] nothing is flagged
        while low < high:
            middle = (low + high) // 2
            if _incidents(past, levels[middle]) <= budget:
                high = middle
            else:
                low = middle + 1
        return float(levels[high])


def _incidents(past: Past, threshold: float) -> int:
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(past.scores > threshold)
    return int(clusters(rows, past.entity[rows], cluster_gap(past.context_rows))[-1]) + 1 if len(rows) else 0


EXAMPLE = Alerts()
