"""Lines that come late after the one before them."""

from __future__ import annotations

import numpy as np
import pytest

from isang.logs.pauses import Pauses

MS = 1000


def usual(
    turn: int, median_ms: float, spread: float, number: int = 1000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """So many pauses in µs of a turn, log-normal."""
    pauses = np.exp(np.random.default_rng(seed).normal(np.log(median_ms * MS), spread, number))
    return np.full(number, turn), pauses.astype(np.int64)


def late(learnt: Pauses, turn: int, *pauses_ms: float) -> list[bool]:
    pauses = (np.array(pauses_ms) * MS).astype(np.int64)
    return learnt.usual().late(np.full(len(pauses), turn), pauses).tolist()  # type: ignore[no-any-return]


def test_what_takes_far_longer_than_nearly_always_is_late() -> None:
    learnt = Pauses()
    learnt.add(*usual(7, 10, 0.5))
    assert late(learnt, 7, 0, 10, 25, 100, 1e6) == [False, False, False, True, True]


@pytest.mark.parametrize("seed", range(5))
def test_about_one_in_a_hundred_is_late(seed: int) -> None:
    learnt = Pauses()
    learnt.add(*usual(7, 10, 0.5, 5000))
    share = learnt.usual().late(*usual(7, 10, 0.5, 5000, seed + 1)).mean()
    assert 0.001 < share < 0.012


def test_each_turn_has_its_own() -> None:
    learnt = Pauses()
    learnt.add(*usual(7, 10, 0.5))
    learnt.add(*usual(3, 1000, 0.5))
    assert late(learnt, 3, 100, 9000) == [False, True]
    assert late(learnt, 7, 100) == [True]


def test_stretch_by_stretch_is_the_same() -> None:
    turn, pauses = usual(7, 10, 0.5)
    at_once, parts = Pauses(), Pauses()
    at_once.add(turn, pauses)
    for part in np.array_split(np.arange(len(turn)), 7):
        parts.add(turn[part], pauses[part])
        parts.usual()
    assert at_once.usual().longest.tolist() == parts.usual().longest.tolist()


def test_waiting_for_chance_tells_nothing() -> None:
    """The time to the next request is exponential."""
    learnt = Pauses()
    learnt.add(np.full(5000, 7), np.random.default_rng(0).exponential(5000 * MS, 5000).astype(np.int64))
    assert late(learnt, 7, 1e9) == [False]


def test_a_few_pauses_tell_nothing() -> None:
    learnt = Pauses()
    learnt.add(*usual(7, 10, 0.5, 99))
    assert late(learnt, 7, 1e6) == [False]
    learnt.add(*usual(7, 10, 0.5, 1))
    assert late(learnt, 7, 1e6) == [True]


def test_walls_and_turns_that_are_not_known_are_not_late() -> None:
    learnt = Pauses()
    assert late(learnt, 7, 1e6) == [False]
    turn, pauses = usual(-1, 10, 0.5)
    learnt.add(turn, pauses)
    assert late(learnt, -1, 1e6) == [False]
    assert late(learnt, 8, 1e6) == [False]


def test_clocks_that_go_back_or_stand_still_are_as_good_as_no_pause() -> None:
    learnt = Pauses()
    learnt.add(np.full(500, 7), np.array([0, -5 * MS] * 250))
    assert late(learnt, 7, -10, 0, 0.9, 5) == [False, False, False, True]
