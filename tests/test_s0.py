"""Source system S0, the hybrid score of cloud costs: each of its capabilities works, none of its defects is left.

Explanation, figure and dimensions (S0-14, 15, 17, 18; D8, D9, D11, D12, D14) belong to the pack `cost`; its generator
(S0-2) stands in test_synthetic_bills, the rule's own cases in test_change, votes of any weights in test_votes.
"""

from __future__ import annotations

import io
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import isang
from isang import family
from isang.detectors.lstm_autoencoder import LstmAutoencoder
from isang.explain.asked import question
from isang.nets.windows import Windows
from isang.reports.console import tell_result
from isang.reports.hybrid import hybrid, strong
from isang.result import Result
from isang.settling import make_plan
from isang.synthetic import daily_bill
from isang.words.frame import Floats

torch = pytest.importorskip("torch")

FAULT = [date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 2)]  # the days 150 to 152 from 2025-01-01 on
QUICK = ["detector.training.epochs=3"]
HYBRID = ["lstm_flag", "decrease_flag", "anomaly_score", "pct_change (%)", "mse"]


def bill(fault: bool = True, **replaced: Any) -> pl.DataFrame:
    """S0's table; `day_3=0.0` costs that on day 3."""
    frame = daily_bill(fault).frame
    days = {int(name.removeprefix("day_")): cost for name, cost in replaced.items()}
    cost = [days.get(day, value) for day, value in enumerate(frame["TotalCost"])]
    return frame.with_columns(TotalCost=pl.Series(cost))


@cache
def judged() -> Result:
    """S0's own job: its data, its settings."""
    return whole(bill())


def whole(frame: pl.DataFrame, *changes: str) -> Result:
    return isang.detect(frame, preset="s0", key="CustomerID", set=changes)


def quick(frame: pl.DataFrame, *changes: str) -> Result:
    """With fewer epochs."""
    return whole(frame, *QUICK, *changes)


def preset() -> LstmAutoencoder:
    detector: LstmAutoencoder = family.build("detectors", make_plan({"preset": "s0"}, {}).detector)
    return detector


def scores(part: str) -> Floats:
    """Of the scored rows of a part of S0's own job."""
    rows = judged().scores.filter(pl.col("split") == part, "scored")
    return np.asarray(rows["score"].to_numpy())


def days_where(result: Result, *asked: pl.Expr) -> list[date]:
    return list(result.scores.filter(*asked)["time"].dt.date())


