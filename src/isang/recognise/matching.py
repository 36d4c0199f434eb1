"""Rows picked by `--where column=value`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import polars as pl

from isang.errors import InputError, UnknownColumnError, UsageError
from isang.family import nearest

_MOST_SHOWN, _MOST_COMPARED = 20, 2000


def matching(frame: pl.DataFrame, conditions: Sequence[str]) -> pl.DataFrame:
    """The rows that meet all conditions; 5 also matches 5.0. Raises InputError where none does."""
    for condition in conditions:
        name, sign, wanted = condition.partition("=")
        name, wanted = name.strip(), wanted.strip()
        if not sign:
            raise UsageError(f"{condition!r} is no condition; write --where column=value.")
        if name not in frame.columns:
            raise UnknownColumnError("where", name, nearest_of(name, frame.columns))
        found = frame.filter(equals(frame[name], wanted))
        if found.is_empty():
            seen = frame[name].cast(pl.String, strict=False).drop_nulls().unique().head(_MOST_COMPARED).to_list()
            raise InputError(f"no row has {name!r} = {wanted!r}.{nearest_of(wanted, seen)}")
        frame = found
    return frame


def nearest_of(word: str, known: Sequence[str]) -> str:
    """`family.nearest` over texts out of data: at most twenty, cut short, without control characters."""
    printable = ["".join(letter for letter in text[:40] if letter.isprintable()) for text in known]
    return nearest(word, difflib.get_close_matches(word, printable, n=_MOST_SHOWN, cutoff=0))


def equals(column: pl.Series, wanted: str) -> pl.Series:
    """Which cells are this text, or the same number."""
    text = column.cast(pl.String, strict=False).str.strip_chars()
    same = text == wanted
    number = pl.Series([wanted]).cast(pl.Float64, strict=False).item()
    if number is not None:
        same |= text.cast(pl.Float64, strict=False) == number
    return same.fill_null(value=False)
