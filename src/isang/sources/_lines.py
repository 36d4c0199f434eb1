"""The careful way through a text table, for files that the fast parser refuses: line by line, nothing lost uncounted.

A line that cannot be a row is left out and counted; what remains parses fast.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from isang.sources._dialect import BLANKS, split
from isang.words.reading import Skipped

_QUOTE_REACH = 1 << 20
_SAMPLE = 80
_MARK = b"\xef\xbb\xbf"


@dataclass
class Lines:
    """What came through: `data` (UTF-8, separated by `separator`), the row of each line, what was left out."""

    data: bytes
    separator: str
    rows: list[int]
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]


@dataclass
class _Walk:
    """State of one walk over the lines of a body; `start` is the file offset of the body, None if unknown."""

    path: str
    codec: str
    separator: str
    width: int
    header: bytes
    start: int | None
    kept: list[bytes] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    left_out: dict[str, Skipped] = field(default_factory=dict)
    marks: int = 0

    def skip(self, reason: str, row: int, offset: int, line: bytes) -> None:
        """Count a line that is no row; the first of its kind is kept as a sample."""
        seen = self.left_out.get(reason)
        if seen is None:
            where = None if self.start is None else self.start + offset
            sample = line[: 4 * _SAMPLE].decode(self.codec, errors="replace")[:_SAMPLE]
            seen = Skipped(self.path, row, where, reason, sample, 0)
        self.left_out[reason] = Skipped(seen.file, seen.row, seen.byte_offset, reason, seen.sample, seen.count + 1)

    def take(self, row: int, offset: int, line: bytes, following: bytes) -> int:
        """Keep or skip one line; returns how many bytes of the following lines belong to it."""
        if _MARK in line:
            self.marks += 1
            line = line.replace(_MARK, b"")
            if line == self.header:
                self.skip("the header again", row, offset, line)
                return 0
        try:
            text = line.decode(self.codec)
        except UnicodeDecodeError:
            self.skip(f"not {self.codec}", row, offset, line)
            return 0
        if '"' in text:
            return self._take_quoted(row, offset, text, following)
        cells = split(text, self.separator) if self.separator == BLANKS else text.split(self.separator)
        self._take_cells(row, offset, line, cells, b"" if self.separator == BLANKS else text.encode())
        return 0

    def _take_cells(self, row: int, offset: int, line: bytes, cells: list[str], ready: bytes = b"") -> None:
        if len(cells) != self.width:
            self.skip(f"{len(cells)} cells where {self.width} are needed", row, offset, line)
            return
        self.kept.append(ready or _written(cells, self.separator))
        self.rows.append(row)

    def _take_quoted(self, row: int, offset: int, text: str, following: bytes) -> int:
        """A quote may reach over lines, but not over lines that are rows themselves, and not over 1 MB."""
        cells = _strictly(text, self.separator)
        if cells is not None:
            self._take_cells(row, offset, text.encode(self.codec), cells)
            return 0
        reach = 0
        while (reach := self._next_quote(following, reach)) > 0:
            inside = following[:reach].decode(self.codec, errors="replace")
            cells = _strictly(f"{text}\n{inside}", self.separator)
            if cells is not None and len(cells) == self.width and not self._holds_rows(inside):
                self._take_cells(row, offset, text.encode(self.codec), cells)
                return reach + 1
            if inside.count("\n") > 100:
                break
        self.skip("a quote is not closed", row, offset, text.encode(self.codec))
        return 0

    @staticmethod
    def _next_quote(following: bytes, reach: int) -> int:
        """The end of the next line with a quote in it, 0 if there is none within reach."""
        quote = following.find(b'"', reach)
        end = following.find(b"\n", quote) if quote >= 0 else -1
        return end if end > 0 else len(following) if quote >= 0 else 0

    def _holds_rows(self, inside: str) -> bool:
        between = inside.split("\n")[:-1]
        rows = sum(line.count(self.separator) == self.width - 1 for line in between)
        return bool(between) and 2 * rows >= len(between)


def walk(path: str, body: bytes, codec: str, separator: str, width: int, header: bytes, start: int | None) -> Lines:
    """The rows of a body of lines. A blank line is left out and counted; in a table of one column it is a cell."""
    state = _Walk(path, codec, separator, width, header, start)
    offset, row = 0, 0
    while offset < len(body):
        end = body.find(b"\n", offset)
        end = len(body) if end < 0 else end
        line = body[offset:end].rstrip(b"\r")
        row += 1
        taken = 0
        if not line.strip() and width > 1:
            state.skip("a blank line", row, offset, line)
        else:
            following = body[end + 1 : end + 1 + _QUOTE_REACH] if b'"' in line else b""
            taken = state.take(row, offset, line, following)
        offset = end + 1 + taken
    said = (f"{path}: {state.marks} lines hold a byte-order mark, as joined files do; it was taken out.",)
    clean = "\t" if separator == BLANKS else separator
    data = b"\n".join(state.kept)
    return Lines(data, clean, state.rows, tuple(state.left_out.values()), said if state.marks else ())


def _strictly(text: str, separator: str) -> list[str] | None:
    """Cells of a text with quotes, None where a quote is not closed or something follows it."""
    blanks = separator == BLANKS
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=blanks, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _written(cells: list[str], separator: str) -> bytes:
    joined = "\t" if separator == BLANKS else separator
    return joined.join('"' + cell.replace('"', '""') + '"' for cell in cells).encode()
