"""Where faults go: at random, apart from each other, and where nothing is flagged already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from isang.synthetic.faults import Fault
from isang.trials.part import Part
from isang.words.frame import Flags, Integers

ANY = -1  # column
_MOST_ROUNDS = 200
_ENTITIES_TRIED = 20


def rounds(
    wanted: Sequence[Fault], part: Part, quiet: Flags, apart: int, random: np.random.Generator
) -> Iterator[list[Fault]]:
    """The wanted faults with their entity, row and (where it is `ANY`) column, in each round those that find room.

    `row` counts among the entity's own rows of the part. `quiet` (n,) are the rows that may be changed; `apart` rows
    lie between the end of a fault and the next one. What finds no room anywhere is left out.
    """
    left = list(wanted)
    for _ in range(_MOST_ROUNDS):
        for between in (_between(left, part, apart), 0):
            room = _Room(part, quiet, apart, between, random)
            placed = [room.place(fault) for fault in left]
            if any(placed):
                break
        else:
            return
        yield [fault for fault in placed if fault is not None]
        left = [fault for fault, there in zip(left, placed, strict=True) if there is None]


def _between(faults: Sequence[Fault], part: Part, apart: int) -> int:
    """How many more rows there are for each fault than it takes, so that few of them spread over the whole part."""
    spare = sum(map(len, part.own)) - sum((fault.rows or 1) + apart for fault in faults)
    return max(spare // max(len(faults), 1), apart // 2)


class _Room:
    """What room is left in one round."""

    def __init__(self, part: Part, quiet: Flags, apart: int, between: int, random: np.random.Generator) -> None:
        self._part, self._quiet, self._random = part, quiet, random
        self._apart, self._between = apart, between
        self._next = {at: int(random.integers(between + 1)) for at, rows in enumerate(part.own) if len(rows)}
        self._blocked: dict[int, Integers] = {}
        self._too_long = len(part.time) + 1  # rows that have found no room: nothing longer will

    def place(self, fault: Fault) -> Fault | None:
        """The fault at the next free place of some entity, or None."""
        rows, everywhere = fault.rows or 1, True
        if rows >= self._too_long:
            return None
        entities = self._random.permutation(np.array(list(self._next), dtype=np.int64))[:_ENTITIES_TRIED]
        for entity in map(int, entities):
            columns = self._columns(fault, entity)
            everywhere &= len(columns) > 0
            row = self._free(entity, rows) if len(columns) else None
            if row is not None:
                beyond = self._apart + int(self._random.integers(2 * self._between + 1))
                self._next[entity] = row + rows + beyond
                return replace(fault, entity=entity, column=int(self._random.choice(columns)), row=row)
        if everywhere:
            self._too_long = rows
        return None

    def _columns(self, fault: Fault, entity: int) -> Integers:
        """Those of the entity in which such a fault can be."""
        part = self._part
        varying = np.isfinite(part.spread[entity])
        columns = np.flatnonzero(varying & part.coupled[entity] if fault.kind == "decoupled" else varying)
        return columns if fault.column == ANY else columns[columns == fault.column]

    def _free(self, entity: int, rows: int) -> int | None:
        """The first row from which on so many are quiet."""
        own = self._part.own[entity]
        if entity not in self._blocked:
            self._blocked[entity] = np.flatnonzero(~self._quiet[own])
        blocked, row = self._blocked[entity], self._next[entity]
        while row + rows <= len(own):
            in_the_way = blocked[np.searchsorted(blocked, row) : np.searchsorted(blocked, row + rows)]
            if not len(in_the_way):
                return row
            row = int(in_the_way[-1]) + 1
        return None
