"""The raw lines around a place in a log, and standard input kept on disk so that there is such a place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isang.errors import InputError
from isang.logs.lines import LINE_BYTES, by_returns, text_of
from isang.sources._content import opened
from isang.sources._stdin import pieces
from isang.sources._unpack import is_packed, unpacked

_PIECE = 1 << 16


@dataclass(frozen=True)
class RawLine:
    """A line as it stands in the file: its byte offset (unpacked) and its text, at most 64 kB of it."""

    offset: int
    text: str


def lines_around(path: str, offset: int, before: int = 0, after: int = 0, other: str = "cp949") -> list[RawLine]:
    """The line that begins at a byte offset, with so many before and after it; of a packed file too.

    Raises InputError where the file cannot be read.
    """
    kept: deque[RawLine] = deque(maxlen=before + 1)
    found: list[RawLine] = []
    with opened(path, growing=True) as file:
        head = file.read(_PIECE)
        end = b"\r" if by_returns(head) else b"\n"
        start = 0 if is_packed(head) else _some_lines_back(file, offset, before, end)
        file.seek(start)
        raw = iter(lambda: file.read(_PIECE), b"")
        for at, line in _lines(_up_to_a_break(unpacked(raw, path)) if is_packed(head) else raw, start, end):
            if at > offset and len(found) == after:
                break
            (kept if at <= offset else found).append(RawLine(at, text_of(line, other)[0]))
    return [*kept, *found]


def _up_to_a_break(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What could be read of a packed file that is cut off, as when it was judged."""
    with suppress(InputError):
        yield from pieces


def _some_lines_back(file: BinaryIO, offset: int, before: int, end: bytes) -> int:
    """A place to read from so that at least so many whole lines come before the offset."""
    at, newlines = offset, 0
    while at > 0 and newlines <= before:
        size = min(_PIECE, at)
        at -= size
        file.seek(at)
        newlines += file.read(size).count(end)
    return at


def _lines(pieces: Iterable[bytes], at: int, end: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line, up to 64 kB of it, and where it begins."""
    held, size = b"", 0
    for piece in pieces:
        *whole, rest = piece.split(end)
        for line in whole:
            size += len(line) + 1
            yield at, (held + line)[: LINE_BYTES + 1].removesuffix(b"\r")
            at, held, size = at + size, b"", 0
        size += len(rest)
        held = (held + rest)[: LINE_BYTES + 1]
    if size:
        yield at, held.removesuffix(b"\r")


def spooled(folder: Path) -> str:
    """Standard input, kept in a file of that folder: the path, for `places` of `log_files`."""
    path = folder / "standard_input.log"
    with path.open("wb") as file:
        file.writelines(pieces())
    return str(path)
