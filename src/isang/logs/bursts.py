"""Lines of a slot, or of several slots in a row, that are more than was due of them by the slots before.

Due of a kind is the share that it had of the lines of its log since it first came, or lately if that is more: what
comes more often from now on is news but once. How much counts vary (`tails`) is learnt anew at each era, from the slots
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import polars as pl

from isang.logs.tails import Dispersions, dispersion_of, due
from isang.words.frame import Floats, Integers

LONGEST = 12
_WINDOWS = (1, 3, LONGEST)  # slots
_LATELY = 96  # slots
REACH = _LATELY + max(_WINDOWS)  # slots before one that is judged are looked at one by one
_WARM_UP = 0.25  # of the slots, which are learnt from and not judged
_FEWEST_LINES = 2


def bursts(
    rows: pl.DataFrame, totals: Floats, starts: Integers, least: float = 0.0, known: Dispersions | None = None
) -> tuple[Floats, Floats]:
    """(n,) what was due of counted rows (`slots.counted`), and how far each is above, in standard deviations.

    `rows` are in the order of log, kind and slot, `totals` (logs, slots) the lines of each log, `starts` the first
    slots of the eras, `least` a share that is due anyhow. The farther of a slot and those up to it; 0 where hardly more
    came, where nothing is known of the kind, and in the first quarter. Where dispersions are `known` (`dispersions`),
    all from the first of the starts on is judged by them.
    """
    table = _Table.of(rows, totals, least)
    expected, found = table.due(1), np.zeros(len(rows))
    eras = judged_eras(starts, totals.shape[1]) if known is None else starts
    told = None if known is None else known.at(table.logs, table.kinds)
    for place, slots in enumerate(_WINDOWS):
        found = np.maximum(found, _beyond(table, slots, eras, None if told is None else told[:, place]))
    return expected, found


def dispersions(rows: pl.DataFrame, totals: Floats) -> Dispersions:
    """What is known of such rows by all of their slots."""
    table = _Table.of(rows, totals, 0.0)
    found = [table.dispersion(slots, totals.shape[1]) for slots in _WINDOWS]
    return Dispersions(table.logs, table.kinds, np.stack(found, axis=1))


@dataclass(frozen=True, eq=False)
class _Table:
    """Counted rows (n,) in the order of series (a kind of a log) and slot; `logs`, `kinds` (k,) are what these are."""

    series: Integers
    slot: Integers
    lines: Integers
    logs: Integers
    kinds: Integers
    totals: Floats
    least: float

    @classmethod
    def of(cls, rows: pl.DataFrame, totals: Floats, least: float) -> Self:
        series = rows.select(number=pl.struct("log", "kind").rle_id())["number"].to_numpy().astype(np.int64)
        log, kind, slot, lines = (rows[of].to_numpy().astype(np.int64) for of in ("log", "kind", "slot", "lines"))
        first = np.unique(series, return_index=True)[1]
        return cls(series, slot, lines, log[first], kind[first], totals, least)

    @cached_property
    def sums(self) -> Integers:
        """(n + 1,) lines of all rows before each."""
        return np.append(0, np.cumsum(self.lines))

    @cached_property
    def all_lines(self) -> Floats:
        """(logs, slots + 1) lines of each log before each slot."""
        return np.pad(np.cumsum(self.totals, axis=1), ((0, 0), (1, 0)))

    @cached_property
    def first(self) -> Integers:
        """(n,) the first row of the series of each."""
        return np.searchsorted(self.series, self.series)

    def came(self, slots: int) -> tuple[Integers, Integers]:
        """(n,) lines of so many slots up to each row, and lines before them."""
        begin = self.begin(np.maximum(self.slot - slots + 1, 0), slice(None))
        return self.sums[1:] - self.sums[begin], self.sums[begin] - self.sums[self.first]

    def due(self, slots: int, rows: Integers | slice = slice(None)) -> Floats:
        """(k,) what was due of so many slots up to each of some rows."""
        since = np.maximum(self.slot[rows] - slots + 1, 0)
        log, begin = self.logs[self.series[rows]], self.begin(since, rows)
        at, before = self.all_lines[log, since], self.sums[begin] - self.sums[self.first[rows]]
        ever = (before + 0.5) / (at - self.all_lines[log, np.minimum(self.slot[self.first[rows]], since)] + 1.0)
        lately = np.maximum(since - _LATELY, 0)
        of_late = self.sums[begin] - self.sums[self.begin(lately, rows)]
        share = np.maximum(np.maximum(ever, self.least), of_late / np.maximum(at - self.all_lines[log, lately], 1.0))
        return np.asarray(share * (self.all_lines[log, self.slot[rows] + 1] - at))

    def begin(self, slot: Integers, rows: Integers | slice) -> Integers:
        """(k,) where the rows of the series of some rows are from these slots on."""
        width = self.totals.shape[1] + 1
        return np.asarray(np.searchsorted(self.series * width + self.slot, self.series[rows] * width + slot))

    def dispersion(self, slots: int, start: int) -> Floats:
        """(k,) variance over mean of the lines of so many slots, of those before `start`."""
        early, width = self.slot < start, self.totals.shape[1]
        cell, place = np.unique(self.series[early] * width + self.slot[early] // slots, return_inverse=True)
        series, lines = cell // width, np.bincount(place, self.lines[early]).astype(np.float64)
        of_all = np.add.reduceat(self.totals[:, :start], np.arange(0, start, slots), axis=1)
        of_series = np.bincount(self.series[early], self.lines[early], minlength=len(self.logs)).astype(np.float64)
        here, of_log = of_all[self.logs[series], cell % width], of_all.sum(axis=1)[self.logs[series]]
        expected = (of_series[series] - lines + 0.5) / (of_log - here + 1.0) * here
        return dispersion_of(lines, expected, series, of_series, of_all.shape[1])


def _beyond(table: _Table, slots: int, starts: Integers, known: Floats | None) -> Floats:
    """(n,) how far the lines of so many slots are above what was due; only where they are more than twice as many."""
    came, before = table.came(slots)
    rows = np.flatnonzero(
        (came >= _FEWEST_LINES) & (before > 0) & (table.slot >= starts.min(initial=table.totals.shape[1]))
    )
    expected = table.due(slots, rows)
    rows, expected = rows[came[rows] > 2 * expected], expected[came[rows] > 2 * expected]
    found = np.zeros(len(came))
    for start, behind in pairwise([*starts.tolist(), table.totals.shape[1]]):
        own = (table.slot[rows] >= start) & (table.slot[rows] < behind)
        dispersion = (table.dispersion(slots, start) if known is None else known)[table.series[rows[own]]]
        found[rows[own]] = np.maximum(due(came[rows[own]], expected[own], dispersion).apart, 0.0)
    return found


def judged_eras(starts: Integers, slots: int) -> Integers:
    """The first slots of the eras that are judged, not only learnt from, of so many slots in all."""
    return np.asarray(starts[starts >= max(_WARM_UP * slots, _WINDOWS[-1])])
