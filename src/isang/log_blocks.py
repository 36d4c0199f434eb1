"""Log files as blocks of records. For now a line is a record; nothing of its time or level is known."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.words.telling import printable

BLOCK_BYTES = 16 << 20
_LONGEST_LINE = 64 << 20  # a longer one is two records


@dataclass(frozen=True)
class Block:
    """Whole lines of one file; `offset` and `line` are of its first byte."""

    path: str
    offset: int
    line: int
    data: bytes


def blocks(path: str, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """A file (`-`: standard input) in pieces of about so many bytes. InputError where it cannot be read."""
    offset = line = 0
    try:
        with ExitStack() as stack:
            file: BinaryIO = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
            while data := file.read(size):
                data += b"" if data.endswith(b"\n") else file.readline(_LONGEST_LINE)
                yield Block(path, offset, line, data)
                offset, line = offset + len(data), line + data.count(b"\n")
    except IsADirectoryError as error:
        raise InputError(f"{printable(path)} is a folder: name its files, such as {printable(path)}/*.log") from error
    except OSError as error:
        raise InputError(f"{printable(path)} cannot be read: {error.strerror}.") from error


def records(block: Block) -> pl.DataFrame:
    """The lines of a block that hold anything: `line` (in its file, from 1), `offset` (in bytes) and `message`."""
    ends = np.flatnonzero(np.frombuffer(block.data, np.uint8) == ord("\n")) + 1
    starts = np.concatenate(([0], ends))
    text = pl.Series([block.data.decode("utf-8", "replace")])
    frame = pl.DataFrame(
        {
            "line": block.line + 1 + np.arange(len(starts)),
            "offset": block.offset + starts,
            "message": text.str.split("\n").explode().str.strip_chars_end("\r"),
        }
    )
    return frame.filter(pl.col("message").str.contains(r"\S"))
