"""What detectors share that judge whole windows by their shape, at a price that hardly grows with the window."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.detectors._windowed import ends_to_learn_from, scaled
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import window_ends
from isang.words.frame import Flags, Floats, Integers

_POINTS = 32  # a window is told by so many means of equally many rows: finer shapes are those of shorter windows
_MOST_TO_LEARN = 5000
_CHUNK_CELLS = 100_000  # 0.8 MB


class ShapeDetector(Detector):
    """How strange the windows that cover a row are; a member says how strange a window is.

    Causal: the window that ends at the row. `hindsight=True`: the mean over all windows that cover it. Either way one
    strange row makes a window's length of rows strange: it is found, and not told to the row. A shape is (m, k, d):
    `k` means of `window_rows // 32` rows each, in robust spreads. A missing cell is taken to be as in the row
    before, or else at its column's median.
    """

    blocks: ClassVar[int] = 3
    window_rows: int
    hindsight: bool
    least_spread: float | None

    scale_: RobustScale

    @abstractmethod
    def learn(self, shapes: Floats) -> None:
        """Learn from the shapes of at most 5000 windows, evenly spaced, in the order of rows."""

    @abstractmethod
    def strangeness(self, shapes: Floats) -> Floats:
        """(m,) how strange each shape is."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the scale and the shapes; ValueError where no stretch is as long as a window."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        filled = held(*scaled(self.scale_, rows))
        ends = ends_to_learn_from(filled, self.window_rows)
        ends = ends[np.linspace(0, len(ends) - 1, min(len(ends), _MOST_TO_LEARN)).astype(np.int64)]
        self.learn(np.concatenate([shapes for _, shapes in _shapes(filled, ends, self.window_rows)]))
        self.context_rows_ = self.window_rows
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the member's unit."""
        rows = rows_to_score(self, X)
        filled = held(*scaled(self.scale_, rows))
        scores, ends = np.full(len(rows), np.nan), window_ends(rows, self.window_rows)
        if len(ends):
            for some, shapes in _shapes(filled, ends, self.window_rows):
                scores[some] = self.strangeness(shapes)
        scores = mean_of_covering(scores, self.window_rows) if self.hindsight else scores
        return np.where(too_sparse(rows), np.nan, scores)


def mean_of_covering(scores: Floats, window_rows: int) -> Floats:
    """Scores of the windows that end at each row → means over the windows that cover it; NaN where none does."""
    known = np.isfinite(scores)
    until = np.minimum(np.arange(len(scores)) + window_rows, len(scores))
    total, count = (np.append(0.0, np.cumsum(each)) for each in (np.where(known, scores, 0.0), known))
    windows = count[until] - count[:-1]
    return np.where(windows > 0, (total[until] - total[:-1]) / np.maximum(windows, 1), np.nan)


def held(filled: Floats, seen: Flags) -> Floats:
    """Missing cells at the value of the row before, where that was seen: a step down to the median would be strange."""
    late = filled[1:]
    hold = ~seen[1:] & seen[:-1] & ~np.isnan(late)
    late[hold] = filled[:-1][hold]
    return filled


def _shapes(filled: Floats, ends: Integers, window_rows: int) -> Iterator[tuple[Integers, Floats]]:
    """The shapes of the windows that end at `ends`, in chunks of bounded memory that stay in the cache."""
    step = max(1, window_rows // _POINTS)
    points = window_rows // step
    view = sliding_window_view(row_means(filled, step), (points - 1) * step + 1, axis=0)
    view = view[:, :, ::step].transpose(0, 2, 1)
    chunk = max(1, _CHUNK_CELLS // (points * filled.shape[1]))
    for at in range(0, len(ends), chunk):
        some = ends[at : at + chunk]
        yield some, np.ascontiguousarray(view[some - points * step + 1])


def row_means(filled: Floats, rows: int) -> Floats:
    """(n - rows + 1, d) the mean of so many rows from each on; NaN where one of them is a wall."""
    last = len(filled) - rows + 1
    total: Floats = sum((filled[at : last + at] for at in range(1, rows)), start=filled[:last])
    return total / rows
