"""Logs as a frame: a row for each kind of line and slot of time, with how many lines came and how unusual that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.detectors.base import Detector
from isang.errors import InputError, UsageError
from isang.family import build
from isang.log_records import NO_KEY, NO_TIME, LogRecords
from isang.logs import slots
from isang.logs.kinds import usual_kinds
from isang.logs.order import UsualOrder, odd
from isang.logs.sequences import in_sequence
from isang.logs.severity import LEVELS, UNKNOWN, severities
from isang.sources._spool import Spool
from isang.words.frame import Floats, Integers

_CHUNK_ROWS = 2_000_000
TIME, LOG, TEMPLATE, LINES = "time", "log", "template", "lines"
VALUES = (LINES, "expected", "spread", "unusual")
SIDE = ("odd", "log_level", "exception", "severity", "template_id", "file", "line", "byte_offset")
_ALL = "all lines"


def slots_of(records: LogRecords, folder: Path, lines: Mapping[str, Any]) -> tuple[pl.DataFrame, int]:
    """The frame (time, log, template, VALUES, SIDE) and its step in µs. InputError where no record has a time.

    `lines`: the detector of their order, and its settings.
    """
    times = [span for span in (_span(part) for part in _parts(records)) if span]
    if not times:
        raise InputError(
            f"{records.files[0].path}: no line has a time; `isang mine` gives the templates of logs without times."
        )
    step = slots.step_of(min(first for first, _ in times), max(last for _, last in times))
    base = min(first for first, _ in times) // step
    scores, limits = _scored(records, folder, lines)
    counted, levels = list[pl.DataFrame](), _Levels(len(records.exceptions))
    for part in _parts(records):
        levels.add(part.kind, part.level)
        score = scores.part("score", part.first, part.first + len(part.kind))
        row, timed = part.first + np.arange(len(score)), part.time != NO_TIME
        columns = part.log, part.kind, part.time // step - base, score, odd(part.kind, score, limits), row
        counted.append(slots.counted(*(of[timed] for of in columns)))
    usual = usual_kinds(pl.concat(counted), len(records.exceptions))
    rows = slots.judged(slots.together([usual]))
    return _named(rows, records, levels, base, step), step


@dataclass(frozen=True)
class _Part:
    """Records of a stretch: number of the first of them; log, template, kind (with its exception), key, time, level."""

    first: int
    log: Integers
    template: Integers
    kind: Integers
    key: Integers
    time: Integers
    level: Any


def _parts(records: LogRecords) -> Iterator[_Part]:
    spool, names = records.spool, records.series
    log_of = np.array([names.index(file.series) for file in records.files])
    for first in range(0, spool.rows, _CHUNK_ROWS):
        behind = min(first + _CHUNK_ROWS, spool.rows)
        slot, key, time, level, exception, file = (
            spool.part(name, first, behind) for name in ("slot", "key", "time", "level", "exception", "file")
        )
        template = records.templates.numbers(slot.astype(np.int64))
        yield _Part(first, log_of[file], template, template * len(records.exceptions) + exception, key, time, level)


def _span(part: _Part) -> tuple[int, int] | None:
    timed = part.time[part.time != NO_TIME]
    return (int(timed.min()), int(timed.max())) if len(timed) else None


def _scored(records: LogRecords, folder: Path, lines: Mapping[str, Any]) -> tuple[Spool, Floats]:
    """How surprising each record is after those before it, and from what on lines of a kind are odd.

    A stretch is scored by itself, its first lines with less before them; NaN for lines of no thread or session.
    """
    detector, usual = _learnt(records, folder, lines), UsualOrder()
    scores = Spool(folder, {"score": "f4"})
    for part in _parts(records):
        rows, told = _ordered(part)
        score = np.full(len(part.kind), np.nan, dtype=np.float32)
        if len(rows):
            score[rows] = told.to_records(detector.anomaly_score(told.X))
        scores.append({"score": score})
        usual.add(part.kind, score)
    return scores, usual.limits()


def _ordered(part: _Part) -> tuple[Integers, Any]:
    """The records that have a key, by key and time."""
    rows = np.flatnonzero(part.key != NO_KEY)
    if not len(rows):
        return rows, None
    return rows, in_sequence(part.key[rows], part.template[rows].astype(np.int32), part.time[rows])


def _learnt(records: LogRecords, folder: Path, lines: Mapping[str, Any]) -> Detector:
    """Learns from all lines, stretch by stretch; they lie on disk meanwhile."""
    path, size = folder / "sequences", 0
    with path.open("wb") as file:
        for part in _parts(records):
            rows, told = _ordered(part)
            if len(rows):
                np.concatenate([told.X[:, 0], [-1]]).astype(np.int32).tofile(file)
                size += len(told.X) + 1
    detector: Detector = build("detectors", lines)
    if not detector.of_lines:
        raise UsageError(
            f"--detector {lines['name']} judges numbers; of log lines say log_anomaly, deep_log or log_robust."
        )
    if size:
        detector.fit(np.memmap(path, np.int32, "r").reshape(-1, 1))
    return detector


class _Levels:
    """The highest level that the lines of each kind have."""

    def __init__(self, exceptions: int) -> None:
        self._exceptions = exceptions
        self.highest = np.zeros(0, dtype=np.int16)

    def add(self, kind: Integers, level: Any) -> None:
        """Some more lines (n,)."""
        size = int(kind.max(initial=-1)) + 1
        if size > len(self.highest):
            self.highest = np.pad(self.highest, (0, size - len(self.highest)), constant_values=-1)
        known = level != UNKNOWN
        np.maximum.at(self.highest, kind[known], level[known])


def _named(rows: pl.DataFrame, records: LogRecords, levels: _Levels, base: int, step: int) -> pl.DataFrame:
    kinds = _kinds(rows["kind"].unique().sort(), records, levels)
    logs = pl.Series(LOG, _short(records.series))
    at = (pl.col("slot") + base) * step
    rows = rows.join(kinds, on="kind", how="left", maintain_order="left")
    rows = rows.with_columns(logs.gather(rows["log"]), at.cast(pl.Datetime("us", "UTC")).alias(TIME))
    rows = rows.with_columns(pl.col("lines").cast(pl.Float64), *_places(rows["record"], records))
    return rows.select(TIME, LOG, TEMPLATE, *VALUES, *SIDE)


def _kinds(kinds: pl.Series, records: LogRecords, levels: _Levels) -> pl.DataFrame:
    """What each kind is: template and exception as text, level, severity, id of the template."""
    number, count = kinds.to_numpy(), len(records.exceptions)
    templates, whole = list(records.templates), number == slots.ALL_LINES
    template, exception = np.where(whole, 0, number // count), np.where(whole, 0, number % count)
    level = np.where(whole, -1, levels.highest[np.where(whole, 0, number)])
    texts = [templates[one].text for one in template.tolist()]
    named = [records.exceptions[one] for one in exception.tolist()]
    told = [
        _ALL if all_of_it else f"{text} · {name}" if name else text
        for text, name, all_of_it in zip(texts, named, whole.tolist(), strict=True)
    ]
    codes = np.where(level < 0, UNKNOWN, level).astype(np.uint8)
    names = pl.Series(named, dtype=pl.String).replace("", None)
    return pl.DataFrame(
        {
            "kind": kinds,
            TEMPLATE: told,
            "log_level": [None if code < 0 else LEVELS[code] for code in level.tolist()],
            "exception": names,
            "severity": pl.Series(severities(codes, [names])).fill_nan(None),
            "template_id": [
                None if all_of_it else templates[one].id
                for one, all_of_it in zip(template.tolist(), whole.tolist(), strict=True)
            ],
        }
    )


def _places(record: pl.Series, records: LogRecords) -> list[pl.Series]:
    """File, line and byte offset of the strangest line of each row, null where there is none."""
    known = record.drop_nulls().unique().sort().to_numpy()
    found = {name: np.empty(len(known), dtype=np.int64) for name in ("file", "line", "offset")}
    for first in range(0, records.spool.rows, _CHUNK_ROWS):
        here = slice(*np.searchsorted(known, [first, first + _CHUNK_ROWS]))
        behind = min(first + _CHUNK_ROWS, records.spool.rows)
        for name, values in found.items():
            values[here] = records.spool.part(name, first, behind)[known[here] - first]
    at = pl.Series(np.searchsorted(known, record.fill_null(0).to_numpy()))
    at = pl.select(pl.when(record.is_not_null()).then(at)).to_series()
    paths = pl.Series([file.path for file in records.files], dtype=pl.String)
    line, offset = (pl.Series(found[name]).gather(at) for name in ("line", "offset"))
    file = paths.gather(pl.Series(found["file"]).gather(at))
    return [file.alias("file"), line.alias("line"), offset.alias("byte_offset")]


def _short(series: Sequence[str]) -> list[str]:
    """The names of logs without the folder that all of them are in."""
    parts = [Path(one).parts for one in series]
    shared = 0
    while len(parts) > 1 and all(len(one) > shared + 1 and one[shared] == parts[0][shared] for one in parts):
        shared += 1
    return ["/".join(one[shared:]) if len(parts) > 1 else one[-1] for one in parts]
