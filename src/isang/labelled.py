"""Which rows a label column marks as events."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from isang.errors import InputError
from isang.words.frame import Flags


@dataclass(frozen=True)
class Labels:
    """Which rows a label column marks as an event, and which it says nothing of: (n,) in the caller's order.

    `positive` is the value of an event.
    """

    column: str
    positive: str
    truth: Flags
    missing: Flags


def labels_of(column: pl.Series, positive: str | None) -> Labels:
    """The rows with the positive value; `None`: the rarer of two values. InputError where that is not clear."""
    texts = _texts(column)
    values = texts.filter(texts != "").value_counts(sort=True)[column.name].to_list()
    if len(values) < 2 or (positive is None and len(values) > 2):
        needed = "two values are needed to measure" if len(values) < 2 else "name the one of an event with --positive"
        raise InputError(f"label column '{column.name}' holds {_some(values)}; {needed}.")
    wanted = (
        values[1] if positive is None else _texts(pl.Series([positive]).cast(pl.Float64, strict=False))[0] or positive
    )
    if wanted not in values:
        raise InputError(f"label column '{column.name}' has no value '{positive}'; it holds {_some(values)}.")
    return Labels(column.name, wanted, (texts == wanted).to_numpy(), (texts == "").to_numpy())


def _texts(column: pl.Series) -> pl.Series:
    """The values as text, whole numbers without a point (1.0 is 1); missing ones are empty."""
    whole = column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all()
    return (column.cast(pl.Int64, strict=False) if whole else column).cast(pl.String).fill_null("")


def _some(values: list[str]) -> str:
    shown = ", ".join(repr(value[:40]) for value in values[:5])
    return f"{len(values)} values ({shown}{' …' if len(values) > 5 else ''})" if values else "no value"
