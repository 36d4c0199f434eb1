"""VUS-ROC and VUS-PR: areas under the curves of scores, averaged over how exactly an event must be met.

As TSB-AD defines them (Liu & Paparrizos, NeurIPS 2024) after Paparrizos et al. (PVLDB 2022,
doi:10.14778/3551793.3551830): each event is widened by a buffer of 0 to half of `window_rows` rows a side, in which
labels fall from 1 to about 0.7; recall is multiplied by existence, the share of the widened events in which some row is
flagged; both areas are the mean over all buffers. 250 thresholds stand at equal steps of rank. A row is flagged *at* a
threshold too, since the threshold is itself the score of a row: an area asks for ranks, not for a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isang.words.frame import Flags, Floats, Integers

_THRESHOLDS = 250
_LONGEST_LAG, _ACF_ROWS = 400, 20_000
_LEAST_LAG = 3
_USUAL_WINDOW, _FARTHEST_PEAK = 125, 300


@dataclass(frozen=True)
class Vus:
    """The two volumes, 1 at best; of scores without meaning `pr` is about the share of the labelled rows."""

    roc: float
    pr: float


@dataclass(frozen=True)
class _Near:
    """The rows beside events, nearest first: by which threshold each is first flagged, and how far two events are."""

    first: Integers
    nearest: Integers
    second: Integers

    def flagged(self, window: int, thresholds: int) -> Floats:
        """(thresholds,) summed labels of the flagged rows in buffers; where two buffers meet, labels are 1."""
        reached = slice(np.searchsorted(self.nearest, window // 2, side="right"))
        falling = np.sqrt(1 - self.nearest[reached] / window) if window else np.empty(0)
        labels = np.where(self.second[reached] <= window // 2, 1.0, falling)
        return np.cumsum(np.bincount(self.first[reached], labels, thresholds))


def vus(scores: Floats, positive: Flags, window_rows: int) -> Vus | None:
    """Both volumes of (n,) scores, NaN as the lowest; None where all rows are positive, none is, or none is scored.

    `window_rows` is the widest buffer, both sides together: usually the period of the series (`usual_window`).
    """
    if positive.all() or not positive.any() or not np.isfinite(scores).any():
        return None
    starts, ends = _events(positive)
    first, thresholds = _first_flagged(scores)
    flagged, hits = (np.cumsum(np.bincount(each, minlength=thresholds)) for each in (first, first[positive]))
    near = _near(starts, ends, first, window_rows // 2)
    areas = []
    for half, existence in enumerate(_existence(starts, ends, first, window_rows // 2)):
        for window in range(2 * half, min(2 * half + 1, window_rows) + 1):
            partly = near.flagged(window, thresholds)
            found, expected = hits + partly, hits[-1] + partly / 2
            recall = np.minimum(found / expected, 1.0) * existence
            false_alarms = (flagged - found) / (len(scores) - expected)
            areas.append((_roc(recall, false_alarms), float(np.diff(recall, prepend=0.0) @ (found / flagged))))
    return Vus(*(float(area) for area in np.mean(areas, axis=0)))


def usual_window(values: Floats) -> int:
    """The buffer that TSB-AD takes for a series: the lag of the highest peak of its autocorrelation.

    Of the lags 4 to 399 in the first 20 000 rows that are not NaN; 125 where that lag is not one of 6 to 303.
    """
    known = values[np.isfinite(values)][:_ACF_ROWS]
    if not len(known):
        return _USUAL_WINDOW
    size = 2 * len(known)
    spectrum = np.abs(np.fft.rfft(known - known.mean(), size)) ** 2
    lags = np.fft.irfft(spectrum, size)[: min(len(known), _LONGEST_LAG + 1)][_LEAST_LAG:]
    peaks = 1 + np.flatnonzero((lags[1:-1] > lags[:-2]) & (lags[1:-1] > lags[2:]))
    highest = int(peaks[np.argmax(lags[peaks])]) if len(peaks) else 0
    return highest + _LEAST_LAG if _LEAST_LAG <= highest <= _FARTHEST_PEAK else _USUAL_WINDOW


def _events(positive: Flags) -> tuple[Integers, Integers]:
    """(e,) first and last row of each run of positive rows."""
    edges = np.flatnonzero(np.diff(positive.astype(np.int8), prepend=0, append=0))
    return edges[::2], edges[1::2] - 1


def _first_flagged(scores: Floats) -> tuple[Integers, int]:
    """(n,) number of the highest threshold that flags each row, and how many thresholds there are."""
    scored = np.isfinite(scores)
    falling = -np.where(scored, scores, np.nextafter(scores[scored].min(), -np.inf))
    steps = np.linspace(0, len(scores) - 1, _THRESHOLDS).astype(np.int64)
    thresholds = np.unique(np.sort(falling)[steps])
    return np.searchsorted(thresholds, falling), len(thresholds)


def _near(starts: Integers, ends: Integers, first: Integers, most: int) -> _Near:
    """The rows outside events that are within `most` rows of one."""
    far = 2 * (len(first) + most)  # where there is no second event on a side
    starts, ends = np.append(starts, [far, far]), np.append([-far, -far], ends)
    rows = np.arange(len(first))
    after = np.searchsorted(starts, rows, side="right")  # the number of the next event
    beside = np.minimum(rows - ends[after + 1], starts[after] - rows)
    rows = rows[(beside > 0) & (beside <= most)]
    after = after[rows]
    sides = [rows - ends[after], rows - ends[after + 1], starts[after] - rows, starts[after + 1] - rows]
    nearest, second = np.sort(sides, axis=0)[:2]
    order = np.argsort(nearest, kind="stable")
    return _Near(first[rows[order]], nearest[order], second[order])


def _existence(starts: Integers, ends: Integers, first: Integers, most: int) -> Iterator[Floats]:
    """For buffers of 0, 1 … `most` rows a side (thresholds,) shares of the widened events that are found.

    Widened events that share a row are one.
    """
    bounds = np.column_stack([starts, ends + 1]).ravel()
    found_at = np.minimum.reduceat(np.append(first, first.max()), bounds)[::2]
    thresholds, last_row = int(first.max()) + 1, len(first) - 1
    for half in range(most + 1):
        found_at = np.minimum(found_at, first[np.maximum(starts - half, 0)])
        found_at = np.minimum(found_at, first[np.minimum(ends + half, last_row)])
        apart = np.flatnonzero(np.append(True, starts[1:] - ends[:-1] > 2 * half))
        found = np.bincount(np.minimum.reduceat(found_at, apart), minlength=thresholds)
        yield np.cumsum(found) / len(apart)


def _roc(recall: Floats, false_alarms: Floats) -> float:
    return float(np.trapezoid(np.concatenate([[0.0], recall, [1.0]]), np.concatenate([[0.0], false_alarms, [1.0]])))
