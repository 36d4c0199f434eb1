"""How well scores rank rows of events above the rest, whatever the threshold."""

from __future__ import annotations

import numpy as np

from isang.chance import blocks_of_events, interval, p_of_chance
from isang.curves import average_precision, roc_auc
from isang.exam import Exam
from isang.metrics.base import Metric
from isang.words.frame import Flags, Floats, Integers

_DRAWS = 300


class Ranking(Metric):
    """ROC-AUC and AUC-PR of scored rows with 95 % intervals over events, and the chance that both are luck."""

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`roc_auc`, `auc_pr`, each with `_low` and `_high` (None under five events), and `p_chance`."""
        rows = exam.counts & np.isfinite(exam.scores)
        scores, positive = exam.scores[rows], exam.positive[rows]
        found = {"roc_auc": roc_auc(scores, positive), "auc_pr": average_precision(scores, positive)}
        blocks = blocks_of_events(exam)[rows]
        areas = _Areas(scores, positive, blocks)
        for name, area in (("roc_auc", areas.roc), ("auc_pr", areas.precision)):
            known = interval(len(exam.events), area, draws=_DRAWS) if found[name] is not None else None
            found[f"{name}_low"], found[f"{name}_high"] = known or (None, None)
        return {**found, "p_chance": p_of_chance(exam)}


class _Areas:
    """Areas under curves of rows that are drawn by blocks; scores are ordered once."""

    def __init__(self, scores: Floats, positive: Flags, blocks: Integers) -> None:
        names, self._place = np.unique(-scores, return_inverse=True)
        self._positive, self._blocks, self._levels = positive, blocks, len(names)

    def roc(self, weights: Floats) -> Floats:
        """(draws,) ROC-AUC of (draws, blocks) weights."""
        return np.array([self._area(*self._counts(row), roc=True) for row in weights])

    def precision(self, weights: Floats) -> Floats:
        """(draws,) AUC-PR of (draws, blocks) weights."""
        return np.array([self._area(*self._counts(row), roc=False) for row in weights])

    def _counts(self, weights: Floats) -> tuple[Floats, Floats]:
        own = weights[self._blocks]
        return (
            np.bincount(self._place, own * self._positive, self._levels).astype(np.float64),
            np.bincount(self._place, own * ~self._positive, self._levels).astype(np.float64),
        )

    def _area(self, hits: Floats, others: Floats, *, roc: bool) -> float:
        if not hits.sum() or not others.sum():
            return np.nan
        if roc:
            above = np.cumsum(others) - others / 2
            return float(1 - (hits * above).sum() / (hits.sum() * others.sum()))
        flagged = np.cumsum(hits + others)
        precision = np.divide(np.cumsum(hits), flagged, out=np.zeros(len(hits)), where=flagged > 0)
        return float((hits * precision).sum() / hits.sum())


EXAMPLE = Ranking()
