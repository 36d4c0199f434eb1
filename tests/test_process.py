"""The pack of process sensors: what a historian writes, when a drift began, and the preset of S4."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import isang
from isang.candidates import candidates
from isang.errors import UsageError
from isang.explain.onset import onset
from isang.settling import make_plan
from isang.synthetic import paper_machine


def texts(rows: int = 100) -> pl.DataFrame:
    random = np.random.default_rng(0)
    sensor = [f"{value:.2f}" for value in random.normal(50, 1, rows)]
    for row in range(0, 60, 3):
        sensor[row] = ("Bad", "No Data", "I/O Timeout", "[-11059] No Good Data For Calculation")[row % 4]
    time = pl.datetime(2024, 1, 1) + pl.duration(minutes=2) * pl.int_range(rows)
    return pl.DataFrame({"sensor": sensor, "other": random.normal(size=rows)}).with_columns(time=time)


def test_states_of_a_historian_are_missing_values_and_counted() -> None:
    reading = isang.read(texts(), pack="process")
    assert reading.columns.values == ("sensor", "other")
    assert reading.frame["sensor"].null_count() == 20
    (told,) = [said for said in reading.warnings if "'sensor'" in said]
    assert "5 'Bad'" in told
    assert "5 'No Data'" in told
    assert told.endswith("are missing values.")


@pytest.mark.parametrize(
    "text", ["BAD INPUT", " scan off ", "Pt_Created", "Bad_Quality", "[-11101] All data events are Bad"]
)
def test_states_are_known_in_any_case_and_however_many_there_are(text: str) -> None:
    frame = pl.DataFrame({"x": [str(row) for row in range(1000)] + [text] * 3000, "z": [1.5, 2.5] * 2000})
    reading = isang.read(frame)
    assert reading.columns.values == ("x", "z")
    assert [f"3,000 {text.strip()!r}" in said for said in reading.warnings] == [True]


def test_a_column_of_states_alone_is_set_aside_and_a_text_with_states_is_a_key_like_others() -> None:
    time = [f"2024-01-01T00:{row // 2:02d}:00Z" for row in range(60)]
    columns = {"time": time, "dead": ["No Data"] * 60, "line": ["Bad", "good"] * 30, "x": [*range(59), 7]}
    recognised = isang.read(pl.DataFrame(columns)).recognised
    assert recognised.keys == ("line",)
    assert [(one.column, one.reason) for one in recognised.set_aside] == [
        ("dead", "no values; states such as 'No Data' alone")
    ]


def test_a_grade_is_no_entity_unless_asked_for() -> None:
    frame = paper_machine().frame
    found, asked = (
        isang.read(frame, pack="process").recognised,
        isang.read(frame, pack="process", key="grade").recognised,
    )
    assert found.keys == ()
    assert {one.column: one.reason for one in found.set_aside} == {
        "y": "looks like labels; not used; add `--label y` to measure",
        "grade": "text with 3 values that tell no rows apart; add `--key grade` to judge each alone",
        "spare_valve": "constant",
    }
    assert (asked.keys, asked.entities) == (("grade",), 3)


def test_the_pack_is_never_guessed_but_suggested() -> None:
    assert isang.read(texts()).recognised.pack == "series"
    assert "--pack process" in isang.read(texts()).recognised.pack_reason
    assert isang.read(texts(), pack="process").recognised.pack == "process"


def test_rows_that_are_left_out_are_no_incident_here() -> None:
    frame = texts().filter(~pl.int_range(100).is_between(40, 80))
    told = isang.detect(frame, pack="process", detector="robust_zscore")
    assert all(not incident.rules for incident in told.incidents)
    assert told.plan["pack"] == "process"


def test_states_of_many_columns_stand_in_one_line() -> None:
    cells = ["Bad", *["1.5", "2.5"] * 50]
    reading = isang.read(pl.DataFrame({f"x{column}": cells for column in range(9)}))
    (told,) = reading.warnings
    assert told.startswith("states in the place of numbers: 'x0': 1 'Bad'; 'x1': 1 'Bad'; ")
    assert told.endswith("'x4': 1 'Bad'; and those of 4 more columns are missing values.")


def test_what_is_compared_has_the_settings_of_the_pack() -> None:
    plan = make_plan({"pack": "process", "label": "y"}, {})
    compared = candidates("auto,knn", None, plan).detectors
    assert compared == {"auto": {"name": "auto", "smooth_rows": 1}, "knn": {"name": "knn"}}


def test_a_table_with_more_columns_than_rows_is_judged() -> None:
    values = np.random.default_rng(0).normal(size=(60, 90))
    values[40] += 8
    told = isang.detect(values, pack="process", detector="knn")
    assert told.scores["score"].arg_max() == 40


def labelled(rows: int = 1500) -> pl.DataFrame:
    random = np.random.default_rng(0)
    values = random.normal(size=(rows, 4))
    at = np.sort(random.choice(np.arange(10, rows), rows // 30, replace=False))
    for row in at:
        values[row - 2 : row, 0] += 10
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(minutes=2) * pl.int_range(rows)
    frame = pl.DataFrame({f"x{column}": values[:, column] for column in range(4)})
    return frame.with_columns(time=time, y=pl.Series(np.where(np.isin(np.arange(rows), at), "defeat", "normal")))


def test_with_labels_the_pack_trains_on_usual_rows_and_judges_later_ones() -> None:
    told = isang.detect(labelled(), pack="process", label="y", positive="defeat", lead="2rows", cost="miss=100,alarm=5")
    assert told.run["mode"] == "causal"
    measured = told.run["measured"]
    assert measured["reported_on"] == "test"
    assert measured["found"] >= 0.7 * measured["events"] > 0


def test_of_several_detectors_the_best_on_earlier_rows_judges() -> None:
    """A turn of two columns that each stay usual: only a detector of both together sees it."""
    random = np.random.default_rng(0)
    shared = random.normal(size=1500)
    values = np.column_stack([shared, shared]) + random.normal(0, 0.05, (1500, 2))
    at = np.arange(40, 1500, 37)
    values[at, 1] *= -1
    y = np.isin(np.arange(1500), at).astype(int)
    frame = pl.DataFrame({"a": values[:, 0], "b": values[:, 1], "y": y})
    plan = {"detectors": ["robust_zscore", {"name": "knn", "neighbors": 3}]}
    told = isang.detect(frame, pack="process", label="y", positive="1", threshold="best_f1", plan=plan)
    compared = told.run["detector"]["compared"]
    assert [one["name"] for one in compared] == ["robust_zscore", "knn"]
    assert compared[1]["event_f1"] > compared[0]["event_f1"]
    assert told.run["detector"]["name"] == "knn"
    assert told.plan["detectors"] == plan["detectors"]  # so that it is chosen again
    assert isang.detect(frame, pack="process", plan=plan).run["detector"]["name"] == "robust_zscore"  # nothing to go by
    asked = isang.detect(frame, pack="process", label="y", positive="1", detector="robust_zscore", plan=plan)
    assert (asked.run["detector"]["name"], asked.run["detector"]["compared"]) == ("robust_zscore", [])
    learnt = isang.fit(frame, pack="process", label="y", positive="1", plan=plan)
    assert type(learnt.pipeline.learner_.detector_).__name__ == "Knn"


def test_an_incident_tells_how_long_before_the_event_it_was_noticed(tmp_path: Path) -> None:
    told = isang.detect(labelled(), pack="process", label="y", positive="defeat", lead="2rows", alerts="1/hour")
    ahead = [one.lead_s for one in told.incidents if one.lead_s is not None]
    assert set(ahead) <= {120.0, 240.0}
    assert len(ahead) > 5
    event = {row["time"] for row in told.frame.filter(y="defeat").iter_rows(named=True)}
    for one in told.incidents:
        if one.lead_s is not None and one.start is not None:
            assert one.start + timedelta(seconds=one.lead_s) in event
    assert "4 min before the known event" in (told.save(tmp_path / "out") / "report.html").read_text(encoding="utf-8")


def test_the_preset_needs_events_and_says_that_its_costs_are_assumed() -> None:
    with pytest.raises(UsageError, match="--preset s4 learns from known events"):
        isang.detect(labelled(), preset="s4")
    pytest.importorskip("torch")
    settings = ["detector.training.epochs=5"]
    found = isang.evaluate(labelled(), preset="s4", label="y", positive="defeat", lead="2rows", set=settings)
    assert found.tested[0]["detector"] == "dense_autoencoder"
    assert found.tested[0]["cost_nothing"] == 1_000_000 * found.tested[0]["events"]
    assert "(assumed costs)" in found.conclusion
    assert found.pictures[""]["training"][0]["epochs"]


def test_hundreds_of_sensors_times_a_hundred_rows_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """590 columns in windows of 100 rows took 28 GB; narrow windows have the same components either way."""
    from isang.detectors import pca_autoencoder
    from isang.detectors.pca_autoencoder import PcaAutoencoder

    X = np.random.default_rng(0).normal(size=(120, 4)).cumsum(axis=0)
    usual = PcaAutoencoder(window_rows=10).fit(X).anomaly_score(X)
    monkeypatch.setattr(pca_autoencoder, "_WIDEST", 10)
    assert PcaAutoencoder(window_rows=10).fit(X).anomaly_score(X) == pytest.approx(usual, nan_ok=True)
    wide = np.random.default_rng(0).normal(size=(150, 600))
    assert np.isfinite(PcaAutoencoder().fit(wide).anomaly_score(wide)[99:]).all()


@pytest.mark.parametrize(
    ("values", "row", "first"),
    [
        ([0, 0, 2, 3, 4], 4, 2),
        ([0, 0, -2, -3, -4], 4, 2),
        ([0, 3, -2, -3, -4], 4, 2),
        ([2, 2, 2, 2, 4], 4, 0),
        ([0, 0, 0, 3, 4], 4, None),
        ([2, 2, 0, 2, 4], 4, None),
        ([2, 2, np.nan, 2, 4], 4, None),
        ([2, 2, 2, 2, 1], 4, None),
        ([2, 2, 2, 2, np.nan], 4, None),
        ([2, 2, 2, 0, 0], 2, 0),
    ],
)
def test_a_move_began_where_the_outer_half_was_entered_for_good(
    values: list[float], row: int, first: int | None
) -> None:
    expected = np.full(5, 10.0)
    assert onset(np.array(values) + expected, expected, expected - 3, expected + 3, row) == first


def test_the_begin_of_a_drift_is_told_where_it_is_known() -> None:
    """Of made drifts the begin is known: most are dated within two rows, and few too early."""
    apart = [rows for seed in (0, 1, 2) for rows in _onsets(seed)]
    assert len(apart) > 50
    assert np.mean(np.abs(apart) <= 2) > 0.7
    assert np.mean(np.array(apart) < -3) < 0.1


def _onsets(seed: int) -> list[float]:
    """How many rows after its begin each drift was said to have begun, where its sensor was named."""
    made = paper_machine(seed)
    told = isang.detect(made.frame, pack="process", alerts="5/day", value=made.columns.values)
    drifts = made.events.filter(fault="drift").rows(named=True)
    return [
        (incident.onset - drift["start"]).total_seconds() / 120
        for incident in told.incidents
        for drift in drifts
        if incident.onset
        and drift["start"] <= incident.peak <= drift["end"]
        and incident.drivers[0].name == drift["column"]
    ]


def test_the_begin_of_a_drift_stands_in_words_report_and_folder(tmp_path: Path) -> None:
    made = paper_machine()
    told = isang.detect(made.frame, pack="process", alerts="1/day", value=made.columns.values)
    incident = next(one for one in told.incidents if one.onset is not None)
    at = f"{incident.onset:%H:%M}"
    assert f"{incident.drivers[0].name} has been in the outer half of its usual range" in incident.text["en"]
    assert f"{at}부터" in incident.text["ko"]
    folder = told.save(tmp_path / "out")
    assert f"moving away since {incident.onset:%Y-%m-%d %H:%M}" in (folder / "report.html").read_text(encoding="utf-8")
    written = json.loads((folder / "incidents.json").read_text(encoding="utf-8"))["incidents"]
    assert datetime.fromisoformat(written[incident.rank - 1]["onset"]) == incident.onset


def test_the_defaults_of_the_pack_warn_of_made_breaks() -> None:
    frame = paper_machine().frame
    found = isang.detect(frame, pack="process", label="y", lead="20min", recovery="30min").run["measured"]
    assert found["found"] >= 0.4 * found["events"] > 0
    assert found["false_alarms_per_week"] < 7
