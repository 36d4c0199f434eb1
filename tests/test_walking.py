"""A causal run that learns anew as time goes on is a row of causal runs, each of which judges its own period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import isang
from command import isang as command
from isang.errors import UsageError
from isang.pipeline import Pipeline
from isang.result import Result

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNTIL = "2026-02-16"
WINDOWED: dict[str, Any] = {"name": "pca_autoencoder", "window_rows": 6}
PLAIN: dict[str, Any] = {"detector": "robust_zscore", "key": "host", "time": "time"}


def fleet(days: int = 100, hosts: str = "ab", zone: str = "Asia/Seoul") -> pl.DataFrame:
    """Two columns with a day's season that grow from week to week, some slots missing, some rows strange."""
    random, rows, parts = np.random.default_rng(4), 24 * days, []
    for host in hosts:
        daily = 10 * np.sin(np.arange(rows) * np.pi / 12)
        values = random.normal(100 + daily + np.arange(rows) / 200, 2)
        values[random.choice(rows, 12, replace=False)] += 40
        times = pl.Series("time", [START + at * HOUR for at in range(rows)], dtype=pl.Datetime("us", "UTC"))
        part = pl.DataFrame([times.dt.convert_time_zone(zone), pl.Series("host", [host] * rows)])
        part = part.with_columns(load=pl.Series(values), users=pl.Series(random.normal(20, 1, rows)))
        parts.append(part.filter(pl.Series(random.random(rows) > 0.01)))
    return pl.concat(parts)


def changed(frame: pl.DataFrame, rows: Any, value: float) -> pl.DataFrame:
    return frame.with_columns(pl.when(rows).then(value).otherwise("load").alias("load"))


def between(first: str, last: str) -> pl.Expr:
    """Days of the wall clock, both included."""
    return pl.col("time").dt.date().cast(pl.String).is_between(pl.lit(first), pl.lit(last))


def slow_walk(frame: pl.DataFrame, starts: list[str], **settings: Any) -> list[Result]:
    """A causal run for each start."""
    return [isang.detect(frame, train_until=start, **settings) for start in starts]


def period(table: pl.DataFrame, first: str, after: str | None) -> pl.DataFrame:
    day = pl.col("time").dt.date().cast(pl.String)
    return table.filter((day >= pl.lit(first)) & (day < pl.lit(after or "9"))).sort("row")


# --- the slow twin

STARTS = {
    "month": [UNTIL, "2026-03-01", "2026-04-01"],
    "quarter": [UNTIL, "2026-04-01"],
    "week": [UNTIL, *(str((START + timedelta(days=42 + 7 * week)).date()) for week in range(1, 9))],
}


@pytest.mark.parametrize(
    ("every", "detector"),
    [("month", "robust_zscore"), ("month", WINDOWED), ("quarter", "knn"), ("week", "robust_zscore")],
)
def test_each_period_is_judged_as_a_causal_run_from_its_start_judges_it(every: str, detector: Any) -> None:
    frame = fleet().filter(~((pl.col("host") == "b") & between("2026-03-09", "2026-03-12")))  # a silence, too
    settings = {**PLAIN, "detector": detector, "rules": {"silence": {}}}
    told = {"plan": {"rules": settings.pop("rules")}, **settings}
    walked = isang.detect(frame, train_until=UNTIL, walk_forward=every, **told)
    starts = STARTS[every]
    alone = slow_walk(frame, starts, **told)
    assert len(walked.run["thresholds"]) == len(starts)
    columns = ["row", "score", "p", "threshold", "flag", "scored", "reason", "split"]
    for result, first, after in zip(alone, starts, [*starts[1:], None], strict=True):
        mine, its = (period(one.scores, first, after).select(columns) for one in (walked, result))
        assert mine["scored"].sum() > 100
        assert_frame_equal(mine, its)
        fired = [period(one.anomalies, first, after).filter(pl.col("rules") != "")["row"] for one in (walked, result)]
        assert fired[0].to_list() == fired[1].to_list()
    assert walked.anomalies.filter(pl.col("rules") == "silence").height == 1
    before = [one.scores.filter(pl.col("split") != "test") for one in (walked, alone[0])]
    assert_frame_equal(before[0].drop("incident"), before[1].drop("incident"))


def test_the_door_of_the_pipeline_takes_any_moments() -> None:
    frame = fleet(hosts="a", zone="UTC")
    moments = [int((START + timedelta(days=day)).timestamp() * 1e6) for day in (30, 40, 60, 80)]
    pipeline = Pipeline(time="time", keys=["host"], detector="robust_zscore")
    walked = pipeline.fit_detect(frame, cuts=moments)
    assert walked.scores.filter(pl.col("split") == "test")["threshold"].n_unique() == 3
    later = Pipeline(time="time", keys=["host"], detector="robust_zscore").fit(
        frame.filter(pl.col("time") < START + timedelta(days=80))
    )
    assert later.decision_.threshold == pipeline.decision_.threshold  # what it knows afterwards is the last lesson


# --- nothing leaks


def test_rows_of_a_period_teach_nothing_but_what_comes_after_it() -> None:
    frame, strange = fleet(), between("2026-03-10", "2026-03-14")
    one, two = (
        isang.detect(data, train_until=UNTIL, walk_forward="month", **PLAIN).scores
        for data in (frame, changed(frame, strange, 400.0))
    )
    rest = ~strange & (pl.col("time").dt.month() <= 3)
    columns = ["row", "score", "p", "threshold", "flag"]
    assert_frame_equal(one.filter(rest).select(columns), two.filter(rest).select(columns))
    april = pl.col("time").dt.month() == 4
    assert not np.allclose(*(data.filter(april)["score"].fill_null(0.0).to_numpy() for data in (one, two)))


