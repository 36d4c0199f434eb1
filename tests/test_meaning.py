"""Counts, counts that only rise, and gauges: told apart by name and behaviour, and turned into counts of a slot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.recognise.meaning import increments, meaning, without_negatives
from isang.words.frame import Columns, Floats
from oracles import quick

START, STEP = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=5)


def frame_of(columns: dict[str, Any], servers: int = 1, timed: bool = True) -> tuple[pl.DataFrame, Columns]:
    """The same columns of each of several servers, a row every five minutes."""
    rows = len(next(iter(columns.values())))
    times = [START + row * STEP for row in range(rows)]
    one = pl.DataFrame({"time": times, **{name: np.asarray(values, float) for name, values in columns.items()}})
    one = one.with_columns(pl.col(pl.Float64).fill_nan(None))
    if servers == 1:
        return one, Columns("time" if timed else None, (), tuple(columns))
    named = [one.with_columns(pl.lit(f"LOGIN_{server}").alias("server")) for server in range(servers)]
    return pl.concat(named), Columns("time" if timed else None, ("server",), tuple(columns))


def means(name: str, values: Floats, **options: Any) -> str:
    return meaning(*frame_of({name: values}, **options))[name]


RANDOM = np.random.default_rng(0)
COUNTS = RANDOM.poisson(100, 1000).astype(float)
RARE = RANDOM.poisson(0.05, 1000).astype(float)
RISING = COUNTS.cumsum()
RESTARTED = np.concatenate([RISING[:400], COUNTS[400:].cumsum()])


@pytest.mark.parametrize(
    ("name", "values", "meant"),
    [
        ("Request", COUNTS, "count"),
        ("Fail", RARE, "count"),
        ("Session", COUNTS, "gauge"),
        ("session count", COUNTS, "gauge"),
        ("active_connections", RISING, "gauge"),
        ("memory errors", COUNTS, "count"),
        ("error_rate", RARE, "gauge"),
        ("fail_share", RARE / 100, "gauge"),
        ("requests per second", COUNTS, "gauge"),
        ("requests_5min", COUNTS, "count"),
        ("LOGIN_2 success", COUNTS, "count"),
        ("http_requests_total", RISING, "cumulative"),
        ("http_requests_total", RESTARTED, "cumulative"),
        ("fails", RARE.cumsum(), "cumulative"),
        ("request", COUNTS + 0.5, "gauge"),
        ("request", COUNTS - 100, "gauge"),
        ("x", COUNTS, "count"),
        ("x", RISING, "cumulative"),
        ("x", RANDOM.normal(size=1000), "gauge"),
        ("x", np.sort(RANDOM.normal(size=1000)), "gauge"),
        ("x", np.full(1000, 7.0), "count"),
        ("x", np.full(1000, np.nan), "gauge"),
        ("hits", np.full(1000, np.nan), "count"),
        ("요청", COUNTS, "count"),
        ("세션", COUNTS, "gauge"),
    ],
)
@pytest.mark.parametrize("servers", [1, 3])
def test_meanings(name: str, values: Floats, meant: str, servers: int) -> None:
    assert means(name, values, servers=servers) == meant


def test_a_level_that_rises_by_day_and_falls_by_night_is_no_cumulative_count() -> None:
    day = np.abs(np.arange(1000) % 288 - 144.0)
    assert means("x", day.round()) == "count"


def test_a_few_negative_counts_are_counts_all_the_same() -> None:
    values = COUNTS.copy()
    values[[3, 400]] = -1
    assert means("request", values) == "count"


@pytest.mark.parametrize("timed", [True, False])
def test_meanings_do_not_hang_on_the_order_of_servers(timed: bool) -> None:
    frame, columns = frame_of({"request": RISING}, servers=5, timed=timed)
    mixed = frame.sort("time", maintain_order=True)
    assert meaning(mixed, columns) == meaning(frame, columns) == {"request": "cumulative"}


def rises(values: Floats, **options: Any) -> list[float | None]:
    frame, columns = frame_of({"request": values}, **options)
    return increments(frame, columns, ["request"])["request"].to_list()


def test_a_reset_counts_from_nothing_and_the_first_row_is_missing() -> None:
    assert rises(np.array([10.0, 15, 15, 40, 3, 5])) == [None, 5, 0, 25, 3, 2]


def test_what_is_missing_makes_the_next_one_missing() -> None:
    assert rises(np.array([10.0, 15, np.nan, 40, 43])) == [None, 5, None, None, 3]
    frame, columns = frame_of({"request": np.arange(6.0) * 10})
    gappy = frame.filter(pl.int_range(pl.len()) != 3)
    assert increments(gappy, columns, ["request"])["request"].to_list() == [None, 10, 10, None, 10]


def test_rows_without_a_time_follow_each_other() -> None:
    assert rises(np.array([10.0, 15, 3]), timed=False) == [None, 5, 3]


def test_other_columns_and_the_order_of_rows_stay() -> None:
    frame, columns = frame_of({"request": RISING, "session": COUNTS}, servers=3)
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=1)
    found = increments(shuffled, columns, ["request"])
    assert found.drop("request").equals(shuffled.drop("request"))
    expected = np.tile(np.concatenate([[np.nan], COUNTS[1:]]), 3)
    np.testing.assert_array_equal(found.sort("server", "time")["request"].to_numpy(), expected)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=30))
@quick
def test_increments_are_the_slow_ones(cells: list[tuple[str, int, int]]) -> None:
    known = list({(server, slot): (server, slot, value) for server, slot, value in cells}.values())
    slots = [("c", slot, slot) for slot in range(20)]  # the usual step is one
    rows = [*known, *slots]
    frame = pl.DataFrame(
        {
            "time": [START + slot * STEP for _, slot, _ in rows],
            "server": [server for server, _, _ in rows],
            "request": [float(value) for _, _, value in rows],
        }
    )
    found = increments(frame, Columns("time", ("server",), ("request",)), ["request"])["request"].to_list()
    assert found == oracles.increments(rows)


def test_negative_counts_are_missing_and_counted() -> None:
    frame, _ = frame_of({"request": [1, -2, np.nan, 4], "fail": [-1, -1, -1, 0], "session": [-5, 1, 1, 1]})
    kept, told = without_negatives(frame, ["request", "fail"])
    assert told == "counts below zero: 1 in 'request', 3 in 'fail'; they count as missing."
    assert kept["request"].to_list() == [1, None, None, 4]
    assert kept["fail"].to_list() == [None, None, None, 0]
    assert kept["session"].to_list() == [-5, 1, 1, 1]


def test_many_columns_of_negative_counts_are_one_line() -> None:
    frame, columns = frame_of({f"c{at}": [-1.0, 1.0] for at in range(7)})
    told = without_negatives(frame, columns.values)[1]
    assert told.endswith("1 in 'c4' and some in 2 more columns; they count as missing.")


def test_without_negative_counts_nothing_is_said() -> None:
    frame, columns = frame_of({"request": COUNTS})
    kept, told = without_negatives(frame, columns.values)
    assert (kept is frame, told) == (True, "")
