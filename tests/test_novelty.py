"""Entities that were never there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import UsageError
from isang.rules.novelty import Novelty
from isang.words.frame import Columns, Grid, lay_out
from isang.words.verdicts import Fired

START = datetime(2025, 1, 1, tzinfo=UTC)
USUAL = {"storage": (0, [10.0] * 100), "compute": (0, [100.0] * 100)}


def frame(services: Mapping[str, tuple[int, Sequence[float]]]) -> pl.DataFrame:
    """Service → its first day and what it cost from then on."""
    rows = [
        (service, START + timedelta(days=first + day), cost)
        for service, (first, costs) in services.items()
        for day, cost in enumerate(costs)
    ]
    return pl.DataFrame(rows, schema=["service", "Date", "cost"], orient="row")


def grid(services: Mapping[str, tuple[int, Sequence[float]]]) -> Grid:
    return lay_out(frame(services), Columns("Date", ("service",), ("cost",)))


def test_the_column_that_tells_it() -> None:
    rows = [
        ("old", 0, 5.0, 0.0),
        ("old", 99, 5.0, 0.0),
        ("new", 60, 5.0, 0.0),
        ("new", 61, 5.0, 1.0),
        ("dull", 60, 5.0, 0.0),
    ]
    told = pl.DataFrame(rows, schema=["kind", "at", "lines", "news"], orient="row")
    told = told.with_columns((START + pl.duration(days="at")).alias("Date"))
    laid = lay_out(told, Columns("Date", ("kind",), ("lines", "news")))
    rule = Novelty(hindsight=True, column="news").fit(laid, ["lines", "news"])
    fired = rule.judge(laid, ["lines", "news"])
    assert laid.X[fired.rows].tolist() == [[5.0, 1.0]]
    assert fired.detail == ("lines 5",)
    with pytest.raises(UsageError, match="novelty: no column news; there are lines, due"):
        rule.judge(laid, ["lines", "due"])


def in_hindsight(new: tuple[int, Sequence[float]], size: float = 0.0) -> tuple[Grid, Fired]:
    rows = grid({**USUAL, "warehouse": new})
    rule = Novelty(size=size, hindsight=True).fit(rows, ["cost"])
    return rows, rule.judge(rows, ["cost"])


def test_it_fires_once_for_what_appears_after_the_warm_up() -> None:
    rows, found = in_hindsight((60, [50.0] * 40))
    assert rows.time[found.rows].tolist() == [rows.time[60]]
    assert found.times_over.tolist() == [1.0]
    assert found.detail == ("cost 50",)


@pytest.mark.parametrize(("first", "fires"), [(24, False), (25, True)])
def test_the_first_quarter_of_the_time_is_where_everything_is_new(first: int, fires: bool) -> None:
    assert len(in_hindsight((first, [50.0] * (100 - first)))[1].rows) == fires


def test_it_waits_for_a_size_as_long_as_it_is_new_and_tells_since_when() -> None:
    rows, found = in_hindsight((60, [1.0, 2.0, 30.0] + [60.0] * 37), size=20)
    assert rows.time[found.rows].tolist() == [rows.time[62]]
    assert found.since.tolist() == [rows.time[60]]
    assert found.times_over.tolist() == [1.5]
    assert not len(in_hindsight((60, [1.0] * 7 + [60.0] * 33), size=20)[1].rows)
    assert not len(in_hindsight((60, [19.9] * 40), size=20)[1].rows)


def test_a_cost_of_zero_and_a_credit_are_no_appearance() -> None:
    rows, found = in_hindsight((0, [0.0] * 50 + [-3.0] * 10 + [50.0] * 40))
    assert rows.time[found.rows].tolist() == [rows.time[60]]


def test_causally_what_the_past_knew_is_not_new_whenever_it_comes_back() -> None:
    past = grid({**USUAL, "backup": (95, [5.0] * 5)})
    rule = Novelty().fit(past, ["cost"])
    assert not len(rule.judge(past, ["cost"]).rows)
    known = [("backup",), ("compute",), ("storage",)]
    later = frame({"storage": (100, [10.0] * 9), "backup": (105, [5.0] * 3), "lake": (103, [7.0] * 5)})
    rows = lay_out(later, Columns("Date", ("service",), ("cost",)), known)
    found = rule.judge(rows, ["cost"])
    assert rows.entity[found.rows].tolist() == [3]


def test_a_past_that_is_masked_has_not_seen_what_comes_after_it() -> None:
    rows = grid({**USUAL, "warehouse": (60, [50.0] * 40)})
    rule = Novelty().fit(rows.with_rows(rows.time < rows.time[50]), ["cost"])
    assert len(rule.judge(rows, ["cost"]).rows) == 1


def test_rows_without_a_key_are_one_entity_that_was_always_there() -> None:
    rows = lay_out(pl.DataFrame({"cost": np.arange(50.0)}), Columns(None, (), ("cost",)))
    assert not len(Novelty(hindsight=True).fit(rows, ["cost"]).judge(rows, ["cost"]).rows)


def test_a_run_tells_of_it() -> None:
    found = isang.detect(
        frame({**USUAL, "warehouse": (60, [50.0] * 40)}),
        time="Date",
        key="service",
        detector="robust_zscore",
        false_alarms="1/1000w",
        set="rules.novelty.size=20",
    )
    told = {one.entity: one for one in found.incidents if "novelty" in one.rules}
    assert told.keys() == {"warehouse"}
    assert told["warehouse"].start == START + timedelta(days=60)
    assert told["warehouse"].title == "never seen before: cost 50"
    assert told["warehouse"].text["ko"].startswith("처음 나타남: cost 50\n")
