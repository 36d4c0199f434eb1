"""The nearest other window of each window, by shape: a matrix profile over a bounded number of windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.detectors._shapes import row_means
from isang.windows import rows_since_wall
from isang.words.frame import Floats, Integers

_POINTS = 32  # a window is told by about so many means of equally many rows
_CHUNK_CELLS = 2_000_000  # 8 MB of likeness
_GOLDEN = (np.sqrt(5.0) - 1) / 2  # its multiples spread best between 0 and 1
_FLAT = 1e-3  # spreads: windows that vary less are alike


@dataclass(frozen=True)
class Shapes:
    """Windows of one length as unit vectors (k, m), and the row at which each begins (k,), ascending."""

    unit: Floats
    first: Integers


def shapes_of(values: Floats, window_rows: int, most: int) -> Shapes:
    """The shapes of at most so many windows of values (n,) without NaN: centred, of one size, flat ones all alike."""
    step = max(1, round(window_rows / _POINTS))
    points = window_rows // step
    if len(values) < points * step:
        return Shapes(np.empty((0, points + 1), dtype=np.float32), np.empty(0, dtype=np.int64))
    means = row_means(values[:, None], step)[:, 0]
    view = sliding_window_view(means, (points - 1) * step + 1)[:, ::step]
    some = np.flatnonzero(rows_since_wall(values[:, None])[points * step - 1 :] >= points * step)
    some = some[_spread(len(some), most)]
    shapes = view[some] - view[some].mean(axis=1, keepdims=True)
    shapes /= np.maximum(np.sqrt((shapes**2).sum(axis=1, keepdims=True)), _FLAT * np.sqrt(points))
    flat = np.sqrt(np.maximum(1 - (shapes**2).sum(axis=1), 0.0))
    return Shapes(np.column_stack([shapes, flat]).astype(np.float32), some)


def _spread(count: int, most: int) -> Integers:
    """At most so many places of `count`, unevenly: even ones would all lie at the same places of a period."""
    if count <= most:
        return np.arange(count)
    even = np.arange(most)
    return np.unique(((even + even * _GOLDEN % 1.0) * (count / most)).astype(np.int64))


def join(asked: Shapes, known: Shapes, apart_rows: int = 0) -> tuple[Floats, Integers]:
    """(k,) distance of each window asked about to the nearest known one, and which one that is.

    Known ones that begin fewer than `apart_rows` away do not count. 0: of the same shape, 1: unlike, 1.4: reversed.
    """
    count = len(asked.first)
    likeness, which = np.empty(count), np.empty(count, dtype=np.int64)
    low = np.searchsorted(known.first, asked.first - apart_rows, "right")
    high = np.searchsorted(known.first, asked.first + apart_rows, "left")
    chunk = max(1, _CHUNK_CELLS // len(known.first))
    for at in range(0, count, chunk):
        alike = asked.unit[at : at + chunk] @ known.unit.T
        for row, (left, right) in enumerate(zip(low[at : at + chunk], high[at : at + chunk], strict=True)):
            alike[row, left:right] = -1.0
        which[at : at + chunk] = found = alike.argmax(axis=1)
        likeness[at : at + chunk] = alike[np.arange(len(alike)), found]
    return np.sqrt(np.maximum(1 - likeness, 0.0)), which
