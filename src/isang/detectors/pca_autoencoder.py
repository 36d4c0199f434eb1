"""The closed-form linear autoencoder: windows seen through their principal components."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, fill_missing, learn_scale, too_sparse
from isang.windows import CoveringMean, moving_mean, walls, window_ends, windows_at
from isang.words.frame import Flags, Floats, Integers

_MOST_WINDOWS_TO_FIT = 100_000
_GLITCH = 100.0  # bent spreads, 80 000 unbent: one cell like that would steer all components
_ROUNDING = 1e-12  # squared spreads: what a perfect fit leaves over


class PcaAutoencoder(Detector):
    """Squared error of a row after its window went through the leading principal components.

    The optimal linear autoencoder in closed form (Baldi & Hornik 1989, doi:10.1016/0893-6080(89)90014-2).
    Causal: the error at the last position of the window that ends at the row. `hindsight=True`: its mean over
    all windows that cover the row. `row_score="window"` is the mean error of the whole window, which
    smears one bad row over many; it is there for parity with systems that score windows.

    `variance` is the share of variance that the components keep; `smooth_rows` a moving average over
    the scores. Windows are `window_rows` long; a stretch shorter than that is not scored.

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
        window_rows: int = 100,
        variance: float = 0.9,
        smooth_rows: int = 1,
        row_score: Literal["row", "window"] = "row",
        hindsight: bool = False,
    ) -> None:
        self.window_rows = window_rows
        self.variance = variance
        self.smooth_rows = smooth_rows
        self.row_score = row_score
        self.hindsight = hindsight

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn scale and components; ValueError where no stretch is as long as a window."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows)
        filled, _ = self._scaled(rows)
        ends = _ends_to_learn_from(filled, self.window_rows)
        if not len(ends):
            raise ValueError(f"{len(rows)} rows hold no window of {self.window_rows} rows without a gap.")
        self.mean_, self.components_ = _principal(filled, _spaced(ends), self.window_rows, self.variance)
        self.context_rows_ = self.window_rows - 1 + max(self.smooth_rows, 1) - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) mean squared error over the cells of a row, in squared spreads."""
        rows = rows_to_score(self, X)
        filled, seen = self._scaled(rows)
        scores = self._errors(filled, seen, window_ends(rows, self.window_rows))
        scores = moving_mean(scores, self.smooth_rows, centred=self.hindsight)
        return np.where(too_sparse(rows), np.nan, scores)

    def _scaled(self, rows: Floats) -> tuple[Floats, Flags]:
        wall = walls(rows)
        filled, seen = fill_missing(self.scale_.apply(rows))
        filled[wall] = np.nan
        return filled, seen

    def _errors(self, filled: Floats, seen: Flags, ends: Integers) -> Floats:
        covering = CoveringMean(len(filled), self.window_rows)
        scores = np.full(len(filled), np.nan)
        if not len(ends):
            return scores
        weight = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
        pairs = zip(windows_at(filled, ends, self.window_rows), windows_at(weight, ends, self.window_rows), strict=True)
        for (some, windows), (_, weights) in pairs:
            errors = self._row_errors(windows, weights)
            if self.row_score == "window":
                scores[some] = errors.mean(axis=1)
            elif self.hindsight:
                covering.add(some, errors)
            else:
                scores[some] = errors[:, -1]
        return covering.result() if self.hindsight and self.row_score == "row" else scores

    def _row_errors(self, windows: Floats, weights: Floats) -> Floats:
        """(m, window_rows) weighted squared error of each row of each window."""
        centred = windows - self.mean_
        centred -= (centred @ self.components_) @ self.components_.T
        np.square(centred, out=centred)
        centred *= weights
        errors = centred.reshape(len(windows), self.window_rows, -1).sum(axis=2)
        errors[errors < _ROUNDING] = 0.0
        return np.asarray(errors)


def _ends_to_learn_from(filled: Floats, window_rows: int) -> Integers:
    """Where the windows without a wall end; those with a glitch are left out unless there are no others."""
    glitch = np.asarray((np.abs(filled) > _GLITCH).any(axis=1))
    clean = window_ends(np.where(glitch[:, None], np.nan, filled), window_rows)
    return clean if len(clean) else window_ends(filled, window_rows)


def _spaced(ends: Integers) -> Integers:
    """At most 100 000 windows, evenly spaced: more do not move the components."""
    if len(ends) <= _MOST_WINDOWS_TO_FIT:
        return ends
    return ends[np.linspace(0, len(ends) - 1, _MOST_WINDOWS_TO_FIT).astype(np.int64)]


def _principal(filled: Floats, ends: Integers, window_rows: int, variance: float) -> tuple[Floats, Floats]:
    """Mean window (w*d,) and the components (w*d, k) that keep this share of the variance."""
    width = window_rows * filled.shape[1]
    total, products = np.zeros(width), np.zeros((width, width))
    for _, windows in windows_at(filled, ends, window_rows):
        total += windows.sum(axis=0)
        products += windows.T @ windows
    mean = total / len(ends)
    values, vectors = np.linalg.eigh(products / len(ends) - np.outer(mean, mean))
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    kept = int(np.searchsorted(np.cumsum(values), variance * values.sum())) + 1 if values.sum() > 0 else 0
    # In one piece, as it will come out of a file: the same layout gives the same sums to the last bit.
    return mean, np.ascontiguousarray(vectors[:, : min(kept, width - 1)])


EXAMPLE = PcaAutoencoder(window_rows=8)
