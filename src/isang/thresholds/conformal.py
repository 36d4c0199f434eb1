"""As many false alarms as people can stand, with a guarantee that no shape of the tail enters into."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.clusters import cluster_gap
from isang.thresholds.base import Threshold, granted

_BLOCK_GAPS = 8  # of the rows over which neighbours repeat each other


class Conformal(Threshold):
    """The score that a later block of usual rows exceeds no more often than `rate` allows (split conformal).

    The past is cut into blocks much longer than what neighbouring scores have in common, and the highest score of each
    is ranked: if blocks are exchangeable, the next one exceeds the k-th highest of m with probability k / (m + 1)
    (Lei et al. 2018, doi:10.1080/01621459.2017.1307116; by blocks Chernozhukov, Wüthrich & Zhu 2018, arXiv:1802.06300).
    A past too short for the rate promises nothing, and nothing is flagged. `rate=None` is 1/week, or 1/1000rows.
    """

    def __init__(self, rate: str | None = None) -> None:
        self.rate = rate

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; UsageError for a rate in time where there is none; `inf` where the past is too short."""
        past = past.usual
        rows = np.flatnonzero(np.isfinite(past.scores))
        if not len(rows):
            return np.inf
        length = _BLOCK_GAPS * cluster_gap(past.context_rows)
        block = past.entity[rows] * (len(past.scores) // length + 1) + rows // length
        names, block = np.unique(block, return_inverse=True)
        peaks = np.full(len(names), -np.inf)
        np.maximum.at(peaks, block, past.scores[rows])
        allowed = int(granted(self.rate, past) / len(names) * (len(names) + 1))
        return float(np.sort(peaks)[-allowed]) if 1 <= allowed <= len(peaks) else np.inf if allowed < 1 else -np.inf


EXAMPLE = Conformal()
