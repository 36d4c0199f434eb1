"""A tail probability for single rows, extrapolated."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold


class PeaksOverThreshold(Threshold):
    """The score that a usual row exceeds with probability `risk` (Siffer et al. 2017, doi:10.1145/3097983.3098144).

    The tail is a generalised Pareto fit to the peaks of past scores, so `risk` may lie far beyond 1 / rows.
    """

    def __init__(self, risk: float = 1e-4) -> None:
        self.risk = risk

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The score at `risk`; ValueError unless 0 < risk < 1; `inf` where no tail could be learnt."""
        if not 0 < self.risk < 1:
            raise ValueError(f"risk is {self.risk}; a probability between 0 and 1 is needed, such as 0.0001.")
        return tail.score_at(self.risk) if tail else np.inf


EXAMPLE = PeaksOverThreshold()
