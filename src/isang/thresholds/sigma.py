"""Mean and standard deviations of past scores."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold


class Sigma(Threshold):
    """The mean of past scores plus `k` of their standard deviations. Anomalies in the past raise it: prefer `mad`."""

    def __init__(self, k: float = 3.0) -> None:
        self.k = k

    def choose(self, past: Past, tail: Tail | None) -> float:
        """Mean + k standard deviations; `inf` without scores."""
        return float(np.nanmean(past.scores) + self.k * np.nanstd(past.scores)) if past.rows else np.inf


EXAMPLE = Sigma()
