"""Logs as a frame: a row for each kind of line and slot of time, with how many lines came and how unusual that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.log_beside import beside
from isang.log_memory import LogMemory, Recalled, recall
from isang.log_names import Levels, named, short_names
from isang.log_order import Order, of_lines
from isang.log_parts import Clock, Part, clock_of, parts_of
from isang.log_records import LogRecords
from isang.logs import eras, judged, slots
from isang.logs.kinds import usual_kinds
from isang.logs.order import Limits, odd
from isang.logs.usual import Usual
from isang.logs.whole import bursts_of, due_of_all
from isang.words.frame import Flags


@dataclass(frozen=True)
class Slots:
    """The frame (time, log, template, VALUES, SIDE), its step in µs, what later logs can be judged by."""

    frame: pl.DataFrame
    step: int
    memory: LogMemory | None


def slots_of(
    records: LogRecords, folder: Path, lines: Mapping[str, Any], *, causal: bool, memory: LogMemory | None
) -> Slots:
    """Lines judged by a `memory`; without one by other times, or (`causal`) by earlier ones, which gives a memory.

    `lines`: the detector of their order, and its settings. InputError where no record has a time.
    """
    clock = clock_of(records, memory.step_us if memory else None)
    if memory is not None:
        return _by_memory(records, folder, clock, recall(memory, records))
    lessons = (eras.in_turn if causal else eras.in_hindsight)(len(clock.starts) + 1)
    order = Order(records, clock, folder, np.arange(len(records.templates)))
    detectors = [order.learn(lesson, lines) for lesson in lessons]
    usual = order.score({era: by for lesson, by in zip(lessons, detectors, strict=True) for era in lesson.judges})
    limits = [usual.limits(lesson.learns, _kinds(records)) for lesson in lessons]
    of_era = {era: limit for lesson, limit in zip(lessons, limits, strict=True) for era in lesson.judges}
    rows, levels = _counted(records, clock, order, of_era)
    rows = slots.together([usual_kinds(rows, len(records.exceptions))])
    found = judged.in_turn(rows, clock.starts) if causal else judged.in_hindsight(rows)
    found, turns = beside(found, rows, len(records.exceptions), levels, clock, order.company)
    frame = named(found, records, levels, turns, clock, short_names(records.series), {})
    kept = _memory(records, clock, rows, limits[-1], detectors[-1] or of_lines(lines)) if causal else None
    return Slots(frame, clock.step, kept)


def _by_memory(records: LogRecords, folder: Path, clock: Clock, past: Recalled) -> Slots:
    order = Order(records, clock, folder, past.heard)
    every = range(len(clock.starts) + 1)
    order.score(dict.fromkeys(every, past.order))
    rows, levels = _counted(records, clock, order, dict.fromkeys(every, past.limits))
    rows = slots.together([usual_kinds(rows, len(records.exceptions), past.usual)])
    found = judged.by(past.usual, past.bursts, rows)
    found, turns = beside(found, rows, len(records.exceptions), levels, clock, order.company)
    return Slots(named(found, records, levels, turns, clock, past.logs, past.texts), clock.step, None)


def _counted(
    records: LogRecords, clock: Clock, order: Order, limits: Mapping[int, Limits]
) -> tuple[pl.DataFrame, Levels]:
    counted, levels = list[pl.DataFrame](), Levels()
    for part in parts_of(records, clock):
        levels.add(part.kind, part.level)
        score = order.scores.part("score", part.first, part.first + len(part.kind))
        at = np.flatnonzero(part.slot >= 0)
        strange = _odd(part, score, limits)[at]
        counted.append(slots.counted(part.log[at], part.kind[at], part.slot[at], score[at], strange, part.first + at))
    return pl.concat(counted), levels


def _odd(part: Part, score: Any, limits: Mapping[int, Limits]) -> Flags:
    """(n,) lines whose order is odd, by the limits of their era."""
    found: Flags = np.zeros(len(score), dtype=np.bool_)
    for era in np.unique(part.era).tolist():
        mine = part.era == era
        found[mine] = odd(part.kind[mine], score[mine], limits[era])
    return found


def _kinds(records: LogRecords) -> int:
    return len(records.templates) * len(records.exceptions)


def _memory(records: LogRecords, clock: Clock, rows: pl.DataFrame, limits: Limits, order: Any) -> LogMemory:
    totals = slots.totals_of(rows)
    usual = Usual.learn(rows, totals)
    return LogMemory(
        step_us=clock.step,
        templates=json.dumps(records.templates.state()),
        exceptions=records.exceptions,
        logs=short_names(records.series),
        usual=usual,
        bursts=bursts_of(totals, due_of_all(totals, causal=True)),
        limits=limits[usual.kind],
        order=order,
    )
