"""Lines of a slot, or of several slots in a row, that are more than was due of them by the slots before.

Due of a kind is the share that it had of the lines of its log since it first came, or lately if that is more: what
comes more often from now on is news but once. How much its counts vary (`tails`) is learnt anew at each era, from the
slots before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.logs.tails import dispersion_of, dispersion_of_all, due
from isang.words.frame import Floats, Integers

_WINDOWS = (1, 3, 12)  # slots
_SILENT = (3, 6)
_LATELY = 96  # slots
_WARM_UP = 0.25  # of the slots, which are learnt from and not judged
_FEWEST_LINES = 2


def bursts(rows: pl.DataFrame, totals: Floats, starts: Integers) -> tuple[Floats, Floats]:
    """(n,) what was due of each row of counted rows (`slots.counted`), and how far it is above, in standard deviations.

    `totals` (logs, slots) are the lines of each log, `starts` the first slots of the eras. The farther of a slot and
    those up to it; 0 where fewer came, where nothing is known of the kind, and at the beginning.
    """
    table = _Table.of(rows, totals)
    found = [_beyond(table, slots, _judging(starts, totals)) for slots in _WINDOWS]
    return table.windows(1)[1], np.max(found, axis=0)


@dataclass(frozen=True, eq=False)
class _Table:
    """Counted rows in the order of series (one kind of a log) and slot; (k,) the log of each series."""

    series: Integers
    slot: Integers
    lines: Integers
    logs: Integers
    totals: Floats

    @classmethod
    def of(cls, rows: pl.DataFrame, totals: Floats) -> _Table:
        """Of rows that are in the order of log, kind and slot."""
        kind = rows.select(number=pl.struct("log", "kind").rle_id())["number"].to_numpy().astype(np.int64)
        log, slot, lines = (rows[name].to_numpy().astype(np.int64) for name in ("log", "slot", "lines"))
        return cls(kind, slot, lines, log[np.unique(kind, return_index=True)[1]], totals)

    def windows(self, slots: int) -> tuple[Floats, Floats, Floats]:
        """(n,) lines of so many slots up to each, what was due of them, and how many came before."""
        since = np.maximum(self.slot - slots + 1, 0)
        first = np.searchsorted(self.series, self.series)
        before, in_all = self._between(np.minimum(self.slot[first], since), since)
        lately, in_all_lately = self._between(np.maximum(since - _LATELY, 0), since)
        came, here = self._between(since, self.slot + 1)
        share = np.maximum((before + 0.5) / (in_all + 1.0), lately / np.maximum(in_all_lately, 1.0))
        return came, share * here, before

    def _between(self, begin: Integers, behind: Integers) -> tuple[Floats, Floats]:
        """(n,) lines of the series of each row in the slots [begin, behind), and those of its log."""
        width, log = self.totals.shape[1] + 1, self.logs[self.series]
        sums, place = np.append(0.0, np.cumsum(self.lines)), self.series * width
        at = [sums[np.searchsorted(place + self.slot, place + edge)] for edge in (begin, behind)]
        of_log = np.pad(np.cumsum(self.totals, axis=1), ((0, 0), (1, 0)))
        return at[1] - at[0], of_log[log, behind] - of_log[log, begin]

    def dispersion(self, slots: int, start: int) -> Floats:
        """(k,) variance over mean of the lines of so many slots, of those before `start`."""
        early, width = self.slot < start, self.totals.shape[1]
        cell, place = np.unique(self.series[early] * width + self.slot[early] // slots, return_inverse=True)
        series, lines = cell // width, np.bincount(place, self.lines[early])
        of_all = np.add.reduceat(self.totals[:, :start], np.arange(0, start, slots), axis=1)
        of_series = np.bincount(self.series[early], self.lines[early], minlength=len(self.logs))
        here, of_log = of_all[self.logs[series], cell % width], of_all.sum(axis=1)[self.logs[series]]
        expected = (of_series[series] - lines + 0.5) / (of_log - here + 1.0) * here
        return dispersion_of(lines, expected, series, of_series, of_all.shape[1])


def _judging(starts: Integers, totals: Floats) -> Integers:
    """The eras that are judged."""
    return starts[starts >= _WARM_UP * totals.shape[1]]


def _beyond(table: _Table, slots: int, starts: Integers) -> Floats:
    """(n,) how far the lines of so many slots are above what was due; only where they are more than twice as many."""
    came, wanted, before = table.windows(slots)
    looked_at = (came >= _FEWEST_LINES) & (came > 2 * wanted) & (before > 0)
    found, edges = np.zeros(len(came)), [*starts.tolist(), table.totals.shape[1]]
    for start, behind in zip(edges[:-1], edges[1:], strict=True):
        own = np.flatnonzero(looked_at & (table.slot >= start) & (table.slot < behind))
        dispersion = table.dispersion(slots, start)[table.series[own]]
        found[own] = np.maximum(due(came[own], wanted[own], dispersion).apart, 0.0)
    return found


def silences(totals: Floats, expected: Floats, starts: Integers) -> Floats:
    """(logs, slots) how far below what was due the lines of some slots up to each are, 0 where they are more.

    `expected` (logs, slots) is by the slots before each: that of the first counts for all of them.
    """
    found = np.zeros(totals.shape)
    for slots in _SILENT:
        came = np.lib.stride_tricks.sliding_window_view(totals, slots, axis=1).sum(axis=2)
        wanted = slots * expected[:, : came.shape[1]]
        edges = [*(_judging(starts, totals) - slots + 1).tolist(), came.shape[1]]
        for start, behind in zip(edges[:-1], edges[1:], strict=True):
            era = slice(start, behind)
            dispersion = np.maximum(dispersion_of_all(came[:, :start], wanted[:, :start]), 1.0)
            apart = due(came[:, era].ravel(), wanted[:, era].ravel(), np.repeat(dispersion, behind - start)).apart
            own = found[:, start + slots - 1 : behind + slots - 1]
            np.maximum(own, -apart.reshape(own.shape), out=own)
    return found
