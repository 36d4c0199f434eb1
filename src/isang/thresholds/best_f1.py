"""The best balance of precision and recall in the past."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from isang.calibrate import Past, Tail
from isang.curves import threshold_curve
from isang.thresholds.base import Threshold


class BestF1(Threshold):
    """The highest score above which past rows had the highest F1. It takes misses and false alarms as equally bad."""

    needs_events: ClassVar[bool] = True

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `inf` where the past holds no event that was scored."""
        scored = np.isfinite(past.scores)
        positive = np.zeros(len(scored), dtype=np.bool_) if past.event is None else past.event >= 0
        if not (positive & scored).any():
            return np.inf
        curve = threshold_curve(past.scores[scored], positive[scored])
        return float(curve.thresholds[curve.best])


EXAMPLE = BestF1()
