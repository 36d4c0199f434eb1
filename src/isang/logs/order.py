"""Which lines come out of their usual order: those whose score only one in a thousand lines of their template has.

Lines of a template that follow each other at random are surprising all the time, those of a fixed sequence never are;
so each template is held against itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import Flags, Integers

Scores = NDArray[np.floating[Any]]
Limits = NDArray[np.int16]
_ODD = 1e-3
_STEP, _HALF = 0.01, 800  # of the logarithms of scores, of whatever unit, above and below 0
NEVER = 2 * _HALF  # the limit of templates with too few lines: beyond all bins


def limits_of(template: NDArray[Any], score: Scores, templates: int) -> Limits:
    """(templates,) the bin of scores from which on a line is odd, by usual lines (n,); NaN is no score."""
    found, known = np.full(templates, NEVER, dtype=np.int16), ~np.isnan(score)
    cell, lines = np.unique(template[known].astype(np.int64) * NEVER - _bins(score[known]), return_counts=True)
    of = -(-cell // NEVER)  # highest scores first
    starts = np.flatnonzero(np.diff(of, prepend=-1) != 0)
    above = np.cumsum(lines)
    before = np.repeat(above[starts] - lines[starts], np.diff(np.append(starts, len(of))))
    total = np.repeat(np.add.reduceat(lines, starts) if len(starts) else lines, np.diff(np.append(starts, len(of))))
    usual = np.flatnonzero((above - before > total * _ODD) & (total * _ODD >= 1))
    first = usual[np.diff(of[usual], prepend=-1) != 0]
    found[of[first]] = of[first] * NEVER - cell[first] + 1
    return found


def odd(template: NDArray[Any], score: Scores, limits: Limits) -> Flags:
    """(n,) which lines are odd; those without a score are not."""
    known = ~np.isnan(score)
    found: NDArray[np.bool_] = np.zeros(len(template), dtype=np.bool_)
    found[known] = _bins(score[known]) >= limits[template[known]]
    return found


def _bins(score: Scores) -> Integers:
    size = np.log1p(np.abs(score.astype(np.float64))) / _STEP
    return np.asarray(np.clip(_HALF + np.sign(score) * size, 0, NEVER - 1), dtype=np.int64)
