"""The tables say of each row of the caller what was found, in his order, under the names of `interface.md`."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from isang.pipeline import Pipeline
from isang.reports.strip import false_alarms_told, threshold_told
from isang.result import Result
from isang.risk import BANDS
from test_incidents import faulty, frame_of, put

SCORES = [
    *("time", "host", "row", "score", "p", "threshold", "flag", "vote", "rules", "scored", "reason", "split"),
    "incident",
]
ANOMALIES = [
    *("time", "host", "row", "entity", "column", "value", "expected", "lower", "upper", "change", "change_pct"),
    *(
        "direction",
        "score",
        "p",
        "threshold",
        "times_over",
        "risk",
        "band",
        "incident",
        "drivers",
        "rules",
        "vote",
        "provisional",
    ),
]
FIXED: dict[str, Any] = {"name": "fixed", "value": 6.0}


def judged(frame: pl.DataFrame, **settings: Any) -> Result:
    known = {"time": "time", "keys": ["host"], "detector": "robust_zscore", "threshold": FIXED}
    return Pipeline(**known | settings).fit_detect(frame)


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    """Host b, with faults, before host a, shuffled; one row without values."""
    hosts = [faulty().with_columns(pl.lit("b").alias("host")), frame_of(seed=1).with_columns(pl.lit("a").alias("host"))]
    both = put(put(pl.concat(hosts), "big", [900], None), "small", [900], None)  # type: ignore[arg-type]
    return both[np.random.default_rng(0).permutation(len(both))]


@pytest.fixture(scope="module")
def result(frame: pl.DataFrame) -> Result:
    return judged(frame)


def test_scores_have_a_row_for_each_row_in_its_order(frame: pl.DataFrame, result: Result) -> None:
    assert result.scores.columns == SCORES
    assert result.scores["row"].to_list() == list(range(1, len(frame) + 1))
    assert result.scores.select("time", "host").equals(frame.select("time", "host"))


def test_what_is_not_scored_is_null_with_a_reason(result: Result) -> None:
    unscored = result.scores.filter(~pl.col("scored"))
    assert len(unscored) == 1
    assert unscored.select("score", "p", "incident").row(0) == (None, None, None)
    assert (unscored["reason"][0], unscored["flag"][0]) == ("missing", False)
    known = result.scores.filter("scored")
    assert known["reason"].null_count() == len(known)
    assert known["score"].null_count() == known["p"].null_count() == 0


def test_flagged_rows_are_those_over_the_threshold(result: Result) -> None:
    known = result.scores.filter("scored")
    assert ((known["score"] > known["threshold"]) == known["flag"]).all()
    assert known["flag"].sum() == 7


def test_rows_of_an_incident_bear_its_id(frame: pl.DataFrame, result: Result) -> None:
    assert (result.scores["incident"].is_not_null() == result.scores["flag"]).all()
    for one in result.incidents:
        own = result.scores.filter(pl.col("incident") == one.id)
        assert len(own) == one.rows
        assert set(own["host"]) == {one.keys["host"]} == {"b"}
        assert {one.first_row, one.last_row, one.peak_row} <= set(own["row"])


def test_anomalies_are_the_flagged_rows(frame: pl.DataFrame, result: Result) -> None:
    assert result.anomalies.columns == ANOMALIES
    assert set(result.anomalies["row"]) == set(result.scores.filter("flag")["row"])
    for row in result.anomalies.iter_rows(named=True):
        given, score = frame.row(row["row"] - 1, named=True), result.scores.row(row["row"] - 1, named=True)
        assert (row["time"], row["host"], row["entity"]) == (given["time"], given["host"], given["host"])
        assert row["value"] == given[row["column"]]
        assert [row[name] for name in ("score", "p", "threshold")] == [
            score[name] for name in ("score", "p", "threshold")
        ]
        assert row["times_over"] == pytest.approx(row["score"] / 6.0)


def test_changes_are_from_what_was_expected(result: Result) -> None:
    for row in result.anomalies.iter_rows(named=True):
        assert row["lower"] < row["expected"] < row["upper"]
        assert row["change"] == pytest.approx(row["value"] - row["expected"])
        assert row["change_pct"] == pytest.approx(100 * row["change"] / abs(row["expected"]))
        assert row["direction"] == ("up" if row["value"] > row["upper"] else "down")


def test_risk_and_band_belong_together(result: Result) -> None:
    for row in result.anomalies.iter_rows(named=True):
        assert BANDS[row["band"]] <= row["risk"]
    worst = result.anomalies.group_by("incident").agg(pl.col("risk").max())
    assert dict(worst.iter_rows()) == {one.id: one.risk for one in result.incidents}


def test_drivers_are_told_with_their_shares(result: Result) -> None:
    one = result.incidents[0]
    told = result.anomalies.filter(pl.col("incident") == one.id)["drivers"][0]
    assert told.startswith(f"{one.drivers[0].name} {one.drivers[0].share:.0%}")


def test_a_rule_stands_at_its_rows() -> None:
    frame = put(frame_of().with_columns(pl.lit("a").alias("host")), "big", [300, 301], 150.0)
    result = judged(frame, rules={"limit": {"above": 120.0, "column": "big"}})
    assert result.anomalies["rules"].to_list() == ["limit", "limit"]


def test_without_incidents_the_table_is_empty_with_the_same_columns() -> None:
    result = judged(frame_of().with_columns(pl.lit("a").alias("host")), threshold={"name": "fixed", "value": 1e9})
    assert result.incidents == ()
    assert result.anomalies.is_empty()
    assert result.anomalies.columns == ANOMALIES
    assert result.anomalies.schema == judged(faulty().with_columns(pl.lit("a").alias("host"))).anomalies.schema


def test_the_nearest_misses_are_the_highest_scores_that_were_not_flagged(result: Result) -> None:
    rest = result.scores.filter("scored", ~pl.col("flag")).sort("score", descending=True)
    assert result.misses.columns == ANOMALIES
    assert len(result.misses) == 3
    assert result.misses["row"][0] == rest["row"][0]
    assert result.misses["score"].is_sorted(descending=True)
    assert (result.misses["times_over"] < 1).all()
    assert result.misses["incident"].null_count() == 3


def test_misses_near_each_other_are_told_once() -> None:
    frame = put(frame_of().with_columns(pl.lit("a").alias("host")), "big", [300, 301, 302], 111.0)
    rows = judged(frame, threshold={"name": "fixed", "value": 50.0}).misses["row"].to_list()
    assert len({row for row in rows if 301 <= row <= 303}) == 1


def test_a_column_named_like_one_of_ours_does_not_hide_it() -> None:
    frame = faulty().with_columns(pl.lit("x").alias("score"))
    result = judged(frame, keys=["score"])
    assert result.scores["score"].dtype == pl.Float64


def test_the_account_adds_up(frame: pl.DataFrame, result: Result) -> None:
    coverage, counts = result.run["coverage"], result.run["counts"]
    assert coverage == {
        "rows": len(frame),
        "scored": len(frame) - 1,
        "unscored": {"missing": 1},
        "filled": 1,
        "skipped": 0,
    }
    assert counts["incidents"] == len(result.incidents) == sum(counts[name] for name in BANDS)
    assert counts["flagged_rows"] == 7
    assert result.run["seed"] == 0
    threshold = result.run["thresholds"][0]
    assert (threshold["value"], threshold["from"]) == (6.0, "fixed, a value that was set and not learnt from scores")
    assert threshold["rows"] == len(frame) - 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "from fixed, a value that was set and not learnt from scores"),
        ("ko", "근거: fixed(점수에서 배우지 않고 정해 둔 값)"),
    ],
)
def test_a_threshold_that_was_set_is_not_said_to_come_from_scores(result: Result, lang: str, said: str) -> None:
    assert threshold_told(result.run, lang) == ("6", said)


@pytest.mark.parametrize(
    ("rate", "said"), [(0.3719, "0.37 a week"), (10.45, "10 a week"), (0.001, "less than 0.01 a week")]
)
def test_false_alarms_are_expected_to_two_digits(rate: float, said: str) -> None:
    assert false_alarms_told({"thresholds": [{"expected_false_alarms_per_week": rate}]}, "en") == said


def test_the_account_tells_what_was_asked_and_what_to_expect() -> None:
    frame = frame_of(rows=1344).with_columns(pl.lit("a").alias("host"))
    run = judged(frame, threshold={"name": "false_alarms", "rate": "2/week"}).run
    assert run["thresholds"][0]["requested"] == "2/week"
    assert run["thresholds"][0]["expected_false_alarms_per_week"] == pytest.approx(2.0, rel=0.01)


def test_the_account_names_the_parts_in_time() -> None:
    frame = frame_of().with_columns(pl.lit("a").alias("host"))
    cuts = tuple(int(frame["time"][row].timestamp() * 1e6) for row in (400, 600))
    pipeline = Pipeline(time="time", keys=["host"], detector="robust_zscore")
    splits = pipeline.fit_detect(frame, cuts=(cuts[0], cuts[1])).run["splits"]
    assert {name: part["rows"] for name, part in splits.items()} == {"train": 400, "calibration": 200, "test": 200}
    assert splits["test"]["start"] == frame["time"][600].isoformat()
    assert splits["test"]["end"] == frame["time"][799].isoformat()
