"""Values that stand still, and means that are a little off for long."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import isang
from isang.detectors.local_mean import LocalMean
from isang.detectors.robust_zscore import RobustZscore
from isang.rules.stuck import Stuck
from isang.words.frame import Columns, Grid, lay_out


def grid(values: pl.DataFrame, hosts: int = 1) -> Grid:
    rows = len(values) // hosts
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(minutes=5) * (pl.int_range(len(values)) % rows)
    frame = values.cast(pl.Float64).with_columns(time=time, host=(pl.int_range(len(values)) // rows).cast(pl.String))
    return lay_out(frame, Columns("time", ("host",), tuple(values.columns)))


def counts(rows: int = 2000, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return pl.DataFrame({"busy": random.poisson(200, rows), "quiet": random.poisson(0.05, rows)})


def test_a_value_that_stands_still_fires_from_the_limit_on_and_tells_since_when() -> None:
    usual = grid(counts())
    rule = Stuck().fit(usual, ("busy", "quiet"))
    assert rule.limit_[0] == 6
    assert rule.limit_[1] > 50  # which is nearly always 0
    frame = counts(seed=1).with_columns(
        pl.when(pl.int_range(2000).is_between(500, 519)).then(187).otherwise(pl.col("busy")).alias("busy")
    )
    fired = rule.judge(grid(frame), ("busy", "quiet"))
    assert fired.rows.tolist() == list(range(505, 520))
    assert fired.times_over[0] == 1.0
    assert set(fired.since) == {int(grid(frame).time[500])}
    assert fired.detail[0] == "busy stands still at 187"


def test_a_gap_a_missing_cell_and_another_entity_end_a_run() -> None:
    frame = pl.DataFrame({"busy": [7.0] * 40})
    rule = Stuck(steps=15).fit(grid(counts().select("busy")), ("busy",))
    assert len(rule.judge(grid(frame), ("busy",)).rows) == 26
    assert not len(rule.judge(grid(frame, hosts=4), ("busy",)).rows)
    holed = frame.with_columns(pl.when(pl.int_range(40) % 14 == 13).then(None).otherwise(pl.col("busy")).alias("busy"))
    assert not len(rule.judge(grid(holed), ("busy",)).rows)


def test_a_constant_column_is_not_stuck() -> None:
    frame = pl.DataFrame({"busy": [7.0] * 400})
    assert not len(Stuck().fit(grid(frame), ("busy",)).judge(grid(frame), ("busy",)).rows)


def test_a_stuck_counter_is_an_incident_of_the_pack() -> None:
    time = pl.datetime(2024, 1, 1) + pl.duration(minutes=5) * pl.int_range(2000)
    stuck = pl.when(pl.int_range(2000).is_between(1500, 1530)).then(201).otherwise(pl.col("busy"))
    frame = counts().select(stuck.alias("busy")).with_columns(time=time)
    told = isang.detect(frame, pack="counters", detector="robust_zscore")
    (found,) = [one for one in told.incidents if "stuck" in one.rules]
    assert (found.first_row, found.last_row) == (1506, 1531)


def slow(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]], window: int) -> list[float]:
    """The definition: the mean of each full window, by a loop."""
    return [np.nan] * (window - 1) + [
        float(rows[at - window + 1 : at + 1].mean()) for at in range(window - 1, len(rows))
    ]


def test_the_means_are_those_of_a_loop() -> None:
    random = np.random.default_rng(0)
    usual, later = random.normal(size=(800, 1)), np.clip(random.normal(size=(200, 1)), -2, 2)
    detector = LocalMean(window_rows=20).fit(usual)
    means = np.array(slow(detector.scale_.apply(later, 3.0)[:, 0], 20))
    expected = np.abs(detector.means_.apply(means[:, None]))[:, 0]
    assert detector.anomaly_score(later) == pytest.approx(expected, nan_ok=True)


def test_a_small_shift_that_lasts_is_found_where_single_rows_are_usual() -> None:
    random = np.random.default_rng(0)
    usual, later = random.normal(size=(3000, 2)), random.normal(size=(400, 2))
    later[200:300, 1] += 1.0
    slowly, singly = LocalMean(window_rows=60).fit(usual), RobustZscore().fit(usual)
    assert 250 <= np.nanargmax(slowly.anomaly_score(later)) <= 310
    assert np.nanmax(slowly.anomaly_score(later)) > 1.5 * np.nanmax(slowly.anomaly_score(usual))
    assert singly.anomaly_score(later).max() < singly.anomaly_score(usual).max() * 1.2
