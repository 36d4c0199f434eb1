"""Every row without a score has the reason that is true of it."""

from __future__ import annotations

import numpy as np

from isang.unscored import reasons
from isang.words.frame import Floats, Grid, Integers

NAN = np.nan


def told(values: list[float], scores: list[float], entity: list[int] | None = None) -> list[str]:
    rows = np.array(values)[:, None]
    return reasons(grid(rows, np.array(entity or [0] * len(values))), np.array(scores)).tolist()  # type: ignore[no-any-return]


def grid(X: Floats, entity: Integers) -> Grid:
    return Grid(X, np.arange(len(X)), None, entity, np.arange(len(X)), None)


def test_a_scored_row_has_no_reason() -> None:
    assert told([1, 2], [0.1, 0.2]) == ["", ""]


def test_the_first_rows_of_an_entity_warm_up() -> None:
    assert told([1, 2, 3, 4], [NAN, NAN, 1, 1]) == ["warm_up", "warm_up", "", ""]


def test_rows_after_a_wall_are_near_a_gap() -> None:
    assert told([1, 2, NAN, 4, 5, 6], [1, 1, NAN, NAN, 1, 1]) == ["", "", "missing", "gap", "", ""]


def test_the_first_rows_of_the_next_entity_warm_up() -> None:
    entity = [0, 0, 0, -1, 1, 1, 1]
    assert told([1, 2, 3, NAN, 5, 6, 7], [NAN, 1, 1, NAN, NAN, 1, 1], entity)[4] == "warm_up"


def test_a_stretch_without_any_score_is_too_short() -> None:
    assert told([1, 2, NAN, 4, 5, 6], [NAN, NAN, NAN, NAN, 1, 1]) == [
        "too_short",
        "too_short",
        "missing",
        "gap",
        "",
        "",
    ]


def test_a_row_with_most_cells_missing_says_so_first() -> None:
    X = np.array([[1.0, 1, 1], [NAN, 1, 1], [NAN, NAN, 1], [1, 1, 1]])
    scores = np.array([NAN, 1, NAN, 1])
    assert reasons(grid(X, np.zeros(4, dtype=np.int64)), scores).tolist() == ["warm_up", "", "missing", ""]


def test_nothing_scored_at_all() -> None:
    assert told([1, 2, NAN], [NAN, NAN, NAN]) == ["too_short", "too_short", "missing"]
    assert told([NAN, NAN], [NAN, NAN]) == ["missing", "missing"]
