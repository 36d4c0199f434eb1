"""Scores of the rows that a learner was trained on, by learners that were not: more to set a threshold by."""

from __future__ import annotations

import numpy as np

from isang.detectors.base import fewest_blocks
from isang.events import Truth
from isang.learner import Learner, judge_in_hindsight
from isang.scaling import too_sparse
from isang.splits import blocks_in_time
from isang.windows import rows_since_wall, walls
from isang.words.frame import Flags, Floats, Grid

_MOST_VALUES = 15_000  # of more rows there are peaks enough; of more columns it was no gain, and learning takes long
_BLOCKS = 3  # with the part that sets the threshold four: each is judged by what was learnt from three, as new rows are


def earlier_scores(learner: Learner, grid: Grid, truth: Truth | None, train: Flags) -> Floats:
    """(n,) scores of the `train` rows (n,), each third by a learner of all other usual rows in the grid; NaN elsewhere.

    The first rows of a third, that see less behind them than new rows will, have none. None has one where there are
    many values or fits take long, or where two thirds are too little to learn from.
    """
    none = np.full(len(grid.X), np.nan)
    known = grid if truth is None else grid.with_rows(truth.usual)
    values = int((~walls(known.X)).sum()) * known.X.shape[1]
    if values > _MOST_VALUES or fewest_blocks(learner.detector) < _BLOCKS:
        return none
    blocks = blocks_in_time(np.where(train, grid.entity, -1), _BLOCKS)
    try:
        scores = judge_in_hindsight(learner.features, learner.detector, known, blocks).scores
    except ValueError:
        return none
    looked = learner.detector_.context_rows_
    whole = (rows_since_wall(known.X) > looked) & (np.roll(blocks, looked) == blocks)
    return np.where(whole & ~too_sparse(known.X), scores, np.nan)
