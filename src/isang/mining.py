"""The templates of log files: `isang.mine`."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from isang.errors import UsageError
from isang.log_memory import usual_means
from isang.logs.mask import Distinct, Mask
from isang.logs.severity import UNKNOWN
from isang.logs.templates import Templates
from isang.mined import Mined, Seen, table_of
from isang.sources._ahead import ahead
from isang.sources._log_blocks import Block, Wish, blocks_of, read_block
from isang.sources._log_context import spooled
from isang.sources._log_files import LogFile, log_files
from isang.words.reading import Skipped

_log = logging.getLogger("isang")
_LONGEST_EXAMPLE = 2_000


def mine(
    source: str | Path | Sequence[str | Path],
    *,
    mask: Mapping[str, str] | str | Sequence[str] = (),
    protect: str | Sequence[str] = (),
    most: int = 10_000,
    tz: str = "UTC",
) -> Mined:
    """The templates of logs (files, folders, patterns, `-`): what their lines have in common, and how often it came.

    Numbers, addresses, ids, paths and the like become `<*>`, and what `mask` finds ("order=ORD-[A-Z]+", in RE2's
    syntax) `<order>`; places of many different words become `<*>` as well. Words of `protect` stay. Beyond `most`
    templates all further lines are one, `other`. Nothing is written: see `Mined.save`. Raises IsangError.
    """
    if most < 1:
        raise UsageError(f"--most {most}: at least 1 template is needed.")
    protected = tuple(_several(protect))
    masking, learning = Mask(_named(mask), protected), _Learning(Templates(most, protected))
    with TemporaryDirectory(prefix="isang-") as folder:
        paths = _several(source)
        places = {"-": spooled(Path(folder))} if "-" in paths else None
        files, skipped = log_files(paths, tz, places=places)
        work = partial(_mask_block, files, Wish(zone=tz), masking)
        for block, parts in ahead(work, blocks_of(files), usual_means().workers):
            for part in parts:
                learning.learn(block.file, files[block.file].path, part)
    return learning.mined(skipped)


@dataclass(frozen=True)
class _Masked:
    """What one part of a log gave: its different texts, how many records each has, and when and where it was seen."""

    texts: list[str]
    seen: pl.DataFrame
    newlines: int
    skipped: tuple[Skipped, ...]


def _mask_block(files: Sequence[LogFile], wish: Wish, masking: Mask, block: Block) -> tuple[Block, list[_Masked]]:
    parts = []
    for part in read_block(files[block.file], block, wish):
        found = masking.distinct(part.frame["message"])
        parts.append(_Masked(found.texts, _seen(part.frame, found), part.newlines, part.skipped))
    return block, parts


def _seen(records: pl.DataFrame, found: Distinct) -> pl.DataFrame:
    """One row a text, in their order: the columns of `Seen` but for the file, and `count`."""
    level = pl.when(pl.col("level") != UNKNOWN).then("level").max()
    message = pl.col("message").first().str.head(_LONGEST_EXAMPLE)
    return (
        records.with_columns(text=pl.Series(found.numbers))
        .group_by("text")
        .agg(
            pl.col("line").first(),
            message,
            pl.col("time").min().alias("first_time"),
            pl.col("time").max().alias("last_time"),
            level.alias("log_level"),
            pl.len().alias("count"),
        )
        .sort("text")
        .drop("text")
    )


class _Learning:
    """Templates, and of each slot what was seen of it."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._seen: list[Seen] = []
        self._skipped: list[Skipped] = []
        self._file, self._line, self._records = -1, 1, 0
        self._began = time.monotonic()

    def learn(self, file: int, path: str, part: _Masked) -> None:
        """Take in one part; parts come in the order of the files."""
        if file != self._file:
            self._file, self._line = file, 1
        counts = part.seen["count"].to_list()
        slots = self._templates.learn(part.texts, counts).tolist()
        for slot, row in zip(slots, part.seen.drop("count").iter_rows(named=True), strict=True):
            one = Seen(file=path, **{**row, "line": row["line"] + self._line})
            if slot == len(self._seen):  # slots are given out in the order of the texts
                self._seen.append(one)
            else:
                self._seen[slot].add(one)
        self._line += part.newlines
        self._records += sum(counts)
        self._skipped += part.skipped
        rate = self._records / max(time.monotonic() - self._began, 1e-3)
        told = (f"{self._records:,}", f"{rate:,.0f}", f"{len(self._templates):,}")
        _log.info("%s: %s records, %s a second, %s templates", path, *told)

    def mined(self, skipped: Sequence[Skipped]) -> Mined:
        """All that was learnt."""
        table = table_of(self._templates, self._seen, self._records)
        return Mined(table, self._records, (*skipped, *self._skipped))


def _several(told: str | Path | Sequence[str | Path]) -> list[str]:
    return [str(told)] if isinstance(told, str | Path) else [str(one) for one in told]


def _named(told: Mapping[str, str] | str | Sequence[str]) -> dict[str, str]:
    """Own masks, told as a mapping or as `name=pattern`."""
    if isinstance(told, Mapping):
        return dict(told)
    parted = [one.partition("=") for one in _several(told)]
    if bad := [name for name, equals, _ in parted if not equals]:
        raise UsageError(f"--mask {bad[0]!r}: NAME=PATTERN is needed, such as order=ORD-[0-9]+")
    return {name: pattern for name, _, pattern in parted}
