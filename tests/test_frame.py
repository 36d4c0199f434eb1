"""What a frame is, and how it is laid out: sorted, completed, walls between entities and across long pauses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.errors import InputError
from isang.words.frame import Columns, check_frame, dominant_step, entity_names, lay_out
from oracles import quick

MINUTE = timedelta(minutes=1)
START = datetime(2026, 1, 5, tzinfo=UTC)
PLAIN = Columns("time", (), ("value",))
KEYED = Columns("time", ("host",), ("value",))


def frame(
    minutes: Sequence[float], hosts: Sequence[str] | None = None, values: Sequence[float] | None = None
) -> pl.DataFrame:
    times = pl.Series("time", [START + minute * MINUTE for minute in minutes], dtype=pl.Datetime("us", "UTC"))
    made = pl.DataFrame(
        [times, pl.Series("value", values or [float(at) for at in range(len(minutes))], dtype=pl.Float64)]
    )
    return made.with_columns(pl.Series("host", hosts)) if hosts else made


@st.composite
def stepped(draw: st.DrawFn) -> tuple[list[int], list[str], list[float]]:
    """Rows of up to three hosts, most of them a minute apart, shuffled; some minutes missing, none twice."""
    rows = [
        (minute, host, draw(st.sampled_from([0.5, 2.0, math.nan])))
        for host in draw(st.sets(st.sampled_from("abc"), min_size=1))
        for minute in sorted(set(range(20)) - draw(st.sets(st.integers(1, 18), max_size=3)))
    ]
    rows = draw(st.permutations(rows))
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@given(stepped())
@quick
def test_the_grid_is_the_slow_one(rows: tuple[list[int], list[str], list[float]]) -> None:
    minutes, hosts, values = rows
    made = frame(minutes, hosts, values).with_columns(pl.col("value").fill_nan(None))
    grid = lay_out(made, KEYED)
    slow = oracles.lay_out(hosts, made["time"].to_list(), values, MINUTE)
    names = [host for (host,) in entity_names(made, ("host",))]
    assert [names[number] if number >= 0 else None for number in grid.entity] == [host for host, _, _ in slow]
    np.testing.assert_array_equal(grid.X[:, 0], [value for _, _, value in slow])
    told = [START + timedelta(microseconds=int(at - START.timestamp() * 1e6)) for at in grid.time]
    assert all(known is None or found == known for found, (_, known, _) in zip(told, slow, strict=True))


@given(stepped())
@quick
def test_every_row_finds_its_place(rows: tuple[list[int], list[str], list[float]]) -> None:
    minutes, hosts, values = rows
    made = frame(minutes, hosts, values).with_columns(pl.col("value").fill_nan(None))
    grid = lay_out(made, KEYED)
    assert len(set(grid.position.tolist())) == len(made)
    np.testing.assert_array_equal(grid.X[grid.position, 0], values)
    assert (grid.time[grid.position] == made["time"].dt.epoch("us").to_numpy()).all()


def test_walls_stand_for_absent_slots_and_seams() -> None:
    grid = lay_out(frame([0, 1, 2, 5, 6, 7, 8, 0, 1], ["a"] * 7 + ["b"] * 2), KEYED)
    assert np.flatnonzero(np.isnan(grid.X[:, 0])).tolist() == [3, 4, 9]
    assert grid.entity.tolist() == [0] * 9 + [-1] + [1, 1]
    assert grid.step_us == 60_000_000


def test_a_gap_of_many_slots_is_one_wall() -> None:
    near = lay_out(frame([*range(20), 1019]), PLAIN)
    far = lay_out(frame([*range(20), 1021]), PLAIN)
    assert len(near.X) == 20 + 999 + 1
    assert len(far.X) == 20 + 1 + 1


def test_duplicate_times_are_all_kept_in_their_order() -> None:
    grid = lay_out(frame([0, 1, 1, 2, 3, 4]), PLAIN)
    assert grid.X[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert grid.position.tolist() == list(range(6))


def test_jitter_within_a_step_makes_no_wall() -> None:
    minutes = np.arange(50) + np.random.default_rng(0).uniform(-0.04, 0.04, 50)
    assert not np.isnan(lay_out(frame(minutes.tolist()), PLAIN).X).any()


def test_without_a_step_a_long_pause_is_a_wall() -> None:
    random = np.random.default_rng(0)
    minutes = np.cumsum(random.exponential(1.0, 60))
    minutes[30:] += 100
    grid = lay_out(frame(minutes.tolist()), PLAIN)
    assert grid.step_us is None
    assert np.isnan(grid.X[30, 0])
    assert np.isnan(grid.X).sum() == 1


def test_without_a_time_column_rows_follow_each_other() -> None:
    grid = lay_out(pl.DataFrame({"value": [3.0, 1.0, 2.0]}), Columns(None, (), ("value",)))
    assert grid.X[:, 0].tolist() == [3, 1, 2]
    assert grid.time.tolist() == [0, 1, 2]
    assert (grid.clock, grid.step_us) == (None, None)


def test_row_numbers_with_keys_are_the_frames_own() -> None:
    made = pl.DataFrame({"host": ["b", "a", "b"], "value": [3.0, 1.0, 2.0]})
    grid = lay_out(made, Columns(None, ("host",), ("value",)))
    assert grid.X[grid.position, 0].tolist() == [3, 1, 2]
    assert grid.time[grid.position].tolist() == [0, 1, 2]


@pytest.mark.parametrize("minutes", [[0], [0, 0, 0]])
def test_rows_without_any_step_are_laid_out(minutes: list[float]) -> None:
    grid = lay_out(frame(minutes), PLAIN)
    assert grid.step_us is None
    assert len(grid.X) == len(minutes)


@pytest.mark.parametrize(
    ("minutes", "step"),
    [([0, 1, 2, 3], 1), ([0, 1, 2, 9], None), ([0, 1, 2, 3, 9], 1), ([0, 1, 3, 7, 15], None), ([0], None)],
)
def test_a_step_is_kept_by_most_neighbours(minutes: list[int], step: int | None) -> None:
    time = np.array(minutes, dtype=np.int64)
    assert dominant_step(time, np.zeros(len(time), dtype=np.int64)) == step


def test_the_way_from_one_entity_to_the_next_is_no_step() -> None:
    time, entity = np.array([0, 10, 500, 510, 900, 910]), np.array([0, 0, 1, 1, 2, 2])
    assert dominant_step(time, entity) == 10


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", datetime(2026, 3, 8), 23),
        ("America/New_York", datetime(2026, 11, 1), 25),
        ("Asia/Seoul", datetime(2026, 3, 8), 24),
    ],
)
def test_the_clock_is_that_of_the_zone_on_every_day(zone: str, day: datetime, hours: int) -> None:
    first = day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    times = pl.Series("time", [first + timedelta(hours=hour) for hour in range(30)], dtype=pl.Datetime("us", "UTC"))
    made = pl.DataFrame([times.dt.convert_time_zone(zone), pl.Series("value", [1.0] * 30)])
    grid = lay_out(made, PLAIN)
    assert grid.clock is not None
    told = grid.clock // 3_600_000_000 % 24
    assert told.tolist() == made["time"].dt.hour().to_list()
    assert int(np.flatnonzero(told == 0)[1]) == hours
    assert (np.diff(grid.time) == 3_600_000_000).all()


def test_entities_are_numbered_in_the_order_of_their_names() -> None:
    made = pl.DataFrame({"zone": ["eu", "us", "eu"], "host": ["b", "a", "a"], "value": [1.0, 2.0, 3.0]})
    grid = lay_out(made, Columns(None, ("zone", "host"), ("value",)))
    names = entity_names(made, ("zone", "host"))
    told = [names[number] for number in grid.entity[grid.position]]
    assert told == made.select("zone", "host").rows()
    assert entity_names(made, ()) == [()]


def test_other_rows_can_be_made_walls() -> None:
    grid = lay_out(frame([0, 1, 2]), PLAIN).with_rows(np.array([True, False, True]))
    assert np.isnan(grid.X[:, 0]).tolist() == [False, True, False]


def broken(change: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    return change(frame([0, 1, 2], ["a", "b", "a"]))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda made: made.drop("value"), "column 'value' is not in the frame, which has time, host"),
        (lambda made: made.drop("host"), "column 'host' is not in the frame"),
        (lambda made: made.drop("time"), "column 'time' is not in the frame"),
        (lambda made: made.clear(), "no rows"),
        (lambda made: made.with_columns(pl.col("time").dt.replace_time_zone(None)), "zoned datetimes"),
        (lambda made: made.with_columns(pl.lit("now").alias("time")), "zoned datetimes"),
        (lambda made: made.with_columns(pl.when(pl.col("value") > 0).then("time")), "without nulls"),
        (lambda made: made.with_columns(pl.col("value").cast(pl.Int64)), "value column 'value' is Int64"),
        (lambda made: made.with_columns(pl.lit(math.inf).alias("value")), "finite Float64 or null"),
        (lambda made: made.with_columns(pl.lit(math.nan).alias("value")), "finite Float64 or null"),
    ],
)
def test_what_is_no_frame_is_said_in_one_line(change: Any, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        check_frame(broken(change), KEYED)
    assert "\n" not in str(caught.value)


def test_a_frame_needs_a_value_column() -> None:
    with pytest.raises(InputError, match="no value column"):
        check_frame(frame([0, 1]), Columns("time", (), ()))


def test_a_frame_passes() -> None:
    check_frame(broken(lambda made: made.with_columns(pl.when(pl.col("value") > 0).then("value"))), KEYED)
