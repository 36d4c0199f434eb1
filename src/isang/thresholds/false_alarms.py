"""As many false alarms as people can stand: the default."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold, granted

_MOST_FLAGGED = 0.1  # of the rows: where blocks of a flat series differ by rounding, all of a block would be flagged


class FalseAlarms(Threshold):
    """The score that usual data would exceed `rate` times, over all entities together.

    Runs of flagged rows count once, as they become one incident. The rate is extrapolated from the tail of past
    scores (`isang.calibrate.Tail`); no more than a tenth of the past rows exceed it. Where scores are known to be
    normal deviations, it is at least what a normal one exceeds so often: a tail of some days seems to end too soon.
    `rate=None` is 1/week, or 1/1000rows where there is no time.
    """

    def __init__(self, rate: str | None = None) -> None:
        self.rate = rate

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; UsageError for a rate in time where there is none; `inf` with too few rows."""
        if tail is None:
            return np.inf
        common = float(np.quantile(tail.body, 1 - _MOST_FLAGGED, method="higher"))
        share = min(granted(self.rate, past) / past.rows, 1.0)
        chance = -float(ndtri(share / 2)) if past.normal else -np.inf
        return max(tail.score_at_rate(share), common, past.least, chance)


EXAMPLE = FalseAlarms()
