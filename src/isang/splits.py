"""Parts in time: blocks for hindsight; train, calibration and test for causal judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import numpy as np
from sklearn.base import clone

from isang.windows import walls
from isang.words.frame import Flags, Floats, Integers

Model = TypeVar("Model")


class Scorer(Protocol):
    """Anything that fits on rows and scores rows."""

    def fit(self, X: Floats) -> Any:
        """Learn from rows."""

    def anomaly_score(self, X: Floats) -> Floats:
        """(n,) scores."""


def blocks_in_time(entity: Integers, count: int) -> Integers:
    """(n,) block number 0..count-1 of each grid row, contiguous within an entity; -1 at seams."""
    blocks = np.full(len(entity), -1, dtype=np.int64)
    starts = np.flatnonzero(np.diff(entity, prepend=entity[0] - 1) != 0)
    lengths = np.diff(np.append(starts, len(entity)))
    within = np.arange(len(entity)) - np.repeat(starts, lengths)
    cut = within * count // np.repeat(lengths, lengths)
    blocks[entity >= 0] = cut[entity >= 0]
    return blocks


def blocks_of_values(X: Floats, count: int) -> Integers:
    """(n,) block number 0..count-1 of each row with values, contiguous and of one size; -1 at walls."""
    present = np.flatnonzero(~walls(X))
    blocks = np.full(len(X), -1, dtype=np.int64)
    blocks[present] = np.arange(len(present)) * count // max(len(present), 1)
    return blocks


def cut_at_shares(time: Integers, shares: tuple[float, ...]) -> tuple[int, ...]:
    """The first time of each later part, so that each part holds its share of the rows; equal times stay together."""
    ordered = np.sort(time)
    ends = np.cumsum(shares)[:-1] / sum(shares) * len(ordered)
    return tuple(int(ordered[min(int(end), len(ordered) - 1)]) for end in ends)


def out_of_block(fit: Callable[[Floats], Model], X: Floats, blocks: Integers) -> Iterator[tuple[Flags, Model]]:
    """For each block its rows (n,) and a model that `fit` made of all the other rows, walls in place of its own."""
    for block in np.unique(blocks[blocks >= 0]):
        mine = blocks == block
        yield mine, fit(np.where(mine[:, None], np.nan, X))


def out_of_block_scores(detector: Scorer, X: Floats, blocks: Integers) -> Floats:
    """(n,) scores in which each block is judged by a clone fitted on the other blocks, walls at the joins."""
    scores = np.full(len(X), np.nan)
    for mine, model in out_of_block(lambda others: clone(detector).fit(others), X, blocks):
        scores[mine] = score_only(model, X, mine)
    return scores


def score_only(model: Scorer, X: Floats, mine: Flags) -> Floats:
    """The scores of these rows alone, a wall between those that do not follow each other."""
    at = np.flatnonzero(mine)
    place = np.arange(len(at)) + np.cumsum(np.diff(at, prepend=at[0] - 1) > 1)
    rows = np.full((place[-1] + 1, X.shape[1]), np.nan)
    rows[place] = X[at]
    return model.anomaly_score(rows)[place]
