"""Sessions, and the lines that they write: each takes the steps of its flow on its thread, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from isang.synthetic._log_slots import Numbers, mixed
from isang.words.frame import Flags, Floats, Integers

MOST_STEPS = 64
_PAUSES = 1000  # the salt of what lies between two lines; slots have smaller ones


@dataclass(frozen=True)
class Sessions:
    """(m,) each: when it begins in ms, its flow and thread, a number of its own, how slow it is, its incident or -1."""

    start: Integers
    flow: Integers
    thread: Integers
    number: Numbers
    pace: Floats
    incident: Integers


@dataclass(frozen=True)
class Lines:
    """(n,) each: time in ms, template, thread, number of the session and step, ms since it began, incident or -1."""

    time: Integers
    template: Integers
    thread: Integers
    session: Numbers
    step: Integers
    took: Integers
    incident: Integers

    @property
    def number(self) -> Numbers:
        """(n,) a number of each line."""
        return np.asarray(self.session * np.uint64(MOST_STEPS) + self.step.astype(np.uint64))

    def at(self, rows: Integers | Flags | slice) -> Lines:
        """Some of the lines."""
        return Lines(*(getattr(self, field.name)[rows] for field in fields(self)))


def together(parts: Sequence[Lines]) -> Lines:
    """The lines of all, one part after the other."""
    return Lines(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Lines)))


def written(sessions: Sessions, flows: Sequence[tuple[int, ...]], pauses: Floats, busy: Integers) -> Lines:
    """The lines of these sessions, in their order; a thread begins none before it has ended the one before.

    `pauses` is how many ms usually lie before a line of each template, `busy` until when each thread is; it is moved
    on in place.
    """
    lengths = np.array([len(flow) for flow in flows])[sessions.flow]
    first = np.cumsum(lengths) - lengths
    session = np.repeat(np.arange(len(lengths)), lengths)
    step = np.arange(lengths.sum()) - first[session]
    template = np.concatenate([np.array(flow) for flow in flows])[_offsets(flows)[sessions.flow][session] + step]
    number = sessions.number[session]
    took = _took(number, step, pauses[template] * sessions.pace[session], first[session])
    last = first + lengths - 1
    start = _queued(sessions.start, took[last] + 1, sessions.thread, busy)
    return Lines(
        start[session] + took, template, sessions.thread[session], number, step, took, sessions.incident[session]
    )


def _offsets(flows: Sequence[tuple[int, ...]]) -> Integers:
    lengths = np.array([len(flow) for flow in flows])
    return np.asarray(np.cumsum(lengths) - lengths)


def _took(session: Numbers, step: Integers, pause: Floats, first: Integers) -> Integers:
    """(n,) ms since the session's first line: pauses of half their usual length and more."""
    chance = mixed(session * np.uint64(MOST_STEPS) + step.astype(np.uint64), _PAUSES)
    even = ((chance >> np.uint64(11)) + 1.0) * 2.0**-53
    # In whole ms before they are added, so that what other sessions do cannot move a line.
    passed = np.cumsum(np.where(step > 0, pause * (0.5 - 0.5 * np.log(even)), 0.0).astype(np.int64))
    return np.asarray(passed - passed[first])


def _queued(start: Integers, lasts: Integers, thread: Integers, busy: Integers) -> Integers:
    """(m,) when each can begin: at its start, or when those before it on its thread have ended."""
    order = np.lexsort((start, thread))
    own = thread[order]
    before = np.cumsum(lasts[order]) - lasts[order]
    wanted = np.maximum(start[order], busy[own]) - before
    # What each thread wants lies above all that those before it want, so one running maximum does for all threads.
    lift = own * (int(np.ptp(wanted)) + 1 if len(wanted) else 1)
    begins = np.maximum.accumulate(wanted + lift) - lift + before
    np.maximum.at(busy, own, begins + lasts[order])
    queued = np.empty_like(start)
    queued[order] = begins
    return queued
