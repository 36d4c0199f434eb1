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
from isang.log_means import usual_means
from isang.log_seen import Sightings, seen_in
from isang.logs.mask import Mask
from isang.logs.own_masks import mask_of, several
from isang.logs.templates import Templates
from isang.mined import Mined, table_of
from isang.sources._ahead import ahead
from isang.sources._log_blocks import Block, Wish, blocks_of, read_block
from isang.sources._log_context import spooled
from isang.sources._log_files import LogFile, log_files
from isang.words.frame import Integers
from isang.words.reading import Skipped

_log = logging.getLogger("isang")


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
    masking = mask_of(mask, protect)
    learning = _Learning(Templates(most, masking.protected))
    with TemporaryDirectory(prefix="isang-") as folder:
        paths = several(source)
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
    counts: Integers
    seen: pl.DataFrame
    newlines: int
    skipped: tuple[Skipped, ...]


def _mask_block(files: Sequence[LogFile], wish: Wish, masking: Mask, block: Block) -> tuple[Block, list[_Masked]]:
    parts = []
    for part in read_block(files[block.file], block, wish):
        found = masking.distinct(part.frame["message"])
        seen = seen_in(part.frame, found.numbers)
        parts.append(_Masked(found.texts, found.counts, seen, part.newlines, part.skipped))
    return block, parts


class _Learning:
    """Templates, and what was seen of them."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._sightings = Sightings()
        self._skipped: list[Skipped] = []
        self._file, self._line, self._records = -1, 1, 0
        self._began = time.monotonic()

    def learn(self, file: int, path: str, part: _Masked) -> None:
        """Take in one part; parts come in the order of the files."""
        if file != self._file:
            self._file, self._line = file, 1
        slots = self._templates.learn(part.texts, part.counts)
        self._sightings.add(slots, part.seen, path, self._line)
        self._line += part.newlines
        self._records += int(part.counts.sum())
        self._skipped += part.skipped
        rate = self._records / max(time.monotonic() - self._began, 1e-3)
        told = (f"{self._records:,}", f"{rate:,.0f}", f"{len(self._templates):,}")
        _log.info("%s: %s records, %s a second, %s templates", path, *told)

    def mined(self, skipped: Sequence[Skipped]) -> Mined:
        """All that was learnt."""
        table = table_of(self._templates, self._sightings.seen, self._records)
        return Mined(table, self._records, (*skipped, *self._skipped))
