"""Every check over every detector, and every check over members that break it."""

from __future__ import annotations

import numpy as np
import pytest

import oracles
from contracts.bad_members import PLANTED, Reference
from contracts.checks import CHECKS, Check
from contracts.members import SKIPS, members, sample_for
from contracts.samples import sample
from contracts.table import table
from isang import family
from isang.detectors.base import Detector
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.words.frame import Floats

MEMBERS = members()
SAMPLE = sample()
NAMES = [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_member_keeps_what_detectors_promise(check: Check, name: str) -> None:
    if (check.__name__, name) in SKIPS:
        # A skip that is needed no more is to be taken out. Some checks want several columns, or any numbers.
        with pytest.raises((AssertionError, IndexError, ValueError)):
            check(MEMBERS[name], sample_for(name))
    else:
        check(MEMBERS[name], sample_for(name))


def test_every_file_is_a_member_with_an_example() -> None:
    assert set(family.names("detectors")) <= set(MEMBERS)
    assert all(isinstance(member, Detector) for member in MEMBERS.values())


def test_every_skip_names_a_check_and_a_member() -> None:
    assert {check for check, _ in SKIPS} <= set(NAMES)
    assert {name for _, name in SKIPS} <= set(MEMBERS)


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_sound_member_passes(check: Check) -> None:
    check(Reference(), SAMPLE)


@pytest.mark.parametrize(("kind", "check"), PLANTED.items(), ids=lambda item: item.__name__)
def test_a_planted_member_is_caught_by_the_check_that_is_there_for_it(kind: type[Reference], check: Check) -> None:
    with pytest.raises(AssertionError):
        check(kind(), SAMPLE)


def test_every_check_has_a_planted_member() -> None:
    assert [check.__name__ for check in CHECKS if check not in PLANTED.values()] == []


def test_the_table_tells_all_of_it() -> None:
    told = table()
    print(told)  # noqa: T201  (pytest -s shows it)
    assert all(name in told for name in (*NAMES, *MEMBERS, *SKIPS.values()))
    assert all(kind.__name__ in told for kind in PLANTED)


def nasty(rows: int, seed: int, missing: float = 0.05) -> Floats:
    """Two columns and a constant one, with missing cells, walls and a short stretch between two of them."""
    X = np.column_stack([np.random.default_rng(seed).normal(size=(rows, 2)).cumsum(axis=0), np.full(rows, 3.0)])
    X[np.random.default_rng(seed + 1).random(X.shape) < missing] = np.nan
    X[[20, 24, 50, 51]] = np.nan
    return X


@pytest.mark.parametrize("window_rows", [1, 2, 6])
@pytest.mark.parametrize("variance", [0.5, 0.9])
@pytest.mark.parametrize("hindsight", [False, True])
def test_the_closed_form_is_the_slow_decomposition(window_rows: int, variance: float, hindsight: bool) -> None:
    train, judged = nasty(160, seed=0), nasty(90, seed=5)
    fitted = PcaAutoencoder(window_rows=window_rows, variance=variance, hindsight=hindsight).fit(train)
    slow = oracles.pca_scores(train, judged, window_rows, variance, hindsight=hindsight)
    sparse = np.isnan(judged).mean(axis=1) > 0.5
    np.testing.assert_allclose(fitted.anomaly_score(judged), np.where(sparse, np.nan, slow), rtol=1e-6, atol=1e-9)
    assert np.isfinite(slow).sum() > 50


def test_the_distance_to_neighbours_is_the_slow_one() -> None:
    train, judged = nasty(120, seed=0)[52:], nasty(90, seed=5, missing=0.2)[52:]
    judged = judged[np.isnan(judged).mean(axis=1) <= 0.5]
    usual = np.nan_to_num(oracles.scaled(train, train))
    slow = []
    for row in oracles.scaled(train, judged):
        seen = ~np.isnan(row)
        nearest = np.argsort(np.square(usual - np.nan_to_num(row)).sum(axis=1))[:3]
        slow.append(np.mean([np.sqrt(np.mean((usual[at] - row)[seen] ** 2)) for at in nearest]))
    np.testing.assert_allclose(Knn(neighbors=3).fit(train).anomaly_score(judged), slow)
