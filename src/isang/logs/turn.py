"""From one line to the next within a thread or session, as one number: the log, the template before, the template."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Flags, Integers

_MOST = 1 << 16  # templates: more than are ever learnt
NO_TURN = -1


def turns_of(log: Integers, template: Integers, wall: Flags) -> Integers:
    """(m - 1,) a number for each log, template and template before it, of lines (m,) in sequence; NO_TURN at walls.

    What follows across two stretches is not seen.
    """
    turn = of_parts(log[1:], template[:-1], template[1:])
    turn[wall[:-1] | wall[1:]] = NO_TURN
    return np.asarray(turn, dtype=np.int64)


def parted(turn: Integers) -> tuple[Integers, Integers, Integers]:
    """(n,) the log, the template before and the template of turns."""
    return turn // _MOST**2, turn // _MOST % _MOST, turn % _MOST


def of_parts(log: Integers, before: Integers, after: Integers) -> Integers:
    """(n,) the turns of these parts."""
    return (log * _MOST + before) * _MOST + after
