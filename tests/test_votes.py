"""Votes: what they add up to, which rows they make an incident of, what a plan may say of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import UsageError
from isang.pipeline import Pipeline
from isang.result import Result
from isang.settling import make_plan
from isang.votes import Votes, votes_of
from isang.words.verdicts import Fired

HALVES = {"threshold": 0.5, "limit": 0.5}
OVER = np.array([False, True, False, True, False])


def fired(*rows: int) -> Fired:
    at = np.array(rows, dtype=np.int64)
    return Fired(at, np.ones(len(at)), at, tuple("told" for _ in rows))


def told(votes: Votes, **rules: Fired) -> list[int]:
    return [int(row) for row in np.flatnonzero(votes.telling(OVER, rules))]


def test_a_vote_is_the_sum_of_the_weights_that_spoke() -> None:
    votes = Votes({"threshold": 0.5, "limit": 0.3, "stuck": 0.2})
    found = votes.of(OVER, {"limit": fired(0, 1, 1), "stuck": fired(1), "silence": fired(4)})
    np.testing.assert_allclose(found, [0.3, 1.0, 0, 0.5, 0])
    assert votes.full == pytest.approx(1)


def test_enough_votes_make_an_incident_whatever_the_rounding() -> None:
    assert told(Votes(HALVES), limit=fired(0, 1)) == [0, 1, 3]
    assert told(Votes(HALVES, 0.6), limit=fired(0, 1)) == [1]
    assert told(Votes(HALVES, 1.0), limit=fired(0, 1)) == [1]
    tenths = Votes({"threshold": 0.1, "limit": 0.7}, 0.8)  # 0.1 + 0.7 is 0.7999999999999999
    assert told(tenths, limit=fired(0, 1)) == [1]


def test_what_has_no_vote_tells_by_itself() -> None:
    assert told(Votes({}), limit=fired(0)) == [0, 1, 3]
    assert told(Votes(HALVES, 1.0), limit=fired(1), silence=fired(4)) == [1, 4]
    assert told(Votes({"limit": 1.0}, 1.0), limit=fired(0)) == [0, 1, 3]
    assert told(Votes({"threshold": 1.0, "limit": 0.0}), limit=fired(0)) == [1, 3]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"limt": 1.0}, "votes: 'limt' is no rule of the plan. Did you mean 'limit'? Known: limit, threshold."),
        ({"limit": -1.0}, "votes: limit weighs -1.0; a number of 0 or more is needed."),
        ({"limit": float("nan")}, "votes: limit weighs nan; a number of 0 or more is needed."),
        ({"limit": 0.0}, "votes: no weight is above 0; write for instance votes.threshold=0.5 and votes.change=0.5."),
        ({}, "votes: no weight is above 0; write for instance votes.threshold=0.5 and votes.change=0.5."),
        ({"limit": 0.5, "at_least": 0.6}, "votes: at_least is 0.6; all weights together are 0.5."),
        ({"limit": 0.5, "at_least": -1.0}, "votes: at_least is -1.0; all weights together are 0.5."),
    ],
)
def test_what_cannot_vote_is_refused(settings: dict[str, float], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        votes_of(settings, ["limit"])
    assert str(caught.value) == words


def test_a_plan_says_votes_and_a_change_sets_one() -> None:
    plan = make_plan({}, {"rules": {"limit": {"above": 9.0}}, "votes": HALVES}, ["votes.at_least=1"])
    assert plan.votes == {**HALVES, "at_least": 1}
    with pytest.raises(UsageError, match="'limit' is no rule of the plan"):
        make_plan({}, {"votes": HALVES})
    with pytest.raises(UsageError, match="hybrid is a table of votes"):
        make_plan({}, {"hybrid": True})
    with pytest.raises(UsageError, match="--votes belongs to fit"):
        make_plan({}, {"model": "folder", "votes": {"threshold": 1.0}})


def series() -> pl.DataFrame:
    """About 0; row 200 far out and past a limit of 20, row 300 far out below it, row 400 past the limit alone."""
    values = np.random.default_rng(0).normal(0, 1, 600)
    values[[200, 300, 400]] = 40, -40, 25
    return pl.DataFrame({"a": values})


def judged(votes: Mapping[str, float] | None) -> Result:
    rules, fixed = {"limit": {"above": 20.0}}, {"name": "fixed", "value": 30.0}
    return Pipeline(detector="robust_zscore", threshold=fixed, features={}, rules=rules, votes=votes).fit_detect(
        series()
    )


def incidents(votes: Mapping[str, float] | None) -> dict[int, float | None]:
    """First row → vote."""
    return {one.first_row: one.vote for one in judged(votes).incidents}


def test_rows_and_incidents_have_their_vote_and_the_rank_is_that_of_the_score() -> None:
    result = judged(HALVES)
    scores = result.scores.with_row_index().filter(pl.col("vote") > 0)
    assert dict(scores.select("index", "vote").iter_rows()) == {200: 1.0, 300: 0.5, 400: 0.5}
    assert scores["rules"].to_list() == ["limit", None, "limit"]
    assert dict(result.anomalies.select("row", "vote").iter_rows()) == {201: 1.0, 301: 0.5, 401: 0.5}
    assert incidents(HALVES) == {201: 1.0, 301: 0.5, 401: 0.5}
    assert [one.risk for one in result.incidents] == [one.risk for one in judged(None).incidents]


def test_rows_with_too_few_votes_are_in_no_incident_and_keep_their_vote() -> None:
    result = judged({**HALVES, "at_least": 1})
    assert [one.first_row for one in result.incidents] == [201]
    assert result.anomalies["row"].to_list() == [201]
    assert result.scores["vote"].to_numpy()[[200, 300, 400]].tolist() == [1.0, 0.5, 0.5]
    assert 301 in result.misses["row"].to_list()


def test_without_votes_nothing_has_one() -> None:
    result = judged(None)
    assert incidents(None) == {201: None, 301: None, 401: None}
    assert result.scores["vote"].null_count() == len(result.scores)
    assert result.anomalies["vote"].null_count() == 3


def test_rows_that_are_not_judged_have_no_vote() -> None:
    rules = {"limit": {"above": 20.0}}
    result = isang.detect(series(), detector="robust_zscore", split="50/10/40", plan={"rules": rules, "votes": HALVES})
    known = result.scores.filter(pl.col("vote").is_not_null())
    assert set(known["split"]) == {"test"}
    assert len(known) == 240


def test_a_model_keeps_its_votes(tmp_path: Path) -> None:
    told = {"rules": {"limit": {"above": 20.0}}, "votes": {**HALVES, "at_least": 1.0}}
    folder = isang.fit(series(), detector="robust_zscore", threshold="fixed:30", plan=told).save(tmp_path / "model")
    result = isang.load(folder).detect(series())
    assert {one.first_row: one.vote for one in result.incidents} == {201: 1.0}


def test_files_and_cards_tell_the_vote(tmp_path: Path) -> None:
    folder = judged(HALVES).save(tmp_path / "out")
    assert pl.read_csv(folder / "anomalies.csv")["vote"].to_list() == [1.0, 0.5, 0.5]
    assert pl.read_parquet(folder / "scores.parquet")["vote"].sum() == 2.0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "vote 1" in page
    assert "vote 0.5" in page
    assert [one["vote"] for one in json.loads((folder / "incidents.json").read_text())["incidents"]] == [1.0, 0.5, 0.5]


def labelled() -> pl.DataFrame:
    """Faults in both halves: far out and past a limit each time; between them what only the limit minds."""
    values = np.random.default_rng(0).normal(0, 1, 1000)
    at = np.arange(50, 1000, 100)
    values[at], values[at + 30] = 40.0, 25.0
    return pl.DataFrame({"a": values, "fault": np.isin(np.arange(1000), at).astype(np.int8)})


def test_an_evaluation_has_the_rule_alone_and_the_votes_on_the_same_test_rows() -> None:
    told = {"rules": {"limit": {"above": 20.0}}, "votes": {**HALVES, "at_least": 1.0}}
    found = isang.evaluate(labelled(), label="fault", detector="robust_zscore", threshold="fixed:30", plan=told)
    tested = [row for row in found.rows if row["reported_on"] == "test"]
    assert [row["detector"] for row in tested] == ["robust_zscore", "limit", "votes"]
    assert {row["rows"] for row in tested} == {200}
    assert [row["point_precision"] for row in tested] == [1.0, 0.5, 1.0]
    assert [row["point_recall"] for row in tested] == [1.0, 1.0, 1.0]
    assert found.table["auc_pr"].is_null().to_list()[-3:] == [False, True, True]
    assert found.tested == tested[:1]
    assert found.warnings[-1] == (
        "F1 of events and of rows on the test part: robust_zscore 1 and 1, limit 0.6667 and 0.6667, votes 1 and 1; "
        "best: robust_zscore, votes. 2 events say little."
    )


def test_a_rule_without_a_vote_counts_as_in_a_run() -> None:
    """Alone it is one with the detector; beside votes it is in what these tell, not in what each tells alone."""
    options: dict[str, Any] = {"label": "fault", "detector": "robust_zscore", "threshold": "fixed:1000"}
    rules = {"limit": {"above": 20.0}}
    (alone,) = isang.evaluate(labelled(), plan={"rules": rules}, **options).tested
    assert (alone["event_recall"], alone["point_precision"]) == (1.0, 0.5)
    assert alone["conclusion"].startswith("finds 2 of 2 events")
    assert isang.evaluate(labelled(), plan={"rules": {}}, **options).tested[0]["event_recall"] == 0.0
    told = {
        "rules": {**rules, "change": {"rise": "5000%", "drop": None}},
        "votes": {"threshold": 1.0, "change": 1.0, "at_least": 2.0},
    }
    tested = [row for row in isang.evaluate(labelled(), plan=told, **options).rows if row["reported_on"] == "test"]
    assert {row["detector"]: row["event_recall"] for row in tested}["votes"] == 1.0
    assert tested[0]["event_recall"] == 0.0


def test_a_rule_is_learnt_from_the_rows_before_those_that_it_judges() -> None:
    """What first comes in the calibration part is new there, and known in the test part; what comes later is new."""
    frames = [
        pl.DataFrame({"t": pl.datetime_range(start, datetime(2024, 3, 1), "1h", eager=True), "k": name, "v": 1.0})
        for name, start in (("a", datetime(2024, 1, 1)), ("b", datetime(2024, 2, 18)), ("c", datetime(2024, 2, 26)))
    ]
    frame = pl.concat(frames).with_columns(
        v=pl.Series(np.random.default_rng(0).normal(10, 1, sum(map(len, frames)))),
        fault=((pl.col("k") == "b") & (pl.col("t") < datetime(2024, 2, 19)))
        | ((pl.col("k") == "c") & (pl.col("t") < datetime(2024, 2, 27))),
    )
    found = isang.evaluate(
        frame,
        label="fault",
        key="k",
        value="v",
        plan={"rules": {"novelty": {}}},
        detector="robust_zscore",
        threshold="fixed:1000",
    )
    assert [(row["reported_on"], row["events"], row["event_recall"], row["false_alarms"]) for row in found.rows] == [
        ("calibration", 1, 1.0, 0),
        ("test", 1, 1.0, 0),
    ]


def test_an_evaluation_in_money_says_which_is_cheapest() -> None:
    told = {"rules": {"limit": {"above": 20.0}}, "votes": {**HALVES, "at_least": 1.0}}
    found = isang.evaluate(labelled(), label="fault", detector="robust_zscore", cost="miss=100,alarm=5", plan=told)
    assert found.rows[-2]["cost"] > found.rows[-1]["cost"]
    assert found.warnings[-1].startswith("cost on the test part: robust_zscore ")
    assert "best: " in found.warnings[-1]


def test_without_votes_or_without_events_in_the_test_part_nothing_is_compared() -> None:
    alone = isang.evaluate(labelled(), label="fault", detector="robust_zscore", threshold="fixed:30")
    assert [row["detector"] for row in alone.rows if row["reported_on"] == "test"] == ["robust_zscore"]
    quiet = labelled().with_columns(pl.when(pl.int_range(1000) < 700).then(pl.col("fault")).otherwise(0).alias("fault"))
    told = {"rules": {"limit": {"above": 20.0}}, "votes": HALVES}
    found = isang.evaluate(quiet, label="fault", detector="robust_zscore", threshold="fixed:30", plan=told)
    assert [row["events"] for row in found.rows[-2:]] == [0, 0]
    assert not [warning for warning in found.warnings if "best: " in warning]
