"""Scores and flags beside what is known of the rows: what every metric is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isang.alarms import alarm_starts
from isang.words.frame import Flags, Floats, Integers

_WEEK_S = 604_800


@dataclass(frozen=True)
class Exam:
    """Rows of a grid that a detector and its threshold are examined on. All arrays are (n,), in grid order.

    `counts` marks the rows that the exam is about; the rest of the grid is only there so that neighbours are known.
    `scores` is NaN where a row was not scored; only a rule flags such a row, and an event without flags is missed.
    `event` is the number of a row's event, -1 outside. `time` is in µs, None without time. `begins` (E,) is the
    grid row at which event e itself begins: after its rows where they lead up to it. `span_s` is how much time the
    rows cover; `buffer_rows` how near an event a row may be for VUS to count it.
    """

    scores: Floats
    flagged: Flags
    event: Integers
    counts: Flags
    entity: Integers
    time: Integers | None
    begins: Integers
    span_s: float | None
    cool_down: int
    buffer_rows: int

    @property
    def positive(self) -> Flags:
        """(n,) rows of an event."""
        return np.asarray(self.event >= 0)

    @cached_property
    def events(self) -> Integers:
        """(e,) the numbers of the events that have rows here."""
        return np.unique(self.event[self.positive & self.counts])

    @cached_property
    def raised(self) -> Flags:
        """(n,) flagged rows that count."""
        return np.asarray(self.flagged & self.counts)

    @cached_property
    def caught(self) -> Integers:
        """(c,) the numbers of the events with a flagged row."""
        return np.unique(self.event[self.raised & self.positive])

    @cached_property
    def alarms(self) -> tuple[Integers, Flags]:
        """(a,) the rows at which alarms are raised, and whether a row of an event belongs to them."""
        rows = np.flatnonzero(self.raised)
        starts = alarm_starts(rows, self.entity[rows], self.cool_down)
        if not len(rows):
            return rows, np.empty(0, dtype=np.bool_)
        return rows[starts], np.logical_or.reduceat(self.positive[rows], starts)

    @property
    def false_alarms(self) -> int:
        """Alarms without a row of an event."""
        return int(np.sum(~self.alarms[1]))

    @property
    def weeks(self) -> float | None:
        """How much time the rows cover."""
        return self.span_s / _WEEK_S if self.span_s else None
