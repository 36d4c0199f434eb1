"""Rows that a learner was trained on, scored as if they were new: each third by what was learnt from all else."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from isang.detectors.base import Detector
from isang.detectors.dense_autoencoder import DenseAutoencoder
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.scan import Scan
from isang.earlier import earlier_scores
from isang.events import Truth
from isang.learner import Learner
from isang.pipeline import Pipeline
from isang.words.frame import Columns, Flags, Floats, Grid, lay_out
from test_pipeline import changed, cuts_of, noise

WINDOWS = PcaAutoencoder(window_rows=20)
MEANS = Scan(RobustZscore(), [1, 20])  # near a wall over the few rows that there are


def grid_of(frame: pl.DataFrame, *keys: str) -> Grid:
    return lay_out(frame, Columns("time", keys, tuple(name for name in frame.columns if name.startswith("value"))))


def early(detector: Detector, grid: Grid, train: Flags, truth: Truth | None = None) -> Floats:
    return earlier_scores(Learner([], detector).fit(grid.with_rows(train)), grid, truth, train)


def first(rows: int, grid: Grid) -> Flags:
    return np.asarray(np.arange(len(grid.X)) < rows)


def with_event(grid: Grid, rows: slice) -> Truth:
    event = np.full(len(grid.X), -1)
    event[rows] = 0
    nothing = np.zeros(len(grid.X), dtype=np.bool_)
    return Truth(event, nothing, np.array([rows.start]), np.array([rows.stop - 1]), nothing)


@pytest.mark.parametrize("detector", [RobustZscore(), WINDOWS], ids=["row", "windows"])
def test_each_third_is_scored_by_what_was_learnt_from_all_else(detector: Detector) -> None:
    grid = grid_of(noise(800, columns=2))
    found = early(detector, grid, first(600, grid))
    assert np.isnan(found[600:]).all()
    for start in (0, 200, 400):
        mine = np.arange(start, start + 200)
        others = grid.X.copy()
        others[mine] = np.nan
        wanted = detector.fit(others).anomaly_score(grid.X[mine])
        warm = slice(detector.context_rows_, None)
        np.testing.assert_array_equal(found[mine][warm], wanted[warm])


def test_rows_that_see_less_than_new_ones_do_have_no_score() -> None:
    """After the beginning of a third, and after a gap: as many as the detector looks back on."""
    grid = grid_of(noise(800))
    grid.X[300:310] = np.nan
    scored = np.isfinite(early(MEANS, grid, first(600, grid)))
    looked = MEANS.fit(grid.X).context_rows_
    assert looked > 0
    for start in (0, 200, 310, 400):
        assert not scored[start : start + looked].any()
        assert scored[start + looked]
    assert scored.sum() == 600 - 10 - 4 * looked


def test_an_event_is_neither_learnt_from_nor_scored() -> None:
    frame = noise(800)
    grids = [grid_of(one) for one in (frame, changed(frame, range(250, 260), 1e4))]
    one, two = (early(WINDOWS, grid, first(600, grid), with_event(grid, slice(250, 260))) for grid in grids)
    np.testing.assert_array_equal(one, two)
    assert np.isnan(one[250:260]).all()
    assert np.isfinite(one[220:250]).all()


def test_each_entity_is_cut_into_thirds_of_its_own() -> None:
    """One entity's middle third changed: its rows there and the judges of all others learn of it, not its own."""
    frames = [noise(400, seed=seed).with_columns(pl.lit(f"host {seed}").alias("host")) for seed in (1, 2)]
    grid = grid_of(pl.concat(frames), "host")
    train = np.zeros(len(grid.X), dtype=np.bool_)
    train[grid.position[:300]] = train[grid.position[400:700]] = True
    strange = grid.position[500:505]
    other = grid.with_rows(np.ones(len(grid.X), dtype=np.bool_))
    other.X[strange] = 1e6
    one, two = (early(RobustZscore(), some, train) for some in (grid, other))
    assert np.isfinite(one[train]).all()
    middle = np.setdiff1d([*grid.position[100:200], *grid.position[500:600]], strange)
    np.testing.assert_array_equal(one[middle], two[middle])
    assert not np.array_equal(one[grid.position[:100]], two[grid.position[:100]])


@pytest.mark.parametrize(
    ("rows", "columns", "train", "detector"),
    [
        (15_010, 1, 11_250, RobustZscore()),
        (1510, 10, 1130, RobustZscore()),
        (400, 1, 300, DenseAutoencoder()),
        (60, 1, 45, PcaAutoencoder(window_rows=35)),
    ],
    ids=["many rows", "many columns", "a net", "two thirds hold no window"],
)
def test_where_it_takes_long_or_cannot_be_learnt_there_is_none(
    rows: int, columns: int, train: int, detector: Detector
) -> None:
    grid = grid_of(noise(rows, columns=columns))
    learner = Learner([], detector)
    if not isinstance(detector, DenseAutoencoder):
        learner.fit(grid.with_rows(first(train, grid)))
    assert np.isnan(earlier_scores(learner, grid, None, first(train, grid))).all()


def test_a_short_history_has_its_tail_from_all_of_its_rows() -> None:
    frame = noise(2016)
    decision = Pipeline(time="time", detector=WINDOWS).fit(frame).decision_
    looked = WINDOWS.fit([[0.0]] * 30).context_rows_
    assert decision.tail is not None
    assert decision.rows == 504
    assert decision.earlier_rows == 3 * (504 - looked)
    assert len(decision.tail.body) == decision.rows + decision.earlier_rows


def test_the_account_says_how_many_rows_were_taken_beside() -> None:
    frame = noise(600)
    cuts = cuts_of(frame, 300, 450)
    told = Pipeline(time="time", detector="robust_zscore").fit_detect(frame, cuts=cuts).run["thresholds"][0]
    assert told["from"] == "false_alarms on the calibration part, with the tail of 300 rows before it"
    assert told["rows"] == 150


def test_a_week_keeps_the_rate_that_was_asked_for() -> None:
    """One a week, learnt from a week of 5-minute rows: within a factor of two over eight weeks of each of 20 seeds."""
    detector: Any = {"name": "window_statistics", "window_rows": 72}
    pipeline, told = Pipeline(time="time", detector=detector, threshold={"name": "false_alarms", "rate": "1/week"}), 0
    for seed in range(20):
        rows = noise(9 * 2016, seed=seed)
        told += len(pipeline.fit(rows[:2016]).detect(rows[2016:]).incidents)
    assert 0.5 <= told / (20 * 8) <= 2
