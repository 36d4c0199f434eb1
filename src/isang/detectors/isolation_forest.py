"""Rows that few random cuts suffice to isolate."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.ensemble import IsolationForest as SklearnForest

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, fill_missing, learn_scale, too_sparse
from isang.trees import Trees, flattened
from isang.windows import walls
from isang.words.frame import Floats
from isang.words.numbers import Count

_CHUNK_ROWS = 100_000


class IsolationForest(Detector):
    """How few random cuts isolate a row (Liu, Ting & Zhou 2008, doi:10.1109/ICDM.2008.17), 0 to 1.

    Grown by scikit-learn on robustly scaled rows; a missing cell stands at its column's median. It looks at rows
    one by one: not for anomalies that show only in their order.

    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(500, 2))
    >>> near, far = IsolationForest(random_state=0).fit(usual).anomaly_score([[0, 0], [6, 6]])
    >>> bool(far > near)
    True
    """

    context_rows_ = 0
    scale_: RobustScale
    forest_: Trees

    def __init__(self, trees: Count = 200, rows_per_tree: Count = 256, random_state: int | None = 0) -> None:
        self.trees = trees
        self.rows_per_tree = rows_per_tree
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Grow the trees on the rows that are no walls."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows)
        usual, _ = fill_missing(self.scale_.apply(rows[~walls(rows)]))
        samples = min(self.rows_per_tree, len(usual))
        grown = SklearnForest(n_estimators=self.trees, max_samples=samples, random_state=self.random_state)
        self.forest_ = flattened(grown.fit(usual))
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) between 0 and 1; about 0.5 is usual."""
        rows = rows_to_score(self, X)
        judged = np.flatnonzero(~too_sparse(rows))
        filled, _ = fill_missing(self.scale_.apply(rows[judged]))
        scores = np.full(len(rows), np.nan)
        for at in range(0, len(judged), _CHUNK_ROWS):
            scores[judged[at : at + _CHUNK_ROWS]] = self.forest_.isolation(filled[at : at + _CHUNK_ROWS])
        return scores


EXAMPLE = IsolationForest(trees=20)
