"""Logs that say less, in several slots in a row, than was due by the slots before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from isang.logs.bursts import judged_eras
from isang.logs.tails import dispersion_of_all, due
from isang.words.frame import Floats, Integers

_WINDOWS = (3, 6)  # slots
_FIRST = 12  # slots


def silences(totals: Floats, expected: Floats, starts: Integers, known: Floats | None = None) -> Floats:
    """(logs, slots) how far below what was due the lines of some slots up to each are, 0 where they are more.

    `expected` (logs, slots) is by the slots before each: that of the first counts for all of them. Nothing is told of
    the last slot, which is cut off. Where dispersions are `known` (`silence_dispersions`) all are judged by them, but
    the first few, of which it is not told what is due.
    """
    found = np.zeros(totals.shape)
    eras = judged_eras(starts, totals.shape[1]) if known is None else np.array([_FIRST])
    for place, slots in enumerate(window for window in _WINDOWS if window <= totals.shape[1]):
        came, wanted = _windows(totals, expected, slots)
        for start, behind in pairwise([*(eras[eras < totals.shape[1]] - slots + 1).tolist(), came.shape[1]]):
            dispersion = _dispersion(came[:, :start], wanted[:, :start]) if known is None else known[:, place]
            era = came[:, start:behind].ravel(), wanted[:, start:behind].ravel()
            apart = due(*era, np.repeat(dispersion, behind - start)).apart
            own = found[:, start + slots - 1 : behind + slots - 1]
            np.maximum(own, -apart.reshape(own.shape), out=own)
    found[:, -1:] = 0.0
    return found


def silence_dispersions(totals: Floats, expected: Floats) -> Floats:
    """(logs, windows) what is known of such totals by all of their slots."""
    return np.stack([_dispersion(*_windows(totals, expected, slots)) for slots in _WINDOWS], axis=1)


def _windows(totals: Floats, expected: Floats, slots: int) -> tuple[Floats, Floats]:
    """(logs, m) lines of so many slots from each on, and what was due of them."""
    slots = min(slots, totals.shape[1])
    came = np.lib.stride_tricks.sliding_window_view(totals, slots, axis=1).sum(axis=2)
    return came, slots * expected[:, : came.shape[1]]


def _dispersion(came: Floats, wanted: Floats) -> Floats:
    return np.maximum(dispersion_of_all(came, wanted), 1.0)
