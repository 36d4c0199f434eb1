"""How far a window's shape is from the most similar one seen before."""

from __future__ import annotations

from typing import Literal

import numpy as np

from isang.detectors._shapes import ShapeDetector
from isang.words.frame import Floats
from isang.words.numbers import Count, Size

_DIRECTIONS = 16  # in which windows are compared exactly; across them a window's rest counts as all new
_CHUNK_WINDOWS = 256  # distances to all known windows then stay in the cache
_FLAT = 0.1  # spreads: windows that vary less are not stretched


class WindowKnn(ShapeDetector):
    """Root mean square distance of a window to the nearest of `most_windows` training windows.

    The join of a series with its past, as a matrix profile has it (Yeh et al. 2016, doi:10.1109/ICDM.2016.0179),
    against a bounded set of windows, evenly spaced. `compare`: windows as they are (`level`), without their mean
    (`form`), or without mean and size (`shape`). Distances are exact in the 16 directions in which windows vary most;
    what lies across them counts as far as it goes. Not where the training rows hold the anomaly, or one
    like it. `least_spread` is that of `robust_zscore`.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[150:160] = 0
    >>> bool(150 <= np.nanargmax(WindowKnn(window_rows=16).fit(wave).anomaly_score(strange)) < 175)
    True
    """

    mean_: Floats
    directions_: Floats
    known_: Floats

    def __init__(
        self,
        window_rows: Count = 32,
        compare: Literal["level", "form", "shape"] = "form",
        most_windows: Count = 1000,
        hindsight: bool = False,
        least_spread: Size | None = None,
    ) -> None:
        self.window_rows = window_rows
        self.compare = compare
        self.most_windows = most_windows
        self.hindsight = hindsight
        self.least_spread = least_spread

    def learn(self, shapes: Floats) -> None:
        """The mean window (k*d,), its directions (k*d, 16), and where the known windows lie in them (m, 16)."""
        flat = self._compared(shapes)
        self.mean_ = flat.mean(axis=0)
        centred = flat - self.mean_
        _, directions = np.linalg.eigh(centred.T @ centred / len(flat))
        self.directions_ = np.ascontiguousarray(directions[:, ::-1][:, :_DIRECTIONS])
        spaced = np.linspace(0, len(flat) - 1, min(len(flat), self.most_windows)).astype(np.int64)
        self.known_ = centred[spaced] @ self.directions_

    def strangeness(self, shapes: Floats) -> Floats:
        """(m,) in spreads."""
        centred = self._compared(shapes) - self.mean_
        places = centred @ self.directions_
        across = np.square(centred).sum(axis=1) - np.square(places).sum(axis=1)
        squared = np.maximum(across, 0.0) + nearest(places, self.known_)
        return np.asarray(np.sqrt(squared / centred.shape[1]))

    def _compared(self, shapes: Floats) -> Floats:
        """(m, k*d) what is compared of the windows."""
        if self.compare != "level":
            shapes = shapes - shapes.mean(axis=1, keepdims=True)
        if self.compare == "shape":
            shapes = shapes / np.maximum(shapes.std(axis=1, keepdims=True), _FLAT)
        return shapes.reshape(len(shapes), -1)


def nearest(places: Floats, known: Floats) -> Floats:
    """(m,) squared distance of each place (m, k) to the nearest of the known (l, k), found in single precision."""
    against = np.vstack([known.T, -np.square(known).sum(axis=1) / 2]).astype(np.float32)
    found, likeness = np.empty(len(places), dtype=np.int64), np.empty((_CHUNK_WINDOWS, len(known)), dtype=np.float32)
    for at in range(0, len(places), _CHUNK_WINDOWS):
        chunk = places[at : at + _CHUNK_WINDOWS]
        some = np.column_stack([chunk, np.ones(len(chunk))]).astype(np.float32)
        found[at : at + len(chunk)] = np.matmul(some, against, out=likeness[: len(chunk)]).argmax(axis=1)
    return np.asarray(np.square(places - known[found]).sum(axis=1))


EXAMPLE = WindowKnn(window_rows=8)
