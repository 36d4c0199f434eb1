"""A cap on incidents, right or wrong."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.clusters import cluster_gap, clusters
from isang.thresholds.base import Threshold, granted

_MOST_FLAGGED = 0.1  # of the rows: below that, slow scores make one long incident of everything
_LEVELS = 400


class Alerts(Threshold):
    """The lowest score at which the past holds no more than `rate` incidents, over all entities together.

    It is looked for among the highest tenth of the scores: an incident is no incident if most rows belong to it.
    """

    def __init__(self, rate: str | None = None) -> None:
        self.rate = rate

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `inf` without scores or where the rate grants less than one incident."""
        budget = int(granted(self.rate, past)) if past.rows else 0
        if budget < 1:
            return np.inf
        shares = np.append(np.geomspace(_MOST_FLAGGED, 0.5 / past.rows, _LEVELS), 0.0)
        levels = np.quantile(past.scores[np.isfinite(past.scores)], 1 - shares, method="higher")
        # Not monotone: a noisy run is one incident low down and several higher up. The highest level flags nothing.
        return max(float(next(level for level in levels if _incidents(past, level) <= budget)), past.least)


def _incidents(past: Past, threshold: float) -> int:
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(past.scores > threshold)
    return int(clusters(rows, past.entity[rows], cluster_gap(past.context_rows))[-1]) + 1 if len(rows) else 0


EXAMPLE = Alerts()
