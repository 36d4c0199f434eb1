"""Rows near each other count once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.clusters import cluster_gap, clusters
from oracles import quick


@given(st.sets(st.integers(0, 60), max_size=25), st.integers(1, 6), st.integers(10, 40))
@quick
def test_clusters_are_the_slow_ones(chosen: set[int], gap: int, entity_rows: int) -> None:
    rows = np.array(sorted(chosen), dtype=np.int64)
    entity = rows // entity_rows
    assert clusters(rows, entity, gap).tolist() == oracles.clusters(rows.tolist(), entity.tolist(), gap)


def test_rows_as_far_apart_as_the_gap_belong_together() -> None:
    rows, entity = np.array([0, 3, 7]), np.zeros(3, dtype=np.int64)
    assert clusters(rows, entity, 3).tolist() == [0, 0, 1]


@pytest.mark.parametrize(("context_rows", "gap"), [(0, 3), (3, 3), (50, 50)])
def test_the_gap_is_the_context_and_at_least_three(context_rows: int, gap: int) -> None:
    assert cluster_gap(context_rows) == gap
