"""Logs as a frame: a row for each kind of line and slot of time, with how many lines came and how unusual that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.detectors.base import Detector
from isang.errors import InputError, UsageError
from isang.family import build
from isang.log_names import Levels, named, turns_as_kinds
from isang.log_records import CHUNK_ROWS, NO_KEY, NO_TIME, LogRecords
from isang.logs import slots
from isang.logs.kinds import usual_kinds
from isang.logs.news import news, with_news
from isang.logs.order import UsualOrder, odd
from isang.logs.pauses import Pauses, UsualPauses
from isang.logs.sequences import Sequences, in_sequence
from isang.logs.summed import LATE, by_level
from isang.logs.turns import Turns, turns_of
from isang.sources._spool import Spool
from isang.words.frame import Flags, Floats, Integers


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
    company = Company(base, step)
    scores, limits = _scored(records, folder, lines, company)
    counted, late, levels = list[pl.DataFrame](), list[pl.DataFrame](), Levels()
    for part in _parts(records):
        levels.add(part.kind, part.level)
        score, slow = (scores.part(name, part.first, part.first + len(part.kind)) for name in ("score", "late"))
        row, timed = part.first + np.arange(len(score)), part.time != NO_TIME
        columns = part.log, part.kind, part.time // step - base, score, odd(part.kind, score, limits), row
        counted.append(slots.counted(*(of[timed] for of in columns)))
        late.append(slots.counted(*(of[timed & slow] for of in columns)).with_columns(kind=pl.lit(LATE, pl.Int64)))
    usual = usual_kinds(pl.concat(counted), len(records.exceptions))
    together = slots.together([usual])
    summed = [by_level(together, levels.highest.astype(np.int64)), slots.together(late)]
    new = news(together, len(records.exceptions), levels.highest.astype(np.int64), slots.WEEK_US / step)
    rows = with_news(slots.judged(pl.concat([together, *summed], how="vertical_relaxed")), new)
    template = pl.col("kind") // len(records.exceptions)
    never = company.turns.never_seen(together.select("log", "slot", "lines", template=template))
    turned, others = turns_as_kinds(never, records)
    rows = pl.concat([rows, turned.select(rows.columns)], how="vertical_relaxed")
    return named(rows, records, levels, others, base, step), step


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
    for first in range(0, spool.rows, CHUNK_ROWS):
        behind = min(first + CHUNK_ROWS, spool.rows)
        slot, key, time, level, exception, file = (
            spool.part(name, first, behind) for name in ("slot", "key", "time", "level", "exception", "file")
        )
        template = records.templates.numbers(slot.astype(np.int64))
        yield _Part(first, log_of[file], template, template * len(records.exceptions) + exception, key, time, level)


class Company:
    """What is learnt of lines by those that they follow: turns that never came before, pauses."""

    def __init__(self, base: int, step: int) -> None:
        self.base, self.step = base, step
        self.turns, self._pauses = Turns(), Pauses()
        self._usual: UsualPauses | None = None

    def learn(self, part: _Part, rows: Integers, told: Sequences) -> None:
        """Lines of a stretch in sequence, of these rows of it."""
        turn, at = turns_of(part.log[rows], told), rows[told.rows]
        time = part.time[at]
        self._pauses.add(turn, np.diff(time))
        slot = np.where(time == NO_TIME, -1, time // self.step - self.base)
        self.turns.add(turn, slot[1:], part.first + at[1:])

    def late(self, part: _Part, rows: Integers, told: Sequences) -> Flags:
        """(n,) which of the rows come late."""
        self._usual = self._usual or self._pauses.usual()
        late = self._usual.late(turns_of(part.log[rows], told), np.diff(part.time[rows[told.rows]]))
        return told.to_records(np.concatenate([[False], late]))


def _span(part: _Part) -> tuple[int, int] | None:
    timed = part.time[part.time != NO_TIME]
    return (int(timed.min()), int(timed.max())) if len(timed) else None


def _scored(
    records: LogRecords, folder: Path, lines: Mapping[str, Any], company: Company
) -> tuple[Spool, Floats]:
    """How surprising each record is after those before it, and from what on lines of a kind are odd.

    A stretch is scored by itself, its first lines with less before them; NaN for lines of no thread or session.
    """
    detector, usual = _learnt(records, folder, lines, company), UsualOrder()
    scores = Spool(folder, {"score": "f4", "late": "?"})
    for part in _parts(records):
        rows, told = _ordered(part)
        score, late = np.full(len(part.kind), np.nan, dtype=np.float32), np.zeros(len(part.kind), dtype=np.bool_)
        if len(rows):
            score[rows] = told.to_records(detector.anomaly_score(told.X))
            late[rows] = company.late(part, rows, told)
        scores.append({"score": score, "late": late})
        usual.add(part.kind, score)
    return scores, usual.limits()


def _ordered(part: _Part) -> tuple[Integers, Any]:
    """The records that have a key, by key and time."""
    rows = np.flatnonzero(part.key != NO_KEY)
    if not len(rows):
        return rows, None
    return rows, in_sequence(part.key[rows], part.template[rows].astype(np.int32), part.time[rows])


def _learnt(records: LogRecords, folder: Path, lines: Mapping[str, Any], company: Company) -> Detector:
    """Learns from all lines, stretch by stretch; they lie on disk meanwhile."""
    path, size = folder / "sequences", 0
    with path.open("wb") as file:
        for part in _parts(records):
            rows, told = _ordered(part)
            if len(rows):
                np.concatenate([told.X[:, 0], [-1]]).astype(np.int32).tofile(file)
                size += len(told.X) + 1
                company.learn(part, rows, told)
    detector: Detector = build("detectors", lines)
    if not detector.of_lines:
        raise UsageError(
            f"--detector {lines['name']} judges numbers; of log lines say log_anomaly, deep_log or log_robust."
        )
    if size:
        detector.fit(np.memmap(path, np.int32, "r").reshape(-1, 1))
    return detector
