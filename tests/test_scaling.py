"""Centre and spread that outliers cannot steer; a cap that keeps the order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.scaling import bend, fill_missing, learn_group_scale, learn_scale, too_sparse
from isang.words.frame import Floats
from oracles import nasty_rows, quick


@given(nasty_rows())
@quick
def test_the_scale_is_the_slow_one(X: Floats) -> None:
    scale = learn_scale(X)
    slow = [oracles.robust_scale(column.tolist()) for column in X.T]
    np.testing.assert_allclose(scale.center, [center for center, _ in slow])
    np.testing.assert_allclose(scale.spread, [spread for _, spread in slow])


@pytest.mark.parametrize("X", [np.array([[3.0], [1.0], [2.0]]), np.asfortranarray([[3.0, 1.0], [1.0, np.nan]])])
def test_learning_a_scale_leaves_the_rows_as_they_are(X: Floats) -> None:
    before = X.copy()
    learn_scale(X)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("cells", [1, 7, 100])
def test_a_scale_does_not_depend_on_how_many_columns_are_sorted_together(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = np.random.default_rng(0).normal(size=(5, 9)).round()
    whole = learn_scale(X)
    monkeypatch.setattr("isang.scaling._MOST_CELLS", cells)
    np.testing.assert_array_equal(learn_scale(X).spread, whole.spread)


def test_of_very_many_rows_each_column_keeps_values_evenly_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.scaling._MOST_VALUES", 10)
    X = np.arange(100.0).reshape(-1, 2)
    X[::2, 1] = np.nan
    every_sixth, every_third = X[::6, 0], X[1::2, 1][::3]
    assert learn_scale(X).center.tolist() == [np.median(every_sixth), np.median(every_third)]


@given(nasty_rows(least=4), st.integers(1, 4))
@quick
def test_the_scale_of_groups_is_that_of_each_alone(X: Floats, groups: int) -> None:
    values = X[~np.isnan(X[:, 0]), 0]
    group = np.arange(len(values)) * 7 % groups
    together = learn_group_scale(values, group, groups + 1)
    for number in range(groups + 1):
        alone = learn_scale(values[group == number][:, None])
        np.testing.assert_allclose(together.center[number], alone.center[0])
        np.testing.assert_allclose(together.spread[number], alone.spread[0])


@given(nasty_rows())
@quick
def test_scaled_values_are_finite_and_only_missing_cells_are_missing(X: Floats) -> None:
    applied = learn_scale(X).apply(X)
    assert np.array_equal(np.isnan(applied), np.isnan(X))
    assert np.isfinite(applied[~np.isnan(X)]).all()


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_normal_values_have_their_standard_deviation_as_spread(share: float) -> None:
    values = np.random.default_rng(0).normal(50, 2, 20_000)
    values[: int(share * len(values))] = 1e6
    scale = learn_scale(values[:, None])
    assert scale.center[0] == pytest.approx(50, abs=0.2 + 4 * share)
    assert scale.spread[0] == pytest.approx(2, rel=0.05 + 3 * share)


def test_a_huge_value_changes_centre_and_spread_little() -> None:
    values = np.random.default_rng(0).normal(50, 2, 1000)
    usual = learn_scale(values[:, None])
    values[0] = 1e300
    steered = learn_scale(values[:, None])
    np.testing.assert_allclose([steered.center, steered.spread], [usual.center, usual.spread], rtol=0.02)


@pytest.mark.parametrize("rare", [1e300, -1e300, np.finfo(float).max])
def test_mostly_one_value_and_a_huge_one_have_a_finite_spread(rare: float) -> None:
    values = np.zeros((100, 1))
    values[3] = rare
    scale = learn_scale(values)
    assert np.isfinite(scale.spread).all()
    assert np.isfinite(scale.apply(values)).all()


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=30))
@quick
def test_bending_keeps_the_order_and_the_sign(values: list[float]) -> None:
    Z = np.sort(np.array(values))
    bent = bend(Z, 10.0)
    assert (np.diff(bent) >= 0).all()
    assert np.array_equal(np.sign(bent), np.sign(Z))
    np.testing.assert_allclose(bent, [oracles.bend(z) for z in Z])


def test_bending_leaves_what_is_usual() -> None:
    Z = np.linspace(-10, 10, 101)
    assert np.array_equal(bend(Z, 10.0), Z)
    assert bend(np.array([11.0, 1e300]), 10.0).tolist() == pytest.approx([10.953, 6895.5], rel=1e-3)
    assert bend(np.array([12.0]), 10.0)[0] > bend(np.array([11.0]), 10.0)[0] > 10


def test_missing_cells_stand_at_the_centre() -> None:
    filled, seen = fill_missing(np.array([[1.0, np.nan], [np.nan, -2.0]]))
    assert filled.tolist() == [[1.0, 0.0], [0.0, -2.0]]
    assert seen.tolist() == [[True, False], [False, True]]


def test_more_than_half_missing_is_too_sparse() -> None:
    nan = np.nan
    rows = np.array([[1.0, 1, 1, 1], [nan, 1, 1, 1], [nan, nan, 1, 1], [nan, nan, nan, 1], [nan, nan, nan, nan]])
    assert too_sparse(rows).tolist() == [False, False, False, True, True]
