"""Logs as a frame: a row for each kind of line and slot of time, with how many lines came and how unusual that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.detectors.base import Detector, sees_lines
from isang.errors import InputError, UsageError
from isang.explain.trainings import trainings
from isang.family import build
from isang.log_labels import Labels
from isang.log_names import Levels, named
from isang.log_records import NO_KEY, NO_TIME, LogRecords
from isang.logs import slots
from isang.logs.counting import Counting
from isang.logs.kinds import usual_kinds
from isang.logs.order import UsualOrder, odd
from isang.logs.sequences import in_sequence
from isang.sources._spool import Spool
from isang.words.frame import Floats, Integers


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
    counting, levels = Counting(base, step, records.means.most_rows), Levels()
    for part in _parts(records):
        levels.add(part.kind, part.level)
        score = scores.part("score", part.first, part.first + len(part.kind))
        row, timed = part.first + np.arange(len(score)), part.time != NO_TIME
        columns = part.log, part.kind, part.time, score, odd(part.kind, score, limits), row
        counting.add(*(of[timed] for of in columns))
    records.counted_by(step, counting.step)
    usual = usual_kinds(counting.rows(), len(records.exceptions))
    rows = slots.judged(slots.together([usual]))
    return named(rows, records, levels, counting.base, counting.step), counting.step


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
    for first in range(0, spool.rows, records.means.chunk_rows):
        behind = min(first + records.means.chunk_rows, spool.rows)
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
    path, size, labels = folder / "sequences", 0, Labels(records)
    with path.open("wb") as file:
        for part in _parts(records):
            rows, told = _ordered(part)
            if len(rows):
                np.concatenate([told.X[:, 0], [-1]]).astype(np.int32).tofile(file)
                size += len(told.X) + 1
                labels.add(part.log[rows], part.template[rows], part.time[rows], told)
    detector: Detector = build("detectors", lines)
    if not sees_lines(detector):
        raise UsageError(
            f"--detector {lines['name']} judges numbers; of log lines say log_anomaly, deep_log, log_robust, ensemble."
        )
    if size:
        detector.fit(np.memmap(path, np.int32, "r").reshape(-1, 1), labels.y())
        records.training += trainings(detector)
    return detector
