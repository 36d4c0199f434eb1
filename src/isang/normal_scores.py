"""Columns as normal scores: what counts is how many training values lie below, not how far they lie apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from isang.words.frame import Floats

_MOST_VALUES = 1000  # of a column, evenly spaced in rank


@dataclass(frozen=True)
class NormalScores:
    """`ordered` (k, d): values of each column in ascending order, evenly spaced in rank."""

    ordered: Floats

    def __post_init__(self) -> None:
        if self.ordered.ndim != 2 or not len(self.ordered) or np.any(np.diff(self.ordered, axis=0) < 0):
            raise ValueError("normal scores need the values of each column in ascending order.")

    def apply(self, X: Floats) -> Floats:
        """(n, d) the normal quantile at the rank of each cell, equal values at their middle rank."""
        ranks = np.empty(X.shape)
        for column, known in enumerate(np.array(self.ordered.T, order="C")):
            order = np.argsort(X[:, column])  # a sorted search is several times as fast
            sides = (np.searchsorted(known, X[order, column], side) for side in ("left", "right"))
            ranks[order, column] = sum(sides) / 2
        return np.where(np.isnan(X), np.nan, ndtri((ranks + 0.5) / (len(self.ordered) + 1)))


def learn_normal_scores(X: Floats) -> NormalScores:
    """Normal scores (van der Waerden 1952) by the columns of X (n, d); NaN is left out, all-NaN counts as 0."""
    ordered, count = np.sort(X, axis=0), (~np.isnan(X)).sum(axis=0)  # NaN comes last
    places = np.linspace(0, np.maximum(count - 1, 0), min(len(X), _MOST_VALUES)).round().astype(np.int64)
    return NormalScores(np.where(count > 0, np.take_along_axis(ordered, places, axis=0), 0.0))
