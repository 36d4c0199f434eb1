"""Rows picked by `--where column=value`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from isang.errors import InputError, UsageError
from isang.family import nearest


def matching(frame: pl.DataFrame, conditions: Sequence[str]) -> pl.DataFrame:
    """The rows that meet all conditions; 5 also matches 5.0. Raises InputError where none does."""
    for condition in conditions:
        name, equals, wanted = condition.partition("=")
        name, wanted = name.strip(), wanted.strip()
        if not equals:
            raise UsageError(f"{condition!r} is no condition; write --where column=value.")
        if name not in frame.columns:
            raise UsageError(f"--where: there is no column {name!r}.{nearest(name, frame.columns)}")
        found = frame.filter(_equals(frame[name], wanted))
        if found.is_empty():
            seen = frame[name].cast(pl.String, strict=False).drop_nulls().unique().sort().head(20).to_list()
            raise InputError(f"no row has {name!r} = {wanted!r}.{nearest(wanted, [text[:40] for text in seen])}")
        frame = found
    return frame


def _equals(column: pl.Series, wanted: str) -> pl.Series:
    text = column.cast(pl.String, strict=False).str.strip_chars()
    same = text == wanted
    number = pl.Series([wanted]).cast(pl.Float64, strict=False).item()
    if number is not None:
        same |= text.cast(pl.Float64, strict=False) == number
    return same.fill_null(value=False)
