"""The data that the contract checks judge by: usual rows to learn from, and rows like them with one strange one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.words.frame import Floats

_LEVEL = 100.0  # far from zero, so that a missing cell taken for 0 shows
_PERIOD_ROWS = 24


@dataclass(frozen=True, eq=False)
class Sample:
    """`train` (n, d) and `judged` (m, d) are usual rows without walls, but for row `strange` of `judged`."""

    train: Floats
    judged: Floats
    strange: int


def usual_rows(rows: int, columns: int = 4, seed: int = 0, start: int = 0) -> Floats:
    """(rows, columns) about 100: a wave that all columns share, and noise of each."""
    wave = np.sin((np.arange(rows) + start) * 2 * np.pi / _PERIOD_ROWS)
    own = np.random.default_rng(seed).normal(0, 0.5, (rows, columns))
    return np.asarray(_LEVEL + 2 * wave[:, None] * np.linspace(1, 0.5, columns) + own)


def sample(train_rows: int = 320, judged_rows: int = 120, columns: int = 4) -> Sample:
    """One sample: the strange row lies in its middle and is far out in every column."""
    judged = usual_rows(judged_rows, columns, seed=1, start=train_rows)
    strange = judged_rows // 2
    judged[strange] += 15.0
    return Sample(usual_rows(train_rows, columns), judged, strange)


def template_sample(train_rows: int = 320, judged_rows: int = 120) -> Sample:
    """For detectors of log lines: one column of template numbers, and a strange row of a template never seen.

    A round of six, in which the third is now and then left out.
    """
    judged = _rounds(judged_rows, seed=1)
    strange = judged_rows // 2
    judged[strange] = _LEVEL + 20
    return Sample(_rounds(train_rows, seed=0), judged, strange)


def _rounds(rows: int, seed: int) -> Floats:
    left_out = np.random.default_rng(seed).random(rows) < 0.2
    lines = [_LEVEL + at for left in left_out for at in range(6) if not (left and at == 2)]
    return np.array(lines[:rows])[:, None]


def count_sample(train_rows: int = 320, judged_rows: int = 120) -> Sample:
    """For detectors of sessions: how often each of four templates came; the strange row has twice as many of each."""
    draw = np.random.default_rng(0)
    rows = draw.poisson([3.0, 6.0, 2.0, 9.0], (train_rows + judged_rows, 4)).astype(np.float64) + 1
    judged, strange = rows[train_rows:], judged_rows // 2
    judged[strange] = 2 * rows.max(axis=0)
    return Sample(rows[:train_rows], judged, strange)


def with_wall(X: Floats, *rows: int) -> Floats:
    """X with these rows made walls."""
    walled = X.copy()
    walled[list(rows)] = np.nan
    return walled
