"""When a column began to move away."""

from __future__ import annotations

from isang.words.frame import Floats

_FEWEST_ROWS = 2  # one row so far out is as often chance


def onset(values: Floats, expected: Floats, lower: Floats, upper: Floats, row: int) -> int | None:
    """The first of the rows up to `row` that lie, without a pause, in the outer half of the usual range or beyond it.

    All are (n,), in one unit; the side is that of the value at `row`. A missing value, and so a wall, is a pause. None
    where the value at `row` is not so far out, or where that began only a row before.
    """
    side = 1.0 if values[row] > expected[row] else -1.0
    first = row + 1
    while first > 0:
        end = upper[first - 1] if side > 0 else lower[first - 1]
        if not side * (values[first - 1] - expected[first - 1]) > side * (end - expected[first - 1]) / 2:
            break
        first -= 1
    return first if row - first >= _FEWEST_ROWS else None
