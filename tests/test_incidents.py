"""What is told of an incident is true of its rows; what the user did not ask for is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from isang.pipeline import Pipeline
from isang.result import Result
from isang.risk import USUAL
from isang.wanted import Wanted
from isang.words.incident import Incident

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def frame_of(seed: int = 0, rows: int = 800, zone: str = "UTC") -> pl.DataFrame:
    """Two columns about 100 and 10 with a spread of 2 and 0.2; `big` and `small` are changed by the tests."""
    random = np.random.default_rng(seed)
    times = pl.Series("time", [START + row * HOUR for row in range(rows)], dtype=pl.Datetime("us", "UTC"))
    columns = {"big": random.normal(100, 2, rows), "small": random.normal(10, 0.2, rows)}
    return pl.DataFrame([times.dt.convert_time_zone(zone), *(pl.Series(name, of) for name, of in columns.items())])


def put(frame: pl.DataFrame, column: str, rows: range | list[int], value: float) -> pl.DataFrame:
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()).is_in(list(rows))).then(value).otherwise(column).alias(column)
    )


def faulty() -> pl.DataFrame:
    """A high stretch of five rows in `big`, a low row in `small`, a smaller high row in `big`."""
    frame = put(frame_of(), "big", range(200, 205), 140.0)
    return put(put(frame, "small", [400], 5.0), "big", [600], 116.0)


def judge(frame: pl.DataFrame, wanted: Wanted | None = None, **settings: Any) -> Result:
    pipeline = Pipeline(**{"time": "time", "detector": "robust_zscore"} | settings)
    return pipeline.fit_detect(frame, wanted=wanted or Wanted())


@pytest.fixture(scope="module")
def result() -> Result:
    return judge(faulty(), threshold={"name": "fixed", "value": 6.0})


@pytest.fixture(scope="module")
def stretch(result: Result) -> Incident:
    return next(one for one in result.incidents if one.first_row == 201)


def test_there_are_three_incidents(result: Result) -> None:
    assert sorted((one.first_row, one.last_row, one.rows) for one in result.incidents) == [
        (201, 205, 5),
        (401, 401, 1),
        (601, 601, 1),
    ]


def test_ranks_follow_risk_then_how_far_over(result: Result) -> None:
    assert [one.rank for one in result.incidents] == [1, 2, 3]
    keys = [(-one.risk, -(one.times_over or 0)) for one in result.incidents]
    assert keys == sorted(keys)
    assert result.incidents[-1].first_row == 601


def test_times_are_those_of_the_rows(stretch: Incident) -> None:
    assert stretch.start == START + 200 * HOUR
    assert stretch.end == START + 205 * HOUR  # the last row lasts a step
    assert stretch.duration_s == 5 * 3600
    assert stretch.start <= stretch.peak < stretch.end  # type: ignore[operator]
    assert not stretch.ongoing


def test_times_are_in_the_zone_of_the_frame() -> None:
    frame = put(frame_of(zone="Asia/Seoul"), "big", [300], 150.0)
    first = judge(frame).incidents[0]
    assert first.start == frame["time"][300]
    assert first.start.utcoffset() == timedelta(hours=9)


def test_the_numbers_told_are_those_of_the_rows(result: Result, stretch: Incident) -> None:
    rows = result.scores.filter(pl.col("incident") == stretch.id)
    assert stretch.rows == len(rows) == 5
    assert stretch.score == rows["score"].max()
    assert stretch.p == rows["p"].min()
    assert stretch.threshold == 6.0
    assert stretch.times_over == pytest.approx(rows["score"].max() / 6.0)


def test_risk_has_its_band_and_parts(result: Result) -> None:
    for one in result.incidents:
        assert one.band == USUAL.band(one.risk)
        assert one.risk_parts == {"anomaly": one.risk}
        assert 50 <= one.risk <= 100


@pytest.mark.parametrize(
    ("row", "column", "direction", "value"), [(201, "big", "up", 140.0), (401, "small", "down", 5.0)]
)
def test_the_driver_is_the_column_that_changed(
    result: Result, row: int, column: str, direction: str, value: float
) -> None:
    one = next(incident for incident in result.incidents if incident.first_row == row)
    first = one.drivers[0]
    assert (first.name, first.actual, one.direction) == (column, value, direction)
    assert first.share > 0.8
    assert first.lower < first.expected < first.upper  # type: ignore[operator]
    assert sum(driver.share for driver in one.drivers) <= 1 + 1e-6


def test_the_title_names_column_and_value(stretch: Incident) -> None:
    assert stretch.title.startswith("big 140, usually ")
    assert stretch.text["en"].startswith(stretch.title)
    assert set(stretch.text) == {"en", "ko"}
    assert stretch.next == (f"isang show {stretch.id} --context 20",)


def test_an_incident_at_the_end_is_ongoing() -> None:
    assert judge(put(frame_of(), "big", range(797, 800), 140.0)).incidents[0].ongoing
    assert not judge(put(frame_of(), "big", range(795, 798), 140.0)).incidents[0].ongoing


def test_ongoing_is_asked_of_the_entity_not_of_the_file() -> None:
    frame = put(frame_of(), "big", range(797, 800), 140.0).with_columns(pl.lit("a").alias("host"))
    both = pl.concat([frame, frame_of(seed=1).with_columns(pl.lit("b").alias("host"))])
    assert judge(both, keys=["host"]).incidents[0].ongoing


def test_rows_within_three_of_each_other_are_one_incident() -> None:
    assert (
        len(judge(put(frame_of(), "big", [300, 303], 140.0), threshold={"name": "fixed", "value": 6.0}).incidents) == 1
    )
    assert (
        len(judge(put(frame_of(), "big", [300, 304], 140.0), threshold={"name": "fixed", "value": 6.0}).incidents) == 2
    )


def test_ids_stay_when_the_data_are_judged_again_with_more() -> None:
    frame = faulty()
    before = {one.start: one.id for one in judge(frame).incidents}
    after = {one.start: one.id for one in judge(pl.concat([frame, later_hours(frame)])).incidents}
    shared = before.keys() & after.keys()
    assert START + 200 * HOUR in shared
    assert all(before[start] == after[start] for start in shared)


def later_hours(frame: pl.DataFrame) -> pl.DataFrame:
    return frame_of(seed=5, rows=200).with_columns(pl.col("time").dt.offset_by(f"{len(frame)}h"))


def test_ids_differ_between_entities() -> None:
    frame = faulty()
    both = pl.concat([frame.with_columns(pl.lit(name).alias("host")) for name in "ab"])
    incidents = judge(both, keys=["host"]).incidents
    assert len({one.id for one in incidents}) == len(incidents) >= 6


def test_without_time_rows_speak() -> None:
    result = judge(faulty().drop("time"), time=None, threshold={"name": "fixed", "value": 6.0})
    first = next(one for one in result.incidents if one.first_row == 201)
    assert (first.start, first.end, first.peak, first.duration_s) == (None, None, None, None)
    assert (first.first_row, first.last_row) == (201, 205)


def test_a_rule_tells_an_incident_without_a_score() -> None:
    rules = {"limit": {"above": 130.0, "column": "big"}}
    result = judge(faulty(), threshold={"name": "fixed", "value": 1e9}, rules=rules)
    assert [one.rules for one in result.incidents] == [("limit",)]
    one = result.incidents[0]
    assert (one.first_row, one.last_row, one.direction) == (201, 205, "up")
    assert one.title == "big 140, past its limit (above 130)"
    assert one.drivers[0].name == "big" if one.drivers else True


# --- what the user asked for


WANTED: list[tuple[Wanted, set[int]]] = [
    (Wanted(), {201, 401, 601}),
    (Wanted(direction="up"), {201, 601}),
    (Wanted(direction="down"), {401}),
    (Wanted(min_size=20.0), {201}),
    (Wanted(min_size=3.0), {201, 401, 601}),
    (Wanted(min_change=0.3), {201, 401}),
    (Wanted(min_change=0.3, min_size=20.0), {201}),
    (Wanted(since=START + 300 * HOUR), {401, 601}),
    (Wanted(since=START + 203 * HOUR), {201, 401, 601}),
    (Wanted(since=START + 205 * HOUR), {401, 601}),
    (Wanted(top=0), set()),
]


@pytest.mark.parametrize(("wanted", "rows"), WANTED)
def test_only_what_was_asked_for_is_told(wanted: Wanted, rows: set[int]) -> None:
    result = judge(faulty(), wanted, threshold={"name": "fixed", "value": 6.0})
    assert {one.first_row for one in result.incidents} == rows
    assert [one.rank for one in result.incidents] == list(range(1, len(rows) + 1))
    assert set(result.anomalies["incident"]) == {one.id for one in result.incidents}
    assert result.run["counts"]["incidents"] == len(rows)


def of_two_sizes() -> pl.DataFrame:
    """Of 100 an hour, 160 and 70 once; of 10 an hour, 18 and 4."""
    random, parts = np.random.default_rng(0), []
    for name, level, high, low in (("large", 100.0, 160.0, 70.0), ("small", 10.0, 18.0, 4.0)):
        one = frame_of(rows=400).select("time", host=pl.lit(name), cost=random.normal(level, level / 100, 400))
        parts.append(put(put(one, "cost", [100], high), "cost", [200], low))
    return pl.concat(parts)


FLOORS: list[tuple[Wanted, set[float]]] = [
    (Wanted(), {160, 70, 18, 4}),
    (Wanted(min_size=20.0), {160, 70}),
    (Wanted(min_change=0.5), {160, 18, 4}),
    (Wanted(min_size=20.0, min_change=0.5), {160}),
    (Wanted(min_size=20.0, direction="down"), {70}),
    (Wanted(direction="up"), {160, 18}),
]


@pytest.mark.parametrize("features", [{}, {"season": {}}])
@pytest.mark.parametrize(("wanted", "values"), FLOORS)
def test_floors_and_direction_hold_for_what_only_a_rule_told(
    wanted: Wanted, values: set[float], features: dict[str, Any]
) -> None:
    """Against what was expected, or where nothing was, what the rule compared with."""
    settings = {"keys": ["host"], "features": features, "rules": {"change": {"drop": "-20%", "rise": "+20%"}}}
    result = judge(of_two_sizes(), wanted, threshold={"name": "fixed", "value": 1e9}, **settings)
    assert {one.rules for one in result.incidents} == {("change",)}
    assert set(result.anomalies["value"]) == values


def test_what_has_no_size_passes_every_floor() -> None:
    frame = frame_of().filter(~pl.int_range(pl.len()).is_between(300, 340))
    result = judge(frame, Wanted(min_size=1e6), threshold={"name": "fixed", "value": 1e9})
    assert [one.rules for one in result.incidents] == [("silence",)]


def test_the_top_are_the_riskiest(result: Result) -> None:
    told = judge(faulty(), Wanted(top=2), threshold={"name": "fixed", "value": 6.0})
    assert [one.id for one in told.incidents] == [one.id for one in result.incidents[:2]]


def test_what_is_asked_for_changes_no_verdict(result: Result) -> None:
    told = judge(faulty(), Wanted(top=1), threshold={"name": "fixed", "value": 6.0})
    np.testing.assert_array_equal(told.scores["flag"], result.scores["flag"])
    assert told.run["counts"]["flagged_rows"] == 7


def test_asked_for_incidents_are_those_of_the_whole(result: Result) -> None:
    told = judge(faulty(), Wanted(direction="down"), threshold={"name": "fixed", "value": 6.0}).incidents[0]
    same = next(one for one in result.incidents if one.id == told.id)
    assert replace(same, rank=1) == told
