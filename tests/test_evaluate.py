"""`isang evaluate`: what is compared, what is tested, and whether its conclusions are true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest

import isang
from command import isang as run
from command import refused
from isang.chance import blocks_of_events, interval, p_of_chance
from isang.conclusions import conclusion
from isang.costs import Costs
from isang.curves import average_precision, roc_auc
from isang.exam import Exam
from isang.metrics.ranking import Ranking
from isang.reports.concluded import concluded
from isang.reports.evaluation_contents import EVALUATION
from isang.reports.schemas import json_schemas

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
QUICK = "robust_zscore,pca_autoencoder"


def sensors(shift: float = 12.0, rows: int = 1500, seed: int = 0) -> pl.DataFrame:
    """Three sensors; two rows before each event the first one moves."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(rows, 3))
    at = np.sort(random.choice(np.arange(10, rows), rows // 40, replace=False))
    for row in at:
        values[row - 2 : row, 0] += shift
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(minutes=2) * pl.int_range(rows)
    frame = pl.DataFrame({f"s{column}": values[:, column] for column in range(3)})
    return frame.with_columns(time=time, y=pl.Series(np.isin(np.arange(rows), at).astype(int)))


def evaluated(frame: pl.DataFrame, **options: Any) -> isang.Evaluation:
    return isang.evaluate(frame, **{"label": "y", "lead": "2rows", "detector": QUICK, **options})


def test_pairs_are_compared_on_calibration_and_one_is_tested_once() -> None:
    found = evaluated(sensors(), cost="miss=100,alarm=5,unit=USD")
    table = found.table
    assert table.columns == [field.name for field in EVALUATION]
    assert table["reported_on"].to_list() == ["calibration"] * 6 + ["test"]
    assert table.filter(pl.col("reported_on") == "test")["threshold_from"][0] == "cheapest on the calibration part"
    assert all("the other half" in told for told in table["threshold_from"][:6])
    assert found.conclusion.startswith("saves ")
    assert found.tested[0]["p_chance"] < 0.01


def test_a_threshold_that_was_set_is_not_said_to_be_chosen_on_rows() -> None:
    found = evaluated(sensors(), detector="robust_zscore", threshold="fixed:3,quantile:0.99,fixed:5")
    assert found.table["threshold_from"].to_list()[:3] == ["fixed:3", "quantile:0.99 on the other half", "fixed:5"]
    found = evaluated(sensors(), detector="robust_zscore", threshold="fixed:3")
    assert found.tested[0]["threshold_from"] == "fixed:3"


def test_the_test_part_chooses_nothing() -> None:
    """S4-D4: other labels in the test part change what is reported, not what was chosen."""
    frame = sensors()
    late = pl.int_range(len(frame)) >= 1210
    turned = frame.with_columns(y=pl.when(late).then(pl.col("y").reverse()).otherwise("y"))
    first, second = (evaluated(one).tested[0] for one in (frame, turned))
    assert (first["detector"], first["threshold"]) == (second["detector"], second["threshold"])
    assert first["auc_pr"] != second["auc_pr"]


def test_folds_are_pooled_and_each_was_chosen_by_its_past() -> None:
    found = evaluated(sensors(), folds=4)
    assert found.tested[0]["rows"] > 0.6 * 1500
    assert found.tested[0]["threshold"] is None


def test_noise_is_called_noise() -> None:
    told = [evaluated(sensors(0.0, seed=seed), cost="miss=100,alarm=60").conclusion for seed in range(8)]
    assert sum(one.startswith("not better than chance (p = ") for one in told) >= 7


@pytest.mark.parametrize(
    ("row", "costs", "idle", "told"),
    [
        ({"events": 0}, None, False, "no event in the rows reported on: nothing can be said"),
        ({"p_chance": None}, None, False, "no usual row was scored beside the events: nothing can be said"),
        ({"p_chance": 0.2}, None, False, "not better than chance (p = 0.2)"),
        ({"p_chance": 0.2, "events": 2}, None, False, "not better than chance (p = 0.2, 2 events)"),
        ({"p_chance": 0.2}, Costs(9, 1), True, "not better than chance (p = 0.2); no threshold beats doing nothing"),
        ({}, Costs(9, 1), True, "no threshold beats doing nothing"),
        ({}, Costs(9, 1), False, "saves 31 % (18 to 44) of the cost of doing nothing"),
        ({}, Costs(9, 1, assumed=True), False, "saves 31 % (18 to 44) of the cost of doing nothing (assumed costs)"),
        (
            {"saving_low": -5.0},
            Costs(9, 1),
            False,
            "not shown to beat doing nothing: saves 31 % (-5 to 44) of the cost of doing nothing",
        ),
        (
            {"saving_low": None, "events": 3},
            Costs(9, 1),
            False,
            "saves 31 % of the cost of doing nothing; too few events (3) for an interval",
        ),
        (
            {},
            None,
            False,
            "finds 4 of 8 events with 2.5 false alarms a week; pays if a miss costs more than 3.5 false alarms",
        ),
        (
            {"saving_pct": -12.0, "saving_low": -20.0, "saving_high": -3.0},
            Costs(9, 1),
            False,
            "costs 12 % (3 to 20) more than doing nothing",
        ),
        (
            {"cost_flag_all": 40.0},
            Costs(9, 1, assumed=True),
            False,
            "saves 31 % (18 to 44) of the cost of doing nothing (assumed costs), and flagging everything saves more",
        ),
        (
            {"p_chance": 0.2, "cost_flag_all": 60.0},
            Costs(9, 1),
            False,
            "not better than chance (p = 0.2); at these costs even flagging everything beats doing nothing",
        ),
        ({"event_recall": 0.0}, None, False, "finds none of 8 events, with 2.5 false alarms a week"),
        (
            {"event_recall": 1.0, "events": 1, "false_alarms_per_week": None},
            None,
            False,
            "finds 1 of 1 event with 10 false alarms; pays if a miss costs more than 11.0 false alarms",
        ),
        ({}, None, True, "better than chance, but no threshold was found worth having: nothing is flagged"),
    ],
)
def test_conclusions(row: dict[str, Any], costs: Costs | None, idle: bool, told: str) -> None:
    usual = {
        **{"events": 8, "p_chance": 0.001, "saving_pct": 31.0, "saving_low": 18.0, "saving_high": 44.0, "cost": 50.0},
        **{"cost_nothing": 70.0, "cost_flag_all": 90.0, "event_recall": 0.5, "false_alarms": 10.0},
        "false_alarms_per_week": 2.5,
    }
    said = concluded(conclusion({**usual, **row}, costs, idle=idle))
    assert said["en"] == told
    assert sorted(_NUMBER.findall(said["ko"])) == sorted(_NUMBER.findall(told))
    assert not re.search("[a-z]{2}", said["ko"])


def exam(scores: Any, event: Any) -> Exam:
    scores, event = np.asarray(scores, dtype=np.float64), np.asarray(event)
    rows = len(scores)
    first = np.array([np.flatnonzero(event == number)[0] for number in range(event.max() + 1)])
    flags = np.zeros(rows, dtype=np.bool_)
    return Exam(scores, flags, event, ~flags, np.zeros(rows, dtype=np.int64), None, first, None, 10, 0)


def test_chance_is_a_share_of_the_turns() -> None:
    """Against every shift tried one by one."""
    random = np.random.default_rng(1)
    event = np.full(80, -1)
    event[10:13], event[40], event[60:70] = 0, 1, 2
    scores = random.normal(size=80).round(1)
    from scipy.stats import rankdata

    rarity = -np.log(1 - rankdata(scores) / 81)
    sums = np.array([sum(np.roll(rarity, -k)[event == number].max() for number in range(3)) for k in range(80)])
    assert p_of_chance(exam(scores, event)) == pytest.approx(np.mean(sums >= sums[0] - 1e-9))


def test_chance_of_noise_is_even_and_equal_scores_tell_nothing() -> None:
    random, event = np.random.default_rng(0), np.full(300, -1)
    event[::30] = np.arange(10)
    noise = np.array(
        [p_of_chance(exam(np.convolve(random.normal(size=300), np.ones(8), "same"), event)) for _ in range(300)]
    )
    assert 0.02 < np.mean(noise < 0.1) < 0.18
    assert p_of_chance(exam(np.ones(300), event)) == 1.0


def test_areas_of_whole_blocks_are_those_of_scikit_learn() -> None:
    random, event = np.random.default_rng(0), np.full(400, -1)
    event[::40] = np.arange(10)
    one = exam(random.normal(size=400).round(1) + (event >= 0), event)
    found = Ranking().measure(one)
    assert found["roc_auc"] == roc_auc(one.scores, one.positive)
    assert found["auc_pr"] == average_precision(one.scores, one.positive)
    assert found["roc_auc_low"] < found["roc_auc"] < found["roc_auc_high"]  # type: ignore[operator]
    assert found["auc_pr_low"] < found["auc_pr"] < found["auc_pr_high"]  # type: ignore[operator]


def test_blocks_end_with_their_events_and_few_give_no_interval() -> None:
    event = np.array([-1, -1, 0, 0, -1, 1, -1, -1])
    assert blocks_of_events(exam(np.arange(8), event)).tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert interval(4, lambda weights: weights.sum(axis=1)) is None


def write(frame: pl.DataFrame, file: Path) -> Path:
    frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M:%S")).write_csv(file)
    return file


def test_the_command_writes_table_figures_and_a_plan_that_reruns_it(tmp_path: Path) -> None:
    file, out = write(sensors(), tmp_path / "sensors.csv"), tmp_path / "out"
    asked = ["evaluate", file, "--label", "y", "--lead", "2rows", "--detector", QUICK, "--cost", "miss=100,alarm=5"]
    ended = run(*asked, "--out", out)
    assert ended.code == 0, ended.err
    assert "saves " in ended.out
    assert max(len(line.rstrip()) for line in ended.out.splitlines() if str(out) not in line) <= 80
    assert sorted(path.name for path in out.iterdir()) == [
        "evaluation.csv",
        "evaluation.json",
        "plan.yaml",
        "report.html",
    ]
    told = json.loads((out / "evaluation.json").read_text())
    jsonschema.validate(told, json_schemas()["evaluation.schema.json"])
    figures = {"errors", "confusion", "events_per_day", "training", "threshold", "cost", "ranking"}
    assert set(told["pictures"][str(file)]) == figures
    assert "Cost against the threshold" in (out / "report.html").read_text()
    again = run("evaluate", "--plan", out / "plan.yaml", "--json", "--quiet")  # into the folder that the plan names
    assert again.code == 0, again.err
    same = json.loads(again.out)
    for one, other in zip(told["rows"], same["rows"], strict=True):
        assert {k: v for k, v in one.items() if k not in ("seconds", "peak_mb")} == {
            k: v for k, v in other.items() if k not in ("seconds", "peak_mb")
        }


def test_the_conclusion_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    file, out = write(sensors(), tmp_path / "sensors.csv"), tmp_path / "out"
    asked = [file, "--label", "y", "--lead", "2rows", "--detector", "robust_zscore", "--lang", "ko", "--out", out]
    ended = run("evaluate", *asked)
    told = json.loads((out / "evaluation.json").read_text())["rows"][-1]
    assert told["conclusion"].startswith("finds ")
    assert pl.read_csv(out / "evaluation.csv")["conclusion"][-1] == told["conclusion"] == told["conclusion_text"]["en"]
    assert told["conclusion_text"]["ko"].split() == ended.out.partition("결론: ")[2].partition("보고서")[0].split()
    assert f"<h1>{told['conclusion_text']['ko']}</h1>" in (out / "report.html").read_text()
    ended = run("detect", *asked, "--split", "60/20/20", "--out", tmp_path / "detected")
    measured = json.loads((tmp_path / "detected" / "run.json").read_text())["measured"]
    assert f"결론: {measured['conclusion_text']['ko'][:20]}" in ended.out


def test_a_folder_is_evaluated_file_by_file_and_goes_on_where_it_was(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(2):
        write(sensors(seed=number), folder / f"{number}.csv")
    (folder / "bad.csv").write_text("time,v\n2024-01-01,1\n")
    gone = tmp_path / "gone.csv"
    asked = ["evaluate", folder, gone, "--label", "y", "--detector", "robust_zscore", "--out", out]
    ended = run(*asked)
    assert ended.code == 0, ended.err
    told = json.loads((out / "evaluation.json").read_text())
    jsonschema.validate(told, json_schemas()["evaluation.schema.json"])
    assert [row["file"] for row in told["rows"] if row["reported_on"] == "test"] == [
        f"{folder}/0.csv",
        f"{folder}/1.csv",
    ]
    assert set(told["failed"]) == {f"{folder}/bad.csv", str(gone)}
    assert not (tmp_path / ".out.part").exists()


def test_what_was_finished_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from isang import evaluating
    from isang.candidates import candidates
    from isang.settling import make_plan

    file = write(sensors(), tmp_path / "a.csv")
    plan = make_plan({"inputs": [str(file)], "label": "y"}, {})
    wanted = candidates("robust_zscore", None, plan)
    first = evaluating._remembered(plan, wanted, tmp_path / "memory")
    monkeypatch.setattr(evaluating, "examine", None)  # would fail if it were called
    assert evaluating._remembered(plan, wanted, tmp_path / "memory")[1].rows == json.loads(json.dumps(first[1].rows))  # type: ignore[union-attr]
    other = candidates("knn", None, plan)
    with pytest.raises(TypeError):
        evaluating._remembered(plan, other, tmp_path / "memory")


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        (lambda frame: frame.with_columns(y=0), (), "holds 1 values ('0'); two values are needed"),
        (lambda frame: frame.head(12).with_columns(y=pl.Series([0, 1] * 6)), (), "rows are left"),
        (lambda frame: frame, ("--split", "60/40"), "three shares are needed"),
        (lambda frame: frame, ("--split", "random:60/20/20"), "rows with a time are not shuffled"),
        (lambda frame: frame, ("--detector", "nothing"), "is no member of detectors"),
        (lambda frame: frame, ("--threshold", "best_f2"), "is no member of thresholds"),
        (lambda frame: frame, ("--lead", "2 fortnights"), "is no span"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_one_line(tmp_path: Path, change: Any, options: Any, told: str) -> None:
    file = write(change(sensors(rows=200)), tmp_path / "a.csv")
    ended = run("evaluate", file, "--label", "y", "--detector", "robust_zscore", *options, "--out", tmp_path / "out")
    assert ended.code in (2, 3)
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_without_events_nothing_can_be_evaluated(tmp_path: Path) -> None:
    file = write(sensors(rows=200), tmp_path / "a.csv")
    assert "--label COLUMN or --events FILE" in refused(2, "evaluate", file, "--out", tmp_path / "out")


def test_no_event_in_the_calibration_part_is_no_error() -> None:
    frame = sensors(rows=600)
    early = frame.with_columns(y=pl.when(pl.int_range(600).is_between(300, 500)).then(0).otherwise("y"))
    assert evaluated(early, detector="robust_zscore", threshold="best_f1").tested[0]["threshold"] is None


def test_a_table_without_time_may_be_split_at_random() -> None:
    random = np.random.default_rng(0)
    values, event = random.normal(size=(900, 2)), np.arange(900) % 30 == 0
    values[event] += 6
    frame = pl.DataFrame({"a": values[:, 0], "b": values[:, 1], "y": event.astype(int)})
    found = isang.evaluate(frame, label="y", detector="robust_zscore", split="random:60/20/20", threshold="best_f1")
    assert found.tested[0]["events"] == pytest.approx(6, abs=1)
    assert found.tested[0]["event_recall"] == 1.0


def test_few_and_many_events_are_turned_alike() -> None:
    """Sums and transforms are two ways to the same figures."""
    from isang.chance import _turned

    random = np.random.default_rng(0)
    values, places = random.normal(size=997), random.choice(997, 80, replace=False)
    slow = np.array([values[(places + turn) % 997].sum() for turn in range(997)])
    assert _turned(values, places) == pytest.approx(slow)
    assert _turned(values, places[:20]) == pytest.approx(
        np.array([values[(places[:20] + turn) % 997].sum() for turn in range(997)])
    )
