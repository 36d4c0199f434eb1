"""A column → times. Naive times are taken in the zone asked for, UTC if none.

In the gap of a clock change they move forward by the gap, in the repeated hour the earlier one is
taken; both are counted in a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import UsageError
from isang.timestamps.finding import find_format
from isang.timestamps.formats import (
    MIDNIGHT,
    TimeFormat,
    as_texts,
    both_orders,
    formats_in,
    midnight_as_zero,
    strptime,
    with_fraction,
)
from isang.timestamps.zones import check_zone, known_zone_of, localise, zone_of
from isang.words.note import note

_EARLIEST, _LATEST = datetime(1677, 9, 22), datetime(2262, 4, 11)


@dataclass(frozen=True)
class Times:
    """Times of a column: `stamps` is Datetime("us", zone), null at the row indexes `bad`."""

    stamps: pl.Series
    format: str
    zone: str
    bad: NDArray[np.int64]
    warnings: tuple[str, ...]


def parse_times(column: pl.Series, tz: str | None = None, form: TimeFormat | None = None) -> Times:
    """All times of a column. Raises UsageError where it holds none, or where the zone is unknown."""
    zone = check_zone(tz or known_zone_of(column))
    form = form or find_format(column)
    if form is None:
        shown = [str(value)[:40] for value in column.drop_nulls().head(2)]
        raise UsageError(f"column {column.name!r} holds no times that can be read: {shown}.")
    stamps, name, warnings = _parse(column, form, zone)
    stamps = _in_range(stamps).dt.convert_time_zone(zone).rename(column.name)
    bad = stamps.is_null().arg_true().to_numpy().astype(np.int64)
    return Times(stamps, name, zone, bad, tuple(warnings))


def _parse(column: pl.Series, form: TimeFormat, zone: str) -> tuple[pl.Series, str, list[str]]:
    """UTC stamps, the format's name and what is to be said."""
    if column.dtype in (pl.Datetime, pl.Date):
        stamps, warnings = localise(column.cast(pl.Datetime("us", zone_of(column))), zone)
        return stamps, form.name, warnings
    if form.per_us is not None:
        return _from_epoch(column, form.per_us), form.name, []
    text = as_texts(column)
    form, warnings = _day_or_month(text, form)
    stamps, said = localise(strptime(text, form), zone)
    warnings += said
    if stamps.null_count() > text.null_count():
        stamps, said = _second_look(text, stamps, form, zone)
        warnings += said
    return stamps, form.name, warnings


def _second_look(text: pl.Series, stamps: pl.Series, form: TimeFormat, zone: str) -> tuple[pl.Series, list[str]]:
    """What did not parse: 24:00 is the next midnight; rows in other formats are read and counted."""
    left = (stamps.is_null() & text.is_not_null()).arg_true()
    rest = text.gather(left)
    late = rest.str.contains(MIDNIGHT)
    found = strptime(midnight_as_zero(rest), form)
    found = pl.select(pl.when(late).then(found + timedelta(days=1))).to_series()
    filled, warnings = localise(found, zone)
    alike = with_fraction(form)
    for other in formats_in(rest.filter(filled.is_null())):
        if sorted(with_fraction(other)) != sorted(alike) or other.strptime == alike:
            before = filled.null_count()
            filled = filled.fill_null(localise(strptime(rest, other), zone)[0])
            count = before - filled.null_count()
            if count and other.strptime != alike:
                told = "{count} times in column {column!r} are written as {other}, not {form}."
                warnings.append(note(told, count=count, column=text.name, other=other.name, form=form.name))
    return stamps.scatter(left, filled), warnings


def _day_or_month(text: pl.Series, form: TimeFormat) -> tuple[TimeFormat, list[str]]:
    """Tell 5/1 the fifth of January from the first of May by numbers over 12, else by the order of rows."""
    orders = both_orders(form)
    if len(orders) == 1:
        return form, []
    form, swapped = orders
    month, day = strptime(text, form), strptime(text, swapped)
    if month.null_count() != day.null_count():
        return (form if month.null_count() < day.null_count() else swapped), []
    if month.equals(day):
        return form, []
    backwards = [int((stamps.diff() < timedelta(0)).sum()) for stamps in (month, day)]
    chosen = swapped if backwards[1] < backwards[0] else form
    said = "times in column {column!r} could be day/month or month/day; read as {form}."
    return chosen, [note(said, column=text.name, form=chosen.name)]


def _from_epoch(column: pl.Series, per_us: int) -> pl.Series:
    whole = column.cast(pl.Int64, strict=False) if not column.dtype.is_float() else None
    if whole is not None and whole.null_count() == column.null_count():
        inside = whole.is_between(-(10**19 // 2), 10**11) if per_us == 1_000_000 else whole.is_not_null()
        whole = pl.select(pl.when(inside).then(whole)).to_series()
        micros = whole * per_us if per_us else whole // 1000
    else:
        floats = column.cast(pl.Float64, strict=False) * (per_us or 1e-3)
        micros = pl.select(pl.when(floats.is_finite()).then(floats.round())).to_series().cast(pl.Int64, strict=False)
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _in_range(stamps: pl.Series) -> pl.Series:
    naive = stamps.dt.replace_time_zone(None)
    inside = naive.is_between(_EARLIEST, _LATEST)
    return stamps if inside.all() else pl.select(pl.when(inside).then(stamps)).to_series()
