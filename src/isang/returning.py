"""The way back to what was usual before an incident: its end, and no news."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isang.judgement import Judgement
from isang.words.frame import Integers

_ROWS = 3  # so many in a row, most of them: a single day proves nothing
_WEEKS = 3  # before it, of whose like times the median is what was usual
_WEEK_US = 7 * 86_400_000_000


def returns_of(judgement: Judgement, groups: Sequence[Integers]) -> dict[int, int]:
    """The first row of each group → the row of its entity from which on values were again what was usual before it.

    A group whose values never went back stands for a new level, and has none.
    """
    found = {int(rows[0]): _return(judgement, rows) for rows in groups}
    return {first: row for first, row in found.items() if row is not None}


def way_back(judgement: Judgement, groups: Sequence[Integers], returns: dict[int, int]) -> list[Integers]:
    """The groups without those that only lead back, from an earlier group of the entity, to what was usual before."""
    grid, kept = judgement.verdicts.grid, list[Integers]()
    for rows in groups:
        before = kept[-1] if kept and grid.entity[kept[-1][0]] == grid.entity[rows[0]] else None
        back = None if before is None else returns.get(int(before[0]))
        ends = back is not None and abs(back - rows[0]) <= _ROWS
        if before is None or not ends or judgement.moved(rows) * judgement.moved(before) > 0:
            kept.append(rows)
    return kept


def _return(judgement: Judgement, rows: Integers) -> int | None:
    grid, first, last = judgement.verdicts.grid, int(rows[0]), int(rows[-1])
    week = _WEEK_US // grid.step_us if grid.step_us else 1
    begin, behind = grid.stretches[int(grid.entity[first])]
    if grid.lower is None or grid.upper is None or first - (_WEEKS + 1) * week < begin or behind - last <= _ROWS:
        return None
    later = np.arange(last + 1, behind)
    latest = later - (1 + (later - first) // week) * week  # of the like times before it began
    usual = np.median(grid.X[latest[:, None] - week * np.arange(_WEEKS), 0], axis=1)
    inside = np.abs(grid.X[later, 0] - usual) <= grid.upper[first, 0] - grid.lower[first, 0]
    steady = inside[: 1 - _ROWS] & (np.convolve(inside, np.ones(_ROWS), "valid") > _ROWS / 2)
    return last + 1 + int(np.argmax(steady)) if steady.any() else None
