"""Golden rows: some rows with the scores that a model gave them, to see whether it still does, elsewhere, later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.errors import InputError, ModelError
from isang.pipeline import Pipeline
from isang.words.frame import Columns, Entity, Flags, Floats, Integers

_ENOUGH_ROWS = 100
_CLOSE = 1e-5  # of the larger of 1 and the score


@dataclass(frozen=True, eq=False)
class Golden:
    """One block of rows of one entity as they came, longer than what a score depends on, with their scores.

    `values` (n, d) are 0 where not `seen`, `scores` (n,) where not `scored`. `time` is in µs, or in row numbers.
    """

    entity: Entity
    zone: str | None
    time: Integers
    values: Floats
    seen: Flags
    scores: Floats
    scored: Flags

    def __post_init__(self) -> None:
        if not self.time.shape == self.scores.shape == self.scored.shape == self.values.shape[:1]:
            raise ValueError("the golden rows are not all of one number.")
        if self.seen.shape != self.values.shape or self.values.ndim != 2 or not self.scored.any():
            raise ValueError("the golden rows hold no score.")

    def check(self, pipeline: Pipeline) -> None:
        """Raise ModelError unless the pipeline gives them the same scores, within 1e-5."""
        try:
            found = _scores(self, pipeline)
        except Exception as error:  # whatever parts that do not fit together lead to
            why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise ModelError(f"its golden rows cannot be judged ({why}).") from error
        apart = np.abs(np.where(self.scored, found, 0.0) - self.scores) / np.maximum(1.0, np.abs(self.scores))
        if not np.array_equal(np.isfinite(found), self.scored) or not np.all(apart <= _CLOSE):
            row = int(np.argmax(np.nan_to_num(apart, nan=np.inf)))
            told = f"golden row {row + 1} scores {found[row]:.6g} here and scored {self.scores[row]:.6g} when learnt"
            raise ModelError(f"{told}: learn anew with this version, on this machine.")


def golden_of(pipeline: Pipeline, frame: pl.DataFrame) -> Golden:
    """The last rows of the entity that has most of them: more than a score depends on, and enough that are scored."""
    own = _longest(frame, pipeline.columns_)
    rows = pipeline.learner_.context_rows + _ENOUGH_ROWS
    while True:
        block = own.tail(rows)
        scores = -pipeline.score_samples(block)
        scored = np.isfinite(scores)
        if scored.sum() >= _ENOUGH_ROWS / 2 or rows >= len(own):
            break
        rows *= 2
    if not scored.any():
        raise InputError("no row of the longest entity can be judged, so there is nothing to try a model on.")
    return _golden(block, pipeline.columns_, scores, scored)


def _longest(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The rows of the entity that has most of them, in the order of time."""
    if columns.keys:
        counts = frame.group_by(columns.keys, maintain_order=True).len("#rows")
        frame = frame.join(counts.top_k(1, by="#rows"), on=columns.keys, how="semi", maintain_order="left")
    return frame.sort(columns.time, maintain_order=True) if columns.time else frame


def _golden(block: pl.DataFrame, columns: Columns, scores: Floats, scored: Flags) -> Golden:
    values = block.select(columns.values).to_numpy().astype(np.float64)
    seen = np.isfinite(values)
    return Golden(
        entity=block.select(columns.keys).row(0) if columns.keys else (),
        zone=block.schema[columns.time].time_zone if columns.time else None,  # type: ignore[attr-defined]
        time=block[columns.time].dt.epoch("us").to_numpy() if columns.time else np.arange(len(block)),
        values=np.where(seen, values, 0.0),
        seen=seen,
        scores=np.where(scored, scores, 0.0),
        scored=scored,
    )


def _scores(golden: Golden, pipeline: Pipeline) -> Floats:
    columns = pipeline.columns_
    cells = np.where(golden.seen, golden.values, np.nan)
    if cells.shape[1] != len(columns.values):
        raise ValueError(f"they have {cells.shape[1]} columns, the pipeline {len(columns.values)}")
    frame = pl.DataFrame(cells, schema=list(columns.values)).with_columns(
        pl.lit(value).alias(key) for key, value in zip(columns.keys, golden.entity, strict=True)
    )
    if columns.time:
        stamps = pl.Series(columns.time, golden.time).cast(pl.Datetime("us", "UTC"))
        frame = frame.with_columns(stamps.dt.convert_time_zone(golden.zone or "UTC"))
    return np.asarray(-pipeline.score_samples(frame))
