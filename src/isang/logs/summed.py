"""Lines of many kinds counted together: all of a level, all that come late."""

from __future__ import annotations

import polars as pl

from isang.logs.severity import LEVELS
from isang.logs.slots import ALL_LINES
from isang.words.frame import Integers

LATE = ALL_LINES - 1
_GRAVE = LEVELS.index("WARN")


def of_level(level: int) -> int:
    """The number of the kind that all lines of a level are."""
    return LATE - 1 - level


KINDS = (
    (ALL_LINES, "all lines", None),
    (LATE, "late lines", None),
    *((of_level(at), f"all {LEVELS[at]} lines", at) for at in range(_GRAVE, len(LEVELS))),
)
LOWEST = of_level(len(LEVELS) - 1)


def by_level(rows: pl.DataFrame, levels: Integers) -> pl.DataFrame:
    """Counted rows (`slots.counted`) summed over all kinds of each level from WARN on; `levels` (kinds,)."""
    level = pl.Series("level", levels[rows["kind"].to_numpy()])
    grave = rows.with_columns(level).filter(pl.col("level") >= _GRAVE).sort("record")
    sums = grave.group_by("log", "level", "slot", maintain_order=True).agg(
        pl.col("lines").sum(), pl.lit(0, pl.Int64).alias("odd"), pl.lit(None, pl.Float64).alias("score"), pl.col("record").first()
    )
    return sums.with_columns(kind=of_level(0) - pl.col("level")).select(rows.columns)
