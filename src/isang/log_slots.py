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
from isang.log_order import Order, Taught
from isang.log_parts import Clock, clock_of, in_memory, parts_of
from isang.log_records import LogRecords
from isang.logs import eras, judged, slots
from isang.logs.kinds import usual_kinds
from isang.logs.severity import Severity
from isang.logs.usual import Usual
from isang.logs.whole import bursts_of, due_of_all


@dataclass(frozen=True)
class Slots:
    """The frame (time, log, template, VALUES, SIDE), its step in µs, what later logs can be judged by."""

    frame: pl.DataFrame
    step: int
    memory: LogMemory | None


def slots_of(
    records: LogRecords,
    folder: Path,
    lines: Mapping[str, Any],
    severity: Severity,
    *,
    causal: bool,
    memory: LogMemory | None,
) -> Slots:
    """Lines judged by a `memory`; without one by other times, or (`causal`) by earlier ones, which gives a memory.

    `lines`: the detector of their order, and its settings. InputError where no record has a time.
    """
    clock = clock_of(records, memory.step_us if memory else None)
    if memory is not None:
        return _by_memory(records, folder, clock, recall(memory, records), severity)
    clock = in_memory(records, clock)
    lessons = (eras.in_turn if causal else eras.in_hindsight)(len(clock.starts) + 1)
    order = Order(records, clock, folder, np.arange(len(records.templates)))
    taught = [order.learn(lesson, lines) for lesson in lessons]
    order.score({era: by for lesson, by in zip(lessons, taught, strict=True) for era in lesson.judges})
    rows, levels = _counted(records, clock, order)
    rows = slots.together([usual_kinds(rows, len(records.exceptions))])
    found = judged.in_turn(rows, clock.starts) if causal else judged.in_hindsight(rows)
    found, turns = beside(found, rows, len(records.exceptions), clock, order.company)
    frame = named(found, records, levels, turns, clock, short_names(records.series), {}, severity)
    return Slots(frame, clock.step, _memory(records, clock, rows, taught[-1]) if causal else None)


def _by_memory(records: LogRecords, folder: Path, clock: Clock, past: Recalled, severity: Severity) -> Slots:
    order = Order(records, clock, folder, past.heard)
    order.score(dict.fromkeys(range(len(clock.starts) + 1), past.taught))
    rows, levels = _counted(records, clock, order)
    rows = slots.together([usual_kinds(rows, len(records.exceptions), past.usual)])
    found = judged.by(past.usual, past.bursts, rows)
    found, turns = beside(found, rows, len(records.exceptions), clock, order.company)
    frame = named(found, records, levels, turns, clock, past.logs, past.texts, severity)
    return Slots(frame, clock.step, None)


def _counted(records: LogRecords, clock: Clock, order: Order) -> tuple[pl.DataFrame, Levels]:
    counted, levels = list[pl.DataFrame](), Levels()
    for part in parts_of(records, clock):
        levels.add(part.kind, part.level)
        behind, at = part.first + len(part.kind), np.flatnonzero(part.slot >= 0)
        score, odd = (order.scores.part(name, part.first, behind)[at] for name in ("score", "odd"))
        counted.append(slots.counted(part.log[at], part.kind[at], part.slot[at], score, odd, part.first + at))
    return pl.concat(counted), levels


def _memory(records: LogRecords, clock: Clock, rows: pl.DataFrame, taught: Taught | None) -> LogMemory:
    totals = slots.totals_of(rows)
    usual = Usual.learn(rows, totals)
    return LogMemory(
        step_us=clock.step,
        templates=json.dumps(records.templates.state()),
        exceptions=records.exceptions,
        logs=short_names(records.series),
        usual=usual,
        bursts=bursts_of(totals, due_of_all(totals, causal=True)),
        limits=taught.limits if taught else np.zeros(0, dtype=np.int16),
        order=taught.detector if taught else None,
    )
