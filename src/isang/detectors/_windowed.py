"""What detectors share that look at windows of rows: which windows to learn from, and errors of windows → rows."""

from __future__ import annotations

from typing import Literal

import numpy as np

from isang.scaling import RobustScale, fill_missing
from isang.windows import CoveringMean, walls, window_ends
from isang.words.frame import Flags, Floats, Integers

RowScore = Literal["row", "window"]
_GLITCH = 100.0  # bent spreads, 80 000 unbent: one cell like that would steer all that is learnt


def scaled(scale: RobustScale, rows: Floats) -> tuple[Floats, Flags]:
    """Rows (n, d) in spreads with missing cells at 0 and walls as NaN, and the cells that were seen."""
    filled, seen = fill_missing(scale.apply(rows))
    filled[walls(rows)] = np.nan
    return filled, seen


def without_glitches(filled: Floats) -> Floats:
    """Scaled rows with walls in place of those that hold a glitch."""
    glitch = np.asarray((np.abs(filled) > _GLITCH).any(axis=1))
    return np.where(glitch[:, None], np.nan, filled)


def ends_to_learn_from(filled: Floats, window_rows: int) -> Integers:
    """Where the windows without a wall end; those with a glitch are left out unless there are no others.

    ValueError where no stretch is as long as a window.
    """
    if window_rows < 1:
        raise ValueError(f"window_rows is {window_rows}; at least 1 is needed.")
    clean = window_ends(without_glitches(filled), window_rows)
    ends = clean if len(clean) else window_ends(filled, window_rows)
    if not len(ends):
        raise ValueError(f"{len(filled)} rows hold no window of {window_rows} rows without a gap.")
    return ends


class RowErrors:
    """Errors at the positions of windows → errors of rows, of any `shape` a row.

    Causal: the error at the last position of the window that ends at the row. `hindsight`: its mean over all windows
    that cover the row. `row_score="window"`: the mean error of the window that ends at the row.
    """

    def __init__(
        self, rows: int, window_rows: int, row_score: RowScore, *, hindsight: bool, shape: tuple[int, ...] = ()
    ) -> None:
        self._whole = row_score == "window"
        self._covering = CoveringMean(rows, window_rows, shape) if hindsight and not self._whole else None
        self._errors = np.full((rows, *shape), np.nan)
        # How many positions at the end of each window are asked for.
        self.positions = window_rows if hindsight or self._whole else 1

    def add(self, ends: Integers, errors: Floats) -> None:
        """`errors` is (m, positions, …): of the last positions of the windows that end at `ends`."""
        if self._covering is not None:
            self._covering.add(ends, errors)
        else:
            self._errors[ends] = errors.mean(axis=1) if self._whole else errors[:, -1]

    def result(self) -> Floats:
        """(n, …) with NaN where no window reached."""
        return self._errors if self._covering is None else self._covering.result()
