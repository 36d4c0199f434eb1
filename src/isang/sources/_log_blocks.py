"""Logs → blocks that can be read each by itself, in any order and by any number of workers; and a block read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from isang.errors import InputError
from isang.logs.lines import LOOK_AHEAD, Odd, Window
from isang.logs.records import SCHEMA, read_records
from isang.sources._log_files import LogFile
from isang.sources._unpack import unpacked
from isang.words.reading import Skipped

BLOCK_BYTES = 1 << 23
_PIECE = 1 << 20


@dataclass(frozen=True)
class Block:
    """The records that begin in bytes [lo, hi) of a log; `hi` is None for a packed one, which is read in one go.

    Of a block that is not `looked` at only the lines are counted.
    """

    file: int
    lo: int
    hi: int | None
    looked: bool = True


@dataclass(frozen=True)
class Wish:
    """How records are to be read: the zone of times without one, the session expression, the encoding of odd lines.

    Only records with times in [since, until) are kept where one is given; both are UTC with their zone.
    """

    zone: str = "UTC"
    session: str | None = None
    other: str = "cp949"
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Part:
    """What one window of a log gave: its records (schema of `logs.records`), how many lines end in it, what is odd."""

    frame: pl.DataFrame
    newlines: int
    skipped: tuple[Skipped, ...]


def blocks_of(files: Sequence[LogFile], block_bytes: int = BLOCK_BYTES) -> list[Block]:
    """Blocks of all logs, in their order. They do not depend on who reads them."""
    blocks = []
    for number, file in enumerate(files):
        if file.packed:
            blocks.append(Block(number, 0, None))
        else:
            steps = range(0, file.bytes, block_bytes)
            blocks += [Block(number, lo, min(lo + block_bytes, file.bytes)) for lo in steps]
    return blocks


def sampled(blocks: Sequence[Block], share: float) -> list[Block]:
    """The same, of which about that share is looked at, evenly and in whole blocks, so that sequences stay true."""
    return [
        replace(block, looked=int((number + 1) * share) > int(number * share) or number == 0)
        for number, block in enumerate(blocks)
    ]


def read_block(file: LogFile, block: Block, wish: Wish, block_bytes: int = BLOCK_BYTES) -> Iterator[Part]:
    """The parts of a block: one, or of a packed log one for each `block_bytes` that come out of it.

    What cannot be read is told in the last part; it raises nothing for it.
    """
    try:
        for window in _windows(file, block, block_bytes):
            yield _part(file, window, wish) if block.looked else _counted(window)
    except (InputError, OSError) as error:
        reason = str(error).removeprefix(f"{file.path}: ") if isinstance(error, InputError) else _said(error)
        skipped = Skipped(file.path, None, block.lo, f"not read to its end: {reason}", "", 1)
        yield Part(pl.DataFrame(schema=SCHEMA), 0, (skipped,))


def _said(error: OSError) -> str:
    return "it vanished while it was read" if isinstance(error, FileNotFoundError) else error.strerror or str(error)


def _windows(file: LogFile, block: Block, block_bytes: int) -> Iterator[Window]:
    with open(file.place, "rb") as stream:
        if block.hi is None:
            yield from windows_of(unpacked(iter(lambda: stream.read(_PIECE), b""), file.path), block_bytes)
            return
        start = max(block.lo - 1, 0)
        stop = min(block.hi + LOOK_AHEAD, file.bytes)
        stream.seek(start)
        data = stream.read(stop - start)
        yield Window(data, block.lo, block.hi)
        if len(data) < stop - start:
            raise InputError(f"{file.path}: it became shorter while it was read.")


def windows_of(pieces: Iterable[bytes], block_bytes: int) -> Iterator[Window]:
    """Windows at the same places as those of an unpacked file; what came before an error is in them."""
    held, start, lo = bytearray(), 0, 0  # `held` begins at byte `start` of the file, the next window at `lo`
    failed: InputError | None = None
    coming, ended = iter(pieces), False
    while not ended or lo < start + len(held):
        try:
            while not ended and start + len(held) < lo + block_bytes + LOOK_AHEAD:
                held += next(coming)
        except StopIteration:
            ended = True
        except InputError as error:
            ended, failed = True, error
        hi = min(lo + block_bytes, start + len(held))
        if hi > lo:
            yield Window(bytes(held[: hi + LOOK_AHEAD - start]), lo, hi)
        del held[: hi - 1 - start]
        start, lo = max(hi - 1, start), hi
    if failed:
        raise failed


def _part(file: LogFile, window: Window, wish: Wish) -> Part:
    found = read_records(window, file.layout, file.written, wish.zone, wish.session, wish.other)
    frame = found.frame
    if wish.since:
        frame = frame.filter(pl.col("time") >= wish.since)
    if wish.until:
        frame = frame.filter(pl.col("time") < wish.until)
    return Part(frame, found.newlines, tuple(_skipped(file.path, odd) for odd in found.odd))


def _counted(window: Window) -> Part:
    inside = window.data[window.lo - window.start : window.hi - window.start]
    return Part(pl.DataFrame(schema=SCHEMA), inside.count(b"\n"), ())


def _skipped(path: str, odd: Odd) -> Skipped:
    return Skipped(path, None, odd.offset, odd.reason, odd.sample, odd.count)


def changed(file: LogFile) -> str:
    """What is to be said of a log that changed since it was found; empty where it did not."""
    try:
        size = os.stat(file.place).st_size
    except OSError:
        return f"{file.path}: vanished while it was read."
    grown = size - file.bytes
    return f"{file.path}: {grown} bytes were added while it was read; they are not looked at." if grown > 0 else ""
