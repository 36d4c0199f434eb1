"""Measures of the window that ends at each row, at a price that does not grow with the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from isang.windows import rows_since_wall
from isang.words.frame import Flags, Floats

_LEAST = 0.1  # of what is usual: a window that varies less is like one that does not vary
_SMALL = 0.1  # of all steps are small


@dataclass(frozen=True)
class Usual:
    """Mean range and roughness of the windows, and the largest of the small steps."""

    range: float
    roughness: float
    small_step: float


def steps_of(values: Floats) -> Floats:
    """(n,) from the row before to each row, 0 after a gap and in it."""
    return np.where(rows_since_wall(values[:, None]) > 1, np.diff(values, prepend=values[:1]), 0.0)


def mean_of_window(values: Floats | Flags, window_rows: int) -> Floats:
    """(n,) over the last `window_rows` values, of which none is NaN; NaN before there are so many."""
    mean = np.full(len(values), np.nan)
    if len(values) >= window_rows:
        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        mean[window_rows - 1 :] = (total[window_rows:] - total[:-window_rows]) / window_rows
    return mean


def range_of_window(values: Floats, window_rows: int) -> Floats:
    """(n,) highest less lowest of the last `window_rows` values, of which none is NaN."""
    trailing = (window_rows - 1) // 2
    highest = maximum_filter1d(values, window_rows, origin=trailing)
    return np.asarray(highest - minimum_filter1d(values, window_rows, origin=trailing))


def roughness(values: Floats, window_rows: int) -> Floats:
    """(n,) root mean square of how much the steps change within the last `window_rows` values; NaN before."""
    bends = steps_of(np.where(np.isnan(values), np.nan, steps_of(values)))
    return np.sqrt(mean_of_window(bends**2, window_rows - 2))


def measures(values: Floats, window_rows: int, usual: Usual) -> list[Floats]:
    """Range, roughness, the reverse of both, range of steps, share of small steps, and of turns back, (n,) each.

    Of windows of values (n,) without a gap, three rows at least; NaN elsewhere.
    """
    whole, steps = rows_since_wall(values[:, None]) >= window_rows, steps_of(values)
    turned = steps * np.append(0.0, steps)[:-1] < 0
    wide, rough = range_of_window(np.nan_to_num(values), window_rows), roughness(values, window_rows)
    told = [
        wide,
        rough,
        _reverse(wide, usual.range),
        _reverse(rough, usual.roughness),
        range_of_window(steps, window_rows - 1),
        mean_of_window(np.abs(steps) <= usual.small_step, window_rows - 1),
        mean_of_window(turned, window_rows - 2),
    ]
    return [np.where(whole, one, np.nan) for one in told]


def usual_of(values: Floats, window_rows: int) -> Usual:
    """What `measures` has to know of these rows, of which some are a whole window."""
    whole = rows_since_wall(values[:, None]) >= window_rows
    wide, rough = range_of_window(np.nan_to_num(values), window_rows), roughness(values, window_rows)
    small = np.quantile(np.abs(steps_of(values))[~np.isnan(values)], _SMALL)
    return Usual(float(wide[whole].mean()), float(rough[whole].mean()), float(small))


def _reverse(measure: Floats, usual: float) -> Floats:
    return usual / np.maximum(measure, _LEAST * usual + np.finfo(float).tiny)
