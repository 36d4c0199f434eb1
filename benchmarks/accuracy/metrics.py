"""How good scores and incidents are, given the truth."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from isang.words.frame import Flags, Floats

Spans = list[tuple[int, int]]


def spans(marked: Flags) -> Spans:
    """The runs of True as (first row, last row)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def ranking(truth: Flags, score: Floats) -> tuple[float, float]:
    """AUC-PR and ROC-AUC; NaN where all rows are alike. A row without a score ranks below all others."""
    if truth.all() or not truth.any():
        return np.nan, np.nan
    known = np.isfinite(score)
    ranked = np.where(known, score, score[known].min() - 1 if known.any() else 0.0)
    return float(average_precision_score(truth, ranked)), float(roc_auc_score(truth, ranked))


def event_recall(events: Spans, incidents: Spans) -> float:
    """The share of the events that some incident overlaps; NaN without events."""
    if not events:
        return np.nan
    return float(np.mean([any(first <= end and start <= last for first, last in incidents) for start, end in events]))


def hit_share(events: Spans, incidents: Spans) -> float:
    """The share of the incidents that overlap some event; NaN without incidents."""
    return event_recall(incidents, events)
