"""Rows far from the rows seen before."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.normal_scores import NormalScores, learn_normal_scores
from isang.scaling import RobustScale, fill_missing, learn_scale, too_sparse
from isang.windows import walls
from isang.words.frame import Flags, Floats
from isang.words.numbers import Count, Size

_CHUNK_ROWS = 10_000


class Knn(Detector):
    """Mean distance to the `neighbors` nearest training rows (Angiulli & Pizzuti 2002, doi:10.1007/3-540-45681-3_2).

    Distances are root mean squares over the cells that were seen, in robust spreads (`scale="normal"`: between normal
    scores, for columns of long tails and of few values). Training rows beyond `most_rows` are thinned at random;
    `least_spread` is that of `robust_zscore`. Few neighbors where training rows are known to be normal; more where
    anomalies among them may lie together. Not for very many columns.

    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(500, 2))
    >>> near, far = Knn().fit(usual).anomaly_score([[0, 0], [6, 6]])
    >>> bool(far > near)
    True
    """

    context_rows_ = 0
    scale_: RobustScale | NormalScores
    usual_: Floats

    def __init__(
        self,
        neighbors: Count = 5,
        most_rows: Count = 10_000,
        least_spread: Size | None = None,
        scale: Literal["robust", "normal"] = "robust",
        random_state: int | None = 0,
    ) -> None:
        self.neighbors = neighbors
        self.most_rows = most_rows
        self.least_spread = least_spread
        self.scale = scale
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Keep the training rows that are no walls."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_normal_scores(rows) if self.scale == "normal" else learn_scale(rows, self.least_spread)
        usual, _ = fill_missing(self.scale_.apply(rows[~walls(rows)]))
        if len(usual) > self.most_rows:
            usual = np.random.default_rng(self.random_state).permutation(usual)[: self.most_rows]
        self.usual_ = usual
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in spreads."""
        from sklearn.neighbors import NearestNeighbors  # takes a moment to load

        rows = rows_to_score(self, X)
        judged = np.flatnonzero(~too_sparse(rows))
        filled, seen = fill_missing(self.scale_.apply(rows[judged]))
        scores = np.full(len(rows), np.nan)
        search = NearestNeighbors(n_neighbors=min(self.neighbors, len(self.usual_))).fit(self.usual_)
        for at in range(0, len(judged), _CHUNK_ROWS):
            chunk = slice(at, at + _CHUNK_ROWS)
            scores[judged[chunk]] = self._distances(search, filled[chunk], seen[chunk])
        return scores

    def _distances(self, search: Any, filled: Floats, seen: Flags) -> Floats:
        nearest, weight = search.kneighbors(filled, return_distance=False), seen.astype(np.float64)
        weight /= np.maximum(seen.sum(axis=1, keepdims=True), 1)
        total = np.zeros(len(filled))
        for neighbor in nearest.T:  # one at a time: all at once would be as many copies of the rows
            apart = filled - self.usual_[neighbor]
            total += np.sqrt(np.einsum("rc,rc->r", np.square(apart, out=apart), weight))
        return np.asarray(total / nearest.shape[1])


EXAMPLE = Knn(neighbors=3)
