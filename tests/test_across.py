"""What begins in several entities together is one incident, told of the riskiest of them; nothing is lost by that."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import isang
from command import isang as command
from isang.grouping import together
from isang.pipeline import Pipeline
from isang.reports.console import tell_incident, tell_result
from isang.reports.html import render
from isang.reports.phrases import phrase
from isang.result import Result
from isang.shown import load_folder
from isang.words.incident import Incident

START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTS = ("INFO_1", "LOGIN_1", "LOGIN_2", "MENU_1", "STREAM_1")
Spot = tuple[int, range, str, float]  # entity, rows, column, value


def farm(spots: Sequence[Spot], rows: int = 800, hosts: Sequence[str] = HOSTS) -> pl.DataFrame:
    """Two columns about 100 and 10 with a spread of 2 and 0.2, in hours."""
    parts = []
    for number, host in enumerate(hosts):
        random = np.random.default_rng(number)
        values = {"requests": random.normal(100, 2, rows), "fails": random.normal(10, 0.2, rows)}
        for entity, where, column, value in spots:
            if entity == number:
                values[column][where] = value
        times = pl.Series("time", [START + at * HOUR for at in range(rows)], dtype=pl.Datetime("us", "UTC"))
        parts.append(pl.DataFrame({"time": times, "host": [host] * rows, **values}))
    return pl.concat(parts)


SPOTS: list[Spot] = [
    (1, range(300, 303), "fails", 13.0),
    (2, range(301, 308), "fails", 19.0),
    (4, range(303, 305), "requests", 60.0),
    (0, range(500, 502), "requests", 150.0),
]
FIXED: Mapping[str, Any] = {"threshold": {"name": "fixed", "value": 6.0}}


def judged(frame: pl.DataFrame, *, across: bool = True, known: Any = None, **settings: Any) -> Result:
    told = {"time": "time", "keys": ["host"], "detector": "robust_zscore", **FIXED, **settings}
    return Pipeline(across=across, **told).fit_detect(frame, known)


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return farm(SPOTS)


@pytest.fixture(scope="module")
def result(frame: pl.DataFrame) -> Result:
    return judged(frame)


@pytest.fixture(scope="module")
def apart(frame: pl.DataFrame) -> Result:
    return judged(frame, across=False)


@pytest.fixture(scope="module")
def one(result: Result) -> Incident:
    return next(incident for incident in result.incidents if incident.also)


def alone(apart: Result, host: str) -> Incident:
    return next(incident for incident in apart.incidents if incident.entity == host)


# --- which are one


def test_what_begins_together_is_one_incident(result: Result, apart: Result, one: Incident) -> None:
    assert [incident.also for incident in apart.incidents] == [()] * 4
    assert sorted((incident.entity, *incident.also) for incident in result.incidents) == [
        ("INFO_1",),
        ("LOGIN_2", "STREAM_1", "LOGIN_1"),
    ]
    assert [incident.rank for incident in result.incidents] == [1, 2]
    assert result.run["counts"]["incidents"] == 2
    assert alone(result, "INFO_1") == replace(alone(apart, "INFO_1"), rank=alone(result, "INFO_1").rank)


@pytest.mark.parametrize(
    ("begins", "incidents"),
    [((300, 303), 1), ((300, 304), 2), ((300, 303, 306), 2), ((303, 300, 301, 302), 1)],  # 306 is too late for 300
)
def test_together_is_within_three_steps_of_the_first(begins: tuple[int, ...], incidents: int) -> None:
    spots = [(entity, range(row, row + 1), "fails", 15.0) for entity, row in enumerate(begins)]
    assert len(judged(farm(spots)).incidents) == incidents


def test_together_is_within_the_context_of_a_detector_with_windows() -> None:
    spots = [(entity, range(row, row + 4), "fails", 20.0) for entity, row in enumerate((300, 306))]
    wide: dict[str, Any] = {"detector": {"name": "pca_autoencoder", "window_rows": 12}, "threshold": "false_alarms"}
    assert [len(incident.also) for incident in judged(farm(spots), **wide).incidents[:1]] == [1]


def test_groups_are_put_together_in_the_order_of_time() -> None:
    groups = [np.array([3, 4]), np.array([11]), np.array([25]), np.array([37, 38])]
    time = np.arange(40) % 10
    found = [[rows.tolist() for rows in some] for some in together(groups, time, 2)]
    assert found == [[[11], [3, 4]], [[25], [37, 38]]]
    assert [len(some) for some in together(groups, time, 0)] == [1, 1, 1, 1]


def test_one_entity_has_as_many_incidents_as_before() -> None:
    spots = [(1, range(row, row + 1), "fails", 15.0) for row in (300, 304, 309)]
    assert len(judged(farm(spots)).incidents) == 3


def test_without_time_nothing_begins_together(frame: pl.DataFrame) -> None:
    told = judged(frame.drop("time"), time=None).incidents
    assert [incident.also for incident in told] == [()] * 4


# --- how it is told


def test_times_and_rows_are_those_of_all(one: Incident, result: Result) -> None:
    assert (one.start, one.end) == (START + 300 * HOUR, START + 308 * HOUR)
    assert one.duration_s == 8 * 3600
    assert one.rows == 12
    assert (one.first_row, one.last_row) == (800 + 300 + 1, 2 * 800 + 307 + 1)
    rows = result.scores.filter(pl.col("incident") == one.id)
    assert rows.group_by("host").len().sort("host").rows() == [("LOGIN_1", 3), ("LOGIN_2", 7), ("STREAM_1", 2)]
    flagged = result.anomalies.filter(pl.col("incident") == one.id)
    assert len(flagged) == 12
    assert dict(flagged.select("host", "column").unique().rows()) == {
        "LOGIN_1": "fails",
        "LOGIN_2": "fails",
        "STREAM_1": "requests",
    }


def test_the_rest_is_told_of_the_riskiest_entity_as_if_it_were_alone(one: Incident, apart: Result) -> None:
    same = alone(apart, "LOGIN_2")
    names = (
        "id",
        "title",
        "keys",
        "peak",
        "peak_row",
        "risk",
        "band",
        "score",
        "p",
        "threshold",
        "times_over",
        "onset",
    )
    assert {name: getattr(one, name) for name in names} == {name: getattr(same, name) for name in names}
    assert one.title.startswith("fails 19, usually ")
    own = [driver for driver in one.drivers if driver.entity is None]
    assert [replace(driver, share=0.0) for driver in own] == [replace(driver, share=0.0) for driver in same.drivers]


def test_drivers_of_others_name_their_entity(one: Incident, apart: Result) -> None:
    others = [driver for driver in one.drivers if driver.entity is not None]
    assert [(driver.entity, driver.name) for driver in others] == [("STREAM_1", "requests"), ("LOGIN_1", "fails")]
    assert [driver.told for driver in others] == ["STREAM_1: requests", "LOGIN_1: fails"]
    for driver in others:
        first = alone(apart, str(driver.entity)).drivers[0]
        assert (driver.value, driver.actual, driver.lower) == (first.value, first.actual, first.lower)
    assert 0.9 < sum(driver.share for driver in one.drivers) <= 1
    shares = [driver.share for driver in others]
    assert one.drivers[0].share > shares[0] > shares[1] > 0.01


def test_no_verdict_changes(result: Result, apart: Result) -> None:
    assert result.scores.drop("incident").equals(apart.scores.drop("incident"))
    assert result.scores["incident"].is_not_null().equals(apart.scores["incident"].is_not_null())


def test_an_incident_goes_on_while_any_of_its_entities_does() -> None:
    spots = [(1, range(790, 795), "fails", 20.0), (3, range(791, 800), "fails", 14.0)]
    told = judged(farm(spots)).incidents[0]
    assert (told.entity, told.also, told.ongoing) == ("LOGIN_1", ("MENU_1",), True)
    assert told.end == START + 800 * HOUR


# --- rules, planned work, known events


def silent(hosts: Sequence[str], first: int, after: int) -> pl.DataFrame:
    quiet = pl.col("time").is_between(START + first * HOUR, START + after * HOUR, closed="left")
    return farm([]).filter(~(quiet & pl.col("host").is_in(hosts)))


def test_a_lost_collector_is_one_silence() -> None:
    told = judged(silent(HOSTS[:4], 400, 430)).incidents
    assert [(len(incident.also), incident.rules, incident.rows) for incident in told] == [(3, ("silence",), 4)]
    assert told[0].title == "no data for 1 d 8 h"
    assert told[0].drivers == ()
    lost = judged(silent(HOSTS[1:], 760, 800)).incidents
    assert [sorted((incident.entity, *incident.also)) for incident in lost] == [sorted(HOSTS[1:])]
    assert (lost[0].rules, lost[0].rows) == (("silence",), 4)
    assert (lost[0].title, lost[0].end, lost[0].ongoing) == ("no data for 1 d 17 h", START + 800 * HOUR, True)


def events(tmp_path: Path, lines: Sequence[str]) -> Path:
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["start,end,host,kind,note", *lines]) + "\n")
    return file


BEGIN, END = (f"{START + row * HOUR:%Y-%m-%d %H:%M}" for row in (299, 310))


def test_planned_work_hides_nothing_beside_it(frame: pl.DataFrame, tmp_path: Path) -> None:
    lines = [f"{BEGIN},{END},{host},planned,release" for host in ("LOGIN_1", "LOGIN_2")]
    settings: Any = {"plan": {"across": True, **FIXED}, "detector": "robust_zscore", "key": "host"}
    told = isang.detect(frame, events=str(events(tmp_path, lines)), **settings)
    by_name = {incident.entity: (incident.also, incident.known) for incident in told.incidents}
    assert by_name == {
        "LOGIN_2": (("LOGIN_1",), {"kind": "planned", "note": "release"}),  # two periods, one note
        "STREAM_1": ((), None),
        "INFO_1": ((), None),
    }
    assert (told.run["counts"]["incidents"], told.run["counts"]["planned"]) == (2, 1)


def test_the_lead_is_that_of_the_first_row_of_all(frame: pl.DataFrame, tmp_path: Path) -> None:
    late = f"{START + 302 * HOUR:%Y-%m-%d %H:%M}"
    lines = [f"{late},{END},{host},anomaly,outage" for host in ("LOGIN_2", "STREAM_1")]
    settings: Any = {"plan": {"across": True, **FIXED}, "detector": "robust_zscore", "key": "host"}
    told = isang.detect(frame, events=str(events(tmp_path, lines)), **settings)
    assert {incident.entity: incident.lead_s for incident in told.incidents} == {"LOGIN_2": 7200.0, "INFO_1": None}


# --- where it is shown


def screen(result: Result, lang: str = "en", width: int = 150) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    tell_result(result, console, lang=lang)
    tell_incident(result.incidents[0], console, lang)
    return " ".join(console.export_text().split())


@pytest.mark.parametrize(
    ("lang", "why", "telling"),
    [
        ("en", "and in STREAM_1, LOGIN_1", "LOGIN_2 is the riskiest; it began together in STREAM_1, LOGIN_1."),
        ("ko", "STREAM_1, LOGIN_1에서도", "LOGIN_2 외에 STREAM_1, LOGIN_1에서도 함께 시작되었습니다."),
    ],
)
def test_screen_and_page_name_the_others(result: Result, one: Incident, lang: str, why: str, telling: str) -> None:
    for said in (screen(result, lang), render(result, lang)):
        assert "LOGIN_2 +2" in said
        assert why in said
        assert "STREAM_1: requests" in said
    assert telling in one.text[lang]


def test_many_others_are_counted() -> None:
    hosts = [f"h{number}" for number in range(9)]
    spots = [(number, range(300, 302), "fails", 14.0 + number) for number in range(9)]
    told = judged(farm(spots, hosts=hosts)).incidents[0]
    assert "it began together in h7, h6, h5, h4, h3 and 3 more." in told.text["en"]
    assert "h7, h6, h5, h4, h3 외 3개에서도" in told.text["ko"]
    assert phrase("also_more", "en", entities="h7, h6, h5, h4, h3", count=3) in screen(judged(farm(spots, hosts=hosts)))
    assert len([driver for driver in told.drivers if driver.entity is not None]) == 8


def test_figures_draw_its_own_columns_and_shade_it_in_each_entity(result: Result, apart: Result) -> None:
    for host in ("LOGIN_1", "LOGIN_2", "STREAM_1", "MENU_1"):
        shades = [[shape.x0 for shape in one.figure(host).layout.shapes] for one in (result, apart)]
        assert shades[0] == shades[1]
        assert bool(shades[0]) == (host != "MENU_1")
    titles = [[title.text for title in one.figure("LOGIN_2").layout.annotations] for one in (result, apart)]
    assert titles == [["fails", "score"]] * 2


def test_a_folder_gives_it_back(result: Result, one: Incident, tmp_path: Path) -> None:
    folder = result.save(tmp_path / "out")
    told = json.loads((folder / "incidents.json").read_text())["incidents"][one.rank - 1]
    assert told["also"] == ["STREAM_1", "LOGIN_1"]
    assert [driver["entity"] for driver in told["drivers"]][-2:] == ["STREAM_1", "LOGIN_1"]
    assert load_folder(folder).find(one.id).also == one.also
    assert load_folder(folder).find(one.id).drivers == one.drivers


def test_hostile_names_are_shown_as_text() -> None:
    hosts = ["a", "[red]b[/red]", "<script>alert(1)</script>", "c\x1b[2Jd", "{x}"]
    spots = [(number, range(300, 302), "fails", 20.0 - number) for number in range(5)]
    told = judged(farm(spots, hosts=hosts))
    assert len(told.incidents[0].also) == 4
    said, page = screen(told), render(told)
    assert "\x1b" not in said
    assert "[red]b[/red]" in said
    assert "<script>alert(1)" not in page


def test_a_plan_asks_for_it_and_a_model_keeps_it(frame: pl.DataFrame, tmp_path: Path) -> None:
    file, plan = tmp_path / "farm.csv", tmp_path / "plan.yaml"
    frame.write_csv(file)
    plan.write_text("across: true\ndetector: robust_zscore\nthreshold: fixed:6\nkey: host\n")
    ran = command("detect", file, "--plan", plan, "--out", tmp_path / "out", "--json")
    assert [len(incident["also"]) for incident in json.loads(ran.out)["incidents"]] == [2, 0]
    assert "across: true" in (tmp_path / "out" / "plan.yaml").read_text()
    assert command("fit", file, "--plan", plan, "--out", tmp_path / "model").code == 0
    again = command("detect", file, "--model", tmp_path / "model", "--out", tmp_path / "again", "--json")
    assert [len(incident["also"]) for incident in json.loads(again.out)["incidents"]] == [2, 0]
