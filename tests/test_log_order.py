"""Lines out of their usual order: each kind is held against itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.detectors.log_anomaly import LogAnomaly
from isang.features.told import Told
from isang.log_order import Taught
from isang.logs.order import limits_of, odd
from isang.logs.tails import clumping
from isang.pipeline import Pipeline
from isang.words.frame import Columns, lay_out
from oracles import quick


def learnt(kind: np.ndarray, score: np.ndarray) -> np.ndarray:
    return limits_of(kind, score, int(kind.max()) + 1)


def test_one_in_a_thousand_lines_of_a_kind_is_odd_at_most() -> None:
    random = np.random.default_rng(0)
    kind = np.repeat([0, 1], 10_000)
    score = np.concatenate([random.normal(3, 1, 10_000), random.normal(-2, 0.1, 10_000)])
    found = odd(kind, score, learnt(kind, score))
    for one in (0, 1):  # one kind is surprising all the time, the other never
        assert 0 < found[kind == one].sum() <= 10
        assert score[(kind == one) & found].min() > score[(kind == one) & ~found].max() - 0.05


def test_few_lines_are_never_odd() -> None:
    kind, score = np.zeros(999, dtype=np.int64), np.append(np.zeros(998), 5.0)
    assert not odd(kind, score, learnt(kind, score)).any()


def test_lines_without_a_score_are_not_odd_and_not_counted() -> None:
    kind = np.zeros(3000, dtype=np.int64)
    score = np.where(np.arange(3000) % 3, np.nan, 0.0)
    score[0] = 4.0
    found = odd(kind, score, learnt(kind, score))
    assert np.flatnonzero(found).tolist() == [0]


@quick
@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-5, 5)), max_size=30), st.integers(1, 2000))
def test_limits_are_those_of_the_slow_twin(lines: list[tuple[int, float]], times: int) -> None:
    kind, score = (np.repeat(np.array([one[at] for one in lines]), times) for at in (0, 1))
    wanted = oracles.odd_limits(list(zip(kind.tolist(), score.tolist(), strict=True)), 3)
    assert limits_of(kind.astype(np.int64), score, 3).tolist() == wanted


def test_a_line_of_a_fixed_sequence_is_odd_out_of_it() -> None:
    kind = np.zeros(5000, dtype=np.int64)
    limits = learnt(kind, np.full(5000, 0.5))
    assert odd(np.zeros(2, dtype=np.int64), np.array([0.5, 0.6]), limits).tolist() == [False, True]


def test_of_what_follows_a_line_never_seen_nothing_is_known() -> None:
    usual = np.tile(np.arange(2, dtype=np.int32), 1000)
    taught = Taught(LogAnomaly().fit(usual.reshape(-1, 1)), np.array([True, True, False]), np.zeros(3, dtype=np.int16))
    templates = np.array([0, 2, 1, 0, -1, 1], dtype=np.int32)
    assert taught.odd(templates, np.ones(6)).tolist() == [True, True, False, True, True, True]


def test_the_detector_sees_how_far_apart_values_are() -> None:
    frame = pl.DataFrame({"v": [5.0, 5.0, 9.0], "due": [5.0] * 3, "spread": [1.0] * 3, "apart": [0.2, 2.9, 4.0]})
    grid = lay_out(frame, Columns(None, (), ("v", "due", "spread", "apart")))
    told = Told().fit(grid).transform(grid)
    assert told.X[:, 0].tolist() == [0.2, 2.9, 4.0]
    assert told.lower is not None
    assert told.lower[:, 0].tolist() == [2.0] * 3


@pytest.mark.parametrize("threshold", ["false_alarms", "alerts"])
def test_where_all_is_quiet_nothing_small_is_news(threshold: str) -> None:
    apart = np.random.default_rng(0).normal(0.1, 0.02, 2000)
    apart[500] = 5.0
    rows = {"v": apart, "due": apart, "spread": np.ones(2000), "apart": apart}
    pipeline = Pipeline(detector="robust_zscore", features={"told": {}}, rules={}, threshold=threshold)
    result = pipeline.fit_detect(pl.DataFrame(rows))
    assert [one.first_row for one in result.incidents] == [501]
    assert result.run["thresholds"][0]["value"] >= 3.0


def test_odd_lines_that_come_together_are_as_far_as_clumps_of_them_are() -> None:
    """Of one in ten slots with odd lines several: two of them are no news, where they would be if each came alone."""
    due = np.full(100, 0.01)
    alone, pairs = np.ones(100), np.where(np.arange(100) % 10, 1.0, 2.0)
    assert clumping(alone, due) == 1.0
    assert clumping(pairs, due) == pytest.approx(1.17, abs=0.03)
    assert clumping(np.where(np.arange(100) < 1, 50.0, 1.0), due) == 1.0  # the farthest is what is sought
    assert clumping(np.full(100, 5.0), np.full(100, 5.0)) == 1.0  # many are due
    assert clumping(np.zeros(3), np.ones(3)) == 1.0