def told(result: Result) -> str:
    text = Console(file=io.StringIO(), width=160)
    tell_result(result, text)
    return text.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_s0_1_the_table_is_read_and_sorted_by_its_date(tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    bill().sample(fraction=1.0, shuffle=True, seed=0).write_csv(file, datetime_format="%Y-%m-%d")
    reading = isang.read(str(file))
    assert (reading.recognised.time, list(reading.recognised.values)) == ("Date", ["TotalCost"])
    found = isang.detect(str(file), preset="s0", set=QUICK)
    kept = found.scores.sort("time")["vote"]
    assert kept.equals(quick(bill()).scores["vote"])


def test_s0_2_its_own_data_have_the_fault() -> None:
    cost = bill()["TotalCost"]
    assert cost[150:153].to_list() == [0.4 * cost[149]] * 3
    assert bill(fault=False)["TotalCost"].to_numpy().min() >= 100


def test_s0_3_its_settings() -> None:
    plan = make_plan({"preset": "s0"}, {})
    assert preset().window_rows == 7
    assert plan.split is not None
    assert [int(share) for share in plan.split.split("/")] == [64, 16, 20]  # 80 % are learnt from
    assert plan.rules == {"change": {"drop": "-30%", "rise": None}}
    assert make_plan({"preset": "s0"}, {}, ["rules.change.drop=-0.25"]).rules == {
        "change": {"drop": -0.25, "rise": None}
    }


def test_s0_4_d4_values_go_from_0_to_1_by_the_training_rows_alone() -> None:
    rows = bill()["TotalCost"].to_numpy()[:, None]
    scale = preset().fit(rows[:115]).scale_
    assert scale.apply(rows[:115]).min() == pytest.approx(0)
    assert scale.apply(rows[:115]).max() == pytest.approx(1)
    learnt = judged().run["splits"]["train"]
    assert (learnt["rows"], learnt["end"][:10]) == (115, "2025-04-25")


def test_s0_5_windows_follow_each_other_day_by_day() -> None:
    rows = bill()["TotalCost"].to_numpy()[:, None]
    x, _ = Windows(rows, np.ones_like(rows, dtype=bool), 7, torch.device("cpu")).at(np.arange(6, 180))
    assert x.shape == (180 - 7 + 1, 7, 1)


def test_s0_6_the_parts_follow_each_other_in_time() -> None:
    parts = judged().run["splits"]
    assert [parts[name]["rows"] for name in ("train", "calibration", "test")] == [115, 29, 36]
    assert parts["train"]["end"] < parts["calibration"]["start"]
    assert parts["calibration"]["end"] < parts["test"]["start"]


def test_s0_7_d13_the_net_is_its_own_but_for_relu() -> None:
    net = preset().net(1)
    layers = [part for part in net.modules() if isinstance(part, torch.nn.LSTM)]
    assert [(layer.input_size, layer.hidden_size) for layer in layers] == [(1, 32), (32, 32)]
    assert net.head.out_features == 1
    assert not [part for part in net.modules() if isinstance(part, torch.nn.ReLU)]


def test_s0_8_it_trains_as_there() -> None:
    training = preset().training
    assert training is not None
    assert (training.epochs, training.batch_windows, training.validation, training.patience) == (50, 16, 0.1, 5)
    (one,) = judged().run["training"]
    assert len(one["epochs"]) <= 50
    assert all(epoch["validation_loss"] is not None for epoch in one["epochs"])


def test_s0_9_d5_the_threshold_is_of_errors_that_trained_nothing() -> None:
    past, threshold = scores("calibration"), judged().run["thresholds"][0]
    assert preset().row_score == "window"
    assert threshold["value"] == pytest.approx(past.mean() + 1.5 * past.std())
    assert (threshold["from"], threshold["rows"]) == ("sigma on the calibration part", 29)
    assert not len(scores("train"))
    flagged = judged().scores.filter(pl.col("split") == "test")
    assert (flagged["flag"] == (flagged["score"] > threshold["value"])).all()


def test_s0_10_the_rule_is_30_percent_less_than_the_day_before() -> None:
    """Without a fault the day before never fired but once: as there, three days do."""
    frame = bill(fault=False)
    cost = frame["TotalCost"].to_numpy()
    days = np.flatnonzero(cost[1:] / cost[:-1] - 1 < -0.3) + 1
    fired = quick(frame).scores["rules"].is_not_null()
    assert np.flatnonzero(fired).tolist() == days.tolist() == [74, 110, 123]


def test_s0_11_votes_are_halves_and_strong_is_no_float_comparison() -> None:
    known = judged().scores.filter(pl.col("split") == "test")
    assert set(known["vote"]) == {0.0, 0.5, 1.0}
    halves = 0.5 * known["flag"].cast(pl.Float64) + 0.5 * known["rules"].is_not_null().cast(pl.Float64)
    assert known["vote"].to_list() == halves.to_list()
    tenths = ["votes.threshold=0.1", "votes.change=0.7", "votes.at_least=0.8"]  # which come to 0.7999999999999999
    assert strong(whole(bill(), *tenths))["Date"].dt.date().to_list() == FAULT


def test_s0_12_its_table_and_the_strong_days(tmp_path: Path) -> None:
    folder = judged().save(tmp_path / "out")
    table = pl.read_csv(folder / "hybrid.csv")
    assert table.columns == ["Date", "CustomerID", "TotalCost", *HYBRID]
    assert len(table) == 36
    day = table.row(6, named=True)
    assert (day["lstm_flag"], day["decrease_flag"], day["anomaly_score"]) == (1, 1, 1.0)
    assert day["pct_change (%)"] == pytest.approx(-60)
    assert day["mse"] == pytest.approx(scores("test")[6])
    told = pl.read_csv(folder / "hybrid_strong.csv")
    assert told["Date"].str.head(10).to_list() == [str(day) for day in FAULT]
    assert told["explanation"].str.contains("60% below the expected 612.3").all()
    judged().save(folder)  # it knows its own files


@pytest.mark.parametrize("told", [{"preset": "s0"}, {"preset": "s0", "pack": "cost"}])
def test_s0_is_a_preset_of_the_pack_for_costs_and_judges_the_customer(tmp_path: Path, told: dict[str, Any]) -> None:
    """Of subscriptions and meters, which have a charge now and then, no day can be judged."""
    file = tmp_path / "daily.csv"
    bill().write_csv(file, datetime_format="%Y-%m-%d")
    result = isang.detect(str(file), **told)
    assert (result.run["recognised"]["pack"], result.run["recognised"]["entities"]) == ("cost", 1)
    assert result.scores["score"].equals(judged().scores["score"])
    (incident,) = result.incidents
    assert (incident.keys["customer"], incident.scope, incident.vote) == ("900", "customer", 1.0)
    assert incident.impact is not None
    assert incident.impact["pct"] == pytest.approx(-60)
    assert incident.direction == "down"
    folder = result.save(tmp_path / "out")
    assert len(pl.read_csv(folder / "hybrid_strong.csv")) == 3


def test_s0_12_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = quick(bill(), "hybrid=false").save(tmp_path / "out")
    assert not list(folder.glob("hybrid*"))


def test_s0_13_detector_rule_and_both_are_measured_on_the_same_days(tmp_path: Path) -> None:
    """S0-D7 too: its rule was said to have F1 1.00, and had 0.5 on its own fault."""
    events = tmp_path / "events.csv"
    events.write_text(f"start,end,CustomerID\n{FAULT[0]},{FAULT[-1]},900\n")
    found = isang.evaluate(bill(), preset="s0", key="CustomerID", events=str(events))
    tested = {row["detector"]: row for row in found.rows if row["reported_on"] == "test"}
    assert list(tested) == ["lstm_autoencoder", "change", "votes"]
    assert {(row["rows"], row["events"]) for row in tested.values()} == {(34, 1)}  # the last two are not complete
    assert tested["lstm_autoencoder"]["threshold_from"] == "sigma on the calibration part"
    flags, truth = judged().scores["flag"].to_numpy()[144:178], daily_bill().truth[144:178]
    assert tested["lstm_autoencoder"]["point_precision"] == pytest.approx(truth[flags].mean())
    assert [tested[name]["point_f1"] for name in ("change", "votes")] == [1.0, 1.0]
    assert found.warnings[-1].endswith("best: change, votes. One event says little.")


def test_s0_14_all_that_its_analyst_was_told_is_among_the_facts() -> None:
    """Date, score, cost, rate, error and the rule's threshold; no name."""
    (incident,) = judged().incidents
    text = question(incident, "ko", judged().plan).request.facts
    facts = json.loads(text)
    assert (facts["began"], facts["vote"]) == ("2025-05-31", "1 of 1")
    assert facts["rules"] == [{"rule": "change", "drop": "-30%"}]
    (driver,) = facts["drivers"]
    assert (driver["actual"], driver["expected"], driver["change_percent"]) == ("245", "612", "-60 %")
    assert float(facts["anomaly_score"]) > float(facts["threshold"])
    assert "900" not in text
    assert "TotalCost" not in text


def test_s0_16_a_line_for_each_strong_anomaly_and_one_where_there_is_none() -> None:
    (line,) = [line for line in told(judged()).splitlines() if "2025-05-31" in line]
    assert "1,102 less than expected (-60%): 734.8 instead of 1,837" in line
    (incident,) = judged().incidents
    assert incident.vote == 1.0
    assert (incident.rows, incident.entity, incident.ongoing) == (3, "900", False)
    quiet = quick(bill(fault=False))
    assert quiet.incidents == ()
    assert "Nothing stands out" in told(quiet)


def test_s0_d1_d2_each_day_has_its_own_score() -> None:
    result = judged()
    assert len(result.scores) == 180
    assert result.scores["time"].equals(bill()["Date"].dt.replace_time_zone("UTC"))
    later = result.scores.filter(pl.col("split") == "test")
    assert later["scored"].to_list() == [True] * 34 + [False] * 2
    assert later["reason"][-2:].to_list() == ["immature"] * 2  # S0-D9
    assert days_where(result, pl.col("vote") == 1.0) == FAULT
    later = quick(bill(fault=False, day_160=5000.0)).scores["score"].to_numpy()
    assert later[160] > 5 * np.nanmax(later[:160])  # and not a day sooner


def test_s0_d3_the_first_judged_day_is_compared_with_the_last_one_that_was_not() -> None:
    cost = bill(fault=False)["TotalCost"]
    result = quick(bill(fault=False, day_144=0.5 * cost[143]))
    first = hybrid(result).row(0, named=True)
    assert first["Date"].date() == date(2025, 5, 25)
    assert (first["decrease_flag"], first["pct_change (%)"]) == (1, pytest.approx(-50))


def test_s0_d6_a_bad_day_is_one_strong_day_and_rows_can_have_their_own_score() -> None:
    """So has the score of a window the days after it, but no vote of the rule: nor has its return."""
    frame = bill(fault=False, day_160=5000.0)
    smeared = quick(frame, "rules.change.rise=43%")
    assert smeared.scores["flag"][160:167].all()
    assert days_where(smeared, pl.col("vote") == 1.0) == [date(2025, 6, 10)]
    assert quick(frame).incidents == ()
    own = quick(frame, "detector.row_score=row").scores["score"].to_numpy()
    assert own[160] > 20 * np.nanmax(np.delete(own, 160))


def test_s0_d7_all_days_of_its_fault_are_found_and_the_return_is_no_new_one() -> None:
    result = judged()
    assert days_where(result, pl.col("rules") == "change", pl.col("split") == "test") == FAULT
    (incident,) = result.incidents
    assert incident.start is not None
    assert incident.end is not None
    assert (incident.start.date(), incident.end.date()) == (FAULT[0], date(2025, 6, 3))


@pytest.mark.parametrize("cost", [0.0, -700.0])
def test_s0_d10_a_day_of_credits_is_a_drop_of_all_and_the_next_has_no_share(cost: float) -> None:
    result = quick(bill(fault=False, day_160=cost))
    table = hybrid(result)
    assert table["pct_change (%)"][16] == -100
    assert table["pct_change (%)"][17] is None
    assert np.isfinite(table["pct_change (%)"].drop_nulls().to_numpy()).all()
    assert table["decrease_flag"].to_list()[15:19] == [0, 1, 0, 0]
    assert quick(bill(fault=False, day_160=cost), "rules.change.least=2000").incidents == ()


def test_s0_d10_a_missing_day_is_not_bridged_in_silence() -> None:
    frame = bill().filter(pl.int_range(180) != 149)
    result = quick(frame)
    fired = result.scores.filter(pl.col("rules") == "change", pl.col("split") == "test")["time"].dt.date()
    assert set(FAULT) <= set(fired)
    assert hybrid(result).filter(pl.col("Date").dt.date() == FAULT[0])["pct_change (%)"].item() is None


def test_s0_d13_the_same_seed_gives_the_same_scores_and_all_is_saved(tmp_path: Path) -> None:
    assert quick(bill()).scores.equals(quick(bill()).scores)
    model = isang.fit(bill(), preset="s0", key="CustomerID", set=QUICK)
    loaded = isang.load(model.save(tmp_path / "model"))
    one, two = model.detect(bill()), loaded.detect(bill())
    assert one.scores.equals(two.scores)
    assert one.run["thresholds"] == two.run["thresholds"]
