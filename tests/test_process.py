"""The pack of process sensors: what a historian writes, and the preset of S4."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import UsageError


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


def test_the_pack_is_never_guessed_but_suggested() -> None:
    assert isang.read(texts()).recognised.pack == "series"
    assert "--pack process" in isang.read(texts()).recognised.pack_reason
    assert isang.read(texts(), pack="process").recognised.pack == "process"


def test_rows_that_are_left_out_are_no_incident_here() -> None:
    frame = texts().filter(~pl.int_range(100).is_between(40, 80))
    told = isang.detect(frame, pack="process", detector="robust_zscore")
    assert all(not incident.rules for incident in told.incidents)
    assert told.plan["pack"] == "process"


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
