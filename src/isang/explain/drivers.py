"""Which columns a row is strange in: what its score loses when a column is taken away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from isang.words.frame import Floats, Integers

_MOST_CELLS = 20_000_000


def column_shares(score: Callable[[Floats], Floats], stretch: Floats, inside: Integers) -> Floats:
    """(d,) share of each column in the scores of the rows `inside` a stretch, summing to 1; for any detector.

    A missing cell weighs nothing in its row, by the contract of detectors: so the stretch is scored once as it is and
    once without each column, with walls between the copies. Where no column makes a difference, the shares are equal.
    """
    columns = stretch.shape[1]
    if columns == 1:
        return np.ones(1)
    copies = [stretch] + [_without(stretch, inside, column) for column in range(columns)]
    lost = _losses(score, copies, inside)
    return lost / lost.sum() if lost.sum() > 0 else np.full(columns, 1 / columns)


def _without(stretch: Floats, inside: Integers, column: int) -> Floats:
    copy = stretch.copy()
    copy[inside, column] = np.nan
    return copy


def _losses(score: Callable[[Floats], Floats], copies: list[Floats], inside: Integers) -> Floats:
    size = len(copies[0]) + 1
    batch = max(1, _MOST_CELLS // (size * copies[0].shape[1] * 8))
    means = []
    for at in range(0, len(copies), batch):
        some = copies[at : at + batch]
        wall = np.full((1, some[0].shape[1]), np.nan)
        scores = score(np.concatenate([part for copy in some for part in (copy, wall)]))
        means += [np.nanmean(np.append(scores[n * size + inside], 0.0)) for n in range(len(some))]
    return np.asarray(np.maximum(means[0] - np.array(means[1:]), 0.0))
