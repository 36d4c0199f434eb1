"""Sessions unlike every session seen before."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.spatial.distance import cdist

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import too_sparse
from isang.windows import walls
from isang.words.frame import Flags, Floats, Integers
from isang.words.numbers import Count

_CHUNK_CELLS = 4_000_000


class LogSessions(Detector):
    """How far the counts of a session lie from the nearest known ones, + 1 for a new template, + 1 for a new length.

    X has a row for each session and a column for each template, with how often it came. The distance is the sum of
    the differences over the length of the longer session: 0 where the same counts were seen, 0.05 where one of twenty
    lines is missing, 1 at most. A new template is one that no training session had; a new length is shorter or longer
    than all of them. After Landauer, Skopik & Wurzenberger 2024 (doi:10.1145/3660768). Of the different count vectors
    in training `most_rows` are kept, drawn at random. It does not see the order of lines: `log_anomaly` does. Not for
    sessions that never repeat.

    >>> usual = [[3, 3, 0], [3, 4, 0], [2, 3, 0]] * 10
    >>> LogSessions().fit(usual).anomaly_score([[3, 3, 0], [2, 4, 0], [3, 3, 1]]).round(2)
    array([0.  , 0.14, 1.14])
    """

    context_rows_ = 0
    known_: Floats
    shortest_: float
    longest_: float
    seen_: Flags

    def __init__(self, most_rows: Count = 10_000, random_state: int | None = 0) -> None:
        self.most_rows = most_rows
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep the different count vectors, the templates and the lengths of the sessions."""
        rows = rows_to_fit(self, X)
        counts = np.nan_to_num(rows[~walls(rows)])
        length = _length(counts)
        self.shortest_, self.longest_ = float(length.min()), float(length.max())
        self.seen_ = (counts != 0).any(axis=0)
        known, _ = _different(counts)
        if len(known) > self.most_rows:
            known = np.random.default_rng(self.random_state).permutation(known)[: self.most_rows]
        self.known_ = known
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) between 0 and 3."""
        rows = rows_to_score(self, X)
        judged = ~too_sparse(rows)
        different, place = _different(np.nan_to_num(rows[judged]))
        length = _length(different)
        new_length = (length < self.shortest_) | (length > self.longest_)
        found = self._distance(different) + self._has_new_template(different) + new_length
        scores = np.full(len(rows), np.nan)
        scores[judged] = found[place]
        return scores

    def _has_new_template(self, counts: Floats) -> Flags:
        return np.asarray((counts[:, ~self.seen_] != 0).any(axis=1))

    def _distance(self, counts: Floats) -> Floats:
        """(n,) to the nearest known count vector, as a share of the longer session."""
        known = np.maximum(_length(self.known_), np.finfo(float).tiny)
        nearest = np.empty(len(counts))
        chunk = max(1, _CHUNK_CELLS // len(known))
        for at in range(0, len(counts), chunk):
            some = counts[at : at + chunk]
            apart = cdist(some, self.known_, "cityblock") / np.maximum(_length(some)[:, None], known)
            nearest[at : at + chunk] = apart.min(axis=1)
        return np.minimum(nearest, 1.0)


def _different(counts: Floats) -> tuple[Floats, Integers]:
    """The different rows, and which of them each row is; told by one number a row, where no two rows share one."""
    number = counts @ np.random.default_rng(0).random(counts.shape[1])
    _, first, place = np.unique(number, return_index=True, return_inverse=True)
    if np.array_equal(counts[first[place]], counts):
        return counts[first], place
    different, place = np.unique(counts, axis=0, return_inverse=True)
    return different, place.ravel()


def _length(counts: Floats) -> Floats:
    return np.asarray(np.abs(counts).sum(axis=1))


EXAMPLE = LogSessions()
