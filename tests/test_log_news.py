"""New kinds of lines are news where new ones are rare, or where they come again at once."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from isang.logs.news import news, with_news
from oracles import news_by_hand

EXCEPTIONS = 10  # kind 23 is template 2 with exception 3
WEEK = 1000.0
OLD = [(0, 10, slot, 5) for slot in range(0, 900, 10)] + [(1, 10, slot, 5) for slot in range(0, 900, 10)]


def told(*rows: tuple[int, int, int, int], week: float = WEEK) -> set[tuple[int, int, int]]:
    """Of rows (log, kind, slot, lines) after old ones, those that are news; not those of the first slots."""
    table = pl.DataFrame([*OLD, *rows], schema=["log", "kind", "slot", "lines"], orient="row")
    return {row for row in news(table, EXCEPTIONS, week).rows() if row[2] > 0}


def test_a_new_kind_is_news_where_none_came() -> None:
    assert told((0, 20, 500, 1)) == {(0, 20, 500)}


def test_it_is_none_where_others_came_that_were_never_seen_again() -> None:
    assert (0, 30, 500) not in told((0, 20, 300, 1), (0, 30, 500, 1))
    assert (0, 30, 500) in told((0, 20, 300, 1), (0, 20, 400, 1), (0, 30, 500, 1))  # it was seen again


def test_what_comes_once_a_year_does_not_make_the_next_week_usual() -> None:
    assert (0, 30, 800) in told((0, 20, 300, 1), (0, 30, 800, 1), week=100)


def test_what_comes_in_one_slot_together_counts_as_one() -> None:
    together = [(0, kind, 300, 1) for kind in (20, 30, 40)]
    assert (0, 0, 800) in told(*together, (0, 0, 800, 1), week=500)
    apart = [(0, kind, slot, 1) for kind, slot in ((20, 300), (30, 310), (40, 320))]
    assert (0, 0, 800) not in told(*apart, (0, 0, 800, 1), week=500)


def test_all_is_new_when_a_log_begins() -> None:
    assert (0, 30, 800) in told((2, 20, 300, 1), (2, 10, 310, 1), (0, 30, 800, 1))


def test_exceptions_are_new_among_exceptions() -> None:
    assert (0, 61, 500) in told((0, 20, 300, 1), (0, 61, 500, 1))
    assert (0, 20, 500) in told((0, 61, 300, 1), (0, 20, 500, 1))


def test_an_exception_that_no_log_knows_is_news_where_new_kinds_are_none() -> None:
    usual = [(0, 61, 100, 1), (0, 61, 110, 1), (0, 82, 300, 1), (0, 92, 315, 1)]
    assert (0, 81, 500) not in told(*usual, (0, 81, 500, 1))
    assert (0, 83, 500) in told(*usual, (0, 83, 500, 1))


def test_a_new_kind_that_comes_again_at_once_is_news() -> None:
    usual = [(0, 20, 300, 1), (0, 40, 310, 1)]
    assert (0, 30, 500) not in told(*usual, (0, 30, 500, 1))
    assert told(*usual, (0, 30, 500, 1), (0, 30, 501, 2)) & {(0, 30, 501)}
    assert not told(*usual, (0, 30, 500, 1), (0, 30, 700, 9)) & {(0, 30, 500), (0, 30, 700)}


@pytest.mark.parametrize("seed", range(20))
def test_is_what_one_finds_by_hand(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = 60
    kind = random.choice(100, size, p=np.arange(1, 101) ** -1.0 / (np.arange(1, 101) ** -1.0).sum())
    columns = random.integers(2, size=size), kind, random.integers(200, size=size), random.integers(1, 4, size)
    table = pl.DataFrame(dict(zip(("log", "kind", "slot", "lines"), columns, strict=True)))
    table = table.unique(["log", "kind", "slot"], keep="first", maintain_order=True)
    week = float(random.integers(20, 400))
    found = set(news(table, EXCEPTIONS, week).rows())
    assert found == news_by_hand(table.rows(), EXCEPTIONS, week)


def test_with_news_marks_the_rows() -> None:
    rows = pl.DataFrame({"log": [0, 0, 0], "kind": [1, 1, 1], "slot": [4, 5, 6]})
    new = pl.DataFrame({"log": [0], "kind": [1], "slot": [5]})
    beyond = pl.DataFrame({"log": [0, 0, 0], "kind": [1, 1, 2], "slot": [5, 6, 4], "apart": [4.9, 5.5, 9.0]})
    assert with_news(rows, new, beyond)["news"].to_list() == [0.0, 1.0, 5.5]
