"""When and where the texts of log lines were seen first and last, as they pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from isang.logs.severity import UNKNOWN
from isang.words.frame import Integers

_LONGEST_EXAMPLE = 2_000


@dataclass
class Seen:
    """When and where a text was seen: the first record (its file, its line there from 1, its message), times, level.

    Times are UTC, None where no record had one; the level is the highest; `count` records had it.
    """

    file: str
    line: int
    message: str
    first_time: datetime | None
    last_time: datetime | None
    log_level: int | None
    count: int

    def add(self, later: Seen) -> None:
        """The same text once more."""
        self.first_time = min(filter(None, (self.first_time, later.first_time)), default=None)
        self.last_time = max(filter(None, (self.last_time, later.last_time)), default=None)
        self.count += later.count
        self.log_level = max((one for one in (self.log_level, later.log_level) if one is not None), default=None)


def seen_in(records: pl.DataFrame, text: Integers) -> pl.DataFrame:
    """One row for each text of the records (n,), in the order of their numbers: the columns of `Seen` but the file."""
    level = pl.when(pl.col("level") != UNKNOWN).then("level").max()
    message = pl.col("message").first().str.head(_LONGEST_EXAMPLE)
    times = pl.col("time").min().alias("first_time"), pl.col("time").max().alias("last_time")
    told = records.with_columns(text=pl.Series(text)).group_by("text")
    return (
        told.agg(pl.col("line").first(), message, *times, level.alias("log_level"), pl.len().alias("count"))
        .sort("text")
        .drop("text")
    )


class Sightings:
    """What was seen of slots of `Templates`."""

    def __init__(self) -> None:
        self.seen: dict[int, Seen] = {}

    def add(self, slots: Integers, rows: pl.DataFrame, file: str, line: int) -> None:
        """The texts (n,) of one more part of a file, which begins at that line: their slots, and `seen_in` of them."""
        for slot, row in zip(slots.tolist(), rows.iter_rows(named=True), strict=True):
            one = Seen(file=file, **{**row, "line": row["line"] + line})
            if slot in self.seen:
                self.seen[slot].add(one)
            else:
                self.seen[slot] = one
