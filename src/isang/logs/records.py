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

from isang.logs.exceptions import named_in_lines, named_in_messages, named_in_traces
from isang.logs.finding import FOLLOWS, Layout
from isang.logs.formats import TIME_FIRST, Format
from isang.logs.lines import REACH_BYTES, Odd, Window, lines_of
from isang.logs.severity import level_codes
from isang.logs.structured import fields_of
from isang.logs.times import read_times
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
_FIELDS = ("time", "level", "thread", "message", "trace")


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
    heads, texts = _heads(lines.texts, layout)
    heads = _with_first(heads, texts) if window.lo == 0 else heads
    begins = heads["at"].to_numpy().astype(np.int64)
    own = int(np.searchsorted(lines.offsets[begins], window.hi))
    ends = _ends(lines.offsets, begins)[:own]
    heads, begins = heads.head(own), begins[:own]
    messages = heads["message"].str.strip_chars_end()
    times = read_times(heads["time"], _style(layout), written, zone)
    named = _exceptions(texts, begins, ends, messages, heads["trace"])
    frame = pl.DataFrame(
        {
            "offset": lines.offsets[begins],
            "line": begins + lines.before,
            "lines": ends - begins,
            "time": times,
            "level": level_codes(heads["level"]),
            "key": _keys(heads["thread"], messages, session),
            "message": messages,
            "exception": named["exception"],
            "cause": named["cause"],
        },
        schema=SCHEMA,
    )
    return Records(frame, lines.newlines, lines.odd)


def _style(layout: Layout) -> str:
    return layout.style or (layout.inner.style if layout.inner else "")


def _heads(texts: pl.Series, layout: Layout) -> tuple[pl.DataFrame, pl.Series]:
    """The lines that begin a record (`at`: their number) with the columns of _FIELDS; and the texts of all lines.

    Of a log in a log the texts are those of the inner one, the time is that of the outer one.
    """
    heads = _of_json(texts, layout) if layout.format.json else _of_text(texts, layout.format, layout.style)
    if layout.inner is None:
        return heads, texts
    inside = pl.Series([""], dtype=pl.String).new_from_index(0, len(texts)).scatter(heads["at"], heads["message"])
    inner, _ = _heads(inside, layout.inner)
    if layout.style:
        outer = heads.select("at", "time")
        inner = inner.drop("time").join(outer, on="at", how="left", maintain_order="left").select("at", *_FIELDS)
    return inner, inside


def _of_json(texts: pl.Series, layout: Layout) -> pl.DataFrame:
    at = (texts.str.strip_chars() != "").arg_true()
    fields = fields_of(texts.gather(at), layout.roles)
    parts = fields["message"].str.strip_chars_end().str.splitn("\n", 2).struct.unnest()
    found = fields.select(
        at.cast(pl.Int64).alias("at"),
        "time",
        "level",
        "thread",
        parts["field_0"].alias("message"),
        pl.coalesce("exception", parts["field_1"]).alias("trace"),
    )
    return _with_levels(found, layout.format)


def _of_text(texts: pl.Series, form: Format, style: str) -> pl.DataFrame:
    if form.header == "":
        at = (~texts.str.contains(FOLLOWS)).arg_true()
        return _with_levels(_laid_out(pl.DataFrame({"at": at, "message": texts.gather(at)})), form)
    heads = _matched(texts, np.arange(len(texts)), form, style)
    left = np.ones(len(texts), bool)
    left[heads["at"].to_numpy()] = False
    if form.alone:
        rest = np.flatnonzero(left)
        lone = pl.DataFrame({"at": rest, "message": texts.gather(rest)}).filter(
            pl.col("message").str.strip_chars() != ""
        )
        return _sorted([heads, _laid_out(lone)])
    if style and form is not TIME_FIRST and left.any():
        rest = np.flatnonzero(left)
        bare = texts.gather(rest)
        rest = rest[bare.str.contains(r"^\S").to_numpy()]
        return _sorted([heads, _matched(texts.gather(rest), rest, TIME_FIRST, style)])
    return heads


def _sorted(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).sort("at") if len(parts[1]) else parts[0]


def _matched(texts: pl.Series, at: Integers, form: Format, style: str) -> pl.DataFrame:
    """The lines that are written so, taken apart."""
    groups = pl.DataFrame({"at": at, "text": texts}).with_columns(
        pl.col("text").str.extract_groups(form.pattern(style)).alias("groups")
    )
    found = groups.unnest("groups").filter(pl.col("head").is_not_null())
    after = pl.col("text").cast(pl.Binary).bin.slice(pl.col("head").str.len_bytes())
    return _with_levels(_laid_out(found.with_columns(after.cast(pl.String).alias("message"))), form)


def _laid_out(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of _FIELDS, null where there is none."""
    missing = [pl.lit(None, pl.String).alias(name) for name in _FIELDS if name not in frame.columns]
    return frame.with_columns(*missing).select(pl.col("at").cast(pl.Int64), *_FIELDS)


def _with_levels(heads: pl.DataFrame, form: Format) -> pl.DataFrame:
    """Where a line has no place for its level, the message may say it."""
    if form.level_in == "" or heads["level"].null_count() == 0:
        return heads
    return heads.with_columns(pl.coalesce("level", pl.col("message").str.extract(form.level_in, 1)))


def _with_first(heads: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """What stands in a file before its first record is a record too."""
    if len(texts) == 0 or (len(heads) and heads["at"][0] == 0):
        return heads
    first = _laid_out(pl.DataFrame({"at": [0], "message": [texts[0]]}))
    return pl.concat([first, heads])


def _ends(offsets: Integers, begins: Integers) -> Integers:
    """The number after a record's last line: the next record's first, unless that is out of reach."""
    following = np.append(begins[1:], len(offsets))
    ends: Integers = np.minimum(following, np.searchsorted(offsets, offsets[begins] + REACH_BYTES))
    return ends


def _exceptions(
    texts: pl.Series, begins: Integers, ends: Integers, messages: pl.Series, traces: pl.Series
) -> pl.DataFrame:
    """Exception and cause of each record: by its following lines or its trace, else by its message."""
    counts = ends - begins - 1
    record = np.repeat(np.arange(len(begins)), counts)
    at = (
        np.arange(len(record)) + np.repeat(begins + 1 - np.append(0, np.cumsum(counts)[:-1]), counts)
        if len(record)
        else record
    )
    named = [named_in_lines(texts.gather(at), record)] if len(record) else []
    named += [named_in_traces(traces)] if traces.null_count() < len(traces) else []
    told = pl.DataFrame({"record": np.arange(len(begins)), "said": named_in_messages(messages)})
    if not named:
        return told.select(pl.col("said").alias("exception"), pl.lit(None, pl.String).alias("cause"))
    found = pl.concat([one.with_columns(pl.col("record").cast(pl.Int64)) for one in named]).unique(
        "record", keep="first"
    )
    return told.join(found, on="record", how="left", maintain_order="left").select(
        pl.coalesce("exception", "said", "cause").alias("exception"), "cause"
    )


def _keys(threads: pl.Series, messages: pl.Series, session: str | None) -> pl.Series:
    if session is not None:
        group = 1 if "(" in session.replace("\\(", "").replace("(?:", "") else 0
        return messages.str.extract(session, group)
    bare = threads.str.strip_chars()
    return pl.select(pl.when(~bare.is_in(["", "-"])).then(bare)).to_series()
