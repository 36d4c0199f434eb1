"""Blocks are contiguous and out of block means out of block."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

import numpy as np
import pytest
from sklearn.base import BaseEstimator

import oracles
from isang.detectors.base import Detector
from isang.detectors.ensemble import Ensemble
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.splits import blocks_in_time, blocks_of_values, cut_at_shares, out_of_block, out_of_block_scores
from isang.words.frame import Floats


def test_each_entity_is_cut_into_blocks_of_its_own() -> None:
    entity = np.array([0] * 10 + [-1] + [1] * 7 + [-1] + [2] * 2)
    blocks = blocks_in_time(entity, 5)
    assert blocks.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, -1, 0, 0, 1, 2, 2, 3, 4, -1, 0, 2]


@pytest.mark.parametrize("rows", [1, 4, 5, 23, 1000])
def test_blocks_are_contiguous_and_of_a_size(rows: int) -> None:
    blocks = blocks_in_time(np.zeros(rows, dtype=np.int64), 5)
    assert (np.diff(blocks) >= 0).all()
    sizes = Counter(blocks.tolist())
    assert max(sizes.values()) - min(sizes.values()) <= 1
    assert len(sizes) == min(rows, 5)


def test_blocks_of_many_small_entities_are_of_a_size_too() -> None:
    """A hindsight learner must have something left to learn from."""
    entity = np.concatenate([np.append(np.full(7, number), -1) for number in range(50)])
    sizes = Counter(blocks_in_time(entity, 5).tolist())
    assert min(sizes.values()) >= 50


def test_blocks_of_values_leave_walls_out() -> None:
    """Rows that are kept from a detector, at the end or anywhere, must not make its blocks unequal."""
    X = np.ones((40, 2))
    X[20:] = np.nan
    X[[3, 4]] = np.nan
    blocks = blocks_of_values(X, 3)
    assert (blocks < 0).tolist() == np.isnan(X[:, 0]).tolist()
    assert Counter(blocks[blocks >= 0].tolist()) == {0: 6, 1: 6, 2: 6}
    rows = np.full((2000, 2), np.nan)
    rows[:300] = np.random.default_rng(0).normal(size=(300, 2))  # all in the first of five blocks of rows
    assert np.isfinite(Ensemble([RobustZscore(), Knn()]).fit(rows).anomaly_score(rows[:300])).all()


def test_parts_hold_their_share_of_the_rows() -> None:
    time = np.random.default_rng(0).permutation(np.arange(100) * 10)
    first, second = cut_at_shares(time, (0.6, 0.2, 0.2))
    assert [int((time < first).sum()), int((time < second).sum())] == [60, 80]


def test_equal_times_are_not_torn_apart() -> None:
    time = np.repeat([0, 10, 20, 30], 25)
    (cut,) = cut_at_shares(time, (0.6, 0.4))
    assert cut in (10, 20, 30)
    assert int((time < cut).sum()) % 25 == 0


@pytest.mark.parametrize("detector", [RobustZscore(), Knn(neighbors=2), PcaAutoencoder(window_rows=4)])
def test_out_of_block_scores_are_the_slow_ones(detector: Detector) -> None:
    X = np.random.default_rng(0).normal(size=(90, 2))
    X[[10, 40, 41]] = np.nan
    X[60, 0] = np.nan
    blocks = blocks_in_time(np.repeat([0, -1, 1], [50, 1, 39]), 3)
    slow = oracles.out_of_block_scores(detector, X, blocks)
    np.testing.assert_allclose(out_of_block_scores(detector, X, blocks), slow, equal_nan=True)
    assert np.isfinite(slow).sum() > 50


def test_a_model_never_sees_its_block() -> None:
    X, blocks = np.arange(20.0)[:, None], blocks_in_time(np.zeros(20, dtype=np.int64), 4)
    for mine, seen in out_of_block(lambda others: others, X, blocks):
        assert np.isnan(seen[mine]).all()
        assert np.array_equal(seen[~mine], X[~mine])


class Remembers(BaseEstimator):  # type: ignore[misc]
    """Scores 1 for a value that it was fitted on."""

    def fit(self, X: Floats) -> Self:
        self.known_ = set(X[~np.isnan(X)])
        return self

    def anomaly_score(self, X: Any) -> Floats:
        return np.array([float(row[0] in self.known_) for row in X])


def test_of_other_blocks_a_model_is_shown_no_more_than_a_wall() -> None:
    """However many entities: each part of a block costs its own rows."""
    shown = []

    class Looks(Remembers):
        def anomaly_score(self, X: Any) -> Floats:
            shown.append(X[:, 0].tolist())
            return np.zeros(len(X))

    entity = np.repeat([0, 1], 6)
    out_of_block_scores(Looks(), np.arange(12.0)[:, None], blocks_in_time(entity, 3))
    np.testing.assert_equal(shown, [[0, 1, np.nan, 6, 7], [2, 3, np.nan, 8, 9], [4, 5, np.nan, 10, 11]])


def test_no_row_is_judged_by_what_it_taught() -> None:
    X = np.arange(50.0)[:, None]
    assert not out_of_block_scores(Remembers(), X, blocks_in_time(np.zeros(50, dtype=np.int64), 5)).any()
    assert Remembers().fit(X).anomaly_score(X).all()  # the check itself would see it
