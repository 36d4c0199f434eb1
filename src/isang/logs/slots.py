"""Records counted by what they say and when: how many lines of a kind a slot of time holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from isang.words.frame import Flags, Floats, Integers

WEEK_US = 604_800_000_000
_BY = ("log", "kind", "slot")
_HIGHEST = pl.col("score").max(), pl.col("record").get(pl.col("score").arg_max().fill_null(0))
STEPS_S = (1, 10, 60, 300, 900, 3600, 21_600, 86_400)
_MOST_SLOTS = 2100


def step_of(first_us: int, last_us: int) -> int:
    """The shortest usual step in µs that has at most about two thousand slots."""
    span = max(last_us - first_us, 1) / 1e6
    return int(next((step for step in STEPS_S if span / step <= _MOST_SLOTS), STEPS_S[-1]) * 1_000_000)


def counted(log: Integers, kind: Integers, slot: Integers, score: Floats, odd: Flags, record: Integers) -> pl.DataFrame:
    """A row for each log, kind and slot of some records (n,): `lines`, how many are `odd`, the highest `score`, whose.

    `record` are numbers of the records; NaN is no score, and where none has one the first record is told.
    """
    scores = pl.Series(score).fill_nan(None)
    rows = pl.DataFrame({"log": log, "kind": kind, "slot": slot, "score": scores, "odd": odd, "record": record})
    sums = pl.len().cast(pl.Int64).alias("lines"), pl.col("odd").sum().cast(pl.Int64)
    return rows.group_by(*_BY).agg(*sums, *_HIGHEST)


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What was counted in parts, of all of them, in order; of equal scores the earliest record is told."""
    rows = pl.concat(parts).sort("record")
    return rows.group_by(*_BY, maintain_order=True).agg(pl.col("lines", "odd").sum(), *_HIGHEST).sort(_BY)


def totals_of(rows: pl.DataFrame, logs: int = 0) -> Floats:
    """(logs, slots) lines of each log, of so many at least."""
    log, slot = (rows[name].to_numpy() for name in ("log", "slot"))
    totals = np.zeros((max(int(log.max()) + 1, logs), int(slot.max()) + 1))
    np.add.at(totals, (log, slot), rows["lines"].to_numpy())
    return totals
