"""A file of a table read piece by piece, so that it need not fit into memory: CSV, packed or not, and Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from isang.errors import InputError
from isang.family import member
from isang.sources._content import opened, refuse_binary
from isang.sources._decimals import with_points
from isang.sources._dialect import find_dialect
from isang.sources._encoding import Text, decode
from isang.sources._flat import flat, readable
from isang.sources._lines import Lines
from isang.sources._rows import count, parted, rows_of, with_line_feeds
from isang.sources._unpack import unpacked
from isang.sources.base import ROW, with_rows
from isang.words.reading import InputFile, Skipped, Table

_READ_BYTES, _HEAD_BYTES, _BLOCK_BYTES = 1 << 22, 1 << 18, 1 << 24
_BLOCK_ROWS = 1 << 18
_MOST_LINES_BACK = 1000
_SAMPLE_ROWS = 1000
_WIDE = ("utf-16", "utf_16", "utf-32", "utf_32")


@dataclass
class Account:
    """What is to be said of a file; complete when its last row has come."""

    inputs: list[InputFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pieces:
    """A table: its first rows, and all of them piece by piece, with the wanted columns and `row_in_file`."""

    path: str
    sample: pl.DataFrame
    separator: str
    read: Callable[[Sequence[str]], Iterator[pl.DataFrame]]
    account: Account

    @property
    def names(self) -> list[str]:
        """The columns, in their order."""
        return [name for name in self.sample.columns if name != ROW]


def pieces_of(path: str, encoding: str | None, *, strict: bool) -> Pieces | None:
    """The table in a file, None where it is of a kind that can only be read whole."""
    head, raw = _head(path)
    if raw.startswith(b"PAR1"):
        return _of_parquet(path)
    refuse_binary(head, path)
    if head.startswith(b"PAR1") or not member("sources", "csv").fits(head):
        return None
    return _Csv(path, encoding, strict, head).pieces()


def pieces_of_table(table: Table) -> Pieces:
    """What was read whole already, in one piece."""
    account = Account(list(table.inputs), list(table.skipped), list(table.warnings))
    frame = with_rows(table.frame)

    def read(wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        yield frame.select(*wanted, ROW)

    return Pieces(table.inputs[0].path, table.frame.head(_SAMPLE_ROWS), ",", read, account)


def _head(path: str) -> tuple[bytes, bytes]:
    """The first lines of a file, unpacked, and its first bytes as they stand there."""
    with opened(path) as file:
        head, ended = bytearray(), False
        for piece in unpacked(iter(lambda: file.read(_HEAD_BYTES), b""), path):
            head += piece
            ended = ended or b"\n" in piece
            if len(head) >= _HEAD_BYTES and ended:
                break
        file.seek(0)
        raw = file.read(4)
    if not head:
        raise InputError(f"{path}: the file is empty; a header and rows are needed.")
    return bytes(head[: head.rfind(b"\n") + 1] if len(head) >= _HEAD_BYTES else head), raw


def _of_parquet(path: str) -> Pieces:
    account = Account()

    def read(wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        with opened(path) as file, readable(path):
            digest = hashlib.sha256()
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
            size, at = file.tell(), 0
            table = pl.scan_parquet(path, glob=False)
            outer = {name.partition(".")[0] for name in wanted} | set(wanted)  # a.b may be b in the struct a
            names = [name for name in table.collect_schema() if name in outer]
            while len(frame := table.slice(at, _BLOCK_ROWS).select(names).collect()):
                numbers = pl.int_range(at + 1, at + 1 + pl.len(), dtype=pl.Int64).alias(ROW)
                yield flat(frame).select(*wanted, numbers)
                at += len(frame)
            account.inputs.append(InputFile(path, size, digest.hexdigest(), at, ""))

    with readable(path):
        sample = flat(pl.scan_parquet(path, glob=False).head(_SAMPLE_ROWS).collect())
    return Pieces(path, sample, ",", read, account)


class _Csv:
    """One text on its way: the encoding that is known by now, the rows that have come."""

    def __init__(self, path: str, encoding: str | None, strict: bool, head: bytes) -> None:
        self.path, self.encoding, self.strict = path, encoding, strict
        text = with_line_feeds(decode(head, encoding, path))
        self.whole = text.encoding.startswith(_WIDE)
        self.dialect = find_dialect(text.data, text.codec, path)
        self.told, self.lines, self.rows, self.offset = text.encoding, 0, 0, 0
        self.account = Account(warnings=[f"{path}: {one}" for one in self.dialect.renamed])
        self.sample = self._sampled(text)

    def pieces(self) -> Pieces:
        return Pieces(self.path, self.sample, self.dialect.separator, self.read, self.account)

    def read(self, wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The rows; at the end what is to be said of the file."""
        digest, size = hashlib.sha256(), 0
        self.lines = self.rows = self.offset = 0
        with opened(self.path) as file:

            def raw() -> Iterator[bytes]:
                nonlocal size
                while piece := file.read(_READ_BYTES):
                    digest.update(piece)
                    size += len(piece)
                    yield piece

            for block in _blocks(unpacked(raw(), self.path), whole=self.whole):
                yield self._rows(block, wanted)
                self.offset += len(block) + 1
        self.account.inputs.append(InputFile(self.path, size, digest.hexdigest(), self.rows, self.told))

    def _sampled(self, text: Text) -> pl.DataFrame:
        header, body = parted(text, self.dialect)
        if not body.data:
            return pl.DataFrame(schema=dict.fromkeys(self.dialect.names, pl.String))
        lines = body.data.split(b"\n", _SAMPLE_ROWS)[:_SAMPLE_ROWS]
        few = Text(b"\n".join(lines), body.encoding, body.codec, body.whole, None)
        frame, _ = rows_of(few, header, self.dialect, self.path, strict=False, wanted=self.dialect.names)
        return with_points(frame, self.dialect.separator)

    def _rows(self, block: bytes, wanted: Sequence[str]) -> pl.DataFrame:
        text = decode(block, self.encoding, self.path)
        if not block.isascii():  # from here on it is known
            self.encoding = self.encoding or text.encoding.removesuffix("-sig")
            self.told = text.encoding if self.told in ("utf-8", "ascii") else self.told
        text, header = with_line_feeds(text), b""
        if not self.offset:
            header, text = parted(text, self.dialect)
        if not text.data:
            return pl.DataFrame(schema={**dict.fromkeys(wanted, pl.String), ROW: pl.Int64})
        frame, lines = rows_of(text, header, self.dialect, self.path, strict=self.strict, wanted=wanted)
        frame = self._counted(frame, lines)
        self.lines += text.data.count(b"\n") + 1 if lines else len(frame)
        self.rows += len(frame)
        return frame

    def _counted(self, frame: pl.DataFrame, lines: Lines | None) -> pl.DataFrame:
        """Rows numbered as in the file, and what was left out among what is told of it."""
        if lines:
            self.account.warnings += [one for one in lines.warnings if one not in self.account.warnings]
            self._tell(lines.skipped)
        return with_rows(frame).with_columns(pl.col(ROW) + self.lines)

    def _tell(self, skipped: Sequence[Skipped]) -> None:
        told = {one.reason: one for one in self.account.skipped}
        for new in skipped:
            before = told.get(new.reason)
            where = None if new.byte_offset is None else new.byte_offset + self.offset
            first = before or Skipped(self.path, (new.row or 0) + self.lines, where, new.reason, new.sample, 0)
            told[new.reason] = Skipped(**{**vars(first), "count": first.count + new.count})
        self.account.skipped[:] = told.values()


def _blocks(pieces: Iterator[bytes], *, whole: bool) -> Iterator[bytes]:
    """Blocks of some MB that end with a line; with `whole` a single one."""
    held: list[bytes] = []
    size, enough = 0, _BLOCK_BYTES
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size < enough or whole:
            continue
        data = b"".join(held)
        end = _end_of_rows(data)
        if end:
            yield data[: end - 1]  # without the end of its last line
        held, size = [data[end:]], len(data) - end
        enough = _BLOCK_BYTES if end else 2 * size
    if rest := b"".join(held):
        yield rest


def _end_of_rows(data: bytes) -> int:
    """Where the last line ends that leaves no quote open; where none is near, the last line."""
    last = end = data.rfind(b"\n") + 1
    quotes = count(data, b'"') - count(data[end:], b'"')
    for _ in range(_MOST_LINES_BACK):
        if not quotes % 2 or not end:
            break
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end or last
