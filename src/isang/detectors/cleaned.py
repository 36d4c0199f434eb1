"""Clean, then refit: a detector that does not learn from what it suspects."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import clone

from isang.calibrate import Past, learn_tail
from isang.detectors.base import Detector, fewest_blocks, rows_to_fit, rows_to_score
from isang.splits import blocks_of_values, out_of_block, score_only
from isang.words.frame import Flags, Floats
from isang.words.numbers import Count, Share, Size

_CENSORED = 0.5  # of the peaks: up to half of them may be anomalies


class Cleaned(Detector):
    """Finds the rows that do not belong among its training rows, and learns from the others.

    `first` scores the training rows out of block. Those that usual rows would reach less than once in all of them (or
    that score above `suspect_over`), but at most `max_share`, become walls, which no window bridges; then `second`
    (None: one like the first) learns from what is left. More `rounds` let the second judge all training rows in turn,
    until the same ones are suspected. `dropped_share_` tells how many were. Not for scattered anomalies and long
    windows: few windows are left between them. After the two stages of S2 and trimmed training (cf. Rousseeuw & Van
    Driessen 1999, doi:10.1080/00401706.1999.10485670).

    >>> import numpy as np
    >>> from isang.detectors.robust_zscore import RobustZscore
    >>> rows = np.random.default_rng(0).normal(size=(500, 1)); rows[100:120] = 30
    >>> Cleaned(RobustZscore()).fit(rows).dropped_share_
    0.04
    """

    second_: Detector
    suspected_: Flags
    dropped_share_: float

    def __init__(
        self,
        first: Detector,
        second: Detector | None = None,
        max_share: Share = 0.1,
        rounds: Count = 1,
        suspect_over: Size | None = None,
    ) -> None:
        self.first = first
        self.second = second
        self.max_share = max_share
        self.rounds = rounds
        self.suspect_over = suspect_over

    def fit(self, X: Any, y: Any = None) -> Self:
        """Judge, drop, learn; ValueError where too little is left to learn from."""
        rows = rows_to_fit(self, X)
        judge, second = self.first, self.second if self.second is not None else self.first
        suspected = np.zeros(len(rows), dtype=bool)
        for _ in range(self.rounds):
            before, suspected = suspected, self._suspected(judge, rows, suspected)
            judge = second
            if np.array_equal(before, suspected):
                break
        self.suspected_, self.dropped_share_ = suspected, float(suspected.mean())
        self.second_ = _fitted(second, _without(rows, suspected), self.dropped_share_)
        self.context_rows_ = self.second_.context_rows_
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the units of the second detector."""
        rows = rows_to_score(self, X)
        return self.second_.anomaly_score(rows)

    def _suspected(self, judge: Detector, rows: Floats, suspected: Flags) -> Flags:
        """(n,) the rows that a judge finds strange which learnt from other blocks, without what was suspected."""
        blocks = blocks_of_values(rows, fewest_blocks(judge))
        scores, context = np.full(len(rows), np.nan), 0
        for mine, model in out_of_block(lambda others: clone(judge).fit(others), _without(rows, suspected), blocks):
            scores[mine] = score_only(model, rows, mine)
            context = model.context_rows_
        return self._strange(scores, context)

    def _strange(self, scores: Floats, context_rows: int) -> Flags:
        past = Past(scores, np.zeros(len(scores), dtype=np.int64), context_rows, None)
        over = self.suspect_over if self.suspect_over is not None else _usual_limit(past)
        known = np.nan_to_num(scores, nan=-np.inf)
        most = int(self.max_share * past.rows)
        highest = np.sort(known)[::-1][most] if most < len(known) else -np.inf
        return known > max(over, highest)


def _usual_limit(past: Past) -> float:
    """The score that usual rows would reach less than once in all of them; infinite where they are too few to tell."""
    tail = learn_tail(past, censored=_CENSORED)
    return tail.score_at_rate(1 / past.rows) if tail else np.inf


def _without(rows: Floats, suspected: Flags) -> Floats:
    return np.where(suspected[:, None], np.nan, rows)


def _fitted(detector: Detector, rows: Floats, dropped: float) -> Detector:
    try:
        fitted: Detector = clone(detector).fit(rows)
    except ValueError as error:
        raise ValueError(f"after {dropped:.1%} of the rows were dropped as strange, {error}") from error
    return fitted


def _example() -> Cleaned:
    from isang.detectors.pca_autoencoder import PcaAutoencoder
    from isang.detectors.robust_zscore import RobustZscore

    return Cleaned(RobustZscore(), PcaAutoencoder(window_rows=8))


EXAMPLE = _example()
