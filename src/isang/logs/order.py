"""Which lines come out of their usual order: those whose score only one in a thousand lines of their kind has.

Lines of a kind that follow each other at random are surprising all the time, those of a fixed sequence never are; so
each kind is held against itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.words.frame import Flags, Integers

Scores = NDArray[np.floating[Any]]
Limits = NDArray[np.int16]
_ODD = 1e-3
_STEP, _HALF = 0.01, 800  # of the logarithms of scores, of whatever unit, above and below 0
NEVER = 2 * _HALF  # the limit of kinds with too few lines: beyond all bins


class UsualOrder:
    """Counts how often lines of each kind have which score, era by era; then tells from which score on they are odd."""

    def __init__(self) -> None:
        self._counts: dict[int, list[pl.DataFrame]] = defaultdict(list)

    def add(self, era: int, kind: Integers, score: Scores) -> None:
        """Some more lines (n,); NaN is no score."""
        known = ~np.isnan(score)
        cells = kind[known] * NEVER + _bins(score[known])
        cell, lines = np.unique(cells, return_counts=True)
        self._counts[era].append(pl.DataFrame({"cell": cell.astype(np.int64), "lines": lines.astype(np.int64)}))

    def limits(self, eras: Iterable[int], kinds: int) -> Limits:
        """(kinds,) the bin from which on a line of the kind is odd, by these eras."""
        found = np.full(kinds, NEVER, dtype=np.int16)
        counts = [part for era in eras for part in self._counts[era]]
        if not counts:
            return found
        cells = pl.concat(counts).group_by("cell").agg(pl.col("lines").sum()).sort("cell", descending=True)
        cells = cells.with_columns(kind=pl.col("cell") // NEVER, bin=pl.col("cell") % NEVER)
        over = cells.with_columns(
            above=pl.col("lines").cum_sum().over("kind"), of=pl.col("lines").sum().over("kind")
        ).filter(pl.col("above") <= pl.col("of") * _ODD)
        lowest = over.group_by("kind").agg(pl.col("bin").min())
        found[lowest["kind"].to_numpy()] = lowest["bin"].to_numpy()
        return found


def odd(kind: Integers, score: Scores, limits: Limits) -> Flags:
    """(n,) which lines are odd; those without a score are not."""
    known = ~np.isnan(score)
    found: NDArray[np.bool_] = np.zeros(len(kind), dtype=np.bool_)
    found[known] = _bins(score[known]) >= limits[kind[known]]
    return found


def _bins(score: Scores) -> Integers:
    size = np.log1p(np.abs(score.astype(np.float64))) / _STEP
    return np.asarray(np.clip(_HALF + np.sign(score) * size, 0, NEVER - 1), dtype=np.int64)
