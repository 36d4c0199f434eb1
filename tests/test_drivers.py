"""The columns that made a row strange are named, for any detector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pytest

from contracts.members import LINES, SESSIONS, members
from contracts.samples import Sample, sample
from isang.detectors.base import Detector
from isang.detectors.ensemble import Ensemble
from isang.detectors.knn import Knn
from isang.detectors.robust_zscore import RobustZscore
from isang.explain import drivers
from isang.explain.drivers import column_shares
from isang.explain.members import members_that_spoke
from isang.words.frame import Floats

# Rows of measured values: a template's number is its only column, and a session is strange as a whole.
MEMBERS = {name: member for name, member in members().items() if name.split()[0] not in (*LINES, *SESSIONS)}


class Scored(Detector):
    """A detector of a function."""

    def __init__(self, score: Callable[[Any], Any]) -> None:
        self.score = score

    def fit(self, X: Any, y: Any = None) -> Self:
        return self

    def anomaly_score(self, X: Any) -> Floats:
        return np.asarray(self.score(X))


@pytest.fixture(scope="module", params=MEMBERS)
def case(request: pytest.FixtureRequest) -> tuple[Detector, Sample]:
    data = sample()
    return MEMBERS[request.param].fit(data.train), data


@pytest.mark.parametrize("column", [0, 3])
def test_the_column_that_was_changed_drives_most(case: tuple[Detector, Sample], column: int) -> None:
    detector, data = case
    judged = data.judged.copy()
    judged[data.strange] = judged[data.strange - 24]
    judged[data.strange, column] += 30.0
    shares = column_shares(detector, judged, np.array([data.strange]))
    assert shares.shape == (4,)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert int(np.argmax(shares)) == column
    assert shares[column] > 0.5


def test_shares_do_not_depend_on_how_many_copies_are_scored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sample()
    score = MEMBERS["pca_autoencoder"].fit(data.train).anomaly_score
    rows = np.array([data.strange, data.strange + 1])
    at_once = column_shares(Scored(score), data.judged, rows)
    monkeypatch.setattr(drivers, "_MOST_CELLS", 1)
    np.testing.assert_allclose(column_shares(Scored(score), data.judged, rows), at_once)


def test_one_column_drives_alone() -> None:
    assert column_shares(Scored(lambda X: X[:, 0]), np.ones((3, 1)), np.array([1])).tolist() == [1.0]


def test_where_no_column_makes_a_difference_shares_are_equal() -> None:
    assert column_shares(Scored(lambda X: np.ones(len(X))), np.ones((3, 4)), np.array([1])).tolist() == [0.25] * 4


def test_the_copies_do_not_see_each_other() -> None:
    """A detector that looks back finds the same in each copy as alone."""
    X = np.arange(12.0).reshape(6, 2)

    def looks_back(
        rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        values = np.nansum(rows, axis=1)
        walls = np.asarray(np.isnan(rows).all(axis=1))
        return np.where(walls | np.append(True, walls[:-1]), np.nan, values + np.append(0, values[:-1]))

    shares = column_shares(Scored(looks_back), X, np.array([4]))
    lost, outside = np.array([8.0, 9.0]) / 17, np.array([5.0, 6.0]) / 11
    np.testing.assert_allclose(shares, (lost + outside) / 2)


def test_a_column_far_outside_is_named_even_where_only_the_worst_one_counts() -> None:
    X = np.array([[0.0, 0, 0], [9, -12, 1], [0, 0, 0]])
    shares = column_shares(Scored(lambda rows: np.nan_to_num(np.abs(rows), nan=0).max(axis=1)), X, np.array([1]))
    np.testing.assert_allclose(shares, [0.2, 0.8, 0.0])


def test_the_members_that_spoke_are_told_with_their_names() -> None:
    data = sample()
    ensemble = Ensemble([RobustZscore(), Knn(neighbors=3)]).fit(data.train)
    told = members_that_spoke(ensemble, data.judged, np.array([data.strange]))
    assert {member["name"] for member in told} == {"robust_zscore", "knn"}
    assert [member["score"] for member in told] == sorted((member["score"] for member in told), reverse=True)
    assert all(member["p"] == pytest.approx(10 ** -float(member["score"])) for member in told)
    assert members_that_spoke(ensemble, data.judged, np.array([3])) == ()
    assert members_that_spoke(RobustZscore().fit(data.train), data.judged, np.array([data.strange])) == ()
