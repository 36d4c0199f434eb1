"""Which lines of a log begin a record, taken apart: time, level, thread, message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from isang.logs.finding import FOLLOWS, Layout
from isang.logs.formats import TIME_FIRST, Format
from isang.logs.structured import fields_of
from isang.logs.times import read_times
from isang.words.frame import Integers

# `at` is the number of the line, `trace` a whole stack trace that a field of it holds.
HEADS: dict[str, pl.DataType | type[pl.DataType]] = {
    "at": pl.Int64,
    "time": pl.Datetime("us", "UTC"),
    "level": pl.String,
    "thread": pl.String,
    "message": pl.String,
    "trace": pl.String,
}


@dataclass(frozen=True)
class Clock:
    """What times without a year or a zone need: when the log was last written, on the clock of `zone`; and the zone."""

    written: datetime
    zone: str = "UTC"


def heads_of(texts: pl.Series, layout: Layout, clock: Clock) -> tuple[pl.DataFrame, pl.Series]:
    """The lines that begin a record, columns HEADS in the order of lines; and the texts of all lines.

    Of a log in a log the texts are those of the inner one, and the time is that of the outer one where it has any.
    """
    if layout.format.json:
        heads = _of_json(texts, layout, clock)
    else:
        heads = _of_text(texts, np.arange(len(texts)), layout, clock)
    if layout.inner is None:
        return heads, texts
    inside = pl.Series("text", [""]).new_from_index(0, len(texts)).scatter(heads["at"], heads["message"])
    inner, _ = heads_of(inside, layout.inner, clock)
    if layout.style:
        inner = inner.drop("time").join(heads.select("at", "time"), on="at", how="left", maintain_order="left")
    return inner.select(*HEADS), inside


def _of_json(texts: pl.Series, layout: Layout, clock: Clock) -> pl.DataFrame:
    at = (texts.str.strip_chars() != "").arg_true()
    fields = fields_of(texts.gather(at), layout.roles)
    parts = fields["message"].str.strip_chars_end().str.splitn("\n", 2).struct.unnest()
    found = fields.with_columns(
        at.alias("at"),
        read_times(fields["time"], layout.style, clock.written, clock.zone).alias("time"),
        parts["field_0"].alias("message"),
        pl.coalesce("exception", parts["field_1"]).alias("trace"),
    )
    return _laid_out(found, layout.format)


def _of_text(texts: pl.Series, at: Integers, layout: Layout, clock: Clock) -> pl.DataFrame:
    """The lines numbered `at` that begin a record: in the format, else with a time of its style, else in another."""
    if layout.format.header == "":
        begin = ~texts.str.contains(FOLLOWS)
        return bare(texts.filter(begin), at[begin.to_numpy()], layout.format)
    found = [_matched(texts, at, layout.format, layout.style, clock)]
    texts, at = _without(texts, at, found[0], r"\S")
    if layout.format.alone:
        return _in_order([*found, bare(texts, at, layout.format)])
    if layout.style and layout.format != TIME_FIRST and len(at):
        found.append(_matched(texts, at, TIME_FIRST, layout.style, clock))
    if layout.other and len(at):
        texts, at = _without(texts, at, found[-1], r"^\S")
        found.append(_of_text(texts, at, layout.other, clock))
    return _in_order(found)


def _without(texts: pl.Series, at: Integers, heads: pl.DataFrame, needed: str) -> tuple[pl.Series, Integers]:
    """The lines that are no heads yet and may be some."""
    left = ~np.isin(at, heads["at"].to_numpy(), assume_unique=True)
    texts, at = texts.filter(pl.Series(left)), at[left]
    may = texts.str.contains(needed)
    return texts.filter(may), at[may.to_numpy()]


def _in_order(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).sort("at") if any(len(part) for part in parts[1:]) else parts[0]


def _matched(texts: pl.Series, at: Integers, form: Format, style: str, clock: Clock) -> pl.DataFrame:
    """The lines that are written so, taken apart."""
    lines = pl.DataFrame({"at": at, "text": texts})
    groups = lines.with_columns(pl.col("text").str.extract_groups(form.pattern(style)).alias("groups")).unnest("groups")
    after = pl.col("text").cast(pl.Binary).bin.slice(pl.col("head").str.len_bytes()).cast(pl.String)
    found = groups.filter(pl.col("head").is_not_null()).with_columns(after.alias("message"))
    if style:
        found = found.with_columns(read_times(found["time"], style, clock.written, clock.zone).alias("time"))
    return _laid_out(found, form)


def bare(texts: pl.Series, at: Integers, form: Format) -> pl.DataFrame:
    """Lines that are records and nothing but a message."""
    return _laid_out(pl.DataFrame({"at": at, "message": texts}), form)


def _laid_out(frame: pl.DataFrame, form: Format) -> pl.DataFrame:
    """The columns of HEADS, null where there is none; the level from the message where the line has no place for it."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in HEADS.items() if name not in frame.columns]
    heads = frame.with_columns(*missing).select(pl.col(name).cast(kind) for name, kind in HEADS.items())
    if heads["level"].null_count() == 0:
        return heads
    return heads.with_columns(pl.coalesce("level", pl.col("message").str.extract(form.level_in, 1)))
