"""Why a row was not scored."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.scaling import too_sparse
from isang.windows import rows_since_wall
from isang.words.frame import Floats, Grid


def reasons(grid: Grid, scores: Floats) -> NDArray[Any]:
    """(n,) warm_up, gap, missing, too_short, or "" where a row was scored.

    missing: more than half of its cells are. too_short: the whole stretch without a wall holds no score.
    warm_up: too near to the beginning of its entity; gap: too near to a gap.
    """
    told = np.full(len(scores), "", dtype=object)  # pointers: a text for each of millions of rows would fill the memory
    silent = np.isnan(scores)
    since = rows_since_wall(grid.X)
    start = np.arange(len(since)) - since + 1
    heard = np.zeros(len(scores) + 1, dtype=bool)
    heard[start[~silent]] = True
    first_of_entity = np.diff(grid.entity, prepend=grid.entity[0] - 1) != 0
    told[silent] = np.where(
        heard[start], np.where(first_of_entity[np.minimum(start, len(since) - 1)], "warm_up", "gap"), "too_short"
    )[silent]
    told[silent & too_sparse(grid.X)] = "missing"
    return told
