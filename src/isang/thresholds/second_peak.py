"""Only the highest place."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold


class SecondPeak(Threshold):
    """The highest past score away from the highest one: one place exceeds it, whether or not anything happened there.

    For the question where data are strangest; `--top 1 --effort thorough` asks it. Away is farther than the detector
    looks, or another entity.
    """

    one_place: ClassVar[bool] = True

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `inf` without scores away from the highest one."""
        away = past.without_the_highest if past.rows else past
        return max(float(np.nanmax(away.scores)), past.least) if away.rows else np.inf


EXAMPLE = SecondPeak()
