"""Which format a column of times is written in."""

from __future__ import annotations

import re

import polars as pl

from isang.timestamps.formats import (
    EPOCHS,
    TimeFormat,
    all_formats,
    as_texts,
    both_orders,
    likely,
    midnight_as_zero,
    strptime,
    with_fraction,
)

_SAMPLE = 200


def find_format(column: pl.Series) -> TimeFormat | None:
    """The format that most of a sample is written in, or None where under nine tenths are times."""
    if column.dtype in (pl.Datetime, pl.Date):
        return TimeFormat("datetime" if column.dtype == pl.Datetime else "date", "", "")
    if not column.dtype.is_numeric() and column.dtype != pl.String:
        return None
    sample = _sample(column)
    if _is_numbers(sample):
        return _date_in_digits(sample) or _epoch(sample)
    return _written(sample, all_formats()) if column.dtype == pl.String else None


def _sample(column: pl.Series) -> pl.Series:
    """Some hundred values from all over the column, as texts."""
    known = column.drop_nulls()
    spread = known.gather_every(max(1, len(known) // _SAMPLE))
    return as_texts(pl.concat([known.head(_SAMPLE // 4), spread]))


def _is_numbers(sample: pl.Series) -> bool:
    return len(sample) > 0 and 10 * int(sample.cast(pl.Float64, strict=False).null_count()) <= len(sample)


def _epoch(sample: pl.Series) -> TimeFormat | None:
    size = sample.cast(pl.Float64, strict=False).abs().median()
    for name, low, high, per_us in EPOCHS:
        if isinstance(size, float) and low <= size < high:
            return TimeFormat(name, "", "", per_us)
    return None


def _date_in_digits(sample: pl.Series) -> TimeFormat | None:
    """20240131 and its like: numbers as well, so only looked for where all begin with a year."""
    if not sample.str.contains(r"^(19|20)\d\d[01]\d[0-3]\d").all():
        return None
    return _written(sample, tuple(form for form in all_formats() if form.is_number))


def _written(sample: pl.Series, formats: tuple[TimeFormat, ...]) -> TimeFormat | None:
    texts = [text for text in sample.to_list() if text]
    if not any(text[0].isdigit() and len(text) > 7 for text in texts):
        return None
    counted = {form: sum(bool(re.fullmatch(form.pattern, text)) for text in texts) for form in likely(texts, formats)}
    if sum(counted.values()) < 0.9 * len(texts):
        return None
    best = max(counted, key=lambda form: counted[form])
    best = next((form for form in counted if form.strptime == with_fraction(best)), best)
    right = [strptime(midnight_as_zero(sample), form).is_not_null() for form in both_orders(best)]
    return best if max(int(flags.sum()) for flags in right) >= 0.8 * counted[best] else None
