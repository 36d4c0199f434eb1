"""Verdicts: what was found out about each row of a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import Flags, Floats, Grid, Integers


@dataclass(frozen=True)
class Fired:
    """Where a rule fired: grid `rows` (k,), how far over its limit, since when (µs), and in what words."""

    rows: Integers
    times_over: Floats
    since: Integers
    detail: tuple[str, ...]


@dataclass(frozen=True)
class Verdicts:
    """The judged grid. All arrays are (n,), in grid order.

    `scores` and `p` are NaN where a row was not scored, and `reason` says why. `split` is train, calibration,
    test or hindsight; only rows of the last two can be flagged. `p_threshold` is the tail probability at the
    threshold, NaN where none could be learnt.
    """

    grid: Grid
    scores: Floats
    p: Floats
    threshold: float
    p_threshold: float
    split: NDArray[Any]
    reason: NDArray[Any]
    fired: Mapping[str, Fired]
    context_rows: int

    @cached_property
    def judged(self) -> Flags:
        """Rows of the splits in which rows may be flagged."""
        return np.asarray((self.split == "test") | (self.split == "hindsight"))

    @cached_property
    def over(self) -> Flags:
        """Judged rows whose score exceeds the threshold."""
        with np.errstate(invalid="ignore"):
            return np.asarray((self.scores > self.threshold) & self.judged)
