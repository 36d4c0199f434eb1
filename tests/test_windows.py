"""Windows hold no wall, and the fast forms give what the slow ones give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang import windows
from isang.windows import CoveringMean, moving_mean, rows_since_wall, walls, window_ends, windows_at
from isang.words.frame import Floats
from oracles import nasty_rows, quick


@given(nasty_rows())
@quick
def test_a_wall_is_a_row_without_any_value(X: Floats) -> None:
    assert walls(X).tolist() == [oracles.is_wall(row) for row in X]


@given(nasty_rows())
@quick
def test_rows_since_a_wall_count_from_one(X: Floats) -> None:
    counted, count = [], 0
    for row in X:
        count = 0 if oracles.is_wall(row) else count + 1
        counted.append(count)
    assert rows_since_wall(X).tolist() == counted


@given(nasty_rows(least=6), st.integers(1, 6), st.integers(1, 5))
@quick
def test_windows_are_those_without_a_wall(X: Floats, window_rows: int, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "_CHUNK_CELLS", chunk * window_rows * X.shape[1])
        ends = window_ends(X, window_rows)
        found = [pair for some, many in windows_at(X, ends, window_rows) for pair in zip(some, many, strict=True)]
    slow = oracles.windows_ending_at(X, window_rows)
    assert [int(end) for end, _ in found] == [end for end, _ in slow]
    for (_, fast), (_, cells) in zip(found, slow, strict=True):
        np.testing.assert_array_equal(fast, cells.ravel())


def test_windows_are_copies() -> None:
    X = np.arange(12.0).reshape(6, 2)
    for _, many in windows_at(X, window_ends(X, 3), 3):
        many[:] = -1
    assert X.min() == 0


def test_windows_come_in_chunks_of_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_CHUNK_CELLS", 60)
    X = np.zeros((100, 2))
    sizes = [many.size for _, many in windows_at(X, window_ends(X, 10), 10)]
    assert max(sizes) <= 60
    assert len(sizes) == 31


@given(nasty_rows(), st.integers(1, 6))
@quick
def test_the_covering_mean_is_the_mean_over_covering_windows(X: Floats, window_rows: int) -> None:
    ends = window_ends(X, window_rows)
    errors = np.random.default_rng(len(X)).random((len(ends), window_rows))
    covering = CoveringMean(len(X), window_rows)
    for at in range(0, len(ends), 3):  # in parts, as windows come in chunks
        covering.add(ends[at : at + 3], errors[at : at + 3])
    slow = oracles.covering_mean(len(X), window_rows, ends.tolist(), errors)
    np.testing.assert_allclose(covering.result(), slow, equal_nan=True)


@given(nasty_rows(), st.integers(1, 7), st.booleans())
@quick
def test_the_moving_mean_never_crosses_a_gap(X: Floats, width: int, centred: bool) -> None:
    scores = X[:, 0]
    slow = oracles.moving_mean(scores, width, centred=centred)
    np.testing.assert_allclose(moving_mean(scores, width, centred=centred), slow, rtol=1e-9, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("centred", [False, True])
def test_a_moving_mean_of_nothing_is_nothing(centred: bool) -> None:
    assert np.isnan(moving_mean(np.full(9, np.nan), 4, centred=centred)).all()
    assert moving_mean(np.array([3.0]), 4, centred=centred).tolist() == [3.0]
