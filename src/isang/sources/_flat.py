"""Nested columns become flat ones: {"host": {"name": …}} is `host.name`; categories texts, decimals floats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from isang.errors import InputError

_DEEPEST = 8


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Structs unnested to columns with dotted names (which stay unique), kinds of column reduced to plain ones."""
    for _ in range(_DEEPEST):
        nested = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]
        if not nested:
            break
        frame = _one_level(frame, nested)
    texts = [name for name, kind in frame.schema.items() if kind in (pl.Categorical, pl.Enum)]
    decimals = [name for name, kind in frame.schema.items() if kind == pl.Decimal]
    return frame.with_columns(pl.col(texts).cast(pl.String), pl.col(decimals).cast(pl.Float64))


def _one_level(frame: pl.DataFrame, nested: list[str]) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for column in frame.get_columns():
        parts = column.struct.unnest().get_columns() if column.name in nested else [column]
        for part in parts:
            name = f"{column.name}.{part.name}" if column.name in nested else column.name
            while name in columns or (column.name in nested and name in frame.columns):
                name += "_2"
            columns[name] = part.alias(name)
    return pl.DataFrame(list(columns.values()))


@contextmanager
def readable(path: str) -> Iterator[None]:
    """An InputError where what is read in it is no whole Parquet file."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        reason = str(error).partition("\n")[0][:120]
        raise InputError(f"{path}: no readable Parquet ({reason}); fetch or write the file again.") from error
