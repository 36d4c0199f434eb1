"""Weights and bands of risk, points of levels and classes of exceptions: settings of a plan, which all outputs obey."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

import isang as package
from command import isang
from isang.errors import ModelError, UsageError
from isang.logs.severity import CLASS_POINTS, EXCEPTIONS, LEVELS, UNKNOWN, severity_of
from isang.pipeline import Pipeline
from isang.risk import BANDS, risk_of
from isang.settling import load_plan, make_plan
from models import with_manifest
from test_incidents import faulty
from test_log_outputs import written

ERROR, WARN, INFO = (LEVELS.index(name) for name in ("ERROR", "WARN", "INFO"))
OWN: dict[str, dict[str, Any]] = {
    "risk": {"weights": {"severity": 20}, "bands": {"CRITICAL": 97, "HIGH": 50}},
    "severity": {"levels": {"ERROR": 30}, "exceptions": {"^Connect": "medium"}, "classes": {"medium": 50}},
}


def test_what_is_told_wins_over_the_usual_and_the_rest_stays() -> None:
    found = risk_of(OWN["risk"])
    assert found.weights == {"anomaly": 60, "severity": 20, "impact": 40}
    assert found.bands == {**BANDS, "CRITICAL": 97, "HIGH": 50}
    assert found.of({"anomaly": 100.0, "severity": 20.0}) == 80.0
    assert [found.band(points) for points in (97.0, 96.9, 50.0, 49.9)] == ["CRITICAL", "HIGH", "HIGH", "MEDIUM"]
    assert risk_of(None).band(80.0) == "CRITICAL"  # nothing of it is kept


def test_own_patterns_come_first_and_any_level_and_class_can_weigh_otherwise() -> None:
    own = {"SoldOut|Refused": "critical", "Timeout": "medium"}
    found = severity_of({"levels": {"WARN": 90}, "classes": {"medium": 10}, "exceptions": own})
    types = ["shop.SoldOut", "ReadTimeoutException", "OutOfMemoryError", "shop.OddException", None]
    assert found.class_of(pl.Series(types)).to_list() == ["critical", "medium", "critical", "medium", None]
    levels = np.array([UNKNOWN, UNKNOWN, INFO, WARN, UNKNOWN], np.uint8)
    np.testing.assert_array_equal(found.of(levels, pl.Series(types)), [100, 10, 100, 90, np.nan])
    assert np.isnan(found.of(np.array([UNKNOWN], np.uint8), pl.Series([None], dtype=pl.String))).all()
    assert severity_of(None).of(np.array([WARN], np.uint8), pl.Series(["shop.SoldOut"])).tolist() == [60]


def test_a_usual_pattern_can_be_given_another_class() -> None:
    first = next(iter(EXCEPTIONS))
    assert list(severity_of({"exceptions": {first: "medium"}}).exceptions) == list(EXCEPTIONS)
    assert severity_of({"exceptions": {first: "medium"}}).class_of(pl.Series(["MemoryError"])).item() == "medium"


def test_patterns_run_in_linear_time() -> None:
    """Hundreds of years by backtracking."""
    began, name = time.process_time(), "a" * 5000 + "b"
    assert severity_of({"exceptions": {"^(a+)+$": "critical"}}).class_of(pl.Series([name])).item() == "medium"
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"risk": 5}, "risk is 5; a mapping is needed."),
        ({"risk": {"wights": {}}}, "risk: 'wights' is not known there. Did you mean 'weights'? Known: bands, weights."),
        ({"risk": {"bands": [90]}}, "risk.bands is [90]; a mapping is needed."),
        ({"risk": {"bands": {"HIGH": 80}}}, "HIGH begins at 80 and CRITICAL at 80; each must begin lower."),
        ({"risk": {"bands": {"INFO": 5}}}, "risk.bands.INFO is 5; 0 is needed, so that every risk has a band."),
        ({"risk": {"bands": {"HIGH": 101}}}, "risk.bands.HIGH is 101; a whole number from 0 to 100 is needed."),
        ({"risk": {"bands": {"HIGH": True}}}, "risk.bands.HIGH is True; a whole number from 0 to 100 is needed."),
        ({"risk": {"bands": {"HIGH": float("nan")}}}, "risk.bands.HIGH is nan; a whole number from 0 to 100"),
        ({"risk": {"weights": {"anomaly": 0.6}}}, "risk.weights.anomaly is 0.6; a whole number from 0 to 100 is"),
        ({"risk": {"weights": {"anomaly": 0}}}, "risk.weights.anomaly is 0; it must be above that, since some rows"),
        ({"risk": {"weights": {"money": 1}}}, "risk.weights: 'money' is not known there."),
        ({"severity": {"levels": {"WARNING": 5}}}, "severity.levels: 'WARNING' is not known there."),
        ({"severity": {"levels": {"WARN": -1}}}, "severity.levels.WARN is -1; a whole number from 0 to 100 is needed."),
        ({"severity": {"levels": {"WARN": "x" * 999}}}, f"severity.levels.WARN is '{'x' * 59}…; a whole number"),
        ({"severity": {"classes": {"low": 5}}}, "severity.classes: 'low' is not known there."),
        ({"severity": {"exceptions": ["a"]}}, "severity.exceptions is ['a']; a mapping is needed."),
        ({"severity": {"exceptions": {"(": "high"}}}, "'(' is no pattern of RE2's syntax: unclosed group"),
        ({"severity": {"exceptions": {r"(a)\1": "high"}}}, "is no pattern of RE2's syntax: backreferences are not"),
        ({"severity": {"exceptions": {"(((a{99}){99}){99}){99}": "high"}}}, "exceeds size limit"),
        ({"severity": {"exceptions": {"a": "grave"}}}, "'a' is of class 'grave'; one of critical, high, medium is"),
        ({"severity": {"exceptions": {"a": ["high"]}}}, "'a' is of class ['high']; one of critical, high, medium is"),
        ({"severity": {"exceptions": {5: "high"}}}, "5 is no pattern; write one such as 'SoldOut|Refused'."),
        ({"severity": {"exceptions": {"": "high"}}}, "'' is no pattern; write one such as 'SoldOut|Refused'."),
        ({"severity": {"exceptions": {f"a{n}": "high" for n in range(201)}}}, "201 patterns came, and 200 are"),
        ({"pack": "series", "severity": {}}, "--severity belongs to pack logs: leave it out, or in place of series"),
        ({"pack": "auto", "model": "folder", "risk": {}}, "--risk belongs to fit: folder has learnt with its own."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_in_a_line(plan: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        make_plan({}, {"pack": "logs", **plan})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump({"pack": "logs", **plan}))
    with pytest.raises(UsageError, match=str(file)):
        load_plan(file)


def test_the_plan_in_the_guide_is_one(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "guide" / "logs.md").read_text()
    block = guide.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "plan.yaml").write_text(block)
    keys = load_plan(tmp_path / "plan.yaml")
    assert risk_of(keys["risk"]).bands == {**BANDS, "CRITICAL": 90, "HIGH": 70}
    assert severity_of(keys["severity"]).class_of(pl.Series(["LedgerGone"])).item() == "critical"


def test_a_change_sets_one_of_them() -> None:
    plan = make_plan({}, {"pack": "logs", **OWN}, ["risk.bands.CRITICAL=95", "severity.exceptions.SoldOut=high"])
    assert plan.risk == {"weights": {"severity": 20}, "bands": {"CRITICAL": 95, "HIGH": 50}}
    assert plan.severity is not None
    assert plan.severity["exceptions"] == {"^Connect": "medium", "SoldOut": "high"}


def test_bands_are_those_of_the_plan_in_any_pack() -> None:
    usual, own = (Pipeline(time="time", keys=["host"], risk=risk) for risk in (None, {"bands": {"CRITICAL": 100}}))
    frame = faulty().with_columns(pl.lit("b").alias("host"))
    before, after = usual.fit_detect(frame), own.fit_detect(frame)
    assert [one.risk for one in before.incidents] == [one.risk for one in after.incidents]
    between = [one.id for one in before.incidents if 80 <= one.risk < 100]
    assert between
    assert {one.band for one in before.incidents if one.id in between} == {"CRITICAL"}
    assert {one.band for one in after.incidents if one.id in between} == {"HIGH"}
    assert after.run["risk"]["bands"]["CRITICAL"] == 100


# --- a job


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("risk"))


@pytest.fixture(scope="module")
def plan(app: Path) -> Path:
    file = app.parent / "plan.yaml"
    file.write_text(yaml.safe_dump({"pack": "logs", **OWN}))
    return file


@pytest.fixture(scope="module")
def out(app: Path, plan: Path) -> Path:
    """What the plan makes of it, after a run without it in the same process, and before one."""
    usual = package.detect(app)
    folder = package.detect(app, plan=plan).save(app.parent / "out")
    assert [one.risk for one in package.detect(app).incidents] == [one.risk for one in usual.incidents]
    assert usual.run["risk"]["bands"] == BANDS
    assert usual.run["logs"]["severity"]["classes"] == CLASS_POINTS
    return folder


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def of_file(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text())


def test_risk_and_band_of_each_row_and_incident_are_those_of_the_plan(out: Path) -> None:
    told = risk_of(OWN["risk"])
    failed = next(one for one in of_file(out, "incidents.json")["incidents"] if "cannot pay" in one["entity"])
    assert failed["risk_parts"]["severity"] == 50  # ERROR has 30, and a connection that is refused is medium
    assert failed["risk"] == told.of(failed["risk_parts"])
    assert failed["risk"] == pytest.approx((60 * failed["risk_parts"]["anomaly"] + 20 * 50) / 80, abs=0.1)
    rows = table(out / "anomalies.csv")
    assert all(row["band"] == told.band(float(row["risk"])) for row in rows)
    assert any(row["band"] != risk_of(None).band(float(row["risk"])) for row in rows)


def test_files_of_bands_summary_and_page_obey(out: Path) -> None:
    rows = table(out / "anomalies_with_risk.csv")
    summary = (out / "risk_summary.txt").read_text()
    for band in BANDS:
        own = [row for row in rows if row["band"] == band]
        assert table(out / f"risk_{band.lower()}.csv") == own
        assert f"{band:<8} {len(own):>9,}" in summary
    assert "badge high" in (out / "report.html").read_text()


def test_the_run_says_what_it_was_told_and_the_plan_reruns_it(out: Path) -> None:
    run = of_file(out, "run.json")
    assert run["risk"] == vars(risk_of(OWN["risk"]))
    assert run["logs"]["severity"] == vars(severity_of(OWN["severity"]))
    assert next(iter(run["logs"]["severity"]["exceptions"])) == "^Connect"  # their order is what they mean
    kept = yaml.safe_load((out / "plan.yaml").read_text())
    assert {name: kept[name] for name in OWN} == OWN
    again = package.detect(plan=out / "plan.yaml")
    assert [one.risk for one in again.incidents] == [one["risk"] for one in of_file(out, "incidents.json")["incidents"]]


def test_the_exit_code_obeys_the_bands(app: Path, plan: Path, out: Path) -> None:
    highest = max(one["risk"] for one in of_file(out, "incidents.json")["incidents"])
    assert 50 <= highest < 97
    for band, code in (("CRITICAL", 0), ("HIGH", 1)):
        assert isang("detect", app, "--plan", plan, "--fail-on", band, "--out", app.parent / band, "-q").code == code


def test_a_model_carries_them(app: Path, plan: Path) -> None:
    folder = package.fit(app, plan=plan).save(app.parent / "model")
    found = package.detect(app, model=folder)
    assert found.run["risk"] == vars(risk_of(OWN["risk"]))
    assert found.run["logs"]["severity"]["levels"]["ERROR"] == 30
    assert {*found.frame.filter(pl.col("log_level") == "ERROR")["severity"]} == {50}
    assert all(one.band == risk_of(OWN["risk"]).band(one.risk) for one in found.incidents)


def test_a_crafted_model_is_refused(app: Path, plan: Path) -> None:
    folder = package.fit(app, plan=plan).save(app.parent / "crafted")
    with_manifest(folder, lambda manifest: manifest["plan"]["severity"]["exceptions"].update({"(": "high"}))
    with pytest.raises(ModelError, match="its plan makes no sense"):
        package.load(folder)
