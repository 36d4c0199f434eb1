"""The step of the slots of time that lines are counted in, so long that memory holds the rows."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from isang.logs.slots import STEPS_S
from isang.words.frame import Integers

_SECOND = 1_000_000


def step_within(parts: Iterable[tuple[Integers, Integers, Integers]], step: int, most_rows: int) -> int:
    """That step in µs, or the shortest longer one in which there are so many rows at most, else the longest.

    `parts` are the log, kind and time (µs) of records (n,), chunk by chunk; a row is one log, kind and slot.
    """
    found = pl.DataFrame(schema={name: pl.Int64 for name in ("log", "kind", "slot")})
    for log, kind, time in parts:
        found = pl.concat([found, pl.DataFrame({"log": log, "kind": kind, "slot": time // step}).unique()]).unique()
        for longer in (seconds * _SECOND for seconds in STEPS_S if seconds * _SECOND > step):
            if len(found) > most_rows:
                found = found.with_columns(pl.col("slot") // (longer // step)).unique()
                step = longer
    return step
