"""Simple statistics of a window outside the range that they had."""

from __future__ import annotations

import numpy as np

from isang.detectors._shapes import ShapeDetector
from isang.words.frame import Floats
from isang.words.numbers import Count, Share, Size

_ROUNDING = 1e-6  # spreads: a range this narrow is rounding


class WindowStatistics(ShapeDetector):
    """How far mean, spread, lowest and highest value, range and steps of a window lie outside their usual range.

    In widths of that range, summed over statistics and columns, as in STAN (summary statistics of windows against
    their range in the training part: BTW 2025). The range leaves out the share `outside` at either end, since training
    rows may hold anomalies. Finds windows that are too high, too calm, too restless, not those whose parts
    are in another order. `least_spread` is that of `robust_zscore`.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[150:160] = 0
    >>> bool(150 <= np.nanargmax(WindowStatistics(window_rows=16).fit(wave).anomaly_score(strange)) < 176)
    True
    """

    low_: Floats
    high_: Floats

    def __init__(
        self,
        window_rows: Count = 32,
        outside: Share = 0.01,
        hindsight: bool = False,
        least_spread: Size | None = None,
    ) -> None:
        self.window_rows = window_rows
        self.outside = outside
        self.hindsight = hindsight
        self.least_spread = least_spread

    def learn(self, shapes: Floats) -> None:
        """The usual range of each statistic of each column, (8*d,) each."""
        self.low_, self.high_ = np.quantile(_statistics(shapes), [self.outside, 1 - self.outside], axis=0)

    def strangeness(self, shapes: Floats) -> Floats:
        """(m,) in widths of the usual range: 0 for a usual window."""
        found = _statistics(shapes)
        beyond = np.maximum(np.maximum(self.low_ - found, found - self.high_), 0.0)
        return np.asarray((beyond / np.maximum(self.high_ - self.low_, _ROUNDING)).sum(axis=1))


def _statistics(shapes: Floats) -> Floats:
    """(m, 8*d): mean, spread, lowest, highest, range, mean and largest step, largest change of step."""
    low, high = shapes.min(axis=1), shapes.max(axis=1)
    moves = np.diff(shapes, axis=1, prepend=shapes[:, :1], append=shapes[:, -1:])
    steps, turns = np.abs(moves[:, :-1]), np.abs(np.diff(moves, axis=1))
    means = [shapes.mean(axis=1), shapes.std(axis=1), low, high, high - low, steps.mean(axis=1), steps.max(axis=1)]
    return np.concatenate([*means, turns.max(axis=1)], axis=1)


EXAMPLE = WindowStatistics(window_rows=8)
