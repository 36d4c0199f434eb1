"""A pipeline that has learnt, asked which rows of a frame it flags."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.clusters import cluster_gap
from isang.judgement import Judgement
from isang.judging import fire, verdicts
from isang.learner import judge_causally
from isang.parts import merged
from isang.pipeline import Pipeline
from isang.scaling import too_sparse
from isang.votes import votes_of
from isang.windows import rows_since_wall
from isang.words.frame import Flags, Floats, entity_names, lay_out


@dataclass(frozen=True)
class Seen:
    """Of each row (n,) in the order of the frame: its score, whether it is flagged, whether a score is `due`.

    A score is due to a row with values and with as many rows before it as the detector looks back. What lies more than
    `apart` rows behind a row has nothing to do with its score, nor with the incident that it belongs to; what lies more
    than `between` behind it, nor with what a feature that learns nothing expects there.
    """

    scores: Floats
    flagged: Flags
    due: Flags
    apart: int
    between: int


def judge(pipeline: Pipeline, frame: pl.DataFrame) -> Seen:
    """What the pipeline says of these rows, by their past alone."""
    columns = pipeline.columns_
    grid = merged(lay_out(frame, columns, pipeline.entities_), pipeline.features)
    judged = judge_causally(pipeline.learner_, grid)
    split = np.full(len(grid.X), "test")
    found = verdicts(judged, grid, split, [pipeline.decision_], fire(pipeline.rules_, grid, columns.values))
    names = entity_names(frame, columns.keys, pipeline.entities_)
    votes = votes_of(pipeline.votes, pipeline.rules)
    flagged = Judgement(frame, columns, names, judged, found, "", votes=votes).flagged
    due = (rows_since_wall(grid.X) > judged.context_rows) & ~too_sparse(grid.X)
    rows_a_slot = -(-len(grid.position) // len(np.unique(grid.position)))
    apart = cluster_gap(judged.context_rows) * rows_a_slot
    looked_back = sum(feature.context_rows_ for feature in pipeline.learner_.features_ if not feature.learns)
    between = max(apart, looked_back * rows_a_slot)
    return Seen(found.scores[grid.position], flagged[grid.position], due[grid.position], apart, between)
