"""The place where a series is least like the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from isang.detectors._join import Shapes, join, shapes_of
from isang.detectors._measures import Usual, measures, usual_of
from isang.detectors._shapes import held, mean_of_covering
from isang.detectors._windowed import scaled, without_glitches
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import rows_since_wall, walls
from isang.words.frame import Flags, Floats
from isang.words.numbers import Count, Size

_MOST_ASKED, _MOST_KNOWN = 8_000, 4_000  # windows whose shapes are compared
_SHORTEST = 4
_LITTLE, _ENOUGH = 0.25, 0.75  # of the usual range: in what varies less, the shape is that of noise
_MOST_TIMES = 10.0  # as far as the nearest window is from its own nearest one
_NO_DISTANCE = 1e-6


@dataclass(frozen=True)
class Known:
    """Windows of `window_rows` of a column: what is usual, how far each known shape is from the nearest other one (k,).

    And how high each measure got (measures,).
    """

    column: int
    window_rows: int
    usual: Usual
    apart: Floats
    highest: Floats

    def __post_init__(self) -> None:
        if self.column < 0 or self.window_rows < _SHORTEST or self.apart.ndim != 1 or self.highest.ndim != 1:
            raise ValueError(f"known windows need a column, {_SHORTEST} rows or more, and what is known of each.")
        if np.any(self.apart < 0) or np.any(self.highest < 0):
            raise ValueError("no distance and no measure of a window is negative.")


class Discord(Detector):
    """How far a place stands out, in the measure and in the length of window in which it stands out most.

    A discord is the subsequence least like all others (Keogh et al. 2005, doi:10.1109/ICDM.2005.79). Measures of a
    window: the distance of its shape to the nearest other one, and that as a multiple of how far the other one is from
    its own nearest; range and roughness, and how small they are; range of steps; share of small steps; share of turns
    back. Each is of the window that ends at the row (`hindsight`: the mean over all that cover it), divided by the
    highest it was in the training rows: 2 is twice as high as anywhere there. One measure in one length is enough, as
    in the KDD Cup 2021 for series with one anomaly each (5th place: 13 measures, 16 lengths, the highest peak over the
    next). What is as strange twice does not stand out, and a measure that never showed in training says nothing.
    `windows` are lengths in rows; columns are looked at one by one. Of long series some 8,000 windows are compared
    with 4,000. `least_spread` is that of `robust_zscore`.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(900) / 5).reshape(-1, 1) + np.random.default_rng(0).normal(0, 0.05, (900, 1))
    >>> strange = wave[:300].copy(); strange[150:170] *= -1
    >>> scores = Discord([20], hindsight=True).fit(wave[300:]).anomaly_score(strange)
    >>> bool(140 <= np.nanargmax(scores) < 180 and np.nanmax(scores) > 1)
    True
    """

    scale_: RobustScale
    rows_: Floats
    gaps_: Flags
    known_: list[Known]

    def __init__(self, windows: Sequence[Count], hindsight: bool = False, least_spread: Size | None = None) -> None:
        self.windows = windows
        self.hindsight = hindsight
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn how far each measure goes; ValueError without windows, or where two of one length have no room."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        filled, longest = self._filled(rows), max(self.windows, default=0)
        learnt = next((each for each in (without_glitches(filled), filled) if _room(each) >= longest), filled)
        self.rows_, self.gaps_ = np.nan_to_num(learnt), walls(learnt)
        if min(self.windows, default=0) < _SHORTEST or longest > _room(filled):
            told = ", ".join(map(str, self.windows)) or "no"
            raise ValueError(f"windows of {told} rows; from {_SHORTEST} to {_room(filled)} are needed.")
        self.known_ = [self._know(at, window) for window in self.windows for at in range(rows.shape[1])]
        self.context_rows_ = longest
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in multiples of the highest peak in training."""
        rows = rows_to_score(self, X)
        filled, scores = self._filled(rows), np.full(len(rows), np.nan)
        for known in self.known_:
            column, window = filled[:, known.column], known.window_rows
            asked = shapes_of(column, window, _MOST_ASKED)
            apart, which = join(asked, shapes_of(self._learnt(known.column), window, _MOST_KNOWN))
            told = self._measured(column, window, known.usual, asked, apart, known.apart[which])
            for one, highest in zip(told, known.highest, strict=True):
                scores = np.fmax(scores, one / highest if highest else 0.0 * one)
        return np.where(too_sparse(rows), np.nan, scores)

    def _filled(self, rows: Floats) -> Floats:
        return held(*scaled(self.scale_, rows))

    def _learnt(self, at: int) -> Floats:
        """(n,) the training rows of a column, NaN at gaps."""
        return np.where(self.gaps_, np.nan, self.rows_[:, at])

    def _know(self, at: int, window: int) -> Known:
        column = self._learnt(at)
        usual, shapes = usual_of(column, window), shapes_of(column, window, _MOST_KNOWN)
        apart, which = join(shapes, shapes, apart_rows=(window + 1) // 2)
        told = self._measured(column, window, usual, shapes, apart, apart[which])
        return Known(at, window, usual, apart, np.array([np.nanmax(one) for one in told]))

    def _measured(
        self, column: Floats, window: int, usual: Usual, shapes: Shapes, apart: Floats, nearest_apart: Floats
    ) -> list[Floats]:
        """(n,) each measure of the window that ends at the row, or of all that cover it."""
        told = measures(column, window, usual)
        times = np.minimum(apart / np.maximum(nearest_apart, _NO_DISTANCE), _MOST_TIMES)
        sized = np.clip((told[0] / max(usual.range, _NO_DISTANCE) - _LITTLE) / (_ENOUGH - _LITTLE), 0.0, 1.0)
        told += [_to_rows(column, window, shapes, times), sized * _to_rows(column, window, shapes, apart)]
        return [mean_of_covering(one, window) for one in told] if self.hindsight else told


def _room(filled: Floats) -> int:
    """The longest window of which two have room in a stretch."""
    return int(rows_since_wall(filled).max()) // 2


def _to_rows(column: Floats, window: int, asked: Shapes, told: Floats) -> Floats:
    """(n,) what was told of the window asked about that begins next to the one that ends at the row."""
    rows, whole = np.full(len(column), np.nan), rows_since_wall(column[:, None]) >= window
    if len(told):
        first = np.flatnonzero(whole) - window + 1
        rows[whole] = told[np.searchsorted((asked.first[1:] + asked.first[:-1]) / 2, first)]
    return rows


EXAMPLE = Discord([8])
