"""Tables of text: CSV, TSV and their like, and bare columns of numbers."""

from __future__ import annotations

import re

import polars as pl

from isang.errors import InputError
from isang.sources._decimals import with_points
from isang.sources._dialect import Dialect, find_dialect
from isang.sources._encoding import decode
from isang.sources._rows import parted, rows_of, with_line_feeds
from isang.sources.base import Content, Source
from isang.words.reading import Table

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
        text = with_line_feeds(decode(content.data, encoding, content.path))
        if not text.data.strip():
            raise InputError(f"{content.path}: the file is empty; a header and rows are needed.")
        dialect = find_dialect(text.data, text.codec, content.path)
        header, body = parted(text, dialect)
        if not body.data:
            raise InputError(f"{content.path}: a header and no rows. Of logs say --pack logs.")
        frame, lines = rows_of(body, header, dialect, content.path, strict=strict)
        frame = _stood_up(frame, dialect)
        said = (*(f"{content.path}: {text}" for text in dialect.renamed), *(lines.warnings if lines else ()))
        return Table(
            with_points(frame, dialect.separator),
            (content.described(len(frame), text.encoding),),
            lines.skipped if lines else (),
            said,
        )


def _stood_up(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """A single line of very many numbers is a series written along a line."""
    if dialect.headed or len(frame) > 1 or frame.width < _ONE_LONG_LINE:
        return frame
    return pl.DataFrame({"value": frame.row(0)}, schema={"value": pl.String})
