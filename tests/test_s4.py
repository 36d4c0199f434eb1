"""What S4 could do, and what was wrong with it, by the numbers of its requirements.

See also test_events and test_costs.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import isang
from isang.costs import Costs, sweep
from isang.curves import confusion, threshold_curve

torch = pytest.importorskip("torch")


def wafers(rows: int = 500) -> pl.DataFrame:
    """S4-1: a table with dd/mm/yyyy dates, `defeat` as its label and sensors."""
    random = np.random.default_rng(0)
    values = random.normal(1000, 50, size=(rows, 6))
    bad = np.sort(random.choice(rows, rows // 15, replace=False))
    values[bad] += 400
    days = pl.datetime(2008, 7, 19) + pl.duration(hours=5) * pl.int_range(rows)
    frame = pl.DataFrame({f"f{column}": values[:, column] for column in range(6)})
    label = pl.Series("defeat", np.where(np.isin(np.arange(rows), bad), "defeat", "normal"))
    return frame.with_columns(label, days.dt.strftime("%d/%m/%Y %H:%M:%S").alias("datetime"))


FAST = ("detector.training.epochs=20",)


@pytest.fixture(scope="module")
def found() -> isang.Evaluation:
    return isang.evaluate(wafers(), preset="s4", label="defeat", set=FAST)


def test_s4_1_2_the_rarer_label_is_the_event_and_dates_are_read(found: isang.Evaluation) -> None:
    assert isang.read(wafers(), label="defeat").recognised.time == "datetime"
    assert found.tested[0]["events"] > 0


def test_s4_3_d2_d13_scaled_input_linear_output_one_output_layer(found: isang.Evaluation) -> None:
    """S4-D1, D2: unscaled levels of 1000 train to a small loss, which a relu output could not reach."""
    losses = [epoch["loss"] for epoch in found.pictures[""]["training"][0]["epochs"]]
    assert losses[-1] < 0.9 * losses[0] < 10


def test_s4_4_to_8_and_16_figures_and_the_arrays_behind_them(found: isang.Evaluation) -> None:
    """And S4-D12: drawing twice is no failure."""
    for name in ("training", "errors", "threshold", "confusion", "cost", "roc", "precision_recall", "events_per_day"):
        assert found.figure(name).to_dict() == found.figure(name).to_dict()
    curve = found.pictures[""]["threshold"]
    assert len({len(curve[name]) for name in ("threshold", "precision", "recall", "f1")}) == 1  # S4-D7
    errors = found.pictures[""]["errors"]
    assert len(errors["score"]) == len(errors["event"]) == len(errors["place"])


def test_s4_9_layers_are_lists() -> None:
    """And S4-D13: the last layer is not doubled."""
    from isang.nets.dense import DenseNet

    net = DenseNet(6, 1, hidden=[32, 24, 16], latent=8, dropout=0.0)
    sizes = [(part.in_features, part.out_features) for part in net.modules() if isinstance(part, torch.nn.Linear)]
    assert sizes == [(6, 32), (32, 24), (24, 16), (16, 8), (8, 16), (16, 24), (24, 32), (32, 6)]


def test_s4_8_the_way_back_may_have_layers_of_its_own() -> None:
    from isang.nets.dense import DenseNet

    net = DenseNet(6, 1, hidden=[32], latent=8, dropout=0.0, decoder_hidden=[16, 24])
    sizes = [(part.in_features, part.out_features) for part in net.modules() if isinstance(part, torch.nn.Linear)]
    assert sizes == [(6, 32), (32, 8), (8, 16), (16, 24), (24, 6)]
    settings = ["detector.decoder_hidden=[16,24]", "detector.training.epochs=2"]
    told = isang.detect(wafers(), preset="s4", label="defeat", set=settings)
    assert np.isfinite(told.scores["score"].drop_nulls().to_numpy()).all()


def test_s4_13_d9_parts_are_in_time(found: isang.Evaluation) -> None:
    places = found.pictures[""]["errors"]["place"]
    assert places == sorted(places)
    assert min(places) > "2008-10"  # the last fifth


def test_s4_14_a_threshold_may_be_fixed() -> None:
    told = isang.detect(wafers(), detector="robust_zscore", threshold="fixed:1", label="defeat", split="60/20/20")
    assert told.run["thresholds"][0]["value"] == 1.0


def test_s4_15_the_matrix_of_costs(found: isang.Evaluation) -> None:
    row = found.tested[0]
    assert row["cost_nothing"] == 1_000_000 * row["events"]
    assert "assumed costs" in found.conclusion
    assert found.pictures[""]["cost"]["unit"] == "KRW"


def test_s4_d3_d4_the_figures_are_of_rows_that_chose_nothing(found: isang.Evaluation) -> None:
    row = found.tested[0]
    assert (row["reported_on"], row["threshold_from"]) == ("test", "cheapest on the calibration part")
    assert row["p_chance"] is not None


def test_s4_d6_d7_curve_and_report_count_alike() -> None:
    random = np.random.default_rng(0)
    scores, positive = random.normal(size=300).round(1), random.random(300) < 0.1
    curve = threshold_curve(scores, positive)
    for threshold, hits, false_alarms in zip(curve.thresholds, curve.hits, curve.false_alarms, strict=True):
        told = confusion(scores > threshold, positive)
        assert (told["true_positives"], told["false_positives"]) == (hits, false_alarms)
    assert np.isfinite(curve.f1).all()


def test_s4_d5_nothing_flagged_is_told_as_such() -> None:
    noise = pl.DataFrame({"v": np.random.default_rng(0).normal(size=600), "y": np.arange(600) % 60 == 59})
    told = isang.evaluate(noise, label="y", detector="robust_zscore", cost="miss=100,alarm=90").conclusion
    assert "no threshold beats doing nothing" in told


def test_s4_d11_columns_that_are_not_used_are_named() -> None:
    frame = wafers().with_columns(pl.lit(3.0).alias("stuck"), pl.Series("grade", ["a", "b"] * 250))
    aside = {one.column for one in isang.read(frame, label="defeat").recognised.set_aside}
    assert {"stuck", "grade"} <= aside


def test_s4_d14_one_class_alone_is_no_failure() -> None:
    assert confusion(np.ones(5, dtype=bool), np.zeros(5, dtype=bool))["false_positives"] == 5
    only = sweep(np.arange(5.0), np.full(5, -1), np.zeros(5, dtype=np.int64), Costs(9, 1))
    assert only.cost[0] == 0
