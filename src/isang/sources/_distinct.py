"""Rows that come again and again: each is kept once, and what refers to it holds its number."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from polars.datatypes import DataTypeClass

Schema = Mapping[str, pl.DataType | DataTypeClass]


class Distinct:
    """Different rows in the order in which they came; null is a value like any other."""

    def __init__(self, schema: Schema) -> None:
        self._short = pl.Categorical(pl.Categories.random())  # so that none keeps the texts of a whole block alive
        self._texts = [name for name, kind in schema.items() if kind == pl.String]
        self._rows = pl.DataFrame(schema={**schema, **dict.fromkeys(self._texts, self._short)})

    def numbered(self, rows: pl.DataFrame) -> pl.Series:
        """(n,) the number of each row as UInt32, new ones included."""
        names = self._rows.columns
        rows = rows.select(names).with_columns(pl.col(self._texts).cast(pl.String).cast(self._short))
        here = rows.unique(maintain_order=True)
        new = here.join(self._rows, on=names, how="anti", nulls_equal=True, maintain_order="left")
        self._rows = pl.concat([self._rows, new])
        numbers = self._rows.with_row_index("number")
        here = here.join(numbers, on=names, how="left", nulls_equal=True)
        return rows.join(here, on=names, how="left", nulls_equal=True, maintain_order="left")["number"]

    @property
    def rows(self) -> pl.DataFrame:
        """Each in the place of its number; texts as texts."""
        return self._rows.with_columns(pl.col(self._texts).cast(pl.String))


def renumbered(numbers: pl.Series, new: pl.Series) -> pl.Series:
    """The same references where what had the number i has `new[i]`."""
    return new.gather(numbers).alias(numbers.name)
