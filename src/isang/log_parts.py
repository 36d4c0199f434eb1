"""Records of logs, some millions at a time: what each says, when, and in which era."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from isang.errors import InputError
from isang.log_records import NO_TIME, LogRecords
from isang.logs.eras import starts_of
from isang.logs.slots import step_of
from isang.logs.steps import step_within
from isang.words.frame import Integers
from isang.words.note import note
from isang.words.telling import duration

_FAR = 12  # slots: none that is judged reaches back over so many


@dataclass(frozen=True)
class Clock:
    """Slots of `step` µs, of which the first has number `base` since 1970; `starts` of the eras but the first."""

    step: int
    base: int
    starts: Integers

    def slot(self, time: Integers) -> Integers:
        """(n,) slots from 0 on; that of NO_TIME is below."""
        return np.where(time == NO_TIME, -1, time // self.step - self.base)


def later(clock: Clock, slots: int, behind: int) -> Clock:
    """The clock of logs that come after so many slots, the last of them before `behind` since 1970: its own come next.

    Between stand as many as in truth, but few where it is long, as all time that nothing is known of.
    """
    first = slots + min(abs(clock.base - behind), _FAR)
    return Clock(clock.step, clock.base - first, np.array([first]))


@dataclass(frozen=True)
class Part:
    """Records of a stretch: number of the first of them; log, template, kind (with its exception), key, level, slot.

    Those without a time have slot -1 and era 0.
    """

    first: int
    log: Integers
    template: Integers
    kind: Integers
    key: Integers
    time: Integers
    level: Any
    slot: Integers
    era: Integers


def clock_of(records: LogRecords, step: int | None) -> Clock:
    """By the times that there are, and the `step` in µs where it is known. InputError where no record has a time."""
    ends = [span for first, behind in _stretches(records) if (span := _span(records, first, behind))]
    if not ends:
        raise InputError(
            f"{records.files[0].path}: no line has a time; `isang mine` gives the templates of logs without times."
        )
    first, last = min(one for one, _ in ends), max(one for _, one in ends)
    step = step or step_of(first, last)
    return Clock(step, first // step, starts_of(last // step - first // step + 1))


def parts_of(records: LogRecords, clock: Clock) -> Iterator[Part]:
    """All records, in the order of their files."""
    spool, names = records.spool, records.series
    log_of = np.array([names.index(file.series) for file in records.files])
    for first, behind in _stretches(records):
        slot, key, time, level, exception, file = (
            spool.part(name, first, behind) for name in ("slot", "key", "time", "level", "exception", "file")
        )
        template = records.templates.numbers(slot.astype(np.int64))
        kind, when = template * len(records.exceptions) + exception, clock.slot(time)
        era = np.searchsorted(clock.starts, when, side="right")
        yield Part(first, log_of[file], template, kind, key, time, level, when, era)


def in_memory(records: LogRecords, clock: Clock) -> Clock:
    """The same with steps so long that memory holds the counts, where it is limited; said where they are longer."""
    if records.means.most_rows is None:
        return clock
    timed = ((part.slot >= 0, part) for part in parts_of(records, clock))
    parts = ((part.log[rows], part.kind[rows], part.time[rows]) for rows, part in timed)
    step = step_within(parts, clock.step, records.means.most_rows)
    if step > clock.step:
        spans = {"usual": partial(duration, clock.step / 1e6), "step": partial(duration, step / 1e6)}
        records.said.append(note("lines are counted in slots of {step}, not {usual}, as --memory says.", **spans))
    return clock_of(records, step)


def _stretches(records: LogRecords) -> Iterator[tuple[int, int]]:
    step = records.means.chunk_rows
    for first in range(0, records.spool.rows, step):
        yield first, min(first + step, records.spool.rows)


def _span(records: LogRecords, first: int, behind: int) -> tuple[int, int] | None:
    time = records.spool.part("time", first, behind)
    timed = time[time != NO_TIME]
    return (int(timed.min()), int(timed.max())) if len(timed) else None
