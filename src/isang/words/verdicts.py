"""Verdicts: what was found out about each row of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import Flags, Floats, Grid, Integers


@dataclass(frozen=True)
class Fired:
    """Where a rule fired: grid `rows` (k,), how far over its limit, since when (µs), and in what words.

    `before` (k,) is the value that each row's was compared with, for a rule that compares.
    """

    rows: Integers
    times_over: Floats
    since: Integers
    detail: tuple[str, ...]
    before: Floats | None = None

    def part(self, chosen: Flags) -> Fired:
        """The chosen (k,) of them."""
        at = np.flatnonzero(chosen)
        before = None if self.before is None else self.before[at]
        detail = tuple(self.detail[int(one)] for one in at)
        return Fired(self.rows[at], self.times_over[at], self.since[at], detail, before)


def joined(parts: Sequence[Fired]) -> Fired:
    """One rule in different rows, told as one."""
    before = [part.before for part in parts if part.before is not None]
    return Fired(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.times_over for part in parts]),
        np.concatenate([part.since for part in parts]),
        tuple(detail for part in parts for detail in part.detail),
        np.concatenate(before) if before else None,
    )


@dataclass(frozen=True)
class Verdicts:
    """The judged grid. All arrays are (n,), in grid order.

    `scores` and `p` are NaN where a row was not scored, and `reason` says why. `split` is train, calibration,
    test or hindsight; only rows of the last two can be flagged. `threshold` is the one that judged a row,
    `p_threshold` the tail probability there, NaN where none could be learnt. `run_rows`: how many rows usual rows stay
    as strange, once they are.
    """

    grid: Grid
    scores: Floats
    p: Floats
    threshold: Floats
    p_threshold: Floats
    run_rows: Floats
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
