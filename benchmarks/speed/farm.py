"""Counters of a server farm for two years as S2 has them: made rows of 50 columns, with bursts of failures in them."""

from __future__ import annotations

import numpy as np

from isang.scaling import learn_scale
from isang.words.frame import Flags, Floats

WINDOW_ROWS = 5
_ROWS, _SERVERS, _WITHOUT_SESSIONS, _FAULTS = 210_238, 13, 2, 40


def farm(rows: int = _ROWS, seed: int = 3) -> tuple[Floats, Flags]:
    """(rows, 50) in robust spreads, and the rows in which failures burst out on some server."""
    random, at = np.random.default_rng(seed), np.arange(rows)
    usual = (1 + 0.8 * np.sin(2 * np.pi * (at - 90) / 288)) * (1 + 0.15 * np.sin(2 * np.pi * at / 2016))
    columns, truth = [], np.zeros(rows, dtype=bool)
    for server in range(_SERVERS):
        level = np.clip(random.uniform(500, 5000) * usual, 1, None)
        request = random.poisson(level)
        fail = random.binomial(request, 0.01).astype(float)
        burst = random.integers(0, rows, _FAULTS)
        fail[burst] += 0.4 * request[burst]
        truth[burst] = True
        columns += [request, request - fail, fail]
        if server >= _WITHOUT_SESSIONS:
            columns.append(random.poisson(1.7 * level))
    X = np.column_stack(columns).astype(np.float64)
    return learn_scale(X).apply(X, 20.0), truth
