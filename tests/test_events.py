"""Known events on a grid: runs, files, leads, recoveries, and cuts that cut none in two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import InputError, UsageError
from isang.event_files import periods_of
from isang.events import Known, Period, Truth, uncut
from isang.words.amounts import parse_span
from isang.words.frame import Columns, Grid, entity_names, lay_out

START = datetime(2024, 1, 1)
GAP = [3, 4]  # minutes that are absent


def grid_of(rows: int = 12, absent: Sequence[int] = (), entities: int = 1) -> tuple[Grid, Columns, list[Any]]:
    minutes = [minute for minute in range(rows) if minute not in absent]
    frame = pl.DataFrame(
        {
            "time": [START + timedelta(minutes=minute) for _ in range(entities) for minute in minutes],
            "host": [str(name) for name in range(entities) for _ in minutes],
            "v": [float(minute) for _ in range(entities) for minute in minutes],
        }
    ).with_columns(pl.col("time").dt.replace_time_zone("UTC"))
    columns = Columns("time", ("host",), ("v",))
    return lay_out(frame, columns), columns, entity_names(frame, columns.keys)


def truth_of(positive: list[int], rows: int = 12, absent: Sequence[int] = (), entities: int = 1, **known: Any) -> Truth:
    grid, columns, names = grid_of(rows, absent, entities)
    flags = np.isin(np.arange(len(grid.position)), positive)
    return Known(flags, **known).on(grid, columns.keys, names)


def test_a_run_of_positive_rows_is_one_event() -> None:
    truth = truth_of([2, 3, 7])
    assert truth.event.tolist() == [-1, -1, 0, 0, -1, -1, -1, 1, -1, -1, -1, -1]
    assert (truth.first.tolist(), truth.last.tolist()) == ([2, 7], [3, 7])


def test_an_event_does_not_reach_into_the_next_entity() -> None:
    assert len(truth_of([11, 12], entities=2).first) == 2


def test_an_event_over_a_gap_is_one_event() -> None:
    truth = truth_of([2, 3], absent=GAP)  # minutes 2 and 5
    assert truth.event.tolist()[:7] == [-1, -1, 0, -1, -1, 0, -1]


def test_a_lead_marks_the_rows_before_and_leaves_the_event_out() -> None:
    """S4-12, and S4-D8: the labels really move."""
    truth = truth_of([5, 6], lead=parse_span("2rows"))
    assert truth.event.tolist() == [-1, -1, -1, 0, 0, -1, -1, -1, -1, -1, -1, -1]
    assert np.flatnonzero(truth.left_out).tolist() == [5, 6]


@pytest.mark.parametrize(("lead", "marked"), [("1min", [4]), ("3min", [2, 3, 4]), ("90s", [4])])
def test_a_lead_in_time(lead: str, marked: list[int]) -> None:
    assert np.flatnonzero(truth_of([5], lead=parse_span(lead)).event >= 0).tolist() == marked


def test_a_lead_stops_at_a_gap_an_entity_and_another_event() -> None:
    lead = parse_span("3rows")
    assert np.flatnonzero(truth_of([4], absent=GAP, lead=lead).event >= 0).tolist() == [5]  # minute 6, after the gap
    assert np.flatnonzero(truth_of([13], entities=2, lead=lead).event >= 0).tolist() == [13]  # first row of its host
    assert truth_of([4, 6], lead=lead).event.tolist()[:7] == [-1, 0, 0, 0, -1, 1, -1]


def test_an_event_without_a_row_before_it_marks_none() -> None:
    assert (truth_of([0], lead=parse_span("2rows")).event == -1).all()


def test_recovery_counts_neither_way() -> None:
    """S4-D13: what follows an event is no usual row, across a gap too."""
    truth = truth_of([2], absent=GAP, recovery=parse_span("2rows"))
    assert np.flatnonzero(truth.left_out).tolist() == [5, 6]
    assert not truth.usual[[2, 5, 6]].any()


def test_a_cut_moves_before_the_event_it_would_cut() -> None:
    grid, columns, names = grid_of()
    truth = Known(np.isin(np.arange(12), [5, 6, 7]), lead=parse_span("2rows")).on(grid, columns.keys, names)
    assert uncut(int(grid.time[6]), truth, grid) == grid.time[3]
    assert uncut(int(grid.time[4]), truth, grid) == grid.time[3]
    assert uncut(int(grid.time[3]), truth, grid) == grid.time[3]
    assert uncut(int(grid.time[8]), truth, grid) == grid.time[8]


def test_periods_of_each_kind() -> None:
    grid, columns, names = grid_of(entities=2)
    minute = 60_000_000
    periods = (
        Period(int(grid.time[2]), int(grid.time[3]), "anomaly", {"host": "0"}),
        Period(int(grid.time[6]) + minute // 2, int(grid.time[6]) + minute // 2, "planned", {}, "oil"),
        Period(int(grid.time[9]), int(grid.time[9]), "ignore", {"host": "1"}),
    )
    truth = Known(periods=periods).on(grid, columns.keys, names)
    assert np.flatnonzero(truth.event >= 0).tolist() == [2, 3]
    assert np.flatnonzero(truth.left_out).tolist() == [6, 6 + 13, 9 + 13]
    assert np.flatnonzero(truth.ignored).tolist() == [9 + 13]
    assert truth.planned_in(np.array([6])) == "oil"
    assert truth.planned_in(np.array([2])) is None


def series(rows: int = 600) -> pl.DataFrame:
    values = np.random.default_rng(0).normal(50, 1, rows)
    values[[300, 500]] = 90
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(minutes=5) * pl.int_range(rows)
    return pl.DataFrame({"v": values}).with_columns(time=time)


def test_planned_work_is_told_as_expected_and_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("start,end,kind,note\n2024-01-02 00:50,2024-01-02 01:10,planned,oil change\n")
    known = isang.detect(series(), events=str(file), detector="robust_zscore")
    first, last = known.incidents
    assert (first.known, last.known) == (None, {"kind": "planned", "note": "oil change"})
    assert (known.run["counts"]["incidents"], known.run["counts"]["planned"]) == (1, 1)


def test_what_is_to_be_ignored_is_not_flagged(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("start,end,kind\n2024-01-02 00:50,2024-01-02 01:10,ignore\n")
    assert len(isang.detect(series(), events=str(file), detector="robust_zscore").incidents) == 1


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("e.csv", "a,b\n1,2\n", "columns start, end"),
        ("e.csv", "start,end\n2030-01-01,2030-01-02\n", "none of the 1 events lies in the data"),
        ("e.csv", "start,end\n2024-01-02,2024-01-01\n", "row 1 ends before it starts"),
        (
            "e.csv",
            "start,end,kind\n2024-01-01,2024-01-02,plannd\n",
            "row 1: kind 'plannd' came. Did you mean 'planned'?",
        ),
        ("e.csv", "start,end\n2024-01-01,2024-01-02\n,2024-01-02\n", "row 2 has no start that can be read"),
        ("e.json", "{", "cannot be read as JSON"),
        ("e.json", '{"other.csv": []}', "has windows for 1 files and none for"),
        ("e.json", '[["a"]]', "lists of [start, end] in texts are needed"),
    ],
)
def test_a_file_of_events_that_makes_no_sense(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        periods_of(str(tmp_path / name), isang.read(series()))
    assert told in str(caught.value)


def test_windows_of_nab_are_found_by_the_end_of_the_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "a.csv"
    series().with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M:%S")).write_csv(file)
    windows = tmp_path / "windows.json"
    windows.write_text('{"real/a.csv": [["2024-01-02 00:50:00", "2024-01-02 01:10:00"]], "fake/a.csv": []}')
    known = isang.detect(str(file), events=str(windows), detector="robust_zscore").run["measured"]
    assert (known["events"], known["found"], known["false_alarms"]) == (1, 1, 1)


def test_rows_without_a_label_count_neither_way() -> None:
    labels = [None if row % 50 == 0 else int(row == 301) for row in range(600)]
    told = isang.detect(series().with_columns(y=pl.Series(labels)), label="y", detector="robust_zscore").run
    assert any("12 rows have no label in 'y'" in said for said in told["warnings"])
    assert told["measured"]["false_alarms"] == 0  # rows 300 and 500 have no label


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"cost": "miss=100,alarm=5"}, "--cost learns from known events"),
        ({"threshold": "best_f1"}, "--threshold best_f1 learns from known events"),
        ({"lead": "2rows"}, "--lead is about events"),
        ({"label": "v", "cost": "miss=1,alarm=5"}, "nothing can be saved"),
        ({"label": "v", "cost": "miss=-1,alarm=5"}, "an amount of 0 or more is needed"),
        ({"label": "v", "cost": "miss=5,alarm=5,hit=5"}, "nothing can be saved"),
        ({"label": "v", "cost": "mis=5"}, "write miss=100"),
        ({"label": "v", "cost": "miss=5"}, "says too little"),
        ({"label": "v", "cost": "miss=5,alarm=x"}, "cost alarm=x; a number is needed"),
        ({"label": "v", "cost": "miss=5,alarm=1", "alerts": "1/week"}, "say the same thing in two ways"),
    ],
)
def test_options_about_events_that_make_no_sense(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        isang.detect(series(), **options)
    assert told in str(caught.value)


def test_events_outside_the_data_are_told(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("start,end\n2024-01-02 00:50,2024-01-02 01:10\n2030-01-01,2030-01-02\n")
    told = isang.detect(series(), events=str(file), detector="robust_zscore").run
    assert any("1 of 2 events" in said and "outside the data" in said for said in told["warnings"])
    assert told["measured"]["events"] == 1


def test_events_that_lose_all_their_rows_are_told(tmp_path: Path) -> None:
    """The first row has none before it, row 100 a gap; row 300 is planned work."""
    frame = series().with_columns(y=pl.int_range(600).is_in([0, 100, 300, 400]).cast(pl.Int8))
    frame = frame.filter(pl.int_range(600) != 99)
    file = tmp_path / "events.csv"
    file.write_text(f"start,end,kind\n{series()['time'][299]},{series()['time'][301]},planned\n")
    options: dict[str, Any] = {"label": "y", "events": str(file), "lead": "2rows", "detector": "robust_zscore"}
    said = isang.detect(frame, **options).run["warnings"]
    lost = "1 of 4 events lie wholly in rows that are left out or absent: they do not count."
    assert lost in said
    assert "2 of 3 events have no row before them to warn in (--lead 2rows): they do not count." in said
    assert set(said) >= set(isang.evaluate(frame, **options).warnings) > {lost}
    assert not [
        one for one in isang.detect(frame, label="y", detector="robust_zscore").run["warnings"] if "count" in one
    ]


def test_an_event_in_a_gap_is_told(tmp_path: Path) -> None:
    frame, file = series().filter(~pl.int_range(600).is_between(200, 220)), tmp_path / "events.csv"
    moments = [f"{series()['time'][row]}" for row in (205, 215, 400, 402)]
    file.write_text(f"start,end\n{moments[0]},{moments[1]}\n{moments[2]},{moments[3]}\n")
    told = isang.detect(frame, events=str(file), detector="robust_zscore").run
    assert "1 of 2 events lie wholly in rows that are left out or absent: they do not count." in told["warnings"]
    assert told["measured"]["events"] == 1
