"""Each column told from its own past by a line: what comes otherwise is strange."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from isang.detectors._windowed import ends_to_learn_from, scaled
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, bend, learn_scale, too_sparse
from isang.windows import window_ends
from isang.words.frame import Flags, Floats, Integers
from isang.words.numbers import Count, Size

_LAGS = np.array([0, 1, 2, 3, 5, 7, 11, 15])  # rows before the last one that is known
_RIDGE = 0.01  # of the mean of the diagonal
_FARTHEST = 10.0  # spreads, usual errors: beyond, only the order counts
_MOST_ROWS_TO_FIT = 100_000
_CHUNK_CELLS = 4_000_000


class RidgeForecast(Detector):
    """Mean squared error of a row's cells, each told from its own column `ahead_rows` and more rows before.

    Eight past values, ever farther apart, and a ridge (Hoerl & Kennard 1970, doi:10.1080/00401706.1970.10488634), so
    closed form. Errors are in units of the column's usual error, for which the fourth moment stands: a column that
    seldom moves is then not stretched as by a variance. One row ahead finds jumps and ends with them; several rows
    ahead finds what lasts as long. `least_spread` is that of `robust_zscore`. Not for rows in no order.

    >>> import numpy as np
    >>> wave = np.sin(np.arange(600) / 5).reshape(-1, 1)
    >>> strange = wave[:200].copy(); strange[150] += 2
    >>> int(np.nanargmax(RidgeForecast().fit(wave).anomaly_score(strange)))
    150
    """

    scale_: RobustScale
    weights_: Floats
    usual_: Floats

    def __init__(self, ahead_rows: Count = 1, least_spread: Size | None = None) -> None:
        self.ahead_rows = ahead_rows
        self.least_spread = least_spread

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn scale, weights (d, 9) and usual errors (d,); ValueError where no stretch is long enough."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows, self.least_spread)
        filled, seen = scaled(self.scale_, rows)
        ends = ends_to_learn_from(filled, self._rows_seen())
        ends = ends[:: 1 + len(ends) // _MOST_ROWS_TO_FIT]
        self.weights_ = self._learnt(filled, seen, ends)
        self.usual_ = _usual(self._errors(filled, seen, ends))
        self.context_rows_ = self._rows_seen() - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in squared usual errors."""
        errors = self.column_errors(X)
        return np.where(np.isnan(errors).all(axis=1), np.nan, np.nansum(errors, axis=1))

    def column_errors(self, X: Any) -> Floats:
        """(n, d) what each column adds to the score of a row; NaN in a row without a score."""
        rows = rows_to_score(self, X)
        filled, seen = scaled(self.scale_, rows)
        ends = window_ends(rows, self._rows_seen())
        ends = ends[~too_sparse(rows)[ends]]
        errors = np.full(rows.shape, np.nan)
        strange = np.square(bend(self._errors(filled, seen, ends) / self.usual_, _FARTHEST))
        errors[ends] = strange / np.maximum(seen[ends].sum(axis=1, keepdims=True), 1)
        return errors

    def _rows_seen(self) -> int:
        return self.ahead_rows + int(_LAGS[-1]) + 1

    def _learnt(self, filled: Floats, seen: Flags, ends: Integers) -> Floats:
        columns, terms = filled.shape[1], len(_LAGS) + 1
        products, told = np.zeros((columns, terms, terms)), np.zeros((columns, terms, 1))
        for some, past in self._past(filled, ends):
            counted = past * seen[some].T[:, None, :]
            products += counted @ past.transpose(0, 2, 1)
            told += counted @ filled[some].T[:, :, None]
        ridge = _RIDGE * np.trace(products, axis1=1, axis2=2) / terms
        products += np.maximum(ridge, 1e-9)[:, None, None] * np.eye(terms)
        return np.asarray(np.linalg.solve(products, told)[:, :, 0])

    def _errors(self, filled: Floats, seen: Flags, ends: Integers) -> Floats:
        """(m, d) in spreads, 0 where a cell is missing."""
        told = np.empty((len(ends), filled.shape[1]))
        at = 0
        for some, past in self._past(filled, ends):
            told[at : at + len(some)] = (self.weights_[:, None, :] @ past)[:, 0].T
            at += len(some)
        return np.where(seen[ends], filled[ends] - told, 0.0)

    def _past(self, filled: Floats, ends: Integers) -> Iterator[tuple[Integers, Floats]]:
        """(d, 9, m) the past values of each column and a 1, in chunks of bounded memory."""
        columns, terms = filled.shape[1], len(_LAGS) + 1
        chunk = max(1, _CHUNK_CELLS // (columns * terms))
        for start in range(0, len(ends), chunk):
            some = ends[start : start + chunk]
            past = np.ones((columns, terms, len(some)))
            for term, lag in enumerate(self.ahead_rows + _LAGS):
                past[:, term] = np.clip(filled[some - lag], -_FARTHEST, _FARTHEST).T
            yield some, past


def _usual(errors: Floats) -> Floats:
    """(d,) fourth root of the mean fourth power, as if one more error of a spread had been seen."""
    near = np.minimum(np.abs(errors), _FARTHEST)
    return np.asarray(((np.sum(near**4, axis=0) + 1.0) / (len(errors) + 1)) ** 0.25)


EXAMPLE = RidgeForecast(ahead_rows=2)
