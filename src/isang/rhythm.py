"""A series' own period in rows, by its autocorrelation, and whether there is one."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Flags, Floats, Integers

_MOST_ROWS = 20_000
_SHORTEST = 4
_FEWEST_REPEATS = 3
_LEAST = 0.2  # correlation that a repeat has to have, and to rise by
_CHANCE = 4.0  # nor less than so many standard deviations of a correlation of noise
_AS_GOOD = 0.9  # of the highest peak: a day comes before the week that repeats a little better
_EDGES = (0.01, 0.99)  # beyond these shares a value is cut: one spike has no period


def own_period(values: Floats) -> int | None:
    """The shortest lag at which (n,) values repeat about as well as at any; None where they do not.

    NaN is a gap. Only lags that came round three times in the first 20 000 rows are looked at.
    """
    seen = ~np.isnan(values[:_MOST_ROWS])
    level = _levelled(values[:_MOST_ROWS], np.flatnonzero(seen))
    most = len(level) // _FEWEST_REPEATS
    if most < _SHORTEST or not np.any(level):
        return None
    correlation = _autocorrelation(level, seen, most + 1)
    inner = correlation[1:-1]
    peaks = 1 + np.flatnonzero((inner > correlation[:-2]) & (inner >= correlation[2:]))
    lowest = np.minimum.accumulate(correlation)
    least = max(_LEAST, _CHANCE / np.sqrt(np.count_nonzero(seen)))
    rises = (correlation[peaks] > least) & (correlation[peaks] - lowest[peaks] > least)
    peaks = peaks[rises & (peaks >= _SHORTEST)]
    if not len(peaks):
        return None
    return int(peaks[correlation[peaks] >= _AS_GOOD * correlation[peaks].max()][0])


def _levelled(values: Floats, seen: Integers) -> Floats:
    """Values without their straight trend and beyond no edge, 0 where they were not `seen`."""
    level = np.zeros(len(values))
    if len(seen) < 2:
        return level
    low, high = np.quantile(values[seen], _EDGES)
    cut = np.clip(values[seen], low, high) if high > low else values[seen]
    spread = np.ptp(cut)
    if spread > 0 and np.isfinite(spread):
        cut = (cut - cut[0]) / spread
        place = seen - seen.mean()
        level[seen] = cut - cut.mean() - place * (place @ cut) / (place @ place)
    return level


def _autocorrelation(level: Floats, seen: Flags, lags: int) -> Floats:
    """(lags + 1,) mean product of values so many rows apart, 1 at lag 0."""
    size = 2 * len(level)
    power, pairs = (np.abs(np.fft.rfft(each, size)) ** 2 for each in (level, seen.astype(np.float64)))
    products, counts = (np.fft.irfft(each, size)[: lags + 1] for each in (power, pairs))
    mean = products / np.maximum(counts, 1.0)
    return np.asarray(mean / mean[0])
