"""What lines tell by those that they follow in their thread or session: turns that never came before, late lines."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.log_parts import Part
from isang.logs.before import Before
from isang.logs.pauses import Pauses, UsualPauses
from isang.logs.summed import LATE, as_kind
from isang.logs.turn import NO_TURN, turns_of
from isang.logs.turns import Turns
from isang.words.frame import Integers


class Company:
    """Learns stretch by stretch, in the order of time within each log: each is judged by those before it.

    Pauses are judged by what came `before` alone where a model tells it.
    """

    def __init__(self, before: Before | None) -> None:
        self.turns = Turns(before.turns if before else ())
        self._usual = before.pauses if before else None
        self._pauses = Pauses()
        self._late = [pl.DataFrame(schema={name: pl.Int64 for name in ("log", "slot", "record")})]

    def add(self, part: Part, rows: Integers) -> None:
        """Rows (m,) of a part in sequence, -1 at walls."""
        turn, row = turns_of(part.log[rows], part.template[rows], rows < 0), rows[1:]
        turn[(part.slot[rows[:-1]] < 0) | (part.slot[row] < 0)] = NO_TURN
        pause = np.diff(part.time[rows])
        late = row[self.usual().late(turn, pause)]
        self._late.append(pl.DataFrame({"log": part.log[late], "slot": part.slot[late], "record": part.first + late}))
        self._pauses.add(turn, pause)
        self.turns.add(turn, part.slot[row], part.first + row)

    def usual(self) -> UsualPauses:
        """What is known of pauses so far."""
        return self._usual or self._pauses.usual()

    def late(self) -> pl.DataFrame:
        """The late lines of each log and slot, as counted rows (`slots.counted`)."""
        return as_kind(pl.concat(self._late).with_columns(lines=pl.lit(1, pl.Int64)), LATE)
