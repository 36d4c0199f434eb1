"""What a threshold does to labelled rows, for every threshold at once.

A row is flagged where its score is above the threshold, as everywhere in this package; NaN is never flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.words.frame import Flags, Floats, Integers


@dataclass(frozen=True)
class Curve:
    """Counts at every threshold that makes a difference, all (k,).

    `thresholds` descend: the highest score, which flags nothing, each lower one, and one below them all, which flags
    every row that is scored. `hits` and `false_alarms` count rows; `positives` includes those without a score.
    """

    thresholds: Floats
    hits: Integers
    false_alarms: Integers
    positives: int
    negatives: int

    @property
    def precision(self) -> Floats:
        """(k,) share of the flagged rows that are positive; NaN where nothing is flagged."""
        return _ratio(self.hits, self.hits + self.false_alarms, np.nan)

    @property
    def recall(self) -> Floats:
        """(k,) share of the positive rows that are flagged; NaN without positive rows."""
        return _ratio(self.hits, np.full_like(self.hits, self.positives), np.nan)

    @property
    def f1(self) -> Floats:
        """(k,) harmonic mean of precision and recall; 0 where nothing is hit."""
        return _ratio(2 * self.hits, self.hits + self.false_alarms + self.positives, 0.0)

    @property
    def false_positive_rate(self) -> Floats:
        """(k,) share of the negative rows that are flagged; NaN without negative rows."""
        return _ratio(self.false_alarms, np.full_like(self.hits, self.negatives), np.nan)

    @property
    def best(self) -> int:
        """Where F1 is highest; the highest threshold among equals."""
        return int(np.argmax(self.f1))


def threshold_curve(scores: Floats, positive: Flags) -> Curve:
    """The curve of (n,) scores; ValueError where no row is scored."""
    scored = np.isfinite(scores)
    if not scored.any():
        raise ValueError("no row is scored, so there is no threshold to try.")
    distinct, at = np.unique(-scores[scored], return_inverse=True)
    flagged = _counts_from_the_highest(at, len(distinct))
    hits = _counts_from_the_highest(at[positive[scored]], len(distinct))
    thresholds = np.append(-distinct, np.nextafter(-distinct[-1], -np.inf))
    positives = int(positive.sum())
    return Curve(thresholds, hits, flagged - hits, positives, len(positive) - positives)


def roc_auc(scores: Floats, positive: Flags) -> float | None:
    """Area under the ROC curve of the scored rows; None where they are all positive, or none is."""
    from sklearn.metrics import roc_auc_score  # takes a moment to load

    scored = np.isfinite(scores)
    return float(roc_auc_score(positive[scored], scores[scored])) if _both(positive[scored]) else None


def average_precision(scores: Floats, positive: Flags) -> float | None:
    """Average precision (AUC-PR) of the scored rows; None where they are all positive, or none is."""
    from sklearn.metrics import average_precision_score  # takes a moment to load

    scored = np.isfinite(scores)
    return float(average_precision_score(positive[scored], scores[scored])) if _both(positive[scored]) else None


def confusion(flagged: Flags, positive: Flags) -> dict[str, int]:
    """How many rows are which; classes may be absent."""
    return {
        "true_positives": int(np.sum(flagged & positive)),
        "false_positives": int(np.sum(flagged & ~positive)),
        "false_negatives": int(np.sum(~flagged & positive)),
        "true_negatives": int(np.sum(~flagged & ~positive)),
    }


def _counts_from_the_highest(at: Integers, distinct: int) -> Integers:
    """(distinct + 1,) how many rows are above the first, the second … score, and above none."""
    return np.concatenate([[0], np.cumsum(np.bincount(at, minlength=distinct))])


def _ratio(part: Integers, whole: Integers, otherwise: float) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), otherwise), where=whole > 0))


def _both(positive: Flags) -> bool:
    return bool(positive.any() and not positive.all())
