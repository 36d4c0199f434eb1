"""Rows near each other counted as one: runs declustering."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Integers


def clusters(rows: Integers, entity: Integers, gap: int) -> Integers:
    """(k,) cluster number of each of the sorted grid `rows`: a new one after more than `gap` rows, or another entity.

    `entity` (k,) is the entity of each of these rows.
    """
    apart = (np.diff(rows, prepend=rows[:1]) > gap) | (np.diff(entity, prepend=entity[:1]) != 0)
    return np.asarray(np.cumsum(apart), dtype=np.int64)


def cluster_gap(context_rows: int) -> int:
    """Verdicts this near belong together: a detector smears one strange row over its context."""
    return max(context_rows, 3)
