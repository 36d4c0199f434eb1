"""Lines that come late after the one before them in their thread or session: later than nearly always after that one.

Where pauses are as uneven as waiting for chance, as those between two requests are, they say nothing of how long work
takes: such turns are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.words.frame import Flags, Floats, Integers

_LEAST_US = 1000  # what is shorter is as good as nothing
_BINS_IN_DOUBLE, _MOST_BINS = 4, 256
LATE_SHARE = 0.01  # of the pauses of a turn are longer
_FEWEST = 100  # pauses that tell what is usual
_WAITING = 4 * _BINS_IN_DOUBLE  # from the tenth part to nine tenths of the pauses: waiting for chance has 4.5 doubles


@dataclass(frozen=True)
class UsualPauses:
    """Of turns (k,), ascending, the longest pause in µs that they usually have."""

    turns: NDArray[np.int64]
    longest: NDArray[np.float64]

    def __post_init__(self) -> None:
        if not self.turns.ndim == 1 == self.longest.ndim or len(self.turns) != len(self.longest):
            raise ValueError("the pauses of turns are not one for each.")
        if np.any(np.diff(self.turns) <= 0):
            raise ValueError("turns with pauses are told once each, in ascending order.")

    @classmethod
    def largest(cls, turn: Integers, longest: Floats) -> Self:
        """Where several came of one turn, the longest; those below 0 are none."""
        turns, place = np.unique(turn, return_inverse=True)
        found = np.zeros(len(turns))
        np.maximum.at(found, place, longest)
        return cls(turns[turns >= 0], found[turns >= 0])

    def late(self, turn: Integers, pause: Integers) -> Flags:
        """(n,) which lines come late, after pauses in µs; those of turns of which nothing is known do not."""
        if not len(self.turns):
            return np.zeros(len(turn), dtype=np.bool_)
        place = np.minimum(np.searchsorted(self.turns, turn), len(self.turns) - 1)
        return np.asarray((self.turns[place] == turn) & (pause >= self.longest[place]))


class Pauses:
    """Counts how often turns have which pauses, stretch by stretch."""

    def __init__(self) -> None:
        self._counts = [pl.DataFrame(schema={"cell": pl.Int64, "lines": pl.UInt32})]

    def add(self, turn: Integers, pause: Integers) -> None:
        """Turns (n,), below 0 for none, and how long they took in µs."""
        bins = np.log2(np.maximum(pause, _LEAST_US).astype(np.float32)) * np.float32(_BINS_IN_DOUBLE)
        cells = pl.DataFrame({"cell": turn * _MOST_BINS + bins.astype(np.int64)})
        self._counts.append(cells.filter(pl.col("cell") >= 0).group_by("cell").agg(lines=pl.len()))

    def usual(self) -> UsualPauses:
        """What is known of them so far."""
        cells = pl.concat(self._counts).group_by("cell").agg(pl.col("lines").sum()).sort("cell")
        self._counts = [cells]
        cells = cells.select("lines", turn=pl.col("cell") // _MOST_BINS, bin=pl.col("cell") % _MOST_BINS)
        of_turn, so_far = pl.col("lines").sum().over("turn"), pl.col("lines").cum_sum().over("turn")
        cells = cells.with_columns(of_turn=of_turn, so_far=so_far).filter(of_turn >= _FEWEST)
        low, high, last = (_up_to(part) for part in (0.1, 0.9, 1 - LATE_SHARE))
        turns = cells.group_by("turn").agg(wide=high - low, last=last).filter(pl.col("wide") <= _WAITING).sort("turn")
        return UsualPauses(turns["turn"].to_numpy(), 2.0 ** (turns["last"].to_numpy() / _BINS_IN_DOUBLE))


def _up_to(share: float) -> pl.Expr:
    """Where in the bins that share of the pauses of a turn ends, as if they lay evenly in a bin."""
    wanted, here = share * pl.col("of_turn"), pl.col("so_far") >= share * pl.col("of_turn")
    return (pl.col("bin") + 1 - (pl.col("so_far") - wanted) / pl.col("lines")).filter(here).first()
