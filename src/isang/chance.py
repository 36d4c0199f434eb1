"""Whether a figure could be luck: a test against chance, and intervals by resampling events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

from isang.exam import Exam
from isang.words.frame import Floats, Integers

FEWEST_EVENTS = 5  # fewer tell nothing of how much they differ
_SHARE = 0.95
_DRAWS = 2000


def p_of_chance(exam: Exam) -> float | None:
    """The chance that scores which know nothing of the events would rank them as high; None without both kinds of rows.

    The scores are turned round against the events, by every number of rows: neighbouring rows keep what they have in
    common (circular shifts; cf. Politis & Romano 1992). What is compared is the mean rank of an event's rows, each
    event counting once. The smallest p that n rows can give is 1/n.
    """
    rows = np.flatnonzero(exam.counts & np.isfinite(exam.scores))
    event = exam.event[rows]
    if not (event >= 0).any() or (event >= 0).all():
        return None
    ranks = rankdata(exam.scores[rows]) - (len(rows) + 1) / 2
    weight = np.zeros(len(rows))
    sizes = np.bincount(event[event >= 0])
    weight[event >= 0] = 1 / sizes[event[event >= 0]]
    turned = np.fft.irfft(np.fft.rfft(ranks) * np.conj(np.fft.rfft(weight)), len(rows))
    tolerance = 1e-9 * np.abs(ranks).sum()
    return float(np.mean(turned >= turned[0] - tolerance))


def blocks_of_events(exam: Exam) -> Integers:
    """(n,) the block 0..e-1 of each row: an event with the rows since the one before; the last takes the rest."""
    inside = np.flatnonzero(exam.positive & exam.counts)
    order = list(dict.fromkeys(exam.event[inside].tolist()))
    ends = np.full(int(exam.event.max(initial=-1)) + 1, -1)
    np.maximum.at(ends, exam.event[inside], inside)
    return np.minimum(np.searchsorted(ends[order], np.arange(len(exam.event))), max(len(order) - 1, 0))


def interval(
    blocks: int, figure: Callable[[Floats], Floats], random_state: int = 0, draws: int = _DRAWS
) -> tuple[float, float] | None:
    """The range that 95 of 100 resamplings of the blocks put a figure into (percentile bootstrap, Efron 1979).

    `figure` takes (draws, blocks) weights, how often each block was drawn, and gives (draws,) figures. None with
    fewer than five blocks.
    """
    if blocks < FEWEST_EVENTS:
        return None
    random = np.random.default_rng(random_state)
    weights = random.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(np.float64)
    figures = figure(weights)
    known = figures[np.isfinite(figures)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - _SHARE) / 2, (1 + _SHARE) / 2])
    return float(low), float(high)
