"""Logs that say less, in several slots in a row, than was due by the slots before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from isang.logs.bursts import judged_eras
from isang.logs.tails import dispersion_of_all, due
from isang.words.frame import Floats, Integers

_WINDOWS = (3, 6)  # slots


def silences(totals: Floats, expected: Floats, starts: Integers) -> Floats:
    """(logs, slots) how far below what was due the lines of some slots up to each are, 0 where they are more.

    `expected` (logs, slots) is by the slots before each: that of the first counts for all of them.
    """
    found = np.zeros(totals.shape)
    for slots in (window for window in _WINDOWS if window <= totals.shape[1]):
        came = np.lib.stride_tricks.sliding_window_view(totals, slots, axis=1).sum(axis=2)
        wanted = slots * expected[:, : came.shape[1]]
        for start, behind in pairwise([*(judged_eras(starts, totals.shape[1]) - slots + 1).tolist(), came.shape[1]]):
            dispersion = np.maximum(dispersion_of_all(came[:, :start], wanted[:, :start]), 1.0)
            era = came[:, start:behind].ravel(), wanted[:, start:behind].ravel()
            apart = due(*era, np.repeat(dispersion, behind - start)).apart
            own = found[:, start + slots - 1 : behind + slots - 1]
            np.maximum(own, -apart.reshape(own.shape), out=own)
    return found
