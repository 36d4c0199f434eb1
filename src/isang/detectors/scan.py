"""The same scores looked at by several widths: what is sudden shows in the narrow ones, what lasts in the wide ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import clone

from isang.detectors._usual_score import usual_score
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.windows import moving_mean
from isang.words.frame import Floats
from isang.words.numbers import Count


class Scan(Detector):
    """The highest of several moving averages over the scores of a detector, each in units of what it usually reaches.

    A scan statistic (Naus 1982, Approximations for distributions of scan statistics, JASA 77) of several widths: one
    width blurs what is shorter and misses what is longer. The unit is what 98 % of the training rows stay below; a wide
    average swings less, so a little lasting strangeness counts as much there as a lot of a sudden one. `widths` are
    rows (`hindsight`: around the row).

    >>> import numpy as np
    >>> from isang.detectors.robust_zscore import RobustZscore
    >>> rows = np.random.default_rng(1).normal(size=(1000, 1))
    >>> usual, lasting = rows[:800], rows[800:].copy()
    >>> lasting[100:150] += 1.5
    >>> both = Scan(RobustZscore(), [2, 8, 32]), RobustZscore()
    >>> [int(one.fit(usual).anomaly_score(lasting).argmax()) for one in both]
    [150, 60]
    """

    detector_: Detector
    usual_: Floats

    def __init__(self, detector: Detector, widths: Sequence[Count], hindsight: bool = False) -> None:
        self.detector = detector
        self.widths = widths
        self.hindsight = hindsight

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the detector, and learn what each average usually reaches (widths,); ValueError without widths."""
        rows = rows_to_fit(self, X)
        if not len(self.widths):
            raise ValueError("widths is empty; at least one number of rows is needed.")
        self.detector_ = clone(self.detector).fit(rows)
        self.usual_ = np.array(
            [
                usual_score(scores, self.detector_.context_rows_ + width)
                for scores, width in zip(self._averages(rows), self.widths, strict=True)
            ]
        )
        self.context_rows_ = self.detector_.context_rows_ + max(self.widths) - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in usual scores."""
        averages = np.array(self._averages(rows_to_score(self, X)))
        return np.asarray((averages / self.usual_[:, None]).max(axis=0))

    def _averages(self, rows: Floats) -> list[Floats]:
        scores = self.detector_.anomaly_score(rows)
        return [moving_mean(scores, width, centred=self.hindsight) for width in self.widths]


def _example() -> Scan:
    from isang.detectors.robust_zscore import RobustZscore

    return Scan(RobustZscore(), [1, 8])


EXAMPLE = _example()