def test_events_are_not_learnt_from_and_are_judged_by_one_threshold() -> None:
    frame = fleet().with_columns(label=between("2026-03-30", "2026-04-02").cast(pl.Int8))
    settings = {**PLAIN, "train_until": UNTIL, "walk_forward": "month", "threshold": "quantile:0.99"}
    event = pl.col("label") == 1
    low, high = (
        isang.detect(changed(frame, event, value), label="label", **settings).scores for value in (300.0, 900.0)
    )
    outside = frame.select(~event).to_series()
    assert_frame_equal(low.filter(outside).drop("incident"), high.filter(outside).drop("incident"))
    inside = high.filter(~outside)
    assert inside["flag"].all()
    # April begins with the event, which is not cut in two.
    april, march = (high.filter(pl.col("time").dt.month() == month, outside)["threshold"] for month in (4, 3))
    assert set(inside["threshold"]) == set(april)
    assert len(set(march)) == 1 != len({*march, *april})
    unaware = [isang.detect(changed(frame, event, value).drop("label"), **settings).scores for value in (300.0, 900.0)]
    later = frame["time"].dt.month() == 4
    assert set(unaware[0].filter(later)["threshold"]) != set(unaware[1].filter(later)["threshold"])


# --- where periods begin


def starts_of(frame: pl.DataFrame, every: str, until: str = UNTIL) -> list[str]:
    result = isang.detect(frame, train_until=until, walk_forward=every, **PLAIN)
    return [str(entry["start"]) for entry in result.run["thresholds"]]


def test_periods_follow_the_wall_clock_of_the_data() -> None:
    assert starts_of(fleet(), "month") == [
        "2026-02-16T00:00:00+09:00",
        "2026-03-01T00:00:00+09:00",
        "2026-04-01T00:00:00+09:00",
    ]
    mondays = [datetime.fromisoformat(start) for start in starts_of(fleet(), "week", "2026-02-18")[1:]]
    assert {(start.weekday(), start.hour) for start in mondays} == {(0, 0)}
    assert {later - earlier for earlier, later in pairwise(mondays)} == {timedelta(days=7)}


def test_a_period_without_rows_is_none() -> None:
    frame = fleet().filter(~between("2026-03-01", "2026-03-31"))
    assert starts_of(frame, "month") == ["2026-02-16T00:00:00+09:00", "2026-04-01T00:00:00+09:00"]


def test_a_month_whose_first_hour_is_skipped_begins_after_it() -> None:
    """In Paraguay clocks were put forward at midnight of 2017-10-01."""
    frame = fleet(60, "a").with_columns(
        (pl.col("time") - (START - datetime(2017, 8, 20, tzinfo=UTC))).dt.convert_time_zone("America/Asuncion")
    )
    begins = datetime.fromisoformat(starts_of(frame, "month", "2017-09-20")[1])
    assert (begins.month, begins.day, begins.hour) == (10, 1, 1)


# --- how it is told


def test_the_first_row_of_a_period_is_explained_with_the_rows_before_it() -> None:
    frame = fleet(hosts="a")
    first = pl.col("time") == pl.lit(datetime(2026, 3, 1)).dt.replace_time_zone("Asia/Seoul")
    frame = frame.with_columns(users=pl.when(first).then(17.4).otherwise("users"))  # nearly usual, but for the shape
    settings = {**PLAIN, "detector": WINDOWED, "threshold": "quantile:0.9"}
    walked = isang.detect(frame, train_until=UNTIL, walk_forward="month", **settings)
    alone = isang.detect(frame, train_until="2026-03-01", **settings)
    row = frame.select(first.arg_true()).item() + 1
    one, same = (next(i for i in found.incidents if i.first_row <= row <= i.last_row) for found in (walked, alone))
    assert one.first_row == row
    assert one.drivers[0].share > 0.6
    assert [driver.name for driver in one.drivers] == [driver.name for driver in same.drivers]
    assert one.drivers[0].share == pytest.approx(same.drivers[0].share, abs=0.01)
    assert one.threshold == walked.scores["threshold"][row - 1] == same.threshold
    assert one.times_over == pytest.approx(same.times_over)


def test_screen_and_files_tell_the_thresholds(tmp_path: Path) -> None:
    file = tmp_path / "fleet.csv"
    fleet(hosts="a", zone="UTC").write_csv(file)
    ran = command(
        "detect",
        file,
        "--split",
        "35/15/50",
        "--walk-forward",
        "week",
        "--out",
        tmp_path / "out",
        "--detector",
        "robust_zscore",
    )
    assert ran.code == 0, ran.err
    thresholds = isang.detect(plan=tmp_path / "out" / "plan.yaml").run["thresholds"]
    assert f"set {len(thresholds)} times as time went on" in " ".join(ran.out.split())
    assert len(thresholds) > 1
    scores = pl.read_parquet(tmp_path / "out" / "scores.parquet").filter(pl.col("split") == "test")
    assert set(scores["threshold"]) == {entry["value"] for entry in thresholds}


# --- what cannot be


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "--walk-forward month judges later rows by earlier ones: add --train-until TIME or --split 60/20/20"),
        ({"model": "m"}, "--walk-forward month learns anew as time goes on, and m has learnt already"),
    ],
)
def test_without_a_first_moment_or_with_a_model_it_is_an_error(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        isang.detect(fleet(20), walk_forward="month", **settings)


def test_without_times_it_is_an_error() -> None:
    with pytest.raises(UsageError, match="--walk-forward week needs a time column"):
        isang.detect(fleet(20, "a").select("load"), walk_forward="week", split="60/20/20")


def test_a_model_learns_once() -> None:
    with pytest.raises(UsageError, match="--walk-forward belongs to detect"):
        isang.fit(fleet(20), plan={"walk_forward": "week"})
