"""Which columns a row is strange in: what its score loses when a column is taken away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from isang.words.frame import Floats, Integers

_MOST_CELLS = 20_000_000
_MOST_COLUMNS = 40
_USUAL_SPREADS = 3.0


def column_shares(score: Callable[[Floats], Floats], stretch: Floats, inside: Integers) -> Floats:
    """(d,) share of each column in the scores of the rows `inside` a stretch, summing to 1; for any detector.

    A missing cell weighs nothing in its row, by the contract of detectors: so the stretch is scored once as it is and
    once without each column, with walls between the copies. Half of a share is what the score loses, half how far the
    column lies outside its usual range of three spreads, for a detector that looks at the worst column only would
    leave the others unnamed. Of very many columns only the 40 farthest from usual are tried. Cells are in spreads.
    """
    columns = stretch.shape[1]
    if columns == 1:
        return np.ones(1)
    apart = np.square(np.nan_to_num(stretch[inside], nan=0.0)).mean(axis=0)
    tried = np.argsort(-apart, kind="stable")[:_MOST_COLUMNS]
    copies = [stretch] + [_without(stretch, inside, int(column)) for column in tried]
    lost, outside = np.zeros(columns), np.maximum(np.sqrt(apart) - _USUAL_SPREADS, 0.0)
    lost[tried] = _losses(score, copies, inside)
    shares = sum((part / part.sum() for part in (lost, outside) if part.sum() > 0), np.zeros(columns))
    return np.asarray(shares / shares.sum() if shares.sum() > 0 else np.full(columns, 1 / columns))


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
