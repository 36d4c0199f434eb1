"""`cleaned`: what it drops, what it learns then, and that it is worth it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

import isang
from isang.detectors.cleaned import Cleaned
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.synthetic import Fault, Made, series

LEARNT = 2000


@pytest.fixture(scope="module")
def contaminated() -> Made:
    """Six level shifts in the rows that are learnt from, six in those that are judged."""
    places = (150, 420, 700, 1100, 1500, 1800, 2200, 2500, 2750, 3100, 3400, 3800)
    faults = [Fault("level_shift", row, 20, 8.0) for row in places]
    return series(2 * LEARNT, step="10min", columns=2, weekly=0, faults=faults)


def rows(made: Made) -> Any:
    return made.frame.select(made.columns.values).to_numpy()


def auc_pr(detector: Any, made: Made) -> float:
    X, truth = rows(made), made.truth[LEARNT:]
    score = detector.fit(X[:LEARNT]).anomaly_score(X[LEARNT:])
    known = np.isfinite(score)
    return float(average_precision_score(truth[known], score[known]))


def test_it_finds_more_after_it_has_dropped_the_faults_it_learnt_from(contaminated: Made) -> None:
    plain, cleaned = PcaAutoencoder(24), Cleaned(PcaAutoencoder(24))
    assert auc_pr(cleaned, contaminated) > auc_pr(plain, contaminated) + 0.1
    dropped, faulty = cleaned.suspected_, contaminated.truth[:LEARNT]
    assert dropped[faulty].mean() > 10 * dropped[~faulty].mean()
    assert dropped[~faulty].mean() < 0.02
    assert cleaned.dropped_share_ == pytest.approx(dropped.mean())


def test_what_is_dropped_becomes_walls_that_no_window_bridges(contaminated: Made) -> None:
    X = rows(contaminated)[:LEARNT]
    cleaned = Cleaned(RobustZscore(), PcaAutoencoder(24)).fit(X)
    by_hand = PcaAutoencoder(24).fit(np.where(cleaned.suspected_[:, None], np.nan, X))
    assert cleaned.suspected_.any()
    np.testing.assert_array_equal(cleaned.anomaly_score(X), by_hand.anomaly_score(X))


def test_no_more_than_its_share_is_dropped(contaminated: Made) -> None:
    X = rows(contaminated)[:LEARNT]
    free, bounded = (Cleaned(RobustZscore(), max_share=share).fit(X) for share in (0.1, 0.01))
    assert free.dropped_share_ > 0.01
    assert 0.005 < bounded.dropped_share_ <= 0.01
    assert (free.suspected_ | ~bounded.suspected_).all()


def test_noise_keeps_nearly_all_of_its_rows() -> None:
    for seed in range(5):
        X = np.random.default_rng(seed).normal(size=(2000, 2))
        assert Cleaned(RobustZscore()).fit(X).dropped_share_ < 0.003


def test_rounds_end_when_the_same_rows_are_suspected(contaminated: Made) -> None:
    X = rows(contaminated)[:LEARNT]
    one, many, more = (Cleaned(RobustZscore(), Knn(), rounds=rounds).fit(X) for rounds in (1, 20, 21))
    np.testing.assert_array_equal(many.suspected_, more.suspected_)
    assert many.suspected_[contaminated.truth[:LEARNT]].mean() >= one.suspected_[contaminated.truth[:LEARNT]].mean()


def test_too_little_left_says_how_much_was_dropped() -> None:
    X = np.random.default_rng(0).normal(size=(2000, 1))
    X[::23] += 40
    with pytest.raises(ValueError, match=r"after 4\.\d% of the rows were dropped as strange, .* no window of 24 rows"):
        Cleaned(RobustZscore(), PcaAutoencoder(24)).fit(X)


def test_by_name_with_its_members_told_apart(contaminated: Made) -> None:
    detector = {"name": "cleaned", "first": "robust_zscore", "second": {"name": "pca_autoencoder", "window_rows": 24}}
    result = isang.detect(contaminated.frame, detector=detector, train_until="2026-01-19")
    assert result.run["detector"]["name"] == "cleaned"
    assert result.run["detector"]["members"] == ["pca_autoencoder"]
    assert result.incidents
    assert {driver.name for driver in result.incidents[0].drivers} <= {"value_1", "value_2"}
