"""Decimal commas, which occur where cells are separated by something else: 1.234,5 → 1234.5."""

from __future__ import annotations

import polars as pl

_SIGN = r"[₩$€£¥]?\s*[+-]?\s*"
_COMMA_NUMBER = rf"^\s*{_SIGN}(\d{{1,3}}(\.\d{{3}})+|\d+)?(,\d+)?([eE][+-]?\d+)?\s*[%₩$€£¥]?\s*$"
_THOUSANDS = rf"^\s*{_SIGN}\d{{1,3}}(,\d{{3}})+\s*[%₩$€£¥]?\s*$"
_SURELY_THOUSANDS = r",\d{3},\d{3}|,\d{3}\."
_SAMPLE = 1000


def with_points(frame: pl.DataFrame, separator: str) -> pl.DataFrame:
    """The frame with decimal points. Between `;` 1,234 is taken as a decimal number, between others as thousands."""
    texts = [column for column in frame.get_columns() if column.dtype == pl.String]
    return frame.with_columns(pointed(column) for column in texts if has_decimal_commas(column, separator))


def has_decimal_commas(column: pl.Series, separator: str) -> bool:
    """Whether the commas of a column of texts are decimal ones."""
    cells = column.drop_nulls()
    with_comma = cells.filter(cells.str.contains(",", literal=True))
    if not len(with_comma) or cells.head(_SAMPLE).str.contains(_COMMA_NUMBER).mean() < 0.95:  # type: ignore[operator]
        return False
    if with_comma.str.contains(_SURELY_THOUSANDS).any():
        return False
    thousands = with_comma.str.contains(_THOUSANDS).all() and not with_comma.str.contains(r"(^|\D)0,").any()
    return separator == ";" or not thousands


def pointed(column: pl.Series) -> pl.Series:
    """Numbers with decimal commas as such with points."""
    number = column.str.contains(_COMMA_NUMBER)
    pointed = column.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.select(pl.when(number).then(pointed).otherwise(column)).to_series().alias(column.name)
