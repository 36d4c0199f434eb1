"""Logs as a frame: a row for each kind of line and slot of time, with how many lines came and how unusual that is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from isang.log_beside import beside
from isang.log_company import Company
from isang.log_ended import ended
from isang.log_memory import LogMemory
from isang.log_names import Levels, named, short_names
from isang.log_order import Order, Taught
from isang.log_parts import Clock, clock_of, in_memory, later, parts_of
from isang.log_recall import Recalled, recall
from isang.log_records import LogRecords
from isang.log_sessions import Met, meet, strange
from isang.logs import eras, judged, slots
from isang.logs.before import Before
from isang.logs.eras import Lesson
from isang.logs.kinds import usual_kinds
from isang.logs.severity import Severity
from isang.logs.usual import Usual
from isang.logs.whole import bursts_of, due_of_all
from isang.words.note import note

_MOST_UNKNOWN = 0.5  # of the lines: a release brings some

_T = TypeVar("_T")


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
    numbers = np.arange(len(records.templates))
    order = Order(records, clock, folder, numbers)
    taught = [order.learn(lesson, lines) for lesson in lessons]
    order.score(_by_era(lessons, taught))
    sessions = ended(records, clock, numbers, len(numbers))
    met = [meet(sessions, lesson.learns) for lesson in lessons]
    rows, levels = _counted(records, clock, order)
    rows = slots.together([usual_kinds(rows, len(records.exceptions))])
    found = judged.in_turn(rows, clock.starts) if causal else judged.in_hindsight(rows)
    unlike = strange(sessions, _by_era(lessons, met))
    found, turns = beside(found, rows, len(records.exceptions), clock, order.company, unlike)
    frame = named(found, records, levels, turns, clock, short_names(records.series), {}, severity)
    learnt = _memory(records, clock, rows, order.company, taught[-1], met[-1]) if causal else None
    return Slots(frame, clock.step, learnt)


def _by_era(lessons: Sequence[Lesson], taught: Sequence[_T]) -> dict[int, _T]:
    """What was taught by the lesson that judges each era."""
    return {era: by for lesson, by in zip(lessons, taught, strict=True) for era in lesson.judges}


def _by_memory(records: LogRecords, folder: Path, clock: Clock, past: Recalled, severity: Severity) -> Slots:
    clock = later(clock, past.before.slots, past.behind)
    order, all_eras = Order(records, clock, folder, past.heard, past.before), range(len(clock.starts) + 1)
    order.score(dict.fromkeys(all_eras, past.taught))
    rows, levels = _counted(records, clock, order)
    records.said += _strangers(rows, past.usual, len(records.exceptions))
    rows = slots.together([usual_kinds(rows, len(records.exceptions), past.usual)])
    found = judged.by(past.usual, past.bursts, rows, int(clock.starts[0]))
    unlike = strange(ended(records, clock, past.heard, past.known), dict.fromkeys(all_eras, past.met))
    found, turns = beside(found, rows, len(records.exceptions), clock, order.company, unlike, past.before)
    frame = named(found, records, levels, turns, clock, past.logs, past.texts, severity)
    return Slots(frame, clock.step, None)


def _strangers(rows: pl.DataFrame, usual: Usual, exceptions: int) -> list[str]:
    """A warning where the model does not know the templates of most lines."""
    known = pl.DataFrame({"log": usual.log, "template": usual.kind // exceptions}).unique()
    new = rows.with_columns(template=pl.col("kind") // exceptions).join(known, on=["log", "template"], how="anti")
    share = float(new["lines"].sum()) / float(rows["lines"].sum())
    told = (
        "{share} of the lines have templates that the model does not know of their log: it was probably fitted on "
        "other logs. Judge these by a model of their own (isang fit)."
    )
    return [note(told, share=f"{share:.0%}")] if share > _MOST_UNKNOWN else []


def _counted(records: LogRecords, clock: Clock, order: Order) -> tuple[pl.DataFrame, Levels]:
    counted, levels = list[pl.DataFrame](), Levels()
    for part in parts_of(records, clock):
        levels.add(part.kind, part.level)
        behind, at = part.first + len(part.kind), np.flatnonzero(part.slot >= 0)
        score, odd = (order.scores.part(name, part.first, behind)[at] for name in ("score", "odd"))
        counted.append(slots.counted(part.log[at], part.kind[at], part.slot[at], score, odd, part.first + at))
    return pl.concat(counted), levels


def _memory(
    records: LogRecords, clock: Clock, rows: pl.DataFrame, company: Company, taught: Taught | None, met: Met | None
) -> LogMemory:
    totals = slots.totals_of(rows)
    told = company.late(), totals, len(records.exceptions), company.turns.known, company.usual()
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
        before=Before.learn(rows, *told),
        behind=clock.base + totals.shape[1],
        sessions=met.detector if met else None,
        farthest=met.highest if met else 0.0,
    )
