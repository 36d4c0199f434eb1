"""What came before the lines of later logs, as far as these are held against it: counts, turns, pauses.

Kinds are compared over some slots in a row with the share that they had since they first came, and of late; they are
news by when others came first. So the first rows of each kind and the last slots are kept one by one, and what lies
between is summed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.logs.bursts import REACH, dispersions
from isang.logs.news import earliest
from isang.logs.pauses import UsualPauses
from isang.logs.renumbering import NONE, Renumbering
from isang.logs.silences import silence_dispersions
from isang.logs.summed import LATE, thrown
from isang.logs.tails import Dispersions
from isang.logs.turn import NO_TURN
from isang.logs.whole import due_of_all
from isang.words.frame import Floats, Integers

ANYTHING = 1e9  # the dispersion of a log of which nothing is known: whatever comes is usual
_ROW = ("log", "kind", "slot")


@dataclass(frozen=True, eq=False)
class Before:
    """Lines (n,) of kinds of logs in some slots, late ones too; `totals` (logs, slots) are those of whole logs.

    `dispersions` are those of kinds and of their sums, `silences` (logs, windows) those of whole logs; `turns` (m,)
    came, ascending; `pauses` are usual.
    """

    totals: NDArray[np.float64]
    log: NDArray[np.int64]
    kind: NDArray[np.int64]
    slot: NDArray[np.int64]
    lines: NDArray[np.int64]
    dispersions: Dispersions
    silences: NDArray[np.float64]
    turns: NDArray[np.int64]
    pauses: UsualPauses

    def __post_init__(self) -> None:
        if self.totals.ndim != 2 or self.silences.ndim != 2 or len(self.silences) != len(self.totals):
            raise ValueError("the logs that came before are not all of one number.")
        if self.log.ndim != 1 or not self.log.shape == self.kind.shape == self.slot.shape == self.lines.shape:
            raise ValueError("the lines that came before are not all of one number.")
        for found, behind in zip((self.log, self.slot), self.totals.shape, strict=True):
            if len(found) and not 0 <= found.min() <= found.max() < behind:
                raise ValueError("the lines that came before are of logs and slots that there are.")
        if np.any(self.kind < LATE) or np.any(self.lines < 1) or np.any(self.totals < 0) or np.any(self.silences < 1):
            raise ValueError("the lines that came before are of no kind, or none.")

    @property
    def slots(self) -> int:
        """How many slots came."""
        return int(self.totals.shape[1])

    @classmethod
    def learn(
        cls,
        rows: pl.DataFrame,
        late: pl.DataFrame,
        totals: Floats,
        exceptions: int,
        turns: Integers,
        pauses: UsualPauses,
    ) -> Self:
        """From counted rows of kinds and of late lines (`slots.counted`), the lines of each log in each slot."""
        columns = [*_ROW, "lines"]
        kinds = pl.concat([rows.select(columns), late.select(columns)], how="vertical_relaxed").sort(_ROW)
        summed = thrown(rows, exceptions).select(columns)
        told = dispersions(pl.concat([kinds, summed], how="vertical_relaxed").sort(_ROW), totals)
        kept = _short(kinds, totals.shape[1])
        return cls(
            totals,
            **{name: kept[name].to_numpy() for name in columns},
            dispersions=told,
            silences=silence_dispersions(totals, due_of_all(totals, causal=True)),
            turns=np.sort(turns),
            pauses=pauses,
        )

    def rows(self) -> pl.DataFrame:
        """The lines as counted rows, of which no record tells."""
        named = {name: getattr(self, name) for name in (*_ROW, "lines")}
        none = {"odd": pl.lit(0, pl.Int64), "score": pl.lit(None, pl.Float64), "record": pl.lit(None, pl.Int64)}
        return pl.DataFrame(named).with_columns(**none)

    def renumbered(self, numbers: Renumbering) -> Self:
        """The same in the numbers of other logs."""
        log, there = numbers.log, numbers.log != NONE
        totals = np.zeros((numbers.logs, self.slots))
        silences = np.full((numbers.logs, self.silences.shape[1]), ANYTHING)
        totals[log[there]], silences[log[there]] = self.totals[there], self.silences[there]
        rows = pl.DataFrame({"log": log[self.log], "kind": numbers.kind(self.kind), "slot": self.slot})
        rows = rows.with_columns(lines=pl.Series(self.lines)).filter(pl.col("log") != NONE)
        rows = rows.group_by(_ROW, maintain_order=True).agg(pl.col("lines").sum())
        told = self.dispersions
        return replace(
            self,
            totals=totals,
            **{name: rows[name].to_numpy() for name in rows.columns},
            dispersions=Dispersions.largest(log[told.log], numbers.kind(told.kind), told.of),
            silences=silences,
            turns=np.setdiff1d(numbers.turn(self.turns), [NO_TURN]),
            pauses=UsualPauses.largest(numbers.turn(self.pauses.turns), self.pauses.longest),
        )


def _short(rows: pl.DataFrame, slots: int) -> pl.DataFrame:
    """Rows in the order of kind and slot, those of each kind summed that no later slot looks at by itself."""
    alone = rows.filter(earliest() | (pl.col("slot") >= slots - REACH))
    old = rows.join(alone, on=_ROW, how="anti").group_by("log", "kind").agg(pl.col("slot").max(), pl.col("lines").sum())
    return pl.concat([alone, old.select(rows.columns)]).sort(_ROW)
