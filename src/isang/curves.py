"""What a threshold does to labelled rows, for every threshold at once: flagged = score > threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from isang.words.frame import Flags, Floats, Integers


@dataclass(frozen=True)
class Curve:
    """Rows flagged at each threshold, highest first; all arrays are (k,).

    The first threshold is the highest score and flags nothing, the last one flags all that is scored.
    """

    thresholds: Floats
    hits: Integers
    false_alarms: Integers
    positives: int
    negatives: int

    @property
    def precision(self) -> Floats:
        """(k,) share of what is flagged that is positive; NaN where nothing is flagged."""
        flagged = self.hits + self.false_alarms
        return np.asarray(np.divide(self.hits, flagged, out=np.full(len(flagged), np.nan), where=flagged > 0))

    @property
    def recall(self) -> Floats:
        """(k,) share of the positive rows that is flagged; NaN where there are none."""
        return np.asarray(self.hits / self.positives if self.positives else np.full(len(self.hits), np.nan))

    @property
    def f1(self) -> Floats:
        """(k,) harmonic mean of both; 0 where nothing positive is flagged."""
        return np.asarray(2 * self.hits / np.maximum(self.hits + self.false_alarms + self.positives, 1))

    @property
    def false_positive_rate(self) -> Floats:
        """(k,) share of the negative rows that is flagged; NaN where there are none."""
        share = self.false_alarms / self.negatives if self.negatives else np.full(len(self.hits), np.nan)
        return np.asarray(share)

    @property
    def best(self) -> int:
        """Where F1 is highest; the highest threshold among equals."""
        return int(np.argmax(self.f1))


def threshold_curve(scores: Floats, positive: Flags) -> Curve:
    """The curve of (n,) scores; rows with NaN are never flagged. ValueError where no row is scored."""
    scored = np.isfinite(scores)
    if not scored.any():
        raise ValueError("no row is scored, so there is no threshold to try.")
    order = np.argsort(-scores[scored], kind="stable")
    high, hit = scores[scored][order], positive[scored][order]
    ends = np.flatnonzero(np.append(np.diff(high) < 0, True))  # the last row of each distinct score
    hits = np.append(0, np.cumsum(hit)[ends])
    thresholds = np.append(high[np.append(0, ends[:-1] + 1)], np.nextafter(high[-1], -np.inf))
    return Curve(thresholds, hits, np.append(0, ends + 1) - hits, int(positive.sum()), int((~positive).sum()))


def roc_auc(scores: Floats, positive: Flags) -> float | None:
    """Area under the ROC curve over scored rows; None where a class is missing."""
    scored = np.isfinite(scores)
    return float(roc_auc_score(positive[scored], scores[scored])) if _both(positive[scored]) else None


def average_precision(scores: Floats, positive: Flags) -> float | None:
    """Area under the precision-recall curve over scored rows (the step-wise sum); None where a class is missing."""
    scored = np.isfinite(scores)
    return float(average_precision_score(positive[scored], scores[scored])) if _both(positive[scored]) else None


def confusion(flagged: Flags, positive: Flags) -> dict[str, int]:
    """How many rows of each class were flagged and how many were not."""
    return {
        "true_positives": int((flagged & positive).sum()),
        "false_positives": int((flagged & ~positive).sum()),
        "false_negatives": int((~flagged & positive).sum()),
        "true_negatives": int((~flagged & ~positive).sum()),
    }


def _both(positive: Flags) -> bool:
    return bool(positive.any() and not positive.all())
