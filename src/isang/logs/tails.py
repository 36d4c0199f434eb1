"""How far counts of log lines are from what was due: negative binomial, whose variance is `dispersion` × mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
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


@dataclass(frozen=True, eq=False)
class Dispersions:
    """Those of kinds (k,) of logs: `of` (k, m), of their lines in m numbers of slots."""

    log: NDArray[np.int64]
    kind: NDArray[np.int64]
    of: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.of.ndim != 2 or not self.log.shape == self.kind.shape == self.of.shape[:1] or np.any(self.of < 1):
            raise ValueError("the dispersions of kinds of lines are not one for each, from 1 on.")

    @classmethod
    def largest(cls, log: Integers, kind: Integers, of: Floats) -> Self:
        """Where several came of one kind, the largest."""
        kinds, place = np.unique(np.stack([log, kind], axis=1), axis=0, return_inverse=True)
        found = np.ones((len(kinds), of.shape[1]))
        np.maximum.at(found, place.ravel(), of)
        return cls(kinds[:, 0], kinds[:, 1], found)

    def at(self, log: Integers, kind: Integers) -> Floats:
        """(n, m) those of some kinds; 1, which is Poisson's, where nothing is known."""
        known = pl.DataFrame({"log": self.log, "kind": self.kind}).with_row_index("place")
        wanted = pl.DataFrame({"log": log, "kind": kind})
        found = wanted.join(known, on=["log", "kind"], how="left", maintain_order="left")["place"]
        unknown = np.ones((1, self.of.shape[1]))
        return np.asarray(np.concatenate([self.of, unknown])[found.fill_null(len(known)).to_numpy()])


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


def clumping(counts: Floats, expected: Floats) -> float:
    """How much things of many kinds come together, as variance over mean: 1 where each comes alone.

    `counts` (n,) are of the slots and kinds in which any came; those farthest above what was due, which may be what is
    sought, say nothing of it.
    """
    came = counts > 0
    counts, more = counts[came], (counts * (counts - expected))[came]  # a kind that came once tells nothing by itself
    usual = np.argsort(more, kind="stable")[: len(more) - int(np.ceil(_STEERS_NO_MORE * len(more)))]
    return max(float(more[usual].sum() / max(counts[usual].sum(), 1.0)), 1.0)


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
