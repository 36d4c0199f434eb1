"""The closed-form linear autoencoder: windows seen through their principal components."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors._windowed import RowErrors, RowScore, ends_to_learn_from, scaled
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import moving_mean, window_ends, windows_at
from isang.words.frame import Flags, Floats, Integers
from isang.words.numbers import Count, Share, Size

_MOST_WINDOWS_TO_FIT = 100_000
_WIDEST, _FEW_WINDOWS = 5000, 500  # cells of a window; wider ones would make products of gigabytes
_ROUNDING = 1e-12  # squared spreads: what a perfect fit leaves over


class PcaAutoencoder(Detector):
    """Squared error of a row after its window went through the leading principal components.

    The optimal linear autoencoder in closed form (Baldi & Hornik 1989, doi:10.1016/0893-6080(89)90014-2).
    Causal: the error at the last position of the window that ends at the row. `hindsight=True`: its mean over
    all windows that cover the row. `row_score="window"` is the mean error of the whole window, which
    smears one bad row over many; it is there for parity with systems that score windows.

    `variance` is the share of variance that the components keep; `smooth_rows` a moving average over
    the scores. Windows are `window_rows` long; a stretch shorter than that is not scored. `least_spread` is that of
    `robust_zscore`.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[150] += 2
    >>> int(np.nanargmax(PcaAutoencoder(window_rows=30).fit(wave).anomaly_score(strange)))
    150
    """

    scale_: RobustScale
    mean_: Floats
    components_: Floats

    def __init__(
        self,
        window_rows: Count = 100,
        variance: Share = 0.9,
        smooth_rows: Count = 1,
        row_score: RowScore = "row",
        hindsight: bool = False,
        least_spread: Size | None = None,
    ) -> None:
        self.window_rows = window_rows
        self.variance = variance
        self.smooth_rows = smooth_rows
        self.row_score = row_score
        self.hindsight = hindsight
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn scale and components; ValueError where no stretch is as long as a window."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        filled, _ = scaled(self.scale_, rows)
        ends = _spaced(ends_to_learn_from(filled, self.window_rows))
        self.mean_, self.components_ = _principal(filled, ends, self.window_rows, self.variance)
        self.context_rows_ = self.window_rows - 1 + max(self.smooth_rows, 1) - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) mean squared error over the cells of a row, in squared spreads."""
        rows = rows_to_score(self, X)
        filled, seen = scaled(self.scale_, rows)
        scores = self._errors(filled, seen, window_ends(rows, self.window_rows))
        scores = moving_mean(scores, self.smooth_rows, centred=self.hindsight)
        return np.where(too_sparse(rows), np.nan, scores)

    def _errors(self, filled: Floats, seen: Flags, ends: Integers) -> Floats:
        found = RowErrors(len(filled), self.window_rows, self.row_score, hindsight=self.hindsight)
        weight = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
        if len(ends):
            pairs = (windows_at(part, ends, self.window_rows) for part in (filled, weight))
            for (some, windows), (_, weights) in zip(*pairs, strict=True):
                found.add(some, self._row_errors(windows, weights))
        return found.result()

    def _row_errors(self, windows: Floats, weights: Floats) -> Floats:
        """(m, window_rows) weighted squared error of each row of each window."""
        centred = windows - self.mean_
        centred -= (centred @ self.components_) @ self.components_.T
        np.square(centred, out=centred)
        centred *= weights
        errors = centred.reshape(len(windows), self.window_rows, -1).sum(axis=2)
        errors[errors < _ROUNDING] = 0.0
        return np.asarray(errors)


def _spaced(ends: Integers, most: int = _MOST_WINDOWS_TO_FIT) -> Integers:
    """At most so many windows (100 000), evenly spaced: more do not move the components."""
    if len(ends) <= most:
        return ends
    return ends[np.linspace(0, len(ends) - 1, most).astype(np.int64)]


def _principal(filled: Floats, ends: Integers, window_rows: int, variance: float) -> tuple[Floats, Floats]:
    """Mean window (w*d,) and the components (w*d, k) that keep this share of the variance."""
    width = window_rows * filled.shape[1]
    if width > _WIDEST:
        return _principal_of_few(filled, _spaced(ends, _FEW_WINDOWS), window_rows, variance)
    total, products = np.zeros(width), np.zeros((width, width))
    for _, windows in windows_at(filled, ends, window_rows):
        total += windows.sum(axis=0)
        products += windows.T @ windows
    mean = total / len(ends)
    values, vectors = np.linalg.eigh(products / len(ends) - np.outer(mean, mean))
    return mean, _kept(values, vectors, variance, width - 1)


def _principal_of_few(filled: Floats, ends: Integers, window_rows: int, variance: float) -> tuple[Floats, Floats]:
    """The same from the products of windows with each other, where these are fewer than the cells of one."""
    windows = np.concatenate([some for _, some in windows_at(filled, ends, window_rows)])
    mean = windows.mean(axis=0)
    windows -= mean
    values, vectors = np.linalg.eigh(windows @ windows.T / len(windows))
    lengths = np.sqrt(np.maximum(values, _ROUNDING) * len(windows))
    return mean, _kept(values, windows.T @ (vectors / lengths), variance, len(windows) - 1)


def _kept(values: Floats, vectors: Floats, variance: float, most: int) -> Floats:
    """The components of the largest values (ascending) that keep the share of variance, at most so many."""
    values = np.maximum(values[::-1], 0)
    kept = int(np.searchsorted(np.cumsum(values), variance * values.sum())) + 1 if values.sum() > 0 else 0
    # In one piece, as it will come out of a file: the same layout gives the same sums to the last bit.
    return np.ascontiguousarray(vectors[:, ::-1][:, : min(kept, most)])


EXAMPLE = PcaAutoencoder(window_rows=8)
