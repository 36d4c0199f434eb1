"""Features and a detector learnt together, and the two ways to judge a grid with them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Self

import numpy as np
from sklearn.base import clone

from isang.detectors.base import Detector, fewest_blocks
from isang.features.base import Feature
from isang.splits import blocks_in_time, out_of_block, score_only
from isang.windows import reaching_back
from isang.words.frame import Flags, Floats, Grid, Integers

_log = logging.getLogger("isang")


class Learner:
    """The features that learn and the detector behind them, fitted on the same rows."""

    features_: list[Feature]
    detector_: Detector

    def __init__(self, features: Sequence[Feature], detector: Detector) -> None:
        self.features = features
        self.detector = detector

    def fit(self, grid: Grid) -> Self:
        """Each feature learns from the grid as the one before it left it, the detector from the last."""
        self.features_ = []
        for feature in self.features:
            self.features_.append(clone(feature).fit(grid))
            grid = self.features_[-1].transform(grid)
        self.detector_ = clone(self.detector).fit(grid.X)
        return self

    @property
    def context_rows(self) -> int:
        """How many rows before it a score may depend on, through the detector and the features before it."""
        return self.detector_.context_rows_ + sum(feature.context_rows_ for feature in self.features_)

    def seen(self, grid: Grid) -> Grid:
        """The grid as the detector sees it, with the expected band where a feature gives one."""
        for feature in self.features_:
            grid = feature.transform(grid)
        return grid


@dataclass(frozen=True)
class Judged:
    """Scores (n,), the grid as the detectors saw it, and which learner judged which row (-1: none).

    `in_turn`: each learner judged later rows than the one before it, on which it looked back. Scores up to `least` are
    no news; usual ones are `normal` where they are so by what gave them (`Feature`).
    """

    scores: Floats
    seen: Grid
    owner: Integers
    learners: tuple[Learner, ...]
    in_turn: bool = False
    least: float = -np.inf
    normal: bool = False

    @property
    def context_rows(self) -> int:
        """How many rows before it the detector saw for a score; what a feature looks back on is not counted."""
        return max(learner.detector_.context_rows_ for learner in self.learners)

    def stretch(self, row: int, first: int, last: int) -> Floats:
        """Rows first..last, walls where the learner of `row` did not look.

        In turn, it looked back on rows of an earlier one, which stand as that one saw them.
        """
        part = slice(max(first, 0), last + 1)
        looked = self.owner[part] == self.owner[row]
        if self.in_turn:
            looked |= (self.owner[part] >= 0) & (self.owner[part] < self.owner[row])
        return np.where(looked[:, None], self.seen.X[part], np.nan)

    def learner(self, row: int) -> Learner:
        """The learner that judged this row."""
        return self.learners[int(self.owner[row])]


def judge_causally(learner: Learner, grid: Grid) -> Judged:
    """Every row judged by one learner that was fitted before."""
    seen = learner.seen(grid)
    scores = learner.detector_.anomaly_score(seen.X)
    return Judged(scores, seen, np.zeros(len(scores), dtype=np.int64), (learner,), **_promised(learner.features_))


def judge_in_turn(learners: Sequence[Learner], owner: Integers, grid: Grid) -> Judged:
    """Each row judged by its `owner` (n,), which looks back on as many rows before it as its scores depend on."""
    if len(learners) == 1:
        return judge_causally(learners[0], grid)
    scores, seen = np.full(len(grid.X), np.nan), grid
    for number, learner in enumerate(learners):
        mine, part = owner == number, learner.seen(grid)
        looked = reaching_back(mine, learner.detector_.context_rows_)
        scores[mine] = learner.detector_.anomaly_score(part.with_rows(looked).X)[mine]
        seen = _merged(seen, part, mine) if number else part
    return Judged(scores, seen, owner, tuple(learners), in_turn=True, **_promised(learners[-1].features_))


def judge_in_hindsight(
    features: Sequence[Feature], detector: Detector, grid: Grid, blocks: Integers | None = None
) -> Judged:
    """Contiguous blocks, each judged by a learner that was fitted on all other rows; no row judges itself.

    `blocks` (n,): the block of each row, -1 for rows that are learnt from and not judged; None: all rows in as many as
    the detector asks for.
    """
    if blocks is None:
        blocks = blocks_in_time(grid.entity, fewest_blocks(detector))
    scores, owner = np.full(len(grid.X), np.nan), np.full(len(grid.X), -1, dtype=np.int64)
    first = list(takewhile(lambda feature: not feature.learns, features))  # no need to do it for each block
    for feature in first:
        grid = clone(feature).fit(grid).transform(grid)
    promised, features = _promised(features), features[len(first) :]
    seen, learners = grid, list[Learner]()

    def fit(X: Floats) -> Learner:
        return Learner(features, detector).fit(replace(grid, X=X))

    for mine, learner in out_of_block(fit, grid.X, blocks):
        _log.info("judging block %d of %d by what was learnt from the others", len(learners) + 1, blocks.max() + 1)
        part = learner.seen(grid)  # features look back on rows before the block, as they will when it goes live
        scores[mine] = score_only(learner.detector_, part.X, mine)
        owner[mine] = len(learners)
        learners.append(learner)
        if part is not grid:  # a feature learnt
            seen = _merged(seen, part, mine) if len(learners) > 1 else part
    return Judged(scores, seen, owner, tuple(learners), **promised)


def _promised(features: Sequence[Feature]) -> dict[str, Any]:
    """`least` and `normal` of what the features give."""
    least = max((feature.least for feature in features), default=-np.inf)
    return {"least": least, "normal": any(feature.normal for feature in features)}


def _merged(seen: Grid, part: Grid, mine: Flags) -> Grid:
    """`part` in the rows of its block, `seen` elsewhere."""

    def pick(old: Floats | None, new: Floats | None) -> Floats | None:
        return None if old is None or new is None else np.where(mine[:, None], new, old)

    return replace(
        seen,
        X=np.where(mine[:, None], part.X, seen.X),
        expected=pick(seen.expected, part.expected),
        lower=pick(seen.lower, part.lower),
        upper=pick(seen.upper, part.upper),
    )
