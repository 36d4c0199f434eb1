"""Detectors of single rows: histograms, the shape of the bulk, normal scores; and what `auto` makes of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.curves import roc_auc
from isang.detectors.auto import Auto
from isang.detectors.ensemble import Ensemble
from isang.detectors.hbos import Hbos
from isang.detectors.isolation_forest import IsolationForest
from isang.detectors.knn import Knn
from isang.detectors.robust_mahalanobis import RobustMahalanobis
from isang.normal_scores import NormalScores, learn_normal_scores
from isang.words.frame import Floats
from oracles import quick


def rows(seed: int, count: int = 120) -> Floats:
    """Three columns: two that go together, and counts."""
    random = np.random.default_rng(seed)
    common = random.normal(size=count)
    return np.column_stack([common + random.normal(size=count), 3 * common + 5, random.poisson(2, count)])


@given(st.integers(0, 1000))
@quick
def test_rarity_is_the_slow_one(seed: int) -> None:
    # Counts would stand on the edges of bins, on this side or that by rounding.
    train, judged = rows(seed)[:, :2], rows(seed + 1, 20)[:, :2]
    spreads = [np.clip(oracles.scaled(train, part), -10, 10) for part in (train, judged)]
    slow = [[oracles.slow_rarity(spreads[0][:, at].tolist(), row[at]) for at in (0, 1)] for row in spreads[1]]
    np.testing.assert_allclose(Hbos().fit(train).anomaly_score(judged), np.mean(slow, axis=1), atol=1e-9)


def test_a_value_in_the_gap_of_a_column_is_rare() -> None:
    usual = np.concatenate([np.random.default_rng(0).normal(centre, 0.1, 300) for centre in (-1, 1)])[:, None]
    gap, there = Hbos().fit(usual).anomaly_score([[0.0], [1.0]])
    assert gap > there + 2
    assert RobustMahalanobis().fit(usual).anomaly_score([[0.0]])[0] < 1


@given(st.integers(0, 1000), st.sampled_from([0.5, 0.75, 1.0]))
@quick
def test_the_distance_from_the_bulk_is_the_slow_one(seed: int, kept: float) -> None:
    train, judged = rows(seed), rows(seed + 1, 20)
    found = RobustMahalanobis(kept).fit(train).anomaly_score(judged)
    np.testing.assert_allclose(found, oracles.slow_robust_mahalanobis(train, judged, kept), rtol=1e-6)


def test_a_tenth_of_strange_rows_does_not_steer_the_shape() -> None:
    random = np.random.default_rng(0)
    usual = random.normal(size=(1000, 1)) @ np.ones((1, 4)) + 0.1 * random.normal(size=(1000, 4))
    strange = usual[:100] * [1, -1, 1, -1] + 3
    judged = np.concatenate([usual[-200:], strange])
    truth = np.arange(len(judged)) >= 200
    found = RobustMahalanobis().fit(np.concatenate([usual, strange])).anomaly_score(judged)
    steered = RobustMahalanobis(kept=1.0).fit(np.concatenate([usual, strange])).anomaly_score(judged)
    assert found[truth].min() > found[~truth].max()
    assert np.median(found[truth]) > 2 * np.median(steered[truth])


def test_more_columns_than_rows_and_copies_of_columns_are_borne() -> None:
    usual = np.random.default_rng(0).normal(size=(50, 80))
    wide = RobustMahalanobis().fit(np.concatenate([usual, usual], axis=1))
    assert np.isfinite(wide.anomaly_score(np.concatenate([usual, -usual], axis=1))).all()


@given(st.integers(0, 1000))
@quick
def test_normal_scores_are_the_slow_ones(seed: int) -> None:
    train, judged = rows(seed), rows(seed + 1, 20)
    train[::7, 0] = np.nan
    known = train[~np.isnan(train[:, 0]), 0].tolist()
    found = learn_normal_scores(train[:, 1:]).apply(judged[:, 1:])
    slow = [[oracles.slow_normal_score(train[:, at].tolist(), row[at]) for at in (1, 2)] for row in judged]
    np.testing.assert_allclose(found, slow)
    of_some = learn_normal_scores(train).apply(judged)[:, 0]
    np.testing.assert_allclose(of_some, [oracles.slow_normal_score(known, one) for one in judged[:, 0]], atol=0.3)


def test_normal_scores_out_of_a_file_are_checked() -> None:
    with pytest.raises(ValueError, match="ascending"):
        NormalScores(np.array([[1.0], [0.0]]))


def test_auto_takes_unlike_views_of_a_table_and_is_ahead_of_each() -> None:
    """Anomalies of three kinds: rows that break a relation, values in a gap, a cluster of their own."""
    random = np.random.default_rng(0)
    usual = random.normal(size=(2000, 6))
    usual[:, 1] = usual[:, 0] + 0.2 * random.normal(size=2000)
    usual[:, 2] = np.where(random.random(2000) < 0.5, -4, 4) + 0.3 * random.normal(size=2000)
    usual[:40, 1] *= -1
    usual[40:70, 2] = 0
    usual[70:100, 3:] = 3.5 + 0.1 * random.normal(size=(30, 3))
    truth = np.arange(2000) < 100
    order = random.permutation(2000)
    auto = Auto()
    members = [auto, IsolationForest(), Knn(), Hbos(), RobustMahalanobis()]
    found = [roc_auc(one.fit(usual[order]).anomaly_score(usual[order]), truth[order]) or 0.0 for one in members]
    assert isinstance(auto.chosen_, Ensemble)
    assert found[0] > max(found[1:])


def test_the_nearest_row_alone_is_asked_only_where_it_may_be_trusted() -> None:
    """In hindsight the rows that are learnt from hold what is looked for, and one anomaly would vouch for another."""
    asked = {}
    for hindsight in (False, True):
        chosen = Auto(ordered=False, hindsight=hindsight).fit(rows(0, 400)).chosen_
        assert isinstance(chosen, Ensemble)
        near = [member for member in chosen.members if isinstance(member, Knn)]
        asked[hindsight] = [(member.neighbors, member.scale) for member in near]
    assert asked[True] == [(5, "robust"), (20, "robust"), (5, "normal")]
    assert asked[False] == [(1, "robust"), (5, "robust"), (20, "robust"), (1, "normal"), (5, "normal")]
