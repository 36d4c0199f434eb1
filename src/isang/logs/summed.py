"""Lines of many kinds counted together: all of a level, all that come late."""

from __future__ import annotations

import polars as pl

from isang.logs.severity import LEVELS
from isang.logs.whole import ALL_LINES

LATE = ALL_LINES - 1
_GRAVE = LEVELS.index("ERROR")


def of_level(level: int) -> int:
    """The number of the kind that all lines of a level are."""
    return LATE - 1 - level


KINDS = (
    (ALL_LINES, "all lines", None),
    (LATE, "late lines", None),
    *((of_level(at), f"all {LEVELS[at]} lines", at) for at in range(_GRAVE, len(LEVELS))),
)
LOWEST = of_level(len(LEVELS) - 1)


def by_level(rows: pl.DataFrame) -> pl.DataFrame:
    """Counted rows (`slots.counted`) with the `level` of their kind, summed over kinds of each level from ERROR on."""
    return as_kind(rows.with_columns(kind=of_level(0) - pl.col("level")).filter(pl.col("level") >= _GRAVE))


def as_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows (log, kind, slot, lines, record) summed, as counted rows; the earliest record is told."""
    sums = pl.col("lines").sum(), pl.col("record").min()
    none = pl.lit(0, pl.Int64).alias("odd"), pl.lit(None, pl.Float32).alias("score")
    return rows.group_by("log", "kind", "slot").agg(*sums).with_columns(none).sort("log", "kind", "slot")
