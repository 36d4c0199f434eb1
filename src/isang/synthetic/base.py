"""What made data consist of: a frame, and the events that were put into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from isang.words.frame import Columns, Flags

Kind = Literal["anomaly", "planned"]


@dataclass(frozen=True)
class Event:
    """A stretch of rows of the frame, first and last included, in which something was changed."""

    first: int
    last: int
    fault: str
    column: str
    size: float | None
    note: str = ""
    kind: Kind = "anomaly"


@dataclass(frozen=True)
class Made:
    """A frame that passes `check_frame` with these columns, and its events.

    `events` has start, end (times, or row numbers without a time column; both included), the key
    columns, kind (`anomaly`, or `planned` for what was announced), fault, column, size (in usual spreads; null where it
    has none) and note: written as CSV it is a file for `--events`. `truth` (n,) is True for each row of the frame in an
    anomaly.
    """

    frame: pl.DataFrame
    columns: Columns
    events: pl.DataFrame
    truth: Flags


def made(frame: pl.DataFrame, columns: Columns, events: Sequence[Event]) -> Made:
    """The frame with its events as a table, in the order of their start."""
    truth = np.zeros(len(frame), dtype=np.bool_)
    for event in (event for event in events if event.kind == "anomaly"):
        truth[event.first : event.last + 1] = True
    return Made(frame, columns, _table(frame, columns, events), truth)


def _table(frame: pl.DataFrame, columns: Columns, events: Sequence[Event]) -> pl.DataFrame:
    places = frame[columns.time] if columns.time else pl.Series(range(len(frame)), dtype=pl.Int64)
    first = pl.Series([event.first for event in events], dtype=pl.Int64)
    last = pl.Series([event.last for event in events], dtype=pl.Int64)
    return pl.DataFrame(
        {
            "start": places.gather(first),
            "end": places.gather(last),
            **{key: frame[key].gather(first) for key in columns.keys},
            "kind": pl.Series([event.kind for event in events], dtype=pl.String),
            "fault": pl.Series([event.fault for event in events], dtype=pl.String),
            "column": pl.Series([event.column for event in events], dtype=pl.String),
            "size": pl.Series([event.size for event in events], dtype=pl.Float64),
            "note": pl.Series([event.note for event in events], dtype=pl.String),
        }
    ).sort("start", maintain_order=True)
