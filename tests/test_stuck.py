"""Values that stand still."""

from __future__ import annotations

import numpy as np
import polars as pl

import isang
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
