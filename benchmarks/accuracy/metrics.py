"""How good scores and incidents are, given the truth."""

from __future__ import annotations

import numpy as np

from isang.curves import average_precision, roc_auc
from isang.words.frame import Flags, Floats

Spans = list[tuple[int, int]]


def spans(marked: Flags) -> Spans:
    """The runs of True as (first row, last row)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(first), int(last) - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def ranking(truth: Flags, score: Floats) -> tuple[float | None, float | None]:
    """AUC-PR and ROC-AUC; None where all rows are alike. A row without a score ranks below all others."""
    known = np.isfinite(score)
    ranked = np.where(known, score, score[known].min() - 1 if known.any() else 0.0)
    return average_precision(ranked, truth), roc_auc(ranked, truth)


def event_recall(events: Spans, incidents: Spans) -> float:
    """The share of the events that some incident overlaps; NaN without events."""
    if not events:
        return np.nan
    return float(np.mean([any(first <= end and start <= last for first, last in incidents) for start, end in events]))


def hit_share(events: Spans, incidents: Spans) -> float:
    """The share of the incidents that overlap some event; NaN without incidents."""
    return event_recall(incidents, events)
