"""The time of logs cut into eras, and which of them are judged by what was learnt from which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.words.frame import Integers

_SHARES = (1 / 32, 1 / 16, *(eighth / 8 for eighth in range(1, 8)))


@dataclass(frozen=True)
class Lesson:
    """Numbers of the eras that are learnt from, and of those that are judged by it."""

    learns: tuple[int, ...]
    judges: tuple[int, ...]


def starts_of(slots: int) -> Integers:
    """The first slot of each era but the first; the early ones are shorter, so that little is judged by nothing."""
    found = np.unique(np.ceil(np.array(_SHARES) * slots).astype(np.int64))
    return found[(found > 0) & (found < slots)]


def in_hindsight(eras: int) -> list[Lesson]:
    """The even eras judged by the odd ones, the odd by the even: nothing by itself."""
    even, odd = tuple(range(0, eras, 2)), tuple(range(1, eras, 2))
    return [Lesson(odd, even), Lesson(even, odd)] if odd else [Lesson((), even)]


def in_turn(eras: int) -> list[Lesson]:
    """Each era judged by all before it; the last lesson, of all of them, is for later logs."""
    return [Lesson(tuple(range(era)), (era,)) for era in range(eras)] + [Lesson(tuple(range(eras)), ())]
