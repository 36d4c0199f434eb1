"""`isang.selftest`: what it catches it says, what it misses as well, and a bad detector is found out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, OutlierMixin

import isang
from isang.detectors.knn import Knn
from isang.detectors.robust_zscore import RobustZscore
from isang.errors import InputError, OutputError, UsageError
from isang.reports.schemas import json_schemas
from isang.reports.trials_contents import SHARES
from isang.reports.trials_files import FILES
from isang.reports.trials_page import render_trials
from isang.splits import cut_at_shares
from isang.synthetic import FAULTS, Fault, Made, bills, series
from isang.synthetic.faults import SIZELESS
from isang.trials.defects import defects
from isang.trials.judge import judge
from isang.trials.part import part_of
from isang.words.frame import Columns

MADE = series(1200, step="1h")
TWO = series(800, step="1h", columns=2, entities=2)


@pytest.fixture(scope="module")
def passed() -> isang.SelfTest:
    return isang.selftest(MADE.frame, detector="robust_zscore")


def share(test: isang.SelfTest, kind: str, size: float = 10.0) -> float:
    row = test.table.filter(pl.col("fault") == kind, pl.col("size").is_null() | (pl.col("size") == size))
    return float(row["share"].item())


def names(test: isang.SelfTest) -> list[str]:
    return [defect.name for defect in test.defects]


def criterion(test: isang.SelfTest, name: str) -> Any:
    return next(one for one in test.criteria if one.name == name)


# what is told


def test_a_good_detector_on_quiet_data_passes(passed: isang.SelfTest) -> None:
    assert passed.passed
    assert passed.defects == ()
    assert [one.name for one in passed.criteria] == ["defects", "false_alarms", "faults"]
    assert share(passed, "spike") == share(passed, "level_shift") == share(passed, "noise_burst") == 1.0
    assert passed.trials.run["exit"] == 0


def test_the_table_has_a_row_for_each_kind_and_size(passed: isang.SelfTest) -> None:
    table = passed.table
    assert table.columns == [field.name for field in SHARES]
    expected = [
        (kind, size)
        for kind in FAULTS
        if kind != "decoupled"
        for size in ([None] if kind in SIZELESS else [3.0, 5.0, 10.0])
    ]
    assert list(table.select("fault", "size").iter_rows()) == expected
    assert (table["size_unit"].is_null() == table["size"].is_null()).all()
    assert (table["injected"] >= 20).all()
    np.testing.assert_allclose(table["share"], table["caught"] / table["injected"], atol=1e-4)
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    assert table.filter(pl.col("caught") == 0)["delay_s"].is_null().all()


def test_larger_faults_are_caught_no_less_and_a_drift_later_than_a_shift(passed: isang.SelfTest) -> None:
    for kind in set(FAULTS) - SIZELESS:
        assert share(passed, kind, 3.0) - 0.1 <= share(passed, kind, 5.0) <= share(passed, kind, 10.0) + 0.1, kind
    soon = dict(passed.table.filter(pl.col("size") == 10.0).select("fault", "delay_s").iter_rows())
    assert soon["spike"] == 0
    assert soon["drift"] > soon["level_shift"] + 3600
    hours = passed.table.drop_nulls("delay_s")
    np.testing.assert_allclose(hours["delay_s"], hours["delay_rows"] * 3600)


def test_a_detector_without_order_misses_a_flat_line_and_silence_needs_its_rule() -> None:
    frame = series(1200, step="1h", daily=0.0, weekly=0.0).frame
    assert share(isang.selftest(frame, detector="robust_zscore"), "flat_line") < 0.3
    assert share(isang.selftest(frame, detector="robust_zscore", plan={"rules": {}}), "missing_block") == 0.0


def test_the_size_is_that_of_the_change_in_spreads_of_the_noise(passed: isang.SelfTest) -> None:
    example = next(one for one in passed.trials.examples if one.fault == "spike")
    assert example.size == 5.0
    assert (example.changed - example.clean)[example.first] == pytest.approx(5.0, rel=0.15)  # the noise is 1
    others = np.delete(example.changed - example.clean, example.first)
    assert not others.any()


def test_the_same_seed_gives_the_same_table_and_another_one_another() -> None:
    first, again, other = (isang.selftest(MADE.frame, detector="knn", seed=seed) for seed in (1, 1, 2))
    assert first.table.equals(again.table)
    assert not first.table.equals(other.table)


def test_the_threshold_and_what_is_usual_are_learnt_before_the_last_part() -> None:
    """Whatever comes last, the same is learnt: only the realised incidents differ."""
    late = pl.int_range(pl.len()) >= 900
    wild = MADE.frame.with_columns(pl.when(late).then(pl.col("value") + 40).otherwise(pl.col("value")))
    calm, shifted = (isang.selftest(frame, detector="robust_zscore") for frame in (MADE.frame, wild))
    assert calm.trials.run["thresholds"] == shifted.trials.run["thresholds"]
    assert shifted.false_alarms.count > calm.false_alarms.count


def test_thresholds_that_flag_nothing_or_everything_fail() -> None:
    nothing = isang.selftest(MADE.frame, detector="robust_zscore", threshold="fixed:1e9")
    assert not nothing.passed
    assert criterion(nothing, "faults").found == 0
    everything = isang.selftest(MADE.frame, detector="robust_zscore", threshold={"name": "fixed", "value": -1.0})
    assert not everything.passed
    assert criterion(everything, "faults").found is None
    assert everything.trials.shares == ()


def test_a_low_threshold_costs_false_alarms() -> None:
    low = isang.selftest(MADE.frame, detector="robust_zscore", threshold="fixed:2.5")
    assert low.false_alarms.count >= 3
    assert low.false_alarms.requested is None
    assert [one.name for one in low.criteria] == ["defects", "faults"]
    alarms = low.false_alarms
    assert alarms.low < alarms.per_week < alarms.high  # type: ignore[operator]
    weeks = (MADE.frame["time"][-1] - MADE.frame["time"][840]).total_seconds() / 604_800
    assert alarms.per_week == pytest.approx(alarms.count / weeks, abs=1e-3)


def test_what_was_asked_for_is_what_is_borne() -> None:
    loose = isang.selftest(MADE.frame, detector="robust_zscore", false_alarms="14/week")
    assert loose.false_alarms.requested == "14/week"
    assert loose.false_alarms.expected == pytest.approx(14 * 359 / 168)
    rows = isang.selftest(MADE.frame.select("value"), detector="robust_zscore")
    assert rows.false_alarms.requested == "1/1000rows"
    assert rows.false_alarms.expected == pytest.approx(0.36)
    assert rows.false_alarms.per_week is None
    assert rows.table["delay_s"].is_null().all()
    assert rows.table["delay_rows"].drop_nulls().len() > 0


def test_labelled_events_are_no_false_alarms_and_get_no_faults() -> None:
    made = series(1200, step="1h", faults=[Fault("level_shift", 900, 30, 9.0)])
    marked = made.frame.with_columns(label=pl.Series(made.truth).cast(pl.Int8))
    unknown, known = (isang.selftest(marked, detector="robust_zscore", label=label) for label in (None, "label"))
    assert known.false_alarms.count == unknown.false_alarms.count - 1
    at = set(made.frame["time"].filter(pl.Series(made.truth)))
    for example in known.trials.examples:
        assert not at & set(example.at[example.first : example.last + 1])


def test_entities_and_columns_that_move_together_are_tried() -> None:
    test = isang.selftest(TWO.frame, detector="pca_autoencoder")
    assert "decoupled" in test.table["fault"].to_list()
    assert {example.entity for example in test.trials.examples} <= {"entity_1", "entity_2"}
    assert share(test, "decoupled") > 0.5


def test_required_shares_decide() -> None:
    strict = isang.selftest(MADE.frame, detector="robust_zscore", require="80%,spike=100%,flat_line=100%")
    assert [(one.name, one.passed) for one in strict.criteria[2:3]] == [("faults", True)]
    assert {(one.name, one.passed) for one in strict.criteria[3:]} >= {("spike", False)}
    assert not strict.passed
    assert strict.trials.run["exit"] == 1
    mild = isang.selftest(MADE.frame, detector="robust_zscore", require="level_shift=90%")
    assert [one.name for one in mild.criteria] == ["defects", "false_alarms", "level_shift"]
    assert (criterion(mild, "level_shift").cases, mild.passed) == (60, True)


def test_what_cannot_be_tried_is_not_passed() -> None:
    test = isang.selftest(MADE.frame, detector="robust_zscore", require="decoupled=10%")
    assert (criterion(test, "decoupled").found, criterion(test, "decoupled").passed) == (None, False)


def test_merged_rows_are_tried_as_they_come() -> None:
    """A spike of one row in six is a sixth as high when they are merged; it is noticed in its slot or not at all."""
    made = series(3600, step="10min", daily=0.0, weekly=0.0)
    merged = isang.selftest(made.frame, detector="robust_zscore", step="1h")
    assert merged.defects == ()
    assert share(merged, "spike", 5.0) < 0.5 < share(isang.selftest(made.frame, detector="robust_zscore"), "spike", 5.0)
    assert share(merged, "level_shift", 5.0) == 1.0


def test_a_frame_comes_back_as_it_came() -> None:
    test = isang.selftest(MADE.frame.to_pandas(), detector="robust_zscore")
    assert isinstance(test.table, pd.DataFrame)
    assert isinstance(test.figure().to_dict(), dict)


# a model


def test_a_model_is_tried_without_learning(tmp_path: Path) -> None:
    model = isang.fit(MADE.frame[:900], detector="robust_zscore")
    test = isang.selftest(MADE.frame, model=model)
    again = isang.selftest(MADE.frame, model=model.save(tmp_path / "m"))
    assert test.table.equals(again.table)
    assert test.trials.run["thresholds"][0]["value"] == model.pipeline.decision_.threshold
    assert test.trials.run["model"]["rows"] == 900
    assert test.trials.run["splits"]["test"]["rows"] == 360
    assert test.passed
    with pytest.raises(UsageError, match="--split belongs to fit"):
        isang.selftest(MADE.frame, model=model, split="50/20/30")


# defects


class Planted(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """A z-score with something wrong with it."""

    def __init__(self, wrong: str = "") -> None:
        self.wrong = wrong

    def fit(self, X: Any, y: Any = None) -> Planted:
        self.center_ = np.median(X, axis=0)
        return self

    def decision_function(self, X: Any) -> Any:
        apart = np.abs(X - self.center_)
        if self.wrong == "blind":
            apart[:, 0] = 0
        scores = apart.max(axis=1)
        if self.wrong == "constant":
            scores = np.full(len(X), 3.0)
        if self.wrong == "missing":
            scores[::9] = np.nan
        if self.wrong == "reversed":
            scores = scores[::-1]
        if self.wrong == "early":
            scores = np.roll(scores, -1)
        if self.wrong == "late":
            scores = np.roll(scores, 8)
        return -scores


@pytest.mark.parametrize(
    ("wrong", "found", "told"),
    [
        ("constant", "constant_scores", "rows score 3, also with changes of 1,000,000 usual spreads."),
        ("missing", "missing_scores", " rows with values and a whole past have no score, row "),
        ("reversed", "misaligned", "raises the score of row "),
        ("early", "misaligned", "raises the score of row "),
        ("late", "misaligned", "raises the score of row "),
        ("blind", "blind", "a change of column 'value_1' by 1,000,000 usual spreads moves no score."),
    ],
)
def test_each_planted_defect_is_found(wrong: str, found: str, told: str) -> None:
    test = isang.selftest(TWO.frame, detector={"name": "wrapped", "estimator": Planted(wrong)})
    assert names(test) == [found]
    assert told in test.defects[0].detail
    assert sorted(re.findall(r"\d+", test.defects[0].text["ko"])) == sorted(re.findall(r"\d+", test.defects[0].detail))
    assert found != "blind" or "열 'value_1'" in test.defects[0].text["ko"]
    assert not test.passed
    assert (criterion(test, "defects").passed, criterion(test, "defects").found) == (False, 1)


def gappy() -> Made:
    """Missing cells, missing rows, a column that hardly varies and one that never does."""
    random = np.random.default_rng(1)
    frame = TWO.frame.with_columns(
        pl.when(pl.Series(random.random(1600) > 0.1)).then(pl.col("value_1")),
        rare=pl.Series((random.random(1600) > 0.97).astype(float)),
        never=pl.lit(4.0),
    )
    columns = Columns("time", ("entity",), ("value_1", "value_2", "rare", "never"))
    return Made(frame.filter(pl.Series(random.random(1600) > 0.05)), columns, TWO.events, TWO.truth)


@pytest.mark.parametrize("made", [TWO, gappy(), series(400, columns=6, step="1h")], ids=["two", "gappy", "many"])
@pytest.mark.parametrize(
    "detector",
    [
        "auto",
        "robust_zscore",
        "pca_autoencoder",
        "knn",
        {"name": "isolation_forest", "trees": 20},
        {"name": "ensemble", "members": [RobustZscore(), Knn()]},
        {"name": "cleaned", "first": RobustZscore()},
        {"name": "wrapped", "estimator": Planted()},
    ],
    ids=str,
)
def test_no_member_has_a_defect(detector: Any, made: Made) -> None:
    frame, columns, cuts = (
        made.frame,
        made.columns,
        cut_at_shares(made.frame["time"].dt.epoch("us").to_numpy(), (0.5, 0.2, 0.3)),
    )
    pipeline = isang.Pipeline(columns.time, columns.keys, columns.values, detector=detector)
    pipeline.fit_detect(frame, cuts=(cuts[0], cuts[1]))
    part = part_of(frame, columns, (cuts[0], cuts[1]))
    assert list(defects(pipeline, part, judge(pipeline, part.frame), 0)) == []


# what cannot be tried


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (
            MADE.frame[:100],
            "100 rows came, and the part that sets the threshold holds 20 that are scored; 50 are needed",
        ),
        (MADE.frame[:20], "20 rows came, and the part that sets the threshold holds 4 that are scored"),
        (MADE.frame.with_columns(value=pl.lit(2.0)), "no column varies in the 600 training rows"),
        (
            pl.concat([TWO.frame.filter(entity="entity_1")[:300], TWO.frame.filter(entity="entity_2")[600:]]),
            "no entity has 10 rows that vary in the training part and 10 in the last part",
        ),
    ],
)
def test_too_little_is_refused_in_one_line(frame: pl.DataFrame, told: str) -> None:
    with pytest.raises(InputError) as refused:
        isang.selftest(frame, key=[name for name in frame.columns if name == "entity"], detector="robust_zscore")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


# outputs


def test_the_folder_holds_what_is_published(passed: isang.SelfTest, tmp_path: Path) -> None:
    folder = passed.save(tmp_path / "out", lang="ko")
    assert {file.name for file in folder.iterdir()} == set(FILES)
    document = json.loads((folder / "selftest.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, json_schemas()["selftest.schema.json"])
    assert document["passed"] is True
    assert document["false_alarms_per_week"] == passed.false_alarms.per_week
    assert pl.read_csv(folder / "selftest.csv").columns == [field.name for field in SHARES]
    assert "자가 시험 통과" in (folder / "report.html").read_text(encoding="utf-8")


def test_a_folder_is_replaced_only_if_it_is_ours(passed: isang.SelfTest, tmp_path: Path) -> None:
    folder = passed.save(tmp_path / "out")
    passed.save(folder)
    with pytest.raises(OutputError, match=r"holds no run\.json of isang"):
        isang.detect(MADE.frame, detector="robust_zscore").save(folder)
    (folder / "thesis.txt").touch()
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        passed.save(folder)


def test_names_in_the_data_are_text_on_the_page() -> None:
    hostile = "<script>alert(1)</script>"
    frame = TWO.frame.rename({"value_1": hostile})
    test = isang.selftest(frame, detector={"name": "wrapped", "estimator": Planted("blind")}, require="drift=100%")
    assert (names(test), test.passed) == (["blind"], False)
    for lang, column in (("en", "a change of column"), ("ko", "열")):
        page = render_trials(test.trials, lang)
        assert hostile not in page
        assert f"{column} &#x27;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;" in page
        assert page.count("<script") == page.count("</script>")


def test_a_test_that_could_try_nothing_is_still_told(tmp_path: Path) -> None:
    nothing = isang.selftest(MADE.frame, detector="robust_zscore", threshold={"name": "fixed", "value": -1.0})
    folder = nothing.save(tmp_path / "out")
    assert pl.read_csv(folder / "selftest.csv").is_empty()
    jsonschema.validate(json.loads((folder / "selftest.json").read_text()), json_schemas()["selftest.schema.json"])


def test_faults_in_a_bill_do_not_hide_each_other_and_large_ones_are_asked_for() -> None:
    """What is expected of a day looks back on months: a second fault in them would be measured by the first."""
    tested = isang.selftest(bills(20, 240, faults=0).frame, pack="cost")
    (asked,) = (one for one in tested.criteria if one.name == "faults")
    assert tested.passed, tested.criteria
    assert asked.cases == 4 * 30  # of 10 spreads alone
    small = {one.fault: one.share for one in tested.trials.shares if one.size == 3.0}
    assert small["spike"] < 0.5  # by design: six are news
