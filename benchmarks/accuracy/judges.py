"""What is measured: the engine as a user calls it, a detector's bare scores, and the baseline beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from benchmarks.accuracy.datasets import Case
from benchmarks.accuracy.metrics import Spans, spans
from isang import family
from isang.result import Result
from isang.splits import blocks_in_time, out_of_block_scores
from isang.words.frame import Flags, Floats, lay_out

_BASELINE_SHARE = 0.005
_WINDOW_ROWS = 101
_BLOCKS = 5


@dataclass(frozen=True)
class Judged:
    """A score for each row of the case, and what was flagged; None where nothing decides."""

    score: Floats
    flag: Flags | None
    incidents: Spans | None


def engine(case: Case, detector: str | Mapping[str, Any]) -> Judged:
    """`isang.detect` with no option but the detector; causal where the set has a training part. Tables are arrays."""
    import isang

    data = case.frame if case.step_s else case.frame.to_numpy()
    until = case.frame["time"][case.train].isoformat() if case.train else None
    return told(isang.detect(data, detector=detector, train_until=until))


def told(result: Result) -> Judged:
    """What a result says of each row."""
    score = result.scores["score"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    flag = result.scores["flag"].fill_null(value=False).to_numpy()
    # Incidents count rows from 1, and a row may stand before the one that came later in time.
    rows = [sorted((incident.first_row - 1, incident.last_row - 1)) for incident in result.incidents]
    return Judged(score, flag, [(first, last) for first, last in rows])


def bare(case: Case, detector: str) -> Judged:
    """A detector's scores with its own defaults: fitted on the training part, or out of block where there is none."""
    grid = lay_out(case.frame, case.columns)
    built = family.build("detectors", detector)
    if not case.train:
        if "hindsight" in built.get_params(deep=False):
            built.set_params(hindsight=True)
        scores = out_of_block_scores(built, grid.X, blocks_in_time(grid.entity, _BLOCKS))
        return Judged(scores[grid.position], None, None)
    learnt = np.zeros(len(grid.X), dtype=np.bool_)
    learnt[grid.position[: case.train]] = True
    built.fit(grid.with_rows(learnt).X)
    return Judged(built.anomaly_score(grid.X)[grid.position], None, None)


def baseline(case: Case, detector: str) -> Judged:
    """A series: how far from the median of the last 101 rows, in MADs. A table: the mean of that over columns."""
    values = case.frame.select(case.columns.values)
    score = _rolling(values) if len(values.columns) == 1 else _mean_robust_z(values, case.train or len(values))
    learnt = score[: case.train or len(score)]
    flag = score > np.nanquantile(learnt, 1 - _BASELINE_SHARE)
    return Judged(score, flag, spans(flag))


def _rolling(values: pl.DataFrame) -> Floats:
    value = pl.col(values.columns[0]).forward_fill()
    median = value.rolling_median(_WINDOW_ROWS, min_samples=10)
    apart = (value - median).abs()
    spread = apart.rolling_median(_WINDOW_ROWS, min_samples=10)
    return values.select(apart / (spread + apart.mean() * 0.1 + 1e-9)).to_series().fill_null(np.nan).to_numpy()


def _mean_robust_z(values: pl.DataFrame, train: int) -> Floats:
    X = values.to_numpy()
    centre = np.median(X[:train], axis=0)
    spread = np.median(np.abs(X[:train] - centre), axis=0)
    spread = np.where(spread > 0, spread, X[:train].std(axis=0))
    return np.asarray(np.mean(np.abs(X - centre) / np.where(spread > 0, spread, 1.0), axis=1))
