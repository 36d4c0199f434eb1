"""Lines out of their usual order: each kind is held against itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from isang.features.told import Told
from isang.logs.order import UsualOrder, odd
from isang.pipeline import Pipeline
from isang.words.frame import Columns, lay_out


def learnt(kind: np.ndarray, score: np.ndarray, parts: int = 1) -> np.ndarray:
    usual = UsualOrder()
    for some, scores in zip(np.array_split(kind, parts), np.array_split(score, parts), strict=True):
        usual.add(0, some, scores)
    return usual.limits([0], int(kind.max()) + 1)


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


@pytest.mark.parametrize("parts", [2, 7, 100])
def test_it_does_not_matter_in_which_parts_they_come(parts: int) -> None:
    random = np.random.default_rng(1)
    kind, score = random.integers(0, 5, 20_000), random.normal(0, 2, 20_000).astype(np.float32)
    np.testing.assert_array_equal(learnt(kind, score, parts), learnt(kind, score))


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
