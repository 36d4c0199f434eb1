"""How far a window lies from all windows, in the spreads of their own directions."""

from __future__ import annotations

import numpy as np

from isang.detectors._shapes import ShapeDetector
from isang.words.frame import Floats
from isang.words.numbers import Count, Size

_LEAST_VARIANCE = 1e-3  # of the mean: what never varied must not weigh all that ever will
_ROUNDING = 1e-12  # squared spreads


class SubPca(ShapeDetector):
    """Mean squared distance of a window from the mean window, each principal direction in its own spread.

    All components of the windows, weighted by the inverse of what they vary (Shyu et al. 2003, A Novel Anomaly
    Detection Scheme Based on Principal Component Classifier; over windows as in TSB-AD, Liu & Paparrizos 2024). It
    finds shapes that break the usual relation of rows, however small; not for series of several regimes, whose mean is
    none of them. `least_spread` is that of `robust_zscore`.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[150:153] = 0
    >>> bool(150 <= np.nanargmax(SubPca(window_rows=16).fit(wave).anomaly_score(strange)) < 168)
    True
    """

    mean_: Floats
    whitening_: Floats

    def __init__(self, window_rows: Count = 32, hindsight: bool = False, least_spread: Size | None = None) -> None:
        self.window_rows = window_rows
        self.hindsight = hindsight
        self.least_spread = least_spread

    def learn(self, shapes: Floats) -> None:
        """The mean window (k*d,) and the directions (k*d, k*d), each over its spread."""
        flat = shapes.reshape(len(shapes), -1)
        self.mean_ = flat.mean(axis=0)
        centred = flat - self.mean_
        variances, directions = np.linalg.eigh(centred.T @ centred / len(flat))
        least = max(_LEAST_VARIANCE * float(variances.mean()), _ROUNDING)
        self.whitening_ = np.ascontiguousarray(directions / np.sqrt(np.maximum(variances, 0.0) + least))

    def strangeness(self, shapes: Floats) -> Floats:
        """(m,) mean squared spreads: about 1 for a usual window."""
        apart = (shapes.reshape(len(shapes), -1) - self.mean_) @ self.whitening_
        return np.asarray(np.square(apart).mean(axis=1))


EXAMPLE = SubPca(window_rows=8)
