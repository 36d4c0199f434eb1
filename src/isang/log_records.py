"""Logs read through once: each record's template, time, key and place, kept on disk; the templates that were learnt."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import InputError
from isang.events import Period
from isang.log_means import Means
from isang.log_seen import Sightings, seen_in
from isang.logs.mask import Mask
from isang.logs.templates import Templates
from isang.sources._ahead import ahead
from isang.sources._log_blocks import Block, Part, Wish, blocks_of, changed, read_block, sampled
from isang.sources._log_files import LogFile
from isang.sources._spool import Spool
from isang.words.frame import Integers
from isang.words.reading import Skipped

_log = logging.getLogger("isang")
NO_TIME = np.iinfo(np.int64).min
NO_KEY = -1
_COLUMNS = {
    "slot": "i4",
    "time": "i8",
    "key": "i4",
    "level": "u1",
    "exception": "i4",
    "offset": "i8",
    "line": "i4",
    "file": "i4",
}


@dataclass
class LogRecords:
    """All records in the order of their files: columns of `spool`, of which `slot` tells the template (`Templates`).

    `time` is µs since 1970 UTC, NO_TIME where nothing before it in its file has one; `key` numbers threads or sessions
    within a log; `exception` is a place in `exceptions`, of which the first is none. `keyed` records have a key, `lost`
    lines are in no record.
    `in_sessions`: it was said what a session is.
    `said` is what a reader should know of how they were counted, `labelled` when lines are known to be anomalous,
    `training` how nets learnt their order, lesson by lesson; `turns` what was usual where lines were out of it.
    """

    files: Sequence[LogFile]
    templates: Templates
    spool: Spool
    exceptions: list[str]
    means: Means
    skipped: list[Skipped] = field(default_factory=list)
    keyed: int = 0
    lost: int = 0
    said: list[str] = field(default_factory=list)
    labelled: Sequence[Period] = ()
    training: list[dict[str, Any]] = field(default_factory=list)
    turns: pl.DataFrame | None = None
    in_sessions: bool = False
    sightings: Sightings = field(default_factory=Sightings)

    @property
    def series(self) -> list[str]:
        """The rotated sets that the files belong to, in their order."""
        return list(dict.fromkeys(file.series for file in self.files))


def read_records(
    files: Sequence[LogFile],
    wish: Wish,
    mask: Mask,
    folder: Path,
    share: float | None,
    templates: Templates,
    means: Means,
    exceptions: Sequence[str] = ("",),
) -> LogRecords:
    """Each block read, masked and mined; `share`: only that many of the blocks. InputError where no record came.

    `templates` and `exceptions` (of which the first is none) are those that are known before.
    """
    records = LogRecords(files, templates, Spool(folder, _COLUMNS), list(exceptions), means)
    entry, blocks = _Entry(records), blocks_of(files)
    looked = blocks if share is None else sampled(blocks, share)
    for block, parts in ahead(partial(_masked, files, wish, mask), looked, means.workers):
        for part in parts:
            entry.enter(block.file, part)
    records.skipped += [Skipped(file.path, None, None, said, "", 1) for file in files if (said := changed(file))]
    if not records.spool.rows:
        raise InputError(f"{files[0].path}: no records came; ask for an earlier time, or name other files.")
    return records


@dataclass(frozen=True)
class _Masked:
    """One part of a log: its different texts, how many records each has, which each has, `seen_in`; the part itself."""

    texts: list[str]
    counts: Integers
    numbers: Integers
    seen: pl.DataFrame
    part: Part


def _masked(files: Sequence[LogFile], wish: Wish, mask: Mask, block: Block) -> tuple[Block, list[_Masked]]:
    return block, list(_parts(read_block(files[block.file], block, wish), mask))


def _parts(parts: Iterable[Part], mask: Mask) -> Iterator[_Masked]:
    for part in parts:
        found = mask.distinct(part.frame["message"])
        kept = Part(part.frame.drop("message"), part.newlines, part.skipped)
        seen = seen_in(part.frame, found.numbers)
        yield _Masked(found.texts, found.counts, found.numbers.astype(np.int32), seen, kept)


class _Entry:
    """Enters parts in the order of the files."""

    def __init__(self, records: LogRecords) -> None:
        self._records = records
        self._keys: dict[tuple[str, str], int] = {}
        self._exceptions = {name: number for number, name in enumerate(records.exceptions)}
        self._file, self._line, self._last = -1, 1, NO_TIME
        self._began = time.monotonic()

    def enter(self, file: int, masked: _Masked) -> None:
        """Keep one part."""
        if file != self._file:
            self._file, self._line, self._last = file, 1, NO_TIME
        frame, records = masked.part.frame, self._records
        slots = records.templates.learn(masked.texts, masked.counts)
        records.sightings.add(slots, masked.seen, records.files[file].path, self._line)
        records.spool.append({**self._numbers(frame, records.files[file].series), "slot": slots[masked.numbers]})
        records.skipped += masked.part.skipped
        self._line += masked.part.newlines
        records.keyed += len(frame) - frame["key"].null_count()
        records.lost += masked.part.newlines - int(frame["lines"].sum()) if len(frame) else 0  # else not looked at
        rate = records.spool.rows / max(time.monotonic() - self._began, 1e-3)
        told = f"{records.spool.rows:,}", f"{rate:,.0f}", f"{len(records.templates):,}"
        _log.info("%s: %s records, %s a second, %s templates", records.files[file].path, *told)

    def _numbers(self, frame: pl.DataFrame, series: str) -> Mapping[str, NDArray[Any]]:
        named = pl.col("cause").fill_null(pl.col("exception")).str.split(".").list.last().fill_null("")
        return {
            "time": self._times(frame["time"]),
            "key": self._keyed(frame["key"], series),
            "level": frame["level"].to_numpy(),
            "exception": self._named(frame.select(named).to_series()),
            "offset": frame["offset"].to_numpy(),
            "line": frame["line"].to_numpy() + self._line,
            "file": np.full(len(frame), self._file, dtype=np.int32),
        }

    def _times(self, times: pl.Series) -> Integers:
        """Those of the record before where there is none."""
        micros = times.dt.epoch("us").fill_null(strategy="forward").fill_null(self._last)
        found = micros.to_numpy().astype(np.int64)
        if len(found):
            self._last = int(found[-1])
        return found

    def _named(self, names: pl.Series) -> NDArray[np.int32]:
        different = names.unique(maintain_order=True)
        for name in different.to_list():
            if name not in self._exceptions:
                self._exceptions[name] = len(self._exceptions)
                self._records.exceptions.append(name)
        return _replaced(names, different, [self._exceptions[name] for name in different.to_list()])

    def _keyed(self, keys: pl.Series, series: str) -> NDArray[np.int32]:
        different = keys.unique(maintain_order=True)
        known = self._keys
        numbers = [
            NO_KEY if key is None else known.setdefault((series, key), len(known)) for key in different.to_list()
        ]
        return _replaced(keys, different, numbers)


def _replaced(texts: pl.Series, different: pl.Series, numbers: Sequence[int]) -> NDArray[np.int32]:
    table = pl.DataFrame({"text": different, "number": pl.Series(numbers, dtype=pl.Int32)})
    joined = texts.alias("text").to_frame().join(table, on="text", how="left", nulls_equal=True, maintain_order="left")
    return np.asarray(joined["number"].to_numpy(), dtype=np.int32)
