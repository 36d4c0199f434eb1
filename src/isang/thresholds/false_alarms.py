"""As many false alarms as people can stand: the default."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold, granted

_MOST_FLAGGED = 0.1  # of the rows: where blocks of a flat series differ by rounding, all of a block would be flagged


class FalseAlarms(Threshold):
    """The score that usual data would exceed `rate` times, over all entities together.

    Runs of flagged rows count once, as they become one incident. The rate is extrapolated from the tail of past
    scores (`isang.calibrate.Tail`); no more than a tenth of the past rows exceed it.
    `rate=None` is 1/week, or 1/1000rows where there is no time.
    """

    def __init__(self, rate: str | None = None) -> None:
        self.rate = rate

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; UsageError for a rate in time where there is none; `inf` with too few rows."""
        if tail is None:
            return np.inf
        common = float(np.quantile(tail.body, 1 - _MOST_FLAGGED, method="higher"))
        return max(tail.score_at_rate(granted(self.rate, past) / past.rows), common, past.least)


EXAMPLE = FalseAlarms()
