"""The times of charges: shortened while rows are added up, read when all have come, and spread over their slots."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from isang.timestamps import TimeFormat, Times, find_format, parse_times
from isang.timestamps.formats import both_orders, strptime

_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| UTC|\+00:?00)?)?$"
_DAY_S = 86400
_MICROSECOND = timedelta(microseconds=1)


def shortened(pairs: pl.DataFrame, *, day: bool, step_s: float) -> pl.DataFrame:
    """Beside `time` and `end` the texts `from` and `until`, such that what falls into one slot becomes one.

    ISO times in UTC lose what is finer than a day (minute), and an end that comes within a step is left out; what is
    written otherwise stays, to be read when all of the file is known.
    """
    texts = pairs.with_columns(_text(pairs["time"]).alias("from"), _text(pairs["end"]).alias("until"))
    iso = pl.col("from").str.contains(_ISO) & (pl.col("until").is_null() | pl.col("until").str.contains(_ISO))
    long = _stamp("until") - _stamp("from") > timedelta(seconds=step_s)
    next_day = (_stamp("until") - _MICROSECOND).dt.offset_by("1d").dt.to_string("%Y-%m-%d")
    ends = pl.when(long).then(next_day if day else pl.col("until").str.slice(0, 16))
    begins = pl.col("from").str.slice(0, 10 if day else 16)
    return texts.with_columns(
        pl.when(iso).then(begins).otherwise("from").alias("from"), pl.when(iso).then(ends).otherwise("until")
    )


def _text(column: pl.Series) -> pl.Series:
    """Times as texts, ISO where they are times already; blank cells are missing."""
    if isinstance(column.dtype, pl.Datetime):
        zoned = column.dtype.time_zone is not None
        column = column.dt.convert_time_zone("UTC") if zoned else column
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S")
    text = column.cast(pl.String, strict=False).str.strip_chars()
    blank = text.str.to_lowercase().is_in(["", "null"])
    return pl.select(pl.when(~blank).then(text)).to_series().alias(column.name)


def _stamp(name: str) -> pl.Expr:
    text = pl.col(name).str.slice(0, 16).str.replace(" ", "T", literal=True)
    date = text.str.slice(0, 10).str.to_datetime("%Y-%m-%d", strict=False, time_unit="us")
    return text.str.to_datetime("%Y-%m-%dT%H:%M", strict=False, time_unit="us").fill_null(date)


def stamped(texts: pl.Series, periods: pl.Series, zone: str, *, utc: bool) -> tuple[Times, bool]:
    """Distinct texts → times in the zone, and whether they are days. Raises UsageError where they are no times.

    `utc`: a clock time without a zone is UTC; a bare day is one of the zone. Where a day and a month could be either,
    the starts of billing periods decide: they are firsts of months.
    """
    form = find_format(texts)
    days = form is not None and form.is_date
    order = _by_periods(form, periods) if form else None
    told = _plainly(texts, order, days=days) if order else texts
    times = parse_times(told, "UTC" if utc and not days else zone)
    name = order.name if order else times.format
    return replace(times, stamps=times.stamps.dt.convert_time_zone(zone), zone=zone, format=name), days


def _by_periods(form: TimeFormat, periods: pl.Series) -> TimeFormat | None:
    """The order of day and month in which all billing periods begin with a month; None where they do not tell."""
    orders = both_orders(form)
    if len(orders) == 1 or periods.is_empty():
        return None
    firsts = [strptime(periods.str.strip_chars(), order).dt.day() == 1 for order in orders]
    right = [order for order, first in zip(orders, firsts, strict=True) if first.all() and not first.null_count()]
    return right[0] if len(right) == 1 else None


def _plainly(texts: pl.Series, order: TimeFormat, *, days: bool) -> pl.Series:
    """What is written in this order as ISO, the rest as it is."""
    written = strptime(texts, order).dt.to_string("%Y-%m-%d" if days else "%Y-%m-%dT%H:%M:%S")
    return written.fill_null(texts)


def spread(frame: pl.DataFrame, step_s: float) -> pl.DataFrame:
    """A row for each slot that a moment lasts, with an equal `share` of its cost; `time` becomes the slot."""
    every = "1d" if step_s >= _DAY_S else "1h"
    short, long = frame.filter(pl.col("end").is_null()), frame.filter(pl.col("end").is_not_null())
    slots = pl.datetime_ranges(
        pl.col("time").dt.truncate(every), (pl.col("end") - _MICROSECOND).dt.truncate(every), every
    )
    shares = long.with_columns(slots.alias("time")).with_columns((1 / pl.col("time").list.len()).alias("share"))
    parts = [short.with_columns(pl.col("time").dt.truncate(every), pl.lit(1.0).alias("share")), shares.explode("time")]
    return pl.concat(parts, how="vertical_relaxed").drop("end")
