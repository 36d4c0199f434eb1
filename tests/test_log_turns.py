"""Turns from one line to the next that never came before, where it could be told what follows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from isang.logs.turn import NO_TURN, turns_of
from isang.logs.turns import Turns, as_kinds
from oracles import turns_by_hand

A, B, C, D = range(4)
Line = tuple[int, int, int]  # slot, log, template


def told(lines: list[Line], stretches: int = 1) -> list[tuple[int, int, int, int, int, int]]:
    """The turns (log, before, after, slot, record, lines) that are news, of lines of one thread a log."""
    slot, log, template = (np.array(column, dtype=np.int64) for column in zip(*lines, strict=True))
    turns = Turns()
    for rows in np.array_split(np.arange(len(lines)), stretches):
        order = rows[np.argsort(log[rows], kind="stable")]
        rows = np.concatenate([np.append(order[log[order] == one], -1) for one in np.unique(log)])
        turn = turns_of(log[rows], template[rows], rows < 0)
        turns.add(turn, slot[rows[1:]], rows[1:])
    counts = pl.DataFrame({"log": log, "template": template, "slot": slot, "lines": 1})
    return turns.never_seen(counts).select("log", "before", "after", "slot", "record", "lines").rows()


def usual(times: int = 200, log: int = 0) -> list[Line]:
    """A, B and C, again and again."""
    return [(at, log, template) for at in range(times) for template in (A, B, C)]


def test_a_step_that_is_missing_is_news() -> None:
    assert told([*usual(), (200, 0, A), (200, 0, C)]) == [(0, A, C, 200, 601, 1)]


def test_a_turn_is_news_but_once() -> None:
    assert told([*usual(), *[(200 + at, 0, template) for at in range(5) for template in (A, C)]]) == [
        (0, A, C, 200, 601, 1)
    ]


def test_its_lines_are_those_of_its_slot() -> None:
    assert told([*usual(), *[(200, 0, template) for template in (A, C, A, C, A, C)]]) == [(0, A, C, 200, 601, 3)]


def test_what_follows_after_a_few_lines_is_no_news() -> None:
    assert told([*usual(90), (90, 0, A), (90, 0, C)]) == []


def test_a_line_that_comes_after_anything_is_no_news() -> None:
    """D came a few times: of an error it cannot be told what goes before."""
    assert told([*usual(), (200, 0, A), (200, 0, D), (201, 0, A), (201, 0, B), (201, 0, D)]) == []


def test_lines_in_any_order_have_no_news() -> None:
    random = np.random.default_rng(0)
    assert told([(at // 5, 0, int(random.integers(40))) for at in range(4000)]) == []


def test_each_log_is_by_itself() -> None:
    assert told([*usual(), *usual(log=1), (200, 1, A), (200, 1, C)]) == [(1, A, C, 200, 1201, 1)]


def test_what_follows_across_a_wall_is_none() -> None:
    turn = turns_of(np.array([0, 0, 0]), np.array([A, B, C]), np.array([False, True, False]))
    assert turn.tolist() == [NO_TURN, NO_TURN]


def test_lines_without_a_time_are_left_out() -> None:
    turns = Turns()
    turns.add(np.array([5, 5]), np.array([-1, 3]), np.array([0, 1]))
    counts = pl.DataFrame(schema=dict.fromkeys(("log", "template", "slot", "lines"), pl.Int64))
    assert turns.never_seen(counts).is_empty()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("stretches", [1, 3])
def test_is_what_one_finds_by_hand(seed: int, stretches: int) -> None:
    random = np.random.default_rng(seed)
    lines = []
    for at in range(700):
        template = at % 5 if random.random() > 0.01 else int(random.integers(6))
        lines.append((at // 6, int(at > 350), template))
    found = told(lines, stretches)
    if stretches == 1:
        assert [row[:4] for row in found] == turns_by_hand(lines, 0.01)
    else:  # what follows across two is not seen
        assert {row[:3] for row in found} <= {row[:3] for row in turns_by_hand(lines, 0.02)}


def test_as_kinds_they_have_numbers_of_their_own() -> None:
    turns = pl.DataFrame(
        {"slot": [4, 5], "record": [1, 2], "lines": [1, 3], "log": [0, 0], "before": [0, 1], "after": [2, 2]}
    )
    rows, kinds = as_kinds(turns)
    assert kinds["kind"].n_unique() == 2
    assert kinds["kind"].max() < -1  # type: ignore[operator]
    assert rows.select("slot", "lines", "news").rows() == [(4, 1, 1.0), (5, 3, 1.0)]
