"""A detector made of detectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import clone

from isang.calibrate import Past, Tail, learn_tail
from isang.detectors._usual_score import usual_score
from isang.detectors.base import Detector, fewest_blocks, rows_to_fit, rows_to_score
from isang.splits import blocks_of_values, out_of_block_scores
from isang.words.frame import Floats, Integers
from isang.words.numbers import Count

_MOST_ROWS_JUDGED = 100_000


class Ensemble(Detector):
    """Mean, power mean or maximum of the members' -log10 tail probabilities: members may have any unit.

    Each member's tail is learnt out of block inside the training rows: contiguous blocks, each judged by a clone
    fitted on the others (`calibration_blocks` of them; None: as many as each member asks for). Then the member is
    fitted on all of them. Members that do not score a row are left out of its mean. `rms` leans to those that
    find a row rare, without leaving it to one; `fourth`, the fourth root of the mean fourth power, leans to them more.
    `combine="multiples"`: the mean square of their scores as multiples of what 98 % of the rows stay below; a member
    with a heavy tail then speaks louder than the others, and what lasts is not lost in logarithms.

    >>> import numpy as np
    >>> from isang.detectors.knn import Knn
    >>> from isang.detectors.robust_zscore import RobustZscore
    >>> usual = np.random.default_rng(0).normal(size=(500, 2))
    >>> near, far = Ensemble([RobustZscore(), Knn()]).fit(usual).anomaly_score([[0, 0], [6, 6]])
    >>> bool(far > near)
    True
    """

    members_: list[Detector]
    tails_: list[Tail]
    usual_: Floats

    def __init__(
        self,
        members: Sequence[Detector],
        combine: Literal["mean", "rms", "fourth", "max", "multiples"] = "mean",
        calibration_blocks: Count | None = None,
    ) -> None:
        self.members = members
        self.combine = combine
        self.calibration_blocks = calibration_blocks

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit and calibrate each member; ValueError where one cannot learn or too few rows are left."""
        rows = rows_to_fit(self, X)
        self.tails_, self.members_, usual = [], [], []
        for member in self.members:
            fitted = clone(member).fit(rows)
            self.members_.append(fitted)
            blocks = _calibration_blocks(rows, self.calibration_blocks or fewest_blocks(member))
            past = Past(
                out_of_block_scores(member, rows, blocks), np.zeros(len(rows), np.int64), fitted.context_rows_, None
            )
            self.tails_.append(_calibrated(member, past))
            usual.append(usual_score(past.scores, fitted.context_rows_ + 1))
        self.usual_ = np.array(usual)
        self.context_rows_ = max(member.context_rows_ for member in self.members_)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in powers of ten of rarity, or in squared multiples of the usual score."""
        if self.combine != "multiples":
            return _combined(self.member_scores(X), self.combine)
        rows = rows_to_score(self, X)
        scores = np.column_stack([member.anomaly_score(rows) for member in self.members_])
        return _combined(np.square(scores / self.usual_), "mean")

    def member_scores(self, X: Any) -> Floats:
        """(n, members) -log10 tail probability of each member."""
        rows = rows_to_score(self, X)
        pairs = zip(self.members_, self.tails_, strict=True)
        return np.column_stack([-np.log10(tail.probability(member.anomaly_score(rows))) for member, tail in pairs])


def _calibration_blocks(rows: Floats, count: int) -> Integers:
    """The block of each row, -1 for rows that need not be judged: a tail is no better for more of them."""
    blocks = blocks_of_values(rows, count)
    for block in range(count):
        blocks[np.flatnonzero(blocks == block)[_MOST_ROWS_JUDGED // count :]] = -1
    return blocks


def _calibrated(member: Detector, past: Past) -> Tail:
    tail = learn_tail(past)
    if tail is None:
        raise ValueError(f"{len(past.scores)} rows are too few to calibrate {type(member).__name__} on.")
    return tail


def _combined(strange: Floats, how: str) -> Floats:
    spoke = ~np.isnan(strange)
    total, count = np.where(spoke, strange, 0.0), np.maximum(spoke.sum(axis=1), 1)
    if how == "max":
        together = total.max(axis=1)
    else:
        power = {"mean": 1, "rms": 2, "fourth": 4}[how]
        together = ((total**power).sum(axis=1) / count) ** (1 / power)
    return np.where(spoke.any(axis=1), together, np.nan)


def _example() -> Ensemble:
    from isang.detectors.knn import Knn
    from isang.detectors.robust_zscore import RobustZscore

    return Ensemble([RobustZscore(), Knn(neighbors=3)])


EXAMPLE = _example()
