"""Parquet files."""

from __future__ import annotations

import io

import polars as pl

from isang.errors import InputError
from isang.sources._flat import flat, readable
from isang.sources.base import Content, Source
from isang.words.reading import Table


class Parquet(Source):
    """Apache Parquet. A damaged file is an error as a whole: its rows cannot be told apart."""

    @classmethod
    def fits(cls, head: bytes) -> bool:
        """By the four bytes that every Parquet file begins with."""
        return head.startswith(b"PAR1")

    def read(self, content: Content, encoding: str | None = None, strict: bool = False) -> Table:
        """Raises InputError where the file is cut off, damaged or without rows."""
        with readable(content.path):
            frame = flat(pl.read_parquet(io.BytesIO(content.data)))
        if frame.is_empty():
            raise InputError(f"{content.path}: the table has {frame.width} columns and no rows.")
        return Table(frame, (content.described(len(frame), ""),))
