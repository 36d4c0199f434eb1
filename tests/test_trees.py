"""The flat trees score as scikit-learn's forest does, and no array from a file leads them astray."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from isang.trees import Trees, flattened
from isang.words.frame import Floats


def rows(count: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(count, 4))


def forest(train_rows: int = 500, most: int = 256, trees: int = 30) -> Any:
    return IsolationForest(n_estimators=trees, max_samples=most, random_state=0).fit(rows(train_rows))


TREES = flattened(forest(most=64, trees=3))


@pytest.mark.parametrize(("train_rows", "most"), [(1, 1), (2, 2), (3, 3), (500, 20), (500, 256)])
def test_they_score_as_the_forest_they_came_from(train_rows: int, most: int) -> None:
    grown, judged = forest(train_rows, most), rows(2000, seed=1) * 3
    np.testing.assert_allclose(flattened(grown).isolation(judged), -grown.score_samples(judged), rtol=0, atol=1e-12)


def test_they_are_about_as_fast() -> None:
    grown, judged = forest(trees=200), rows(20_000, seed=1)
    trees = flattened(grown)
    trees.isolation(judged[:1])
    begun = time.perf_counter()
    trees.isolation(judged)
    ours = time.perf_counter() - begun
    grown.score_samples(judged)
    assert ours < 2 * (time.perf_counter() - begun - ours)


def crafted(name: str, at: int, value: float) -> Trees:
    array = getattr(TREES, name).copy()
    array[at] = value
    return replace(TREES, **{name: array})


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("left", 0, 0),  # itself: a loop
        ("left", 1, 0),  # back to the root: a loop
        ("left", 0, 10**9),
        ("left", 0, 2**63 - 1),
        ("left", 0, -7),
        ("right", 0, -1),  # a leaf to one side
        ("right", 0, 1),  # the same child twice
        ("feature", 0, 4),
        ("feature", 0, -3),
        ("feature", 0, 2**62),
        ("first", 0, 1),
        ("first", 1, 0),
        ("first", 1, 10**9),
        ("first", 1, -(2**63)),
        ("length", 3, -1.0),
        ("length", 3, np.nan),
    ],
)
def test_m07_crafted_nodes_are_refused(name: str, at: int, value: float) -> None:
    with pytest.raises(ValueError, match=r"tree|child|node|path"):
        crafted(name, at, value)


@pytest.mark.parametrize("change", [{"columns": 0}, {"columns": 2}, {"usual_length": -1.0}])
def test_m07_crafted_numbers_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"tree|path"):
        replace(TREES, **change)


@pytest.mark.parametrize("name", ["first", "left", "right", "feature", "threshold", "length"])
def test_m07_arrays_of_other_lengths_are_refused(name: str) -> None:
    for array in (getattr(TREES, name)[:-1], getattr(TREES, name)[:0], getattr(TREES, name)[:, None]):
        with pytest.raises(ValueError, match=r"node|tree"):
            replace(TREES, **{name: array})


def test_m07_a_chain_of_nodes_is_refused() -> None:
    """A million cuts one below the other would take hours to walk down."""
    inner = 2**20
    order = np.arange(2 * inner + 1)
    left = np.where((order % 2 == 0) & (order < 2 * inner), order + 1, -1)
    right = np.where(left > 0, order + 2, -1)
    zeros = np.zeros(len(order))
    with pytest.raises(ValueError, match="deeper than 64"):
        Trees(1, np.zeros(1, dtype=np.int64), left, right, np.where(left > 0, 0, -2), zeros, zeros, 1.0)


def test_m07_random_nodes_are_refused_or_walk_to_an_end() -> None:
    """Any numbers in any place: a ValueError or finite scores, never a crash."""
    random, refused = np.random.default_rng(0), 0
    for _ in range(400):
        name = random.choice([field.name for field in fields(Trees) if field.name not in ("columns", "usual_length")])
        array = getattr(TREES, name).copy()
        array[random.integers(len(array))] = random.integers(-5, len(TREES.left) + 5)
        try:
            changed = replace(TREES, **{name: array})
        except ValueError:
            refused += 1
        else:
            assert np.isfinite(changed.isolation(rows(50))).all()
    assert refused > 100


def test_the_wrong_number_of_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="5 columns came"):
        TREES.isolation(np.zeros((3, 5)))
