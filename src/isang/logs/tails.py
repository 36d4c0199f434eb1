"""How far counts of log lines are from what was due: negative binomial, whose variance is `dispersion` × mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, norm, poisson

from isang.words.frame import Floats, Integers

NO_CHANCE = 1.001  # dispersions up to here are Poisson's
_STEERS_NO_MORE = 0.01  # of the slots of a kind: those farthest off say nothing of its dispersion
_LEAST_P = 1e-300


@dataclass(frozen=True)
class Due:
    """(n,) lines that came, were due, their usual spread, how far apart they are in standard deviations (signed)."""

    lines: Floats
    expected: Floats
    spread: Floats
    apart: Floats


def due(lines: Floats, expected: Floats, dispersion: Floats) -> Due:
    """Lines (n,) beside what was due of them."""
    more, less = _tails(lines, expected, dispersion)
    up, down = (norm.isf(np.clip(p, _LEAST_P, 1.0)) for p in (more, less))
    return Due(lines, expected, np.sqrt(dispersion * expected), np.where(up > down, up, -down))


def dispersion_of(lines: Floats, expected: Floats, series: Integers, of_series: Floats, slots: int) -> Floats:
    """(k,) variance over mean of the lines of a slot, but for those farthest off, which may be what is sought.

    `lines`, `expected`, `series` (n,) are of the slots in which lines of one of `k` series came, `of_series` (k,)
    all lines of each.
    """
    more = (lines - expected) ** 2 / expected - expected  # than a slot without a line has
    count = np.bincount(series, minlength=len(of_series))
    order = np.lexsort((more, series))
    rank = np.empty(len(lines), dtype=np.int64)
    rank[order] = np.arange(len(lines)) - np.repeat(np.cumsum(count) - count, count)
    usual = rank < (count - np.ceil(_STEERS_NO_MORE * count))[series]
    squares = np.bincount(series[usual], more[usual], minlength=len(of_series)) + of_series
    return np.asarray(np.maximum(squares / slots, 1.0))


def dispersion_of_all(lines: Floats, expected: Floats) -> Floats:
    """(k,) the same of counts (k, slots) in every slot."""
    off = np.sort((lines - expected) ** 2 / np.maximum(expected, 0.5), axis=1)
    return np.asarray(off[:, : max(1, int((1 - _STEERS_NO_MORE) * off.shape[1]))].mean(axis=1))


def _tails(lines: Floats, expected: Floats, dispersion: Floats) -> tuple[Floats, Floats]:
    """The chances of so many lines or more, and of so many or less."""
    wide = dispersion > NO_CHANCE
    size = expected / (np.where(wide, dispersion, 2.0) - 1.0)
    p = 1.0 / np.where(wide, dispersion, 2.0)
    more = np.where(wide, nbinom.sf(lines - 1, size, p), poisson.sf(lines - 1, expected))
    less = np.where(wide, nbinom.cdf(lines, size, p), poisson.cdf(lines, expected))
    return more, less
