"""Turns that never came before: after a line of this template, within a thread or session, one of that template.

One is news where it could be told what follows and what goes before: where after so many lines of the first, and before
so many of the second, hardly ever anything new came (Witten & Bell 1991, doi:10.1109/18.87000: different ones so far
over lines so far). Lines that follow each other at random are always in new company; an error may come after anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from isang.logs.summed import LOWEST
from isang.logs.turn import parted
from isang.words.frame import Floats, Integers

_CHANCE = 0.01  # of a new company for one line
_COLUMNS = {name: pl.Int64 for name in ("turn", "slot", "record", "lines")}
_BY = ["log", "template"]


class Turns:
    """Which turns came first when, collected stretch by stretch in the order of time."""

    def __init__(self, before: Integers | Sequence[int] = ()) -> None:
        """Turns that came `before` all slots."""
        self._found = pl.DataFrame({"turn": before, "slot": -1, "record": -1, "lines": 0}, _COLUMNS)

    def add(self, turn: Integers, slot: Integers, record: Integers) -> None:
        """Turns (n,) of some lines, with the slot (below 0 is none) and number of the second one."""
        lines = pl.DataFrame({"turn": turn, "slot": slot, "record": record})
        lines = lines.filter((pl.col("turn") >= 0) & (pl.col("slot") >= 0))
        first = lines.group_by("turn").agg(pl.col("slot").min()).join(self._found, on="turn", how="anti")
        lines = lines.join(first, on=["turn", "slot"], how="semi")
        new = lines.group_by("turn", "slot").agg(pl.col("record").min(), pl.len().cast(pl.Int64).alias("lines"))
        self._found = pl.concat([self._found, new])

    @property
    def known(self) -> Integers:
        """(k,) all that came so far, each once."""
        return self._found["turn"].to_numpy()

    def never_seen(self, counts: pl.DataFrame) -> pl.DataFrame:
        """(log, before, after, slot, record, lines) of those that are news, in order; `lines` is of that slot.

        `counts` are the lines of each log, template and slot. Earlier slots tell what is news.
        """
        log, before, after = (pl.Series(one) for one in parted(self.known))
        turns = self._found.select("slot", "record", "lines", log=log, before=before, after=after)
        turns = turns.sort("slot", "log", "before", "after")
        lines = _so_far(counts)
        chances = [_chance(turns, lines, of) for of in ("before", "after")]
        return turns.filter(pl.Series(np.maximum(*chances) < _CHANCE))


def as_kinds(turns: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of kinds and slots for turns that are news (`Turns.never_seen`), and the turns with the `kind` of each."""
    kind = pl.Series("kind", LOWEST - 1 - np.arange(len(turns)), dtype=pl.Int64)
    told = {"score": None, "expected": 0.0, "spread": 1.0, "unusual": 0.0, "news": 1.0}
    rows = turns.select(
        "log", kind, "slot", "lines", "record", odd="lines", **{name: pl.lit(value) for name, value in told.items()}
    )
    return rows, turns.with_columns(kind)


def _chance(turns: pl.DataFrame, lines: pl.DataFrame, of: str) -> Floats:
    """(n,) the chance of a new company for one more line of a template, by the slots before."""
    own = turns.select("slot", "log", template=of)
    different, all_lines = (
        np.maximum(_before(own, table), 1.0) for table in (_so_far(own.with_columns(lines=1)), lines)
    )
    return np.asarray(different / (different + all_lines))


def _so_far(counts: pl.DataFrame) -> pl.DataFrame:
    """Lines of each log and template up to each slot that has some."""
    sums = counts.group_by(*_BY, "slot").agg(pl.col("lines").sum()).sort("slot")
    return sums.with_columns(pl.col("lines").cum_sum().over(_BY))


def _before(own: pl.DataFrame, so_far: pl.DataFrame) -> Floats:
    """(n,) lines of the same log and template in earlier slots."""
    found = own.join_asof(so_far, on="slot", by=_BY, allow_exact_matches=False, check_sortedness=False)
    return np.asarray(found["lines"].fill_null(0).to_numpy(), dtype=np.float64)
