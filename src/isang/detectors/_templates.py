"""What detectors share whose X (n, 1) holds numbers of log templates: reading them, and looking back over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from isang.detectors.base import Detector

Templates = NDArray[np.int32]
Small = NDArray[np.unsignedinteger[Any]]
Rows = NDArray[Any]  # (n,) as they came: float64, or 32 or 64 bits of whole numbers

WALL = -1
MOST_TEMPLATES = 1 << 20
_CHUNK_ROWS = 1 << 16  # what is computed with at once stays in the processor's cache


def templates_to_fit(detector: Detector, X: Any) -> Rows:
    """X (n, 1) as (n,), not copied; ValueError where it holds no template, or a number too large to count by."""
    rows = _checked(detector, X, reset=True)
    if not len(rows) or not (highest := np.nanmax(rows, initial=WALL)) >= 0:
        raise ValueError("X has no template to learn from: every row is a wall.")
    if highest >= MOST_TEMPLATES:
        raise ValueError(f"X has a template number {highest:.0f}; numbers below {MOST_TEMPLATES} are needed.")
    return rows


def templates_to_score(detector: Detector, X: Any) -> Rows:
    """X (n, 1) as (n,), not copied; NotFittedError before `fit`."""
    check_is_fitted(detector)
    return _checked(detector, X, reset=False)


def chunks(rows: Rows, context_rows: int) -> Iterator[tuple[slice, Templates, int]]:
    """Rows chunk by chunk: their place, the templates with those before them as context, and how many those are."""
    for start in range(0, len(rows), _CHUNK_ROWS):
        first = max(0, start - context_rows)
        yield slice(start, start + _CHUNK_ROWS), whole(rows[first : start + _CHUNK_ROWS]), start - first


def whole(rows: Rows) -> Templates:
    """Template numbers (n,), `WALL` where nothing is; those too large for 32 bits become the largest."""
    if rows.dtype == np.int32:
        return rows
    if rows.dtype.kind == "f":
        rows = np.where(np.isnan(rows), WALL, rows)
        if (odd := np.flatnonzero(rows != np.trunc(rows))).size:
            raise ValueError(f"X holds {rows[odd[0]]}; numbers of templates, whole and from 0 on, are needed.")
    return np.clip(rows, WALL, np.iinfo(np.int32).max).astype(np.int32)


def rows_since_wall(templates: Templates, most: int) -> Small:
    """(n,) how many rows the stretch without walls that ends at each row has, counted up to `most`; 0 at a wall."""
    here = np.arange(1, len(templates) + 1, dtype=np.int32)
    last = np.maximum.accumulate(np.where(templates < 0, here, 0))
    return np.minimum(here - last, most).astype(np.min_scalar_type(most))


def repeats(templates: Templates, since: Small, window_rows: int) -> tuple[Small, Small]:
    """(n,) twice: in how many of the `window_rows - 1` rows before a row, and after it, the same template came.

    Nothing is counted across a wall.
    """
    before, after = np.zeros_like(since), np.zeros_like(since)
    for back in range(1, min(window_rows, len(templates))):
        same = (templates[back:] == templates[:-back]) & (since[back:] > back)
        before[back:] += same
        after[:-back] += same
    return before, after


def _checked(detector: Detector, X: Any, *, reset: bool) -> Rows:
    kinds = [np.float64, np.int32, np.int64]
    rows: Rows = validate_data(detector, X, dtype=kinds, ensure_all_finite="allow-nan", reset=reset)
    if rows.shape[1] != 1:
        raise ValueError(f"X has {rows.shape[1]} columns; one, the number of the template of each row, is needed.")
    return rows[:, 0]
