"""Whether a figure could be luck: a test against chance, and intervals by resampling events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import maximum_filter1d
from scipy.stats import rankdata

from isang.exam import Exam
from isang.words.frame import Floats, Integers

FEWEST_EVENTS = 5  # fewer tell nothing of how much they differ
_SHARE = 0.95
_DRAWS = 2000
_FEW_PLACES = 50  # so many sums are quicker than transforms


def p_of_chance(exam: Exam) -> float | None:
    """The chance that scores which know nothing of the events would rank them as high; None without both kinds of rows.

    The scores are turned round against the events, by every number of rows: neighbouring rows keep what they have in
    common (circular shifts; cf. Politis & Romano 1992). What is compared is the mean over events of how rare the
    highest score of an event is, in powers (Savage scores), since the highest scores are what alarms come from. The
    smallest p that n rows can give is 1/n.
    """
    rows = np.flatnonzero(exam.counts & np.isfinite(exam.scores))
    event = exam.event[rows]
    if not (event >= 0).any() or (event >= 0).all():
        return None
    rarity = -np.log1p(-rankdata(exam.scores[rows]) / (len(rows) + 1))
    number, first, length = _stretches(event, exam.entity[rows])
    alone = np.bincount(number)[number] == 1
    turned = np.zeros(len(rows))
    for rows_each in np.unique(length[alone]):
        turned += _turned(_highest_from(rarity, int(rows_each)), first[alone & (length == rows_each)])
    for one in np.unique(number[~alone]):  # of several entities: the highest of all that it has there
        highest = np.full(len(rows), -np.inf)
        for start, rows_each in zip(first[number == one], length[number == one], strict=True):
            np.maximum(highest, np.roll(_highest_from(rarity, int(rows_each)), -int(start)), out=highest)
        turned += highest
    return float(np.mean(turned >= turned[0] - 1e-9 * np.abs(turned).max()))


def _stretches(event: Integers, entity: Integers) -> tuple[Integers, Integers, Integers]:
    """Of each event in each entity: the event's number, the first row, how many rows until its last."""
    inside = np.flatnonzero(event >= 0)
    whose = event[inside] * (entity.max(initial=0) + 1) + entity[inside]
    _, first = np.unique(whose, return_index=True)
    last = len(whose) - 1 - np.unique(whose[::-1], return_index=True)[1]
    return event[inside[first]], inside[first], inside[last] - inside[first] + 1


def _highest_from(values: Floats, length: int) -> Floats:
    """(n,) the highest of each value and the `length` - 1 after it, round the end."""
    return np.asarray(maximum_filter1d(values, length, mode="wrap", origin=-(length // 2)))


def _turned(values: Floats, places: Integers) -> Floats:
    """(n,) the sum of the values at these places, for each turn of the values by a number of rows."""
    size = len(values)
    if len(places) <= _FEW_PLACES:
        return np.asarray(sum(np.roll(values, -int(place)) for place in places))
    padded = next_fast_len(2 * size, real=True)  # of a length that is easy to transform
    spectrum = rfft(np.concatenate([values, values]), padded)
    spectrum *= np.conj(rfft(np.bincount(places, minlength=size).astype(np.float64), padded))
    return np.asarray(irfft(spectrum, padded)[:size])


def blocks_of_events(exam: Exam) -> Integers:
    """(n,) the block 0..e-1 of each row: an event with the rows since the one before; the last takes the rest."""
    inside = np.flatnonzero(exam.positive & exam.counts)
    if not len(inside):
        return np.zeros(len(exam.event), dtype=np.int64)
    names, first, number = np.unique(exam.event[inside], return_index=True, return_inverse=True)
    place = np.empty(len(names), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(names))
    following = np.searchsorted(inside, np.arange(len(exam.event)))
    return np.asarray(place[number[np.minimum(following, len(inside) - 1)]])


def interval(blocks: int, figure: Callable[[Floats], Floats], draws: int = _DRAWS) -> tuple[float, float] | None:
    """The range that 95 of 100 resamplings of the blocks put a figure into (percentile bootstrap, Efron 1979).

    `figure` takes (draws, blocks) weights, how often each block was drawn, and gives (draws,) figures. The draws
    are always the same. None with fewer than five blocks.
    """
    if blocks < FEWEST_EVENTS:
        return None
    random = np.random.default_rng(0)
    weights = random.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws).astype(np.float64)
    figures = figure(weights)
    known = figures[np.isfinite(figures)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - _SHARE) / 2, (1 + _SHARE) / 2])
    return float(low), float(high)
