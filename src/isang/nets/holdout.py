"""Which windows a net is trained on, and which later ones tell when to stop."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Flags, Integers

_FEWEST = 20  # windows to train on, for which a validation part can be spared


def hold_out(ends: Integers, window_rows: int, share: float) -> tuple[Integers, Integers]:
    """Ends of training windows, and of later ones to validate on, which share no row with them.

    The last `share` of each stretch without a wall; of many short stretches the last ones whole. All windows train
    and none validates where too few would be left.
    """
    stretch = np.cumsum(np.diff(ends, prepend=ends[0]) > 1).astype(np.int64)
    later = _later(stretch, share)
    train = ends[~later & ~_overlapping(ends, stretch, later, window_rows)]
    if (len(train) < len(ends) / 2 or not later.any()) and stretch[-1] > 0:
        later = stretch >= np.ceil((stretch[-1] + 1) * (1 - share))
        train = ends[~later]
    if len(train) < _FEWEST or not later.any():
        return ends, ends[:0]
    return train, ends[later]


def _later(stretch: Integers, share: float) -> Flags:
    """The last share of the windows of each stretch."""
    size = np.bincount(stretch)[stretch]
    within = np.arange(len(stretch)) - np.searchsorted(stretch, stretch)
    return np.asarray(within >= size * (1 - share))


def _overlapping(ends: Integers, stretch: Integers, later: Flags, window_rows: int) -> Flags:
    """Windows that reach into the first later one of their stretch."""
    first = np.full(int(stretch[-1]) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, stretch[later], ends[later])
    return np.asarray(~later & (ends > first[stretch] - window_rows))
