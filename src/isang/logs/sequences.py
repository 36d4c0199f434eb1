"""Records → what log detectors see: sequences with walls between keys, sessions as rows of counts; and scores back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.errors import UsageError
from isang.words.frame import Floats, Integers

Numbers = NDArray[np.int32]
WALL = -1
_MOST_CELLS = 100_000_000  # of counts, 0.8 GB
_FEW_KEYS = 1 << 16


@dataclass(frozen=True, eq=False)
class Sequences:
    """`X` (m, 1): the template of each record in the order of (key, time), `WALL` between keys.

    `rows` (m,) says which record a row of X is; -1 at a wall, and at the end of a session.
    """

    X: Numbers
    rows: Integers

    def to_records(self, scores: Floats) -> Floats:
        """(n,) scores in the order in which the records came, of (m,) of X; that of an end goes to its last record."""
        records = np.flatnonzero(self.rows >= 0)
        ends = np.flatnonzero((self.rows < 0) & (self.X[:, 0] >= 0))
        told = scores.copy()
        told[ends - 1] = np.fmax(scores[ends - 1], scores[ends])
        found = np.empty(len(records), dtype=scores.dtype)
        found[self.rows[records]] = told[records]
        return found


def in_sequence(
    key: NDArray[Any], template: NDArray[Any], time: NDArray[Any] | None = None, end: int | None = None
) -> Sequences:
    """Each key's records together, in time order; records of one time, or without `time`, as they came. All are (n,).

    `key` holds whole numbers, `template` the numbers of templates from 0 on. Where keys are whole sessions, `end` is
    the number of a template that says "the session ended", put after each: so that it ended too soon is seen.
    """
    order = np.arange(len(key)) if time is None or _ascends(time) else np.argsort(time, kind="stable")
    order = order[_stable_order(key[order])]
    last = np.flatnonzero(np.diff(key[order], append=key[order[-1:]] + 1) != 0)
    between = 1 if end is None else 2  # rows after each key, of which the last wall is left out
    place = np.arange(len(order))
    place += between * np.searchsorted(last, place)
    rows = np.full(len(order) + between * len(last) - min(len(last), 1), -1, dtype=np.int64)
    rows[place] = order
    X = np.full((len(rows), 1), WALL, dtype=np.int32)
    X[place, 0] = template[order]
    if end is not None:
        X[place[last] + 1, 0] = end
    return Sequences(X, rows)


def session_counts(session: NDArray[Any], template: NDArray[Any], sessions: int, templates: int) -> Floats:
    """(sessions, templates + 1) how often each template came in each session; the last column counts unknown ones.

    `session` and `template` (n,) are numbers from 0 on; templates from `templates` on are unknown. UsageError where
    the table would not fit into memory.
    """
    columns = templates + 1
    if sessions * columns > _MOST_CELLS:
        raise UsageError(f"{sessions} sessions × {columns} templates are too many to count: take a part of the time.")
    cell = session.astype(np.int64) * columns + np.minimum(template, templates)
    return np.bincount(cell, minlength=sessions * columns).reshape(sessions, columns).astype(np.float64)


def session_scores(session: NDArray[Any], scores: Floats, sessions: int) -> Floats:
    """(sessions,) the highest score of the records (n,) of each session; NaN where none was scored."""
    scored = ~np.isnan(scores)
    highest = np.full(sessions, -np.inf)
    np.maximum.at(highest, session[scored], scores[scored])
    return np.where(np.isneginf(highest), np.nan, highest)


def _stable_order(key: NDArray[Any]) -> Integers:
    """Few keys fit into 16 bits, which numpy sorts by radix: several times faster."""
    if len(key) and key.min() >= 0 and key.max() < _FEW_KEYS:
        key = key.astype(np.uint16)
    return np.argsort(key, kind="stable")


def _ascends(time: NDArray[Any]) -> bool:
    return bool(np.all(time[1:] >= time[:-1]))
