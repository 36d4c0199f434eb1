"""A log as a whole is one more kind, `ALL_LINES`; what is due of it is what it has in the slots around."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.logs.tails import dispersion_of_all, due
from isang.logs.usual import unrecorded
from isang.words.frame import Floats

ALL_LINES = -1
_SLOTS_BEFORE = 6
_GONE = 0.2  # of the lines before: less is silence, not another load
_DISPERSION_OF_LOGS = 2.0  # at least: they come in bursts


def due_of_all(totals: Floats, *, causal: bool) -> Floats:
    """(logs, slots) the median of the slots before each, or after where that is nearer and no silence.

    Causal: of those before. The first and last slot, cut off, are as due.
    """
    before = _medians(totals)
    expected = (before if causal else _around(totals, before)) + 0.5
    expected[:, [0, -1]] = np.maximum(totals[:, [0, -1]], 0.5)
    return expected


def bursts_of(totals: Floats, expected: Floats) -> Floats:
    """(logs,) dispersion of their lines (logs, slots)."""
    least = np.full(len(totals), _DISPERSION_OF_LOGS)
    return np.maximum(dispersion_of_all(totals, expected), least) if totals.shape[1] else least


def judge_all(totals: Floats, expected: Floats, bursts: Floats, first: int) -> pl.DataFrame:
    """A row for each log and slot (logs, slots), of which the first has number `first`; columns as `Usual.judge`."""
    counts = due(totals.ravel(), expected.ravel(), np.repeat(bursts, totals.shape[1]))
    log, slot = (of.ravel() for of in np.indices(totals.shape))
    return unrecorded(log, np.full(len(log), ALL_LINES), slot + first).with_columns(
        pl.Series("lines", counts.lines.astype(np.int64)),
        pl.Series("expected", counts.expected),
        pl.Series("spread", counts.spread),
        pl.Series("unusual", np.abs(counts.apart)),
    )


def _around(totals: Floats, before: Floats) -> Floats:
    after = _medians(totals[:, ::-1])[:, ::-1]
    nearer = np.abs(totals - after) < np.abs(totals - before)
    return np.asarray(np.where(nearer & (after >= _GONE * before), after, before))


def _medians(totals: Floats) -> Floats:
    """(logs, slots) of the slots before each."""
    padded = np.pad(totals, ((0, 0), (_SLOTS_BEFORE, 0)), mode="edge")
    return np.asarray(
        np.median(np.lib.stride_tricks.sliding_window_view(padded, _SLOTS_BEFORE, axis=1)[:, :-1], axis=2)
    )
