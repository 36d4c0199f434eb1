"""Tables of text: CSV, TSV and their like, and bare columns of numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from isang.errors import InputError
from isang.sources._decimals import with_points
from isang.sources._dialect import BLANKS, Dialect, find_dialect
from isang.sources._encoding import Text, decode
from isang.sources._lines import Lines, walk
from isang.sources.base import ROW, Content, Source
from isang.words.reading import Skipped, Table

_MARK = b"\xef\xbb\xbf"
_ONE_LONG_LINE = 100


class Csv(Source):
    """Comma, semicolon, tab, bar or blank separated text, with a header or without.

    All cells come out as text. The fast parser is tried first; a file that it refuses, or that
    shows signs of ragged rows, is walked line by line.
    """

    @classmethod
    def fits(cls, head: bytes) -> bool:
        """Whatever starts neither like JSON nor like Parquet."""
        return not head.startswith(b"PAR1") and not re.match(rb"(\xef\xbb\xbf)?\s*(\{\s*[\"\n}]|\[\s*[{\n])", head)

    def read(self, content: Content, encoding: str | None = None, strict: bool = False) -> Table:
        """Raises InputError where no row can be read, or with `strict` where one cannot."""
        text = _with_line_feeds(decode(content.data, encoding, content.path))
        if not text.data.strip():
            raise InputError(f"{content.path}: the file is empty; a header and rows are needed.")
        dialect = find_dialect(text.data, text.codec, content.path)
        header, body = _parted(text, dialect)
        if not body.data:
            raise InputError(f"{content.path}: a header and no rows.")
        frame = _fast(body, dialect)
        lines = None
        if frame is None:
            lines = walk(content.path, body.data, text.codec, dialect.separator, len(dialect.names), header, body.start)
            _refuse(content.path, lines, strict=strict)
            frame = _numbered(_parse(lines.data, lines.separator, dialect.names), lines)
        frame = _stood_up(frame, dialect)
        said = (*(f"{content.path}: {text}" for text in dialect.renamed), *(lines.warnings if lines else ()))
        return Table(
            with_points(frame, dialect.separator),
            (content.described(len(frame), text.encoding),),
            lines.skipped if lines else (),
            said,
        )


def _with_line_feeds(text: Text) -> Text:
    """Files of old Macs end their lines in CR alone; leading blank lines and a DOS end mark go too."""
    data = text.data
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        single = b"\n" not in data
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = replace(text, start=text.start if single else None)
    stripped = data.lstrip(b"\r\n")
    start = None if text.start is None else text.start + len(data) - len(stripped)
    return replace(text, data=stripped.rstrip(b"\r\n\x1a"), start=start)


def _parted(text: Text, dialect: Dialect) -> tuple[bytes, Text]:
    """The header line and what follows it. A header's quotes may hold line ends."""
    end = 0
    if text.data.startswith(b"sep="):
        end = text.data.find(b"\n") + 1
    begin = end
    if dialect.headed:
        end = _line_end(text.data, end)
        while text.data[begin:end].count(b'"') % 2 and end < len(text.data):
            end = _line_end(text.data, end)
    start = None if text.start is None else text.start + end
    return text.data[begin:end].strip(), replace(text, data=text.data[end:] if end else text.data, start=start)


def _line_end(data: bytes, offset: int) -> int:
    end = data.find(b"\n", offset)
    return len(data) if end < 0 else end + 1


def _fast(body: Text, dialect: Dialect) -> pl.DataFrame | None:
    """The whole body at once, or None where that might lose, merge or shift a row."""
    if not body.whole or dialect.separator == BLANKS or _MARK in body.data:
        return None
    try:
        frame = _parse(body.data, dialect.separator, dialect.names)
    except pl.exceptions.PolarsError:
        return None
    quoted = b'"' in body.data
    if quoted and body.data.count(b"\n") + 1 != len(frame):
        return None
    if len(dialect.names) == 1 or not frame.get_column(dialect.names[-1]).null_count():
        return frame
    expected = len(frame) * (len(dialect.names) - 1)
    return frame if not quoted and body.data.count(dialect.separator.encode()) == expected else None


def _parse(data: bytes, separator: str, names: tuple[str, ...]) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String)
    return pl.read_csv(data, has_header=False, separator=separator, schema=schema, raise_if_empty=False)


def _refuse(path: str, lines: Lines, *, strict: bool) -> None:
    if lines.skipped and (strict or not lines.rows):
        first = min(lines.skipped, key=lambda skipped: skipped.row or 0)
        raise InputError(
            f"{path}: {_where(first)}: {first.reason}.{' Leave out --strict to skip it.' if strict else ''}"
        )


def _where(skipped: Skipped) -> str:
    byte = "" if skipped.byte_offset is None else f" (byte {skipped.byte_offset})"
    return f"row {skipped.row}{byte}"


def _numbered(frame: pl.DataFrame, lines: Lines) -> pl.DataFrame:
    return frame.with_columns(pl.Series(ROW, lines.rows, dtype=pl.Int64)) if lines.skipped else frame


def _stood_up(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """A single line of very many numbers is a series written along a line."""
    if dialect.headed or len(frame) > 1 or frame.width < _ONE_LONG_LINE:
        return frame
    return pl.DataFrame({"value": frame.row(0)}, schema={"value": pl.String})
