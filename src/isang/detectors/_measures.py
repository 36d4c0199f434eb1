"""Measures of the window that ends at each row, at a price that does not grow with the window."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from isang.windows import rows_since_wall
from isang.words.frame import Flags, Floats

_NARROWEST = 0.1  # of the usual range: a window that varies less is as narrow as one that does not vary


def steps_of(values: Floats) -> Floats:
    """(n,) from the row before to each row, 0 after a gap."""
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


def measures(values: Floats, window_rows: int, usual_range: float, small_step: float) -> list[Floats]:
    """Range and the reverse of it, range of steps, roughness, share of small steps, and of turns back, (n,) each.

    Of windows of values (n,) without a gap, three rows at least; NaN elsewhere.
    """
    whole, steps = rows_since_wall(values[:, None]) >= window_rows, np.nan_to_num(steps_of(values))
    bends = np.nan_to_num(steps_of(np.where(np.isnan(values), np.nan, steps)))
    turned = steps * np.append(0.0, steps)[:-1] < 0
    wide = range_of_window(np.nan_to_num(values), window_rows)
    told = [
        wide,
        usual_range / np.maximum(wide, _NARROWEST * usual_range + np.finfo(float).tiny),
        range_of_window(steps, window_rows - 1),
        np.sqrt(mean_of_window(bends**2, window_rows - 2)),
        mean_of_window(np.abs(steps) <= small_step, window_rows - 1),
        mean_of_window(turned, window_rows - 2),
    ]
    return [np.where(whole, one, np.nan) for one in told]
