"""What counts as one kind of line."""

from __future__ import annotations

import polars as pl

from isang.logs.kinds import usual_kinds

EXCEPTIONS = 10  # kind 23 is template 2 with exception 3


def kinds_of(*rows: tuple[int, int, int, int]) -> list[int]:
    """Of rows (log, kind, slot, lines) the kinds that they count with."""
    table = pl.DataFrame(rows, schema=["log", "kind", "slot", "lines"], orient="row")
    return usual_kinds(table, EXCEPTIONS)["kind"].to_list()


KNOWN = [(0, 21, 0, 50), (0, 13, 1, 50)]  # template 2 with exception 1, template 1 with exception 3


def test_a_known_exception_in_a_known_template_is_no_kind_of_its_own() -> None:
    assert kinds_of(*KNOWN, (0, 23, 5, 1)) == [21, 13, 21]


def test_what_is_new_is_one() -> None:
    assert kinds_of(*KNOWN, (0, 24, 5, 1)) == [21, 13, 24]  # the exception is
    assert kinds_of(*KNOWN, (0, 33, 5, 1)) == [21, 13, 33]  # the template is
    assert kinds_of(*KNOWN, (1, 23, 5, 1)) == [21, 13, 23]  # to its log, both are


def test_what_comes_often_is_one() -> None:
    assert kinds_of(*KNOWN, (0, 23, 5, 3), (0, 23, 6, 3)) == [21, 13, 23, 23]


def test_what_was_there_from_the_beginning_is_one() -> None:
    assert kinds_of((0, 23, 0, 1), (0, 21, 0, 50), (0, 13, 1, 50)) == [23, 21, 13]
