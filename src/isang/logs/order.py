"""Which lines come out of their usual order: those whose score only one in a thousand lines of their kind has.

Lines of a kind that follow each other at random are surprising all the time, those of a fixed sequence never are; so
each kind is held against itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.words.frame import Flags, Floats, Integers

Scores = NDArray[np.floating[Any]]
_ODD = 1e-3
_LOWEST, _STEP, _BINS = -6.0, 0.05, 260  # of scores, which are standard deviations


class UsualOrder:
    """Counts how often lines of each kind have which score, chunk by chunk; then tells which of them are odd."""

    def __init__(self) -> None:
        self._counts: list[pl.DataFrame] = []

    def add(self, kind: Integers, score: Scores) -> None:
        """Some more lines (n,); NaN is no score."""
        known = ~np.isnan(score)
        cells = kind[known] * _BINS + _bins(score[known])
        cell, lines = np.unique(cells, return_counts=True)
        self._counts.append(pl.DataFrame({"cell": cell, "lines": lines}))

    def limits(self) -> Floats:
        """(kinds,) the bin from which on a line of the kind is odd; beyond all bins for kinds with too few lines."""
        cells = pl.concat(self._counts).group_by("cell").agg(pl.col("lines").sum())
        cells = cells.sort("cell", descending=True)
        cells = cells.with_columns(kind=pl.col("cell") // _BINS, bin=pl.col("cell") % _BINS)
        over = cells.with_columns(
            above=pl.col("lines").cum_sum().over("kind"), of=pl.col("lines").sum().over("kind")
        ).filter(pl.col("above") <= pl.col("of") * _ODD)
        lowest = over.group_by("kind").agg(pl.col("bin").min())
        found = np.full(int(cells["kind"].max() or 0) + 1 if len(cells) else 0, float(_BINS))  # type: ignore[arg-type]
        found[lowest["kind"].to_numpy()] = lowest["bin"].to_numpy()
        return found


def odd(kind: Integers, score: Scores, limits: Floats) -> Flags:
    """(n,) which lines are odd; those without a score are not."""
    known = ~np.isnan(score)
    found: NDArray[np.bool_] = np.zeros(len(kind), dtype=np.bool_)
    found[known] = _bins(score[known]) >= limits[kind[known]]
    return found


def _bins(score: Scores) -> Integers:
    return np.asarray(np.clip((score - _LOWEST) / _STEP, 0, _BINS - 1), dtype=np.int64)
