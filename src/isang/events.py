"""Labelled periods laid on a grid: which rows belong to an event, and which count neither way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from isang.errors import UsageError
from isang.words.amounts import Span
from isang.words.frame import ALL, Entity, Flags, Floats, Grid, Integers

Kind = Literal["anomaly", "planned", "ignore"]


@dataclass(frozen=True)
class Period:
    """A stretch of time of which something is known; `start` and `end` (included) in µs, or row numbers from 0.

    `keys` names the entity by some or all of its keys; `{}` is every entity.
    """

    start: int
    end: int
    kind: Kind = "anomaly"
    keys: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Truth:
    """What is known of the rows of a grid.

    `event` (n,) is the number of the event that a row belongs to, -1 outside. `left_out` (n,) marks rows that are
    neither usual nor an event: planned work, rows without a label, the recovery after an event, and with a lead the
    event itself. `first` and `last` (E,) are the grid rows at which each event itself begins and ends. `ignored` (n,)
    rows are not to be judged; `planned` are the rows of each planned work, with its note. `lost` further events lay
    wholly in rows that are left out or absent.
    """

    event: Integers
    left_out: Flags
    first: Integers
    last: Integers
    ignored: Flags
    planned: tuple[tuple[Flags, str], ...] = ()
    lost: int = 0

    @property
    def unmarked(self) -> int:
        """How many events mark no row: with a lead those that have none before them."""
        return len(self.first) - len(np.unique(self.event[self.event >= 0]))

    @property
    def usual(self) -> Flags:
        """(n,) rows that nothing is said against."""
        return np.asarray((self.event < 0) & ~self.left_out)

    def planned_in(self, rows: Integers) -> str | None:
        """The note of the planned work that holds at least half of these rows, None where there is none."""
        return next((note for flags, note in self.planned if 2 * flags[rows].sum() >= len(rows)), None)

    def reached(self, rows: Integers) -> Integers:
        """The grid rows at which the events that these rows touch begin."""
        touched = np.unique(self.event[rows])
        return self.first[touched[touched >= 0]]

    def within(self, rows: Flags) -> Integers:
        """(n,) event numbers in these rows where they count, -1 elsewhere."""
        return np.where(rows & ~self.left_out, self.event, -1)


@dataclass(frozen=True)
class Known:
    """What a user knows of a frame: (m,) rows of an event and rows without a label, and periods.

    With a `lead` an event marks the rows before it instead of its own; what lies within `recovery` after an event
    counts neither way.
    """

    positive: Flags | None = None
    unlabelled: Flags | None = None
    periods: tuple[Period, ...] = ()
    lead: Span | None = None
    recovery: Span | None = None

    def on(self, grid: Grid, keys: Sequence[str], entities: Sequence[Entity]) -> Truth:
        """The same as a truth about the rows of this grid, whose entities have these names."""
        event = _runs(_on_grid(self.positive, grid), grid)
        left_out = _on_grid(self.unlabelled, grid) & (event < 0)
        absent, ignored, planned = 0, np.zeros(len(event), dtype=np.bool_), list[tuple[Flags, str]]()
        for period in self.periods:
            rows = rows_in(period, grid, keys, entities)
            if period.kind == "anomaly":
                absent += not rows.any() and period.start <= grid.time.max() and period.end >= grid.time.min()
                event[rows & (event < 0)] = event.max(initial=-1) + 1
            elif period.kind == "ignore":
                ignored |= rows
            else:
                planned.append((rows, period.note))
        left_out = np.any([left_out, ignored, *(rows for rows, _ in planned)], axis=0)
        truth = _numbered(np.where(left_out, -1, event), left_out, grid)
        lost = len(np.unique(event[event >= 0])) - len(truth.first) + int(absent)
        truth = replace(truth, ignored=ignored, planned=tuple(planned), lost=lost)
        if self.recovery:
            truth = _with_recovery(truth, grid, self.recovery)
        return _with_lead(truth, grid, self.lead) if self.lead else truth


def rows_in(period: Period, grid: Grid, keys: Sequence[str], entities: Sequence[Entity]) -> Flags:
    """(n,) the rows of the frame whose slot of the grid touches the period."""
    mine = [number for number, entity in enumerate(entities) if _concerns(period, dict(zip(keys, entity, strict=True)))]
    touched, slot = np.zeros(len(grid.X), dtype=np.bool_), (grid.step_us or 1) - 1
    stretches = grid.stretches
    for first, last in (stretches[number] for number in mine if number < len(stretches)):
        time = grid.time[first:last]  # in order within an entity
        begin, end = np.searchsorted(time, [period.start - slot, period.end + 1])
        touched[first + begin : first + end] = True
    return touched & grid.present


def _concerns(period: Period, entity: Mapping[str, str]) -> bool:
    """Whether the entity has the keys of the period, or is a scope that they belong to."""
    return all(entity.get(key) in (name, ALL) for key, name in period.keys.items())


def uncut(moment: int, truth: Truth, grid: Grid) -> int:
    """A time to cut the grid at, moved back to before the events (their lead with them) that it would cut in two."""
    first, last = _extents(truth)
    begins, ends = grid.time[first], grid.time[last]
    while (cut := begins[(begins < moment) & (ends >= moment)]).size:
        moment = int(cut.min())
    return moment


def _extents(truth: Truth) -> tuple[Integers, Integers]:
    """First and last grid row of each event, its lead included."""
    first = truth.first.copy()
    rows = np.flatnonzero(truth.event >= 0)
    np.minimum.at(first, truth.event[rows], rows)
    return first, truth.last


def _on_grid(rows: Flags | None, grid: Grid) -> Flags:
    """(m,) flags of the frame's rows as (n,) flags of the grid's."""
    flags = np.zeros(len(grid.X), dtype=np.bool_)
    if rows is not None:
        flags[grid.position[rows]] = True
    return flags


def _runs(positive: Flags, grid: Grid) -> Integers:
    """(n,) number of each run of positive rows of one entity; absent slots end no run."""
    present = np.flatnonzero(grid.present)
    inside, entity = positive[present], grid.entity[present]
    begins = inside & ~(np.append(False, inside[:-1]) & (np.diff(entity, prepend=entity[:1]) == 0))
    event = np.full(len(positive), -1, dtype=np.int64)
    event[present] = np.where(inside, np.cumsum(begins) - 1, -1)
    return event


def _numbered(event: Integers, left_out: Flags, grid: Grid) -> Truth:
    """A truth whose events, numbered from 0, all have rows; those of an event may belong to several entities."""
    rows = np.flatnonzero(event >= 0)
    rows = rows[np.argsort(grid.time[rows], kind="stable")]
    names, number = np.unique(event[rows], return_inverse=True)
    event = np.full(len(event), -1, dtype=np.int64)
    event[rows] = number
    last = np.empty(len(names), dtype=np.int64)
    last[number] = rows  # the latest of them stays
    return Truth(
        event, left_out, rows[np.unique(number, return_index=True)[1]], last, np.zeros(len(event), dtype=np.bool_)
    )


def _with_recovery(truth: Truth, grid: Grid, recovery: Span) -> Truth:
    """Rows within the span after an event's last row count neither way, unless another event holds them."""
    present = np.flatnonzero(grid.present)
    left_out = truth.left_out.copy()
    for last in truth.last:
        after = present[np.searchsorted(present, last, side="right") :]
        after = after[grid.entity[after] == grid.entity[last]]
        left_out[_near(after, last, grid, recovery)] = True
    return replace(truth, left_out=left_out & (truth.event < 0))


def _with_lead(truth: Truth, grid: Grid, lead: Span) -> Truth:
    """Each event marks the rows within the span before it, up to a gap, and its own rows are left out.

    An event without such a row marks none.
    """
    present = grid.present
    marked = np.full(len(truth.event), -1, dtype=np.int64)
    for number, first in enumerate(truth.first):
        usable = present & (truth.event < 0) & ~truth.left_out & (grid.entity == grid.entity[first])
        walls = np.flatnonzero(~usable[:first])
        before = np.arange(walls[-1] + 1 if len(walls) else 0, first)
        marked[_near(before[::-1], first, grid, lead)] = number
    return replace(truth, event=marked, left_out=truth.left_out | (truth.event >= 0))


def _near(rows: Integers, row: int, grid: Grid, span: Span) -> Integers:
    """Those of the `rows`, nearest first, that lie within the span from `row`."""
    if span.rows is not None:
        return rows[: span.rows]
    if grid.clock is None:
        raise UsageError(
            f"a span of {span.seconds:g} s needs a time column; without one write a number of rows: 2rows."
        )
    apart: Floats = np.abs(grid.time[rows] - grid.time[row]) / 1e6
    return rows[apart <= (span.seconds or 0.0)]
