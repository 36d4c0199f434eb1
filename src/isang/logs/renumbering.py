"""The numbers of logs, templates and kinds of lines that a model knows, in the numbers of other logs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.logs.turn import NO_TURN, of_parts, parted
from isang.words.frame import Integers

NONE = -1  # a log that is not among them


@dataclass(frozen=True)
class Renumbering:
    """What each log (NONE: no more) and template is now, of `logs` in all; how many exceptions there were, and are now.

    The number of a kind is that of its template times how many exceptions there are, plus that of its exception; those
    below 0 are sums, and the same everywhere.
    """

    log: Integers
    logs: int
    template: Integers
    exceptions: tuple[int, int]

    def kind(self, kind: Integers) -> Integers:
        """(n,) kinds."""
        before, now = self.exceptions
        return np.where(kind < 0, kind, self.template[kind // before] * now + kind % before)

    def turn(self, turn: Integers) -> Integers:
        """(n,) turns (`turns_of`); NO_TURN for those of logs that are no more."""
        log, before, after = parted(turn)
        found = of_parts(self.log[log], self.template[before], self.template[after])
        return np.where(self.log[log] == NONE, NO_TURN, found)
