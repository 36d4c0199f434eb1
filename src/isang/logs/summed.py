"""Lines of many kinds counted together: all that come late, all that name an exception."""

from __future__ import annotations

import polars as pl

from isang.logs.severity import Severity
from isang.logs.whole import ALL_LINES

LATE, THROWN, ENDED = ALL_LINES - 1, ALL_LINES - 2, ALL_LINES - 3
TEXTS = {
    ALL_LINES: "all lines",
    LATE: "late lines",
    THROWN: "lines with an exception",
    ENDED: "last lines of unusual sessions",
}
LOWEST = min(TEXTS)
PARTS = {
    ALL_LINES: pl.lit(value=True),
    THROWN: pl.col("exception").is_not_null(),
}  # which kinds are in them, where that is known


def points_of(severity: Severity) -> dict[int, int]:
    """How grave they are: what is only more, less or later as INFO, exceptions as those of the lowest class."""
    info = severity.levels["INFO"]
    return {ALL_LINES: info, LATE: info, ENDED: info, THROWN: severity.classes["medium"]}


def thrown(rows: pl.DataFrame, exceptions: int) -> pl.DataFrame:
    """Counted rows (`slots.counted`) summed over all kinds of each log that have an exception.

    The number of a kind is that of its template times `exceptions`, plus that of its exception, 0 for none.
    """
    return as_kind(rows.filter(pl.col("kind") % exceptions > 0), THROWN)


def as_kind(rows: pl.DataFrame, kind: int) -> pl.DataFrame:
    """Rows (log, slot, lines, record) summed, as counted rows of this kind; the earliest record is told."""
    sums = pl.col("lines").sum(), pl.col("record").min()
    told = {"kind": pl.lit(kind, pl.Int64), "odd": pl.lit(0, pl.Int64), "score": pl.lit(None, pl.Float64)}
    return rows.group_by("log", "slot").agg(*sums).with_columns(**told).sort("log", "slot")
