"""The whole way from a file, frame or array to a frame with roles."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isang.errors import InputError, IsangError, UsageError
from isang.reading import read
from isang.sources.base import ROW
from isang.words.frame import check_frame, lay_out
from isang.words.reading import Reading

N = 40
STAMPS = [datetime(2024, 1, 1, i // 60, i % 60, tzinfo=UTC) for i in range(N)]
NOISE = [math.sin(7.3 * i * i) for i in range(N)]
DATA = os.environ.get("ISANG_DATA")


def csv(folder: Path, name: str = "m.csv", *, first: int = 0, rows: int = N, extra: str = "") -> Path:
    file = folder / name
    lines = [f"{STAMPS[(first + i) % N]:%Y-%m-%d %H:%M:%S},{NOISE[i]}" for i in range(rows)]
    file.write_text("\n".join(["time,v", *lines]) + extra + "\n")
    return file


def checked(source: Any, **options: Any) -> Reading:
    reading = read(source, **options)
    check_frame(reading.frame, reading.columns)
    assert set(reading.columns.values) == set(reading.recognised.values)
    assert all(
        reading.frame.schema[key] == pl.String and not reading.frame[key].null_count() for key in reading.columns.keys
    )
    lay_out(reading.frame, reading.columns)
    return reading


def test_a_file_comes_out_as_it_stands_with_its_hash(tmp_path: Path) -> None:
    file = csv(tmp_path)
    reading = checked(file)
    assert reading.frame.columns == ["time", "v"]
    assert reading.frame["time"].to_list() == STAMPS
    assert reading.frame["v"].to_list() == NOISE
    assert reading.inputs[0].bytes == file.stat().st_size
    assert reading.inputs[0].sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (reading.inputs[0].rows, reading.inputs[0].encoding) == (N, "utf-8")
    assert not reading.skipped
    assert not reading.warnings


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "jsonl", "cp949"])
def test_every_kind_of_file_gives_the_same_frame(tmp_path: Path, kind: str) -> None:
    frame = pl.DataFrame({"time": STAMPS, "서버": ["가"] * 20 + ["나"] * 20, "v": NOISE})
    frame = frame.with_columns(time=pl.concat([frame["time"].head(20)] * 2))
    file = tmp_path / "f"
    text = frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if kind == "parquet":
        frame.write_parquet(file)
    elif kind == "jsonl":
        text.write_ndjson(file)
    else:
        data = text.write_csv().encode("cp949" if kind == "cp949" else "utf-8")
        file.write_bytes(gzip.compress(data) if kind == "csv.gz" else data)
    reading = checked(file)
    assert reading.columns.keys == ("서버",)
    assert reading.frame.equals(frame)


def test_rows_without_a_time_are_dropped_and_counted(tmp_path: Path) -> None:
    file = csv(tmp_path, extra="\nsoon,3\n,4\n2024-01-02 00:00:00,5")
    reading = checked(file)
    assert len(reading.frame) == N + 1
    assert reading.frame[ROW].to_list() == [*range(1, N + 1), N + 3]
    [skipped] = reading.skipped
    assert (skipped.file, skipped.row, skipped.sample, skipped.count) == (str(file), N + 1, "soon", 2)
    assert skipped.reason == "no usable time in column 'time'"
    with pytest.raises(InputError, match=rf"row {N + 1} has no usable time in column 'time' \('soon' came"):
        read(file, strict=True)


def test_cells_that_are_no_numbers_are_missing_and_told(tmp_path: Path) -> None:
    file = csv(tmp_path, extra="\n2024-01-02 00:00:00,oops\n2024-01-02 00:01:00,inf")
    reading = checked(file)
    assert reading.frame["v"].to_list() == [*NOISE, None, None]
    assert [warning[:40] for warning in reading.warnings] == [
        "1 cells of column 'v' are no numbers (th",
        "1 cells of column 'v' are infinite or to",
    ]
    with pytest.raises(InputError, match="'oops' in row 41"):
        read(file, strict=True)


def test_f08_text_in_the_last_of_many_rows_leaves_the_column_numeric(tmp_path: Path) -> None:
    file = tmp_path / "late.csv"
    file.write_text("v\n" + "\n".join(map(str, range(0, 300_000, 3))) + "\nERROR\n")
    reading = checked(file)
    assert reading.columns.values == ("v",)
    assert reading.frame["v"].null_count() == 1


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "arrow", "pandas index", "series", "categories"])
def test_frames_keep_their_rows_and_order(kind: str) -> None:
    order = [i * 7 % N for i in range(N)]
    frame = pl.DataFrame({"time": [STAMPS[i] for i in order], "v": [NOISE[i] for i in order]})
    pandas = pd.DataFrame({"time": pd.to_datetime(frame["time"].to_list()), "v": frame["v"].to_list()})
    sources = {
        "pandas": pandas.iloc[::-1].iloc[::-1],
        "polars": frame,
        "lazy": frame.lazy(),
        "arrow": pa.table({"time": frame["time"].to_list(), "v": frame["v"].to_list()}),
        "pandas index": pandas.set_index("time"),
        "series": pandas.set_index("time")["v"],
        "categories": frame.with_columns(v=pl.col("v").cast(pl.String).cast(pl.Categorical)),
    }
    reading = checked(sources[kind])
    assert reading.frame["v"].to_list() == frame["v"].to_list()
    assert reading.frame["time"].to_list() == frame["time"].to_list()


def test_frames_of_mixed_cells_odd_names_and_missing_values() -> None:
    frame = pd.DataFrame({0: [1.0, None, math.inf, 4.0] * 5, "mixed": [1, "x", None, 2.5] * 5})
    reading = checked(frame)
    assert reading.columns.values == ("0",)
    assert reading.frame["0"].to_list() == [1.0, None, None, 4.0] * 5
    assert "mixed" in [one.column for one in reading.recognised.set_aside]


def test_a_frame_loses_no_row_without_a_time() -> None:
    frame = pl.DataFrame({"time": [*STAMPS[:-1], None], "v": NOISE})
    with pytest.raises(InputError, match="frame: row 40 has no usable time"):
        read(frame)


def test_arrays_are_columns_called_value() -> None:
    assert checked(np.arange(10)).frame["value"].to_list() == list(range(10))
    reading = checked(np.random.default_rng(0).normal(size=(10, 3)))
    assert reading.columns.values == ("value_1", "value_2", "value_3")
    assert reading.columns.time is None
    assert checked(np.array([1, np.nan, np.inf])).frame["value"].to_list() == [1, None, None]
    for wrong, told in [
        (np.zeros((2, 2, 2)), "3 dimensions"),
        (np.array(["a"]), "numbers are needed"),
        (np.zeros(0), "no rows"),
    ]:
        with pytest.raises(InputError, match=told):
            read(wrong)


@pytest.mark.parametrize("wrong", [5, None, {"a": [1]}, [1, 2], object()])
def test_what_is_no_source_is_a_usage_error(wrong: Any) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(wrong)


def test_files_one_after_the_other_are_one_series_in_time(tmp_path: Path) -> None:
    late, early = csv(tmp_path, "b.csv", first=20, rows=20), csv(tmp_path, "a.csv", rows=20)
    reading = checked([late, early])
    assert reading.columns.keys == ()
    assert reading.frame["time"].to_list() == STAMPS
    assert reading.frame.columns == ["time", "v", ROW]
    assert [Path(file.path).name for file in reading.inputs] == ["b.csv", "a.csv"]


def test_files_of_the_same_time_are_told_apart(tmp_path: Path) -> None:
    reading = checked([csv(tmp_path, "web1.csv"), csv(tmp_path, "web2.csv", first=10)])
    assert reading.columns.keys == ("file",)
    assert reading.recognised.keys_reason.startswith("the files overlap in time")
    assert reading.frame["file"].unique().sort().to_list() == ["web1", "web2"]
    assert reading.recognised.entities == 2


def test_files_without_times_are_series_of_their_own(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("\n".join(map(str, NOISE)))
    reading = checked([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert reading.columns.keys == ("file",)
    assert len(reading.frame) == 2 * N


def test_dates_and_clock_times_in_two_columns_are_joined() -> None:
    clock = [f"{i % 20:02}:15" for i in range(N)]
    frame = pl.DataFrame({"date": ["2024-01-01"] * 20 + ["2024-01-02"] * 20, "clock": clock, "v": NOISE})
    reading = checked(frame)
    assert reading.columns.time == "date"
    assert reading.frame["date"][11] == datetime(2024, 1, 1, 11, 15, tzinfo=UTC)
    assert [(one.column, one.reason) for one in reading.recognised.set_aside] == [("clock", "joined with 'date'")]


def test_a_time_that_cannot_be_read_is_told() -> None:
    reading = checked(pl.DataFrame({"time": [f"tick {i}" for i in range(N)], "v": NOISE}))
    assert reading.columns.time is None
    assert reading.warnings[0].startswith("column 'time' is named like a time but written in no known way ('tick 0')")


def test_bad_rows_are_counted_for_each_file(tmp_path: Path) -> None:
    files = [
        csv(tmp_path, "a.csv", rows=20, extra="\nx,1\ny,2"),
        csv(tmp_path, "b.csv", first=20, rows=20, extra="\nz,3"),
    ]
    reading = checked(files)
    assert [(Path(s.file).name, s.row, s.sample, s.count) for s in reading.skipped] == [
        ("a.csv", 21, "x", 2),
        ("b.csv", 21, "z", 1),
    ]


def test_where_keeps_matching_rows_with_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    lines = [f"{STAMPS[i // 2]:%Y-%m-%d %H:%M},{'ab'[i % 2]},{i % 2},{NOISE[i]}" for i in range(N)]
    file.write_text("\n".join(["time,server,code,v", *lines]))
    for where in ("server=b", ["code=1"], ("code=1.0", "server = b")):
        reading = checked(file, where=where)
        assert reading.frame["v"].to_list() == NOISE[1::2]
        assert reading.frame[ROW].to_list() == list(range(2, N + 1, 2))
    with pytest.raises(InputError, match="no row has 'server' = 'c'"):
        read(file, where="server=c")
    with pytest.raises(UsageError, match="write --where column=value"):
        read(file, where="server")


def test_apart_makes_each_column_a_series() -> None:
    frame = pl.DataFrame({"time": STAMPS, "a": NOISE, "b": NOISE[::-1]})
    reading = checked(frame, apart=True)
    assert (reading.columns.keys, reading.columns.values) == (("series",), ("value",))
    assert reading.recognised.entities == 2
    assert reading.frame.filter(series="b")["value"].to_list() == NOISE[::-1]
    assert checked(frame.select("time", "a"), apart=True).columns.values == ("a",)


def test_labels_stay_in_the_frame_as_numbers(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text(
        "time,v,label\n"
        + "".join(f"{t:%Y-%m-%d %H:%M},{v},{i % 2}\n" for i, (t, v) in enumerate(zip(STAMPS, NOISE, strict=True)))
    )
    reading = checked(file, label="label")
    assert reading.recognised.labels == ("label",)
    assert reading.frame["label"].to_list() == [0.0, 1.0] * (N // 2)
    assert "label" in checked(file).frame.columns


def test_zone_and_step_options(tmp_path: Path) -> None:
    reading = checked(csv(tmp_path), tz="Asia/Seoul", step="5min")
    assert reading.frame["time"][0].isoformat() == "2024-01-01T00:00:00+09:00"
    assert (reading.recognised.tz, reading.recognised.step_s) == ("Asia/Seoul", 300)
    wrongs: list[dict[str, Any]] = [{"step": "5rows"}, {"step": "soon"}, {"tz": "Seoul"}, {"pack": "serie"}]
    for wrong in wrongs:
        with pytest.raises(UsageError):
            read(tmp_path / "m.csv", **wrong)


def test_f18_local_times_across_a_clock_change_are_moved_and_told(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    hours = pl.datetime_range(datetime(2026, 3, 7), datetime(2026, 3, 9), "1h", eager=True)
    file.write_text("time,v\n" + "".join(f"{hour},{i * i % 7}\n" for i, hour in enumerate(hours)))
    reading = checked(file, tz="America/New_York")
    assert len(reading.frame) == 49
    assert "1 times do not exist in America/New_York" in reading.warnings[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,name\n2024-01-01,a\n2024-01-02,b\n", "no column of numbers to judge: 'name' is set aside"),
        ("a,b\nx,y\nz,w\n", "no column of numbers"),
        ("time\n2024-01-01\n2024-01-02\n", "no column of numbers"),
        ("v\n\n", "no rows"),
    ],
)
def test_nothing_to_judge_is_an_input_error(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "f.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=told):
        read(file)


@pytest.mark.parametrize("text", ["time,v\n2024-01-01,1\n", "v\n1\n", "time,v\n" + "2024-01-01,1\n" * 5])
def test_f06_f10_little_and_equal_rows_are_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "f.csv"
    file.write_text(text)
    assert checked(file).columns.values == ("v",)


def test_errors_and_warnings_are_one_line_without_control_characters(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    hostile = "\x1b[31mred\x07"
    file.write_text(f"time,{hostile},b\n2024-01-01,1,x\x1b\n" + "".join(f"2024-01-02,2,{i % 7}\n" for i in range(50)))
    texts = list(checked(file).warnings)
    with pytest.raises(UsageError) as caught:
        read(file, key="nothing")
    texts.append(str(caught.value))
    with pytest.raises(InputError) as strict:
        read(file, strict=True)
    texts.append(str(strict.value))
    assert texts
    assert not [text for text in texts if set(text) & {"\x1b", "\x07", "\n"}]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    refused_or_read(tmp_path_factory.getbasetemp() / "any", data)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='12.5,;\t\n\r"ab-: \ufeff{}[]é한\0T', max_size=200))
def test_any_near_table_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    refused_or_read(tmp_path_factory.getbasetemp() / "near", text.encode())
    refused_or_read(tmp_path_factory.getbasetemp() / "near", f"time,v\n2024-01-01,1\n{text}\n2024-01-02,2\n".encode())


def refused_or_read(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    try:
        checked(str(file))
    except IsangError as error:
        assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.skipif(DATA is None, reason="ISANG_DATA is not set: no real files")
@pytest.mark.parametrize(
    ("pattern", "time", "step_s", "values", "aside"),
    [
        ("metrics/nab/*/*.csv", "timestamp", (300, 1800, 3600), ("value",), ()),
        ("metrics/cloud_monitoring/*/*.csv", "TimeStamp", (60, 3600), ("Value",), ("Label",)),
        ("metrics/kpi/*.csv.gz", "timestamp", (60,), ("value",), ("label",)),
        ("metrics/jumpstarter/*_test.csv.gz", None, (None,), None, None),
        ("metrics/ucr/0*.txt.gz", None, (None,), ("value",), ()),
        ("tabular/paper/*.csv.gz", "time", (120,), tuple(f"x{i}" for i in range(1, 62)), ("y",)),
        ("tabular/secom/secom.csv.gz", "time", (None,), None, None),
    ],
)
def test_real_files_are_recognised_without_an_option(
    pattern: str, time: str | None, step_s: tuple[float | None, ...], values: tuple[str, ...] | None, aside: Any
) -> None:
    files = sorted(Path(str(DATA)).glob(pattern))
    assert files
    for file in files[:12]:
        recognised = checked(file).recognised
        assert recognised.time == time, file
        assert recognised.step_s in step_s, file
        assert recognised.keys == (), file
        assert values is None or recognised.values == values, file
        assert aside is None or tuple(one.column for one in recognised.set_aside) == aside, file
