"""Windows of templates as TF-IDF vectors, and how far they lie from the mean of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.detectors._templates import Small, Templates, repeats
from isang.words.frame import Floats, Integers

_UNIT = 1 << 30  # whole numbers add up to the same wherever a window lies: no rounding error is carried along


@dataclass(frozen=True)
class TfIdf:
    """Weights of templates (v + 1,), the last of unseen ones: `idf`, and `share` of the rows.

    idf = ln((rows + 1) / (rows of the template + 1)) + 1, so that an unseen template weighs most.
    """

    idf: Floats
    share: Floats

    def __post_init__(self) -> None:
        if self.idf.ndim != 1 or self.idf.shape != self.share.shape:
            raise ValueError("TF-IDF needs a weight and a share for each template.")

    def distances(self, templates: Templates, since: Small, window_rows: int) -> Floats:
        """(n,) from the vector of the window that ends at each row to the mean; NaN where the window is not full.

        |v - m|² = |v|² - 2 v·m + |m|², where |v|² adds up over the pairs of equal templates in the window: those that
        came in with its rows, less those that left with the rows before it.
        """
        seen = np.minimum(templates, len(self.idf) - 1)
        square = _units(self.idf**2)[seen]
        before, after = repeats(templates, since, window_rows)
        came, left = np.cumsum(before * square), np.cumsum(after * square)
        once, usual = np.cumsum(square), np.cumsum(_units(self.idf**2 * self.share)[seen])
        ends = np.flatnonzero(since >= window_rows)
        far = np.full(len(templates), np.nan)
        length = _in_window(once, once, ends, window_rows) + 2 * _in_window(came, left, ends, window_rows)
        along = _in_window(usual, usual, ends, window_rows)
        mean = float(np.square(self.idf * self.share).sum())
        squared = length / (_UNIT * window_rows**2) - 2 * along / (_UNIT * window_rows) + mean
        far[ends] = np.sqrt(np.maximum(squared, 0.0))
        return far


def learn_tfidf(count: Integers) -> TfIdf:
    """From how often each template came in training (v,)."""
    rows, padded = int(count.sum()), np.append(count, 0)
    return TfIdf(np.log((rows + 1) / (padded + 1)) + 1, padded / rows)


def _units(weight: Floats) -> Integers:
    return np.asarray(np.round(weight * _UNIT), dtype=np.int64)


def _in_window(entered: Integers, left: Integers, ends: Integers, window_rows: int) -> Integers:
    """What entered up to the end of a window, less what had left before its first row."""
    before = ends - window_rows
    return np.asarray(entered[ends] - np.where(before >= 0, left[before], 0))
