"""Rows → the windows that end at them, and errors of windows → rows. No window holds a wall."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from isang.words.frame import Flags, Floats, Integers

_CHUNK_CELLS = 4_000_000


def walls(X: Floats) -> Flags:
    """(n,) True where a row has no value at all."""
    return np.asarray(np.isnan(X).all(axis=1))


def rows_since_wall(X: Floats) -> Integers:
    """(n,) how many rows the stretch without walls that ends at each row has; 0 at a wall."""
    count = np.arange(1, len(X) + 1)
    last_wall = np.maximum.accumulate(np.where(walls(X), count, 0))
    return count - last_wall


def reaching_back(rows: Flags, context_rows: int) -> Flags:
    """(n,) these rows and as many before each of them."""
    here = np.arange(len(rows))
    following = np.minimum.accumulate(np.where(rows, here, len(rows) + context_rows)[::-1])[::-1]
    return np.asarray(following - here <= context_rows)


def window_ends(X: Floats, window_rows: int) -> Integers:
    """The rows at which a full window without a wall ends."""
    return np.flatnonzero(rows_since_wall(X) >= window_rows)


def windows_at(X: Floats, ends: Integers, window_rows: int) -> Iterator[tuple[Integers, Floats]]:
    """The windows that end at `ends` as (m, window_rows * d) copies, in chunks of bounded memory."""
    view = sliding_window_view(X, window_rows, axis=0)  # (n - w + 1, d, w), no copy
    chunk = max(1, _CHUNK_CELLS // (window_rows * X.shape[1]))
    for start in range(0, len(ends), chunk):
        some = ends[start : start + chunk]
        windows = view[some - window_rows + 1].transpose(0, 2, 1)
        yield some, windows.reshape(len(some), -1)


class CoveringMean:
    """Mean error of each row over all windows that cover it, in any `shape` a row."""

    def __init__(self, rows: int, window_rows: int, shape: tuple[int, ...] = ()) -> None:
        self._total = np.zeros((rows, *shape))
        self._count = np.zeros((rows, *(1 for _ in shape)))
        self._window_rows = window_rows

    def add(self, ends: Integers, errors: Floats) -> None:
        """`errors` is (m, window_rows, …): of each position of the windows that end at `ends`."""
        first = ends - self._window_rows + 1
        consecutive = int(ends[-1] - ends[0]) == len(ends) - 1
        for position, column in enumerate(np.ascontiguousarray(np.moveaxis(errors, 1, 0))):
            # Windows that follow each other, which is nearly all of them, need no index array.
            at = (
                slice(first[0] + position, ends[-1] - self._window_rows + position + 2)
                if consecutive
                else first + position
            )
            self._total[at] += column
            self._count[at] += 1

    def result(self) -> Floats:
        """(n, …) with NaN where no window reached."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self._count > 0, self._total / self._count, np.nan)


def moving_mean(scores: Floats, width: int, *, centred: bool) -> Floats:
    """Mean of the last `width` scores (or of those around), over those that exist, never across a NaN."""
    if width <= 1:
        return scores
    since = rows_since_wall(scores[:, None])
    until = rows_since_wall(scores[::-1, None])[::-1]
    back = np.minimum(since - 1, width // 2 if centred else width - 1)
    ahead = np.minimum(until - 1, width - 1 - width // 2) if centred else np.zeros_like(back)
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(scores))])
    here = np.arange(len(scores))
    back, ahead = np.maximum(back, 0), np.maximum(ahead, 0)
    mean = (total[here + ahead + 1] - total[here - back]) / (back + ahead + 1)
    return np.where(np.isnan(scores), np.nan, mean)
