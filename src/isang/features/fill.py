"""Short gaps filled by the last row before them, or by what is usual then."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

import numpy as np

from isang.errors import UsageError
from isang.features.base import Feature
from isang.windows import walls
from isang.words.amounts import parse_span
from isang.words.frame import Flags, Grid


class Fill(Feature):
    """Fills a gap of up to `max_rows` rows, or of up to `longest` (30min, 6rows); a longer one stays a wall throughout.

    `by="last"` carries the last row before it; `by="usual"`, behind the feature `season`, takes what that expects. Only
    what came before is used, so that live and offline agree on every row after the gap.
    Filled rows are never judged: no row of the caller stands there, or one without any value.
    """

    keeps_rows = True
    context_rows_: int
    most_: int

    def __init__(self, max_rows: int = 5, by: Literal["last", "usual"] = "last", longest: str | None = None) -> None:
        self.max_rows = max_rows
        self.by = by
        self.longest = longest

    def fit(self, grid: Grid) -> Self:
        """How many rows `longest` is; UsageError where it is a span of time and the rows have no step."""
        self.most_ = self.max_rows if self.longest is None else _rows_of(self.longest, grid.step_us)
        self.context_rows_ = self.most_  # the row before a gap
        return self

    def transform(self, grid: Grid) -> Grid:
        """The grid with its short gaps filled, never across entities; UsageError without a season to fill by."""
        if self.by == "usual" and grid.expected is None:
            raise UsageError("fill by usual needs to know what is usual: put the feature season before it.")
        wall = walls(grid.X)
        here = np.arange(len(wall))
        before = np.maximum.accumulate(np.where(wall, -1, here))
        short = _short(wall, before, grid, self.most_)
        X = grid.X.copy()
        X[short] = grid.X[before[short]] if self.by == "last" else 0.0  # season left distances from what is expected
        return replace(grid, X=X)


def _short(wall: Flags, before: np.ndarray[tuple[int], np.dtype[np.int64]], grid: Grid, most: int) -> Flags:
    """Walls in gaps of up to `most` rows between two rows of one entity; `before` is the last row before each row."""
    here = np.arange(len(wall))
    after = np.minimum.accumulate(np.where(wall, len(wall), here)[::-1])[::-1]
    short = wall & (after - before - 1 <= most) & (before >= 0) & (after < len(wall))
    short[short] = grid.entity[before[short]] == grid.entity[after[short]]
    return np.asarray(short)


def _rows_of(longest: str, step_us: int | None) -> int:
    span = parse_span(longest)
    if span.rows is not None:
        return span.rows
    if step_us is None or span.seconds is None:
        raise UsageError(f"gaps of up to {longest} can be filled where rows have a step in time; say 6rows instead.")
    return int(span.seconds * 1e6 / step_us + 1e-9)


EXAMPLE = Fill()
