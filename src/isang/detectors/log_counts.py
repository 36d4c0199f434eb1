"""Windows of log lines as counts of templates, for a detector of tables."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import clone

from isang.detectors._templates import (
    Rows,
    Templates,
    chunks,
    rows_since_wall,
    templates_to_fit,
    templates_to_score,
)
from isang.detectors.base import Detector
from isang.words.frame import Floats, Integers
from isang.words.numbers import Count

_MOST_ROWS = 200_000  # of counts to learn from, evenly spaced


class LogCounts(Detector):
    """A detector of tables on how often each template came within the last `window_rows` rows.

    X (n, 1) holds numbers of templates, whole and from 0 on; NaN (or below 0) is a wall. Rows whose window is not full
    are not scored. The `most_templates` most frequent ones have a column each, all others one together. The detector
    must look at rows one by one, as `isolation_forest` does (S3-20c): so it can stand beside `log_anomaly` in an
    `ensemble`. The forest cuts no column that never varied: templates never seen are for `log_anomaly` to find. Not
    where seconds count.

    >>> import numpy as np
    >>> from isang.detectors.isolation_forest import IsolationForest
    >>> usual = np.tile([0, 1, 2, 1, 3, 1], 60).reshape(-1, 1)
    >>> detector = LogCounts(IsolationForest(), window_rows=5).fit(usual)
    >>> scores = detector.anomaly_score([[0], [1], [2], [1], [3], [0], [3], [3], [3]])
    >>> bool(scores[4] < scores[8])
    True
    """

    of_lines = True

    columns_: Integers
    detector_: Detector

    def __init__(self, detector: Detector, window_rows: Count = 15, most_templates: Count = 100) -> None:
        self.detector = detector
        self.window_rows = window_rows
        self.most_templates = most_templates

    def fit(self, X: Any, y: Any = None) -> Self:
        """Give the frequent templates their columns, and let the detector learn from the counts."""
        rows = templates_to_fit(self, X)
        self.columns_ = _columns(rows, self.most_templates)
        every = 1 + len(rows) // _MOST_ROWS
        parts = chunks(rows, self.window_rows - 1)
        counts = np.concatenate([self._counts(templates)[lead::every] for _, templates, lead in parts])
        self.detector_ = clone(self.detector).fit(counts)
        self.context_rows_ = self.window_rows - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the units of the detector."""
        rows = templates_to_score(self, X)
        scores = np.full(len(rows), np.nan)
        for place, templates, lead in chunks(rows, self.context_rows_):
            counts = self._counts(templates)[lead:]
            scores[place] = np.where(np.isnan(counts[:, 0]), np.nan, self.detector_.anomaly_score(counts))
        return scores

    def _counts(self, templates: Templates) -> Floats:
        """(n, columns + 1) of the window that ends at each row; NaN where it is not full."""
        full = np.flatnonzero(rows_since_wall(templates, self.window_rows) >= self.window_rows)
        column = self.columns_[np.minimum(templates, len(self.columns_) - 1)]
        came = np.zeros((len(templates) + 1, int(self.columns_.max()) + 1), dtype=np.int32)
        came[np.flatnonzero(templates >= 0) + 1, column[templates >= 0]] = 1
        total = np.cumsum(came, axis=0, dtype=np.int32)
        counts = np.full((len(templates), came.shape[1]), np.nan)
        counts[full] = total[full + 1] - total[full + 1 - self.window_rows]
        return counts


def _columns(rows: Rows, most: int) -> Integers:
    """(v + 1,) the column of each template; the last is that of all others."""
    count = np.zeros(int(np.nanmax(rows)) + 2, dtype=np.int64)
    for _, templates, _ in chunks(rows, 0):
        np.add.at(count, templates[templates >= 0], 1)
    frequent = np.argsort(-count, kind="stable")[:most]
    frequent = frequent[count[frequent] > 0]
    columns = np.full(len(count), len(frequent), dtype=np.int64)
    columns[frequent] = np.arange(len(frequent))
    return columns


def _example() -> LogCounts:
    from isang.detectors.knn import Knn

    return LogCounts(Knn(neighbors=3), window_rows=6)


EXAMPLE = _example()
