"""A source turns the bytes of one file into a table; it says itself which files are of its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import polars as pl

from isang.words.reading import InputFile, Table

# Where rows were left out or files joined, a table has this column: the row of each line in its file, counted from 1.
ROW = "row_in_file"


def with_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the row of each line in its file, where it does not have it yet."""
    if ROW in frame.columns:
        return frame
    return frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))


@dataclass(frozen=True)
class Content:
    """One file, read once: `data` is unpacked, `bytes` and `sha256` are those of the file as it lies on disk."""

    path: str
    data: bytes
    bytes: int
    sha256: str

    def described(self, rows: int, encoding: str) -> InputFile:
        """What `run.json` says of this file."""
        return InputFile(self.path, self.bytes, self.sha256, rows, encoding)


class Source(ABC):
    """One kind of file. Columns come out as they stand there; roles and numbers are found later."""

    @classmethod
    @abstractmethod
    def fits(cls, head: bytes) -> bool:
        """Whether the first bytes of a file look like this kind; at most one source says yes."""

    @abstractmethod
    def read(self, content: Content, encoding: str | None = None, strict: bool = False) -> Table:
        """Rows that cannot be read are counted in `Table.skipped`; with `strict` the first raises InputError."""
