"""Whole sessions of logs: how often each template came in them, in as little memory as they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isang.log_parts import Clock, Part, parts_of
from isang.log_records import NO_KEY, LogRecords
from isang.words.frame import Flags, Floats, Integers

_MOST_DIFFERENT, _MOST_CELLS = 2_000, 20_000_000  # count vectors: with more, sessions do not repeat
_NEVER = np.iinfo(np.int64).min
# SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
_FACTORS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_SHIFTS = (30, 27, 31)


@dataclass(frozen=True, eq=False)
class Ended:
    """Sessions (m,): log, slot and era in which each ends, the number of its last record, which of the `counts` it has.

    `counts` (k, templates + 1) are the different ones; the last column counts lines of unknown templates.
    """

    log: Integers
    slot: Integers
    era: Integers
    record: Integers
    which: Integers
    counts: Floats


def ended(records: LogRecords, clock: Clock, heard: Integers, known: int) -> Ended:
    """The sessions of logs, in the order in which they begin; none where nobody said what one is, or hardly two agree.

    Those that begin in the first slot of their log or end in the last are left out: they may be cut off. `heard`
    (templates,) are the numbers that templates are counted under, from `known` on as unknown ones.
    """
    last, sums = _summed(records, clock, heard) if records.in_sessions else ({}, np.zeros(0, dtype=np.uint64))
    there = np.flatnonzero(_whole(last)) if last else np.zeros(0, dtype=np.int64)
    different, first, which = np.unique(sums[there], return_index=True, return_inverse=True)
    if len(different) > min(_MOST_DIFFERENT, _MOST_CELLS // (known + 1), len(there) // 2):
        there = there[:0]
    if not len(there):
        none = np.zeros(0, dtype=np.int64)
        return Ended(none, none, none, none, none, np.zeros((0, known + 1)))
    row = np.full(len(sums), -1)
    row[there[first]] = np.arange(len(different))
    counts = _counts(records, clock, row, np.minimum(heard, known), (len(different), known + 1))
    log, slot, era, record = (last[name][there] for name in ("log", "slot", "era", "record"))
    return Ended(log, slot, era, record, which, counts)


def _summed(records: LogRecords, clock: Clock, heard: Integers) -> tuple[dict[str, Integers], NDArray[np.uint64]]:
    """Of each session: when it began and where it ended; the sum of a number for each line, told by its template alone.

    So sessions of the same counts have one sum, and others hardly ever: 64 bits stand for a row of the table.
    """
    sessions = 1 + max((int(part.key.max(initial=-1)) for _, part in _in_sessions(records, clock)), default=-1)
    last = {name: np.full(sessions, _NEVER) for name in ("time", "log", "slot", "era", "record")}
    last["begin"], sums, numbers = np.full(sessions, -_NEVER - 1), np.zeros(sessions, dtype=np.uint64), _numbers(heard)
    for record, part in _in_sessions(records, clock):
        np.add.at(sums, part.key, numbers[part.template])
        np.minimum.at(last["begin"], part.key, part.slot)
        order, line = np.argsort(part.time, kind="stable"), np.full(sessions, -1)
        line[part.key[order]] = order
        here = np.flatnonzero(line >= 0)
        here = here[part.time[line[here]] >= last["time"][here]]
        told = {"time": part.time, "log": part.log, "slot": part.slot, "era": part.era, "record": record}
        for name, values in told.items():
            last[name][here] = values[line[here]]
    return last, sums


def _whole(last: dict[str, Integers]) -> Flags:
    """(sessions,) those that begin after the first slot of their log and end before the last."""
    log, found = last["log"], last["time"] > _NEVER
    for one in np.unique(log[found]).tolist():
        mine = found & (log == one)
        found[mine] = (last["begin"][mine] > last["begin"][mine].min()) & (
            last["slot"][mine] < last["slot"][mine].max()
        )
    return found


def _counts(records: LogRecords, clock: Clock, row: Integers, template: Integers, shape: tuple[int, int]) -> Floats:
    """Lines of each template in the sessions that have a row."""
    counts = np.zeros(shape)
    for _, part in _in_sessions(records, clock):
        mine = np.flatnonzero(row[part.key] >= 0)
        np.add.at(counts, (row[part.key[mine]], template[part.template[mine]]), 1.0)
    return counts


def _in_sessions(records: LogRecords, clock: Clock) -> Iterator[tuple[Integers, Part]]:
    """The records that have a session and a time: their numbers, and what they are."""
    for part in parts_of(records, clock):
        mine = np.flatnonzero((part.key != NO_KEY) & (part.slot >= 0))
        columns = (part.log, part.template, part.kind, part.key, part.time, part.level, part.slot, part.era)
        yield part.first + mine, Part(part.first, *(column[mine] for column in columns))


def _numbers(heard: Integers) -> NDArray[np.uint64]:
    """(templates,) a number for each as if at random, and always the same."""
    golden, *factors = (np.uint64(factor) for factor in _FACTORS)
    found = (heard.astype(np.uint64) + np.uint64(1)) * golden
    for shift, factor in zip(_SHIFTS, (*factors, np.uint64(1)), strict=True):
        found = (found ^ (found >> np.uint64(shift))) * factor
    return np.asarray(found)
