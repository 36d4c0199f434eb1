"""Which columns a row is strange in: what each adds to its score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np

from isang.detectors.base import Detector
from isang.words.frame import Floats, Integers

_MOST_CELLS = 20_000_000
_MOST_COLUMNS = 40
_USUAL_SPREADS = 3.0


@runtime_checkable
class AddsUp(Protocol):
    """A detector whose score is a sum over the columns."""

    def column_errors(self, X: Floats) -> Floats:
        """(n, d) what each column adds."""


def column_shares(detector: Detector, stretch: Floats, inside: Integers) -> Floats:
    """(d,) share of each column in the scores of the rows `inside` a stretch, summing to 1; for any detector.

    Half of a share is what the column adds to the score, half how far it lies outside its usual range of three spreads,
    for a detector that looks at the worst column only would leave the others unnamed. Cells are in spreads.
    """
    columns = stretch.shape[1]
    if columns == 1:
        return np.ones(1)
    apart = np.square(np.nan_to_num(stretch[inside], nan=0.0)).mean(axis=0)
    outside = np.maximum(np.sqrt(apart) - _USUAL_SPREADS, 0.0)
    if isinstance(detector, AddsUp):
        lost = np.nan_to_num(detector.column_errors(stretch)[inside], nan=0.0).mean(axis=0)
    else:
        lost = _lost(detector.anomaly_score, stretch, inside, apart)
    shares = sum((part / part.sum() for part in (lost, outside) if part.sum() > 0), np.zeros(columns))
    return np.asarray(shares / shares.sum() if shares.sum() > 0 else np.full(columns, 1 / columns))


def _lost(score: Callable[[Floats], Floats], stretch: Floats, inside: Integers, apart: Floats) -> Floats:
    """(d,) what the score loses without each column.

    A missing cell weighs nothing in its row, by the contract of detectors: so the stretch is scored once as it is and
    once without each column, with walls between the copies. Of very many columns only the 40 farthest `apart` from
    usual are tried.
    """
    tried = np.argsort(-apart, kind="stable")[:_MOST_COLUMNS]
    copies = [stretch] + [_without(stretch, inside, int(column)) for column in tried]
    lost = np.zeros(stretch.shape[1])
    lost[tried] = _losses(score, copies, inside)
    return lost


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
