"""Records counted by kind and slot of time, chunk by chunk, in slots so long that memory holds the rows."""

from __future__ import annotations

import polars as pl

from isang.logs import slots
from isang.words.frame import Flags, Floats, Integers


class Counting:
    """Slots are `step` µs long and counted from `base` steps on; both change where there are more than `most_rows`.

    They become the shortest usual ones in which there are so many rows at most. None: there may be any number.
    """

    def __init__(self, base: int, step: int, most_rows: int | None) -> None:
        self.base = base
        self.step = step
        self._most_rows = most_rows
        self._parts: list[pl.DataFrame] = []

    def add(self, log: Integers, kind: Integers, time: Integers, score: Floats, odd: Flags, record: Integers) -> None:
        """Some more records (n,), as `slots.counted` takes them; times in µs."""
        self._parts.append(slots.counted(log, kind, time // self.step - self.base, score, odd, record))
        if self._most_rows is not None and sum(map(len, self._parts)) > self._most_rows:
            self._parts = [self._within(slots.together(self._parts), self._most_rows)]

    def rows(self) -> pl.DataFrame:
        """A row for each log, kind and slot."""
        return slots.together(self._parts)

    def _within(self, rows: pl.DataFrame, most_rows: int) -> pl.DataFrame:
        for seconds in slots.STEPS_S:
            if len(rows) > most_rows and seconds * 1_000_000 > self.step:
                rows = self._in_slots_of(rows, seconds * 1_000_000)
        return rows

    def _in_slots_of(self, rows: pl.DataFrame, step: int) -> pl.DataFrame:
        times = step // self.step
        slot, base = (pl.col("slot") + self.base) // times, self.base // times
        self.base, self.step = base, step
        return slots.together([rows.with_columns(slot - base)])
