"""A detector fitted on the past of each fold, its thresholds set on the next rows, both examined on the ones after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from isang.calibrate import Tail
from isang.costs import Costs
from isang.earlier import earlier_scores
from isang.events import Truth
from isang.exam import Exam
from isang.folds import Fold, halves
from isang.judging import Decision, decide, fire, fitted_rules, past_of
from isang.learner import Judged, Learner, judge_causally
from isang.parts import learning
from isang.rules.base import Rule
from isang.scaling import too_sparse
from isang.thresholds.base import Threshold
from isang.vus import usual_window
from isang.words.frame import Flags, Floats, Grid


@dataclass(frozen=True)
class Setting:
    """A grid, what is known of its rows, and what mistakes cost, if anybody said so."""

    grid: Grid
    truth: Truth
    costs: Costs | None

    def exam(self, scores: Floats, flagged: Flags, rows: Flags) -> Exam:
        """These rows examined."""
        counts = self.grid.present & rows & ~self.truth.left_out
        timed = self.grid.clock is not None
        return Exam(
            scores=np.where(counts, scores, np.nan),
            flagged=flagged,
            event=np.where(counts, self.truth.event, -1),
            counts=counts,
            entity=self.grid.entity,
            time=self.grid.time if timed else None,
            begins=self.truth.first,
            span_s=self._span_us(counts) / 1e6 if timed else None,
            cool_down=self.costs.cool_down if self.costs else Costs.cool_down,
            buffer_rows=self._buffer_rows,
        )

    @cached_property
    def _buffer_rows(self) -> int:
        """The usual window of the first column, or none where rows have no order in time."""
        values = self.grid.X[self.grid.position, 0]
        known = values[np.isfinite(values)]
        return usual_window(known) if self.grid.clock is not None and len(known) else 0

    def _span_us(self, counts: Flags) -> float:
        """How much time these rows cover: those of the entity that has most, or, without a step, first to last."""
        if not counts.any():
            return 0.0
        if self.grid.step_us:
            return float(np.unique(self.grid.entity[counts], return_counts=True)[1].max() * self.grid.step_us)
        return float(np.ptp(self.grid.time[counts])) * float(counts.sum() / max(counts.sum() - 1, 1))


@dataclass(frozen=True)
class Sitting:
    """What a learner of one fold made of the rows that it may see; scores are NaN elsewhere.

    `ruled` (n,) are the rows at which rules fired that need no vote, as they make incidents by themselves. `earlier`
    (n,) are the scores of training rows by learners of the others, for the tail (`isang.earlier`).
    """

    setting: Setting
    fold: Fold
    judged: Judged
    ruled: Flags
    earlier: Floats

    @property
    def scores(self) -> Floats:
        """(n,) scores of rows that were neither trained on nor mostly missing."""
        own = (self.fold.calibration | self.fold.test) & ~too_sparse(self.setting.grid.X)
        return np.where(own, self.judged.scores, np.nan)

    def decision(self, threshold: Threshold, rows: Flags) -> Decision:
        """The threshold learnt from these rows."""
        past = past_of(self.judged, self.setting.grid, rows, self.setting.truth)
        return decide(past, threshold, self.earlier)

    def compared(self, threshold: Threshold) -> Exam:
        """The calibration part examined, each half by the threshold of the other."""
        setting, own = self.setting, self.fold.calibration
        flagged, tail = np.zeros(len(self.scores), dtype=np.bool_), self.decision(threshold, own).tail
        early, late = halves(own, setting.grid, setting.truth)
        for learnt, told in ((early, late), (late, early)):
            flagged |= told & _over(self.scores, self.decision(threshold, learnt).threshold)
        return setting.exam(_strangeness(self.scores, tail), flagged | self.ruled, own)

    def tested(self, decision: Decision) -> Exam:
        """The test part examined, on a scale that folds share: how rare the past makes a score."""
        flagged = self.over(decision) | self.ruled
        return self.setting.exam(_strangeness(self.scores, decision.tail), flagged, self.fold.test)

    def over(self, decision: Decision) -> Flags:
        """(n,) rows whose score exceeds this threshold."""
        return _over(self.scores, decision.threshold)


def sit(
    learner: Learner, setting: Setting, fold: Fold, rules: Sequence[tuple[str, Rule]], columns: Sequence[str]
) -> Sitting:
    """Fit on the usual rows of the training part, score all that follows; `columns` are the names of the grid's."""
    grid = setting.grid
    with learning(grid):
        learner.fit(grid.with_rows(fold.train & setting.truth.usual))
    judged = judge_causally(learner, grid.with_rows(fold.seen))
    earlier = earlier_scores(learner, grid.with_rows(fold.train | fold.calibration), setting.truth, fold.train)
    return Sitting(setting, fold, judged, _ruled(rules, grid, fold, columns), earlier)


def _ruled(rules: Sequence[tuple[str, Rule]], grid: Grid, fold: Fold, columns: Sequence[str]) -> Flags:
    """(n,) rows of the calibration part and of the test part at which a rule fired that learnt from those before."""
    found = np.zeros(len(grid.X), dtype=np.bool_)
    for learnt, told in ((fold.train, fold.calibration), (fold.train | fold.calibration, fold.test)):
        fitted = fitted_rules(rules, grid.with_rows(learnt), columns)
        for one in fire(fitted, grid, columns).values():
            found[one.rows[told[one.rows]]] = True
    return found


def joined(exams: Sequence[Exam]) -> Exam:
    """Exams of different rows of one grid as one."""
    first, rest = exams[0], exams[1:]
    for other in rest:
        first = replace(
            first,
            scores=np.where(other.counts, other.scores, first.scores),
            flagged=np.where(other.counts, other.flagged, first.flagged),
            event=np.where(other.counts, other.event, first.event),
            counts=first.counts | other.counts,
            span_s=None if first.span_s is None or other.span_s is None else first.span_s + other.span_s,
        )
    return first


def _strangeness(scores: Floats, tail: Tail | None) -> Floats:
    """(n,) powers of ten by which the past makes a score rare, ties told apart by it; the score without a tail."""
    if tail is None:
        return scores
    return np.asarray(-np.log10(tail.probability(scores)) + 1e-9 * np.tanh(scores / (abs(tail.start) + 1e-9)))


def _over(scores: Floats, threshold: float) -> Flags:
    with np.errstate(invalid="ignore"):
        return np.asarray(scores > threshold)
