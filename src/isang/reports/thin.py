"""Fewer points for a chart, with the extremes kept."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Flags, Floats, Integers

_MOST_KEPT = 2000


def thin(tracks: list[Floats], keep: Flags, points: int) -> Integers:
    """About `points` positions of the tracks (each (n,)), ascending: per bucket the lowest and highest of each.

    Positions in `keep` stay, the first and last as well; if more than 2000 are to be kept, every so
    many of them. NaN is never an extreme.
    """
    size = len(keep)
    if size <= points:
        return np.arange(size)
    buckets = max(points // (2 * len(tracks)), 1)
    edges = np.linspace(0, size, buckets + 1).astype(np.int64)
    chosen = [np.array([0, size - 1]), _some(np.flatnonzero(keep))]
    for track in tracks:
        chosen += _extremes(track, edges)
    return np.unique(np.concatenate(chosen))


def _some(positions: Integers) -> Integers:
    return positions[:: -(-len(positions) // _MOST_KEPT) or 1]


def _extremes(track: Floats, edges: Integers) -> list[Integers]:
    width = int(np.diff(edges).max())
    place = edges[:-1, None] + np.arange(width)
    # Rows past a bucket's end repeat its last row, so that every bucket has the same width.
    place = np.minimum(place, edges[1:, None] - 1)
    taken = track[place]
    low = np.where(np.isnan(taken), np.inf, taken).argmin(axis=1)
    high = np.where(np.isnan(taken), -np.inf, taken).argmax(axis=1)
    rows = np.arange(len(place))
    return [place[rows, low], place[rows, high]]
