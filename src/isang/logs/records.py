"""Lines of a log → records: a line with what belongs to it, read by columns.

A frame of records has `offset` (byte in the file), `line` (from 0, counted from the window's first byte), `lines` (how
many it has), `time` (µs, UTC), `level` (code, see severity), `key` (thread, process or session), `message` (its first
line without what stands before), `exception` (the type thrown) and `cause` (the root of it, where it names one).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from isang.errors import UsageError
from isang.logs.exceptions import named_exceptions
from isang.logs.finding import Layout
from isang.logs.formats import Format
from isang.logs.heads import Clock, bare, heads_of
from isang.logs.lines import REACH_BYTES, Odd, Window, lines_of
from isang.logs.severity import level_codes
from isang.words.frame import Integers

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "offset": pl.Int64,
    "line": pl.Int64,
    "lines": pl.Int32,
    "time": pl.Datetime("us", "UTC"),
    "level": pl.UInt8,
    "key": pl.String,
    "message": pl.String,
    "exception": pl.String,
    "cause": pl.String,
}


@dataclass(frozen=True)
class Records:
    """The records that begin in a window, how many lines end in it, and what was odd."""

    frame: pl.DataFrame
    newlines: int
    odd: tuple[Odd, ...]


def read_records(
    window: Window,
    layout: Layout,
    written: datetime,
    zone: str = "UTC",
    session: str | None = None,
    other: str = "cp949",
) -> Records:
    """The records that begin in the window.

    `written`: when the file was last written, on the clock of `zone`, in which times without a zone are taken.
    `session`: an expression whose first group (or all of it) is the key instead of the thread. `other`: the encoding
    of lines that are not UTF-8.
    """
    lines = lines_of(window, layout.returns, other)
    heads, texts = heads_of(lines.texts, layout, Clock(written, zone))
    heads = _with_first(heads, texts, layout.format) if window.lo == 0 else heads
    begins = heads["at"].to_numpy().astype(np.int64)
    own = int(np.searchsorted(lines.offsets[begins], window.hi))
    ends = _ends(lines.offsets, begins)[:own]
    heads, begins = heads.head(own), begins[:own]
    messages = heads["message"].str.strip_chars_end()
    named = named_exceptions(texts, begins, ends, messages, heads["trace"])
    frame = pl.DataFrame(
        {
            "offset": lines.offsets[begins],
            "line": begins + lines.before,
            "lines": ends - begins,
            "time": heads["time"],
            "level": level_codes(heads["level"]),
            "key": _keys(heads["thread"], messages, session),
            "message": messages,
            "exception": named["exception"],
            "cause": named["cause"],
        },
        schema=SCHEMA,
    )
    return Records(frame, lines.newlines, lines.odd)


def _with_first(heads: pl.DataFrame, texts: pl.Series, form: Format) -> pl.DataFrame:
    """What stands in a file before its first record is a record too."""
    if len(texts) == 0 or (len(heads) and heads["at"][0] == 0):
        return heads
    return pl.concat([bare(texts.head(1), np.zeros(1, np.int64), form), heads])


def _ends(offsets: Integers, begins: Integers) -> Integers:
    """The number after a record's last line: the next record's first, unless that is out of reach."""
    following = np.append(begins[1:], len(offsets))
    ends: Integers = np.minimum(following, np.searchsorted(offsets, offsets[begins] + REACH_BYTES))
    return ends


def _keys(threads: pl.Series, messages: pl.Series, session: str | None) -> pl.Series:
    if session is not None:
        return messages.str.extract(session, min(1, _groups(session)))
    bare = threads.str.strip_chars()
    return pl.select(pl.when(~bare.is_in(["", "-"])).then(bare)).to_series()


def _groups(expression: str) -> int:
    """How many groups an expression has. Raises UsageError where it is none."""
    try:
        return len(pl.Series([""]).str.extract_groups(expression).struct.fields)
    except pl.exceptions.PolarsError as error:
        reason = str(error).split("error:")[-1].strip().splitlines()[0]
        raise UsageError(f"--session {expression!r} is no expression that can be used: {reason}.") from error
