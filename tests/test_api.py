"""The Python door: frames in and out, options as keywords."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import isang
from command import SPIKE, STEPS, lines, servers, write
from isang.errors import InputError, UsageError
from isang.result import Result

QUICK: dict[str, Any] = {"detector": "robust_zscore"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    file = write(tmp_path_factory.mktemp("made"), lines())
    return pl.read_csv(file, try_parse_dates=True).with_columns(pl.col("time").dt.replace_time_zone("Asia/Seoul"))


def told(result: Result) -> list[tuple[str, int]]:
    return [(incident.title, incident.peak_row) for incident in result.incidents]


KINDS: dict[str, Any] = {
    "polars": lambda frame: frame,
    "lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "indexed": lambda frame: frame.to_pandas().set_index("time"),
    "arrow": lambda frame: frame.to_arrow(),
}
OUT = {"polars": pl.DataFrame, "lazy": pl.DataFrame, "pandas": pd.DataFrame, "indexed": pd.DataFrame, "arrow": pa.Table}


@pytest.mark.parametrize("kind", KINDS)
def test_frames_come_out_as_they_came_in(made: pl.DataFrame, tmp_path: Path, kind: str) -> None:
    usual = isang.detect(made, **QUICK)
    result = isang.detect(KINDS[kind](made), **QUICK)
    assert type(result.scores) is OUT[kind]
    assert type(result.anomalies) is OUT[kind]
    scores: Any = pl.from_pandas(result.scores) if OUT[kind] is pd.DataFrame else pl.DataFrame(result.scores)
    assert_frame_equal(scores["time", "score", "flag"], usual.scores["time", "score", "flag"])
    assert told(result) == told(usual)
    assert result.figure().data
    result.save(tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "scores.parquet").equals(usual.scores)


@pytest.mark.parametrize("kind", ["series", "array", "table"])
def test_columns_and_arrays(made: pl.DataFrame, kind: str) -> None:
    values = made["cpu"].to_numpy()
    given = {"series": pd.Series(values, name="cpu"), "array": values, "table": np.column_stack([values, values[::-1]])}
    result = isang.detect(given[kind], **QUICK)
    assert result.incidents[0].peak_row in (SPIKE + 1, STEPS - SPIKE)
    assert isinstance(result.scores, pd.DataFrame if kind == "series" else pl.DataFrame)


def test_paths_of_all_kinds(tmp_path: Path) -> None:
    file = write(tmp_path, lines())
    first = told(isang.detect(file, **QUICK))
    assert told(isang.detect(str(file), **QUICK)) == told(isang.detect([file], **QUICK)) == first
    assert isang.detect(file, **QUICK).run["command"] == "isang.detect"


@pytest.mark.parametrize(
    ("source", "error"), [(None, UsageError), (3, UsageError), ([], UsageError), (pl.DataFrame(), InputError)]
)
def test_what_is_no_source(source: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        isang.detect(source)


def test_the_plan_of_a_result_reruns_it(tmp_path: Path) -> None:
    first = isang.detect(servers(tmp_path), **QUICK, alerts="9/week", value=["cpu"])
    assert told(isang.detect(plan=first.plan)) == told(first)
    first.save(tmp_path / "out")
    assert told(isang.detect(plan=tmp_path / "out" / "plan.yaml")) == told(first)


def test_a_plan_given_as_keys(made: pl.DataFrame) -> None:
    result = isang.detect(made, plan={"detector": {"name": "knn", "neighbors": 3}, "rules": {"limit": {"above": 100}}})
    assert result.incidents[0].rules == ("limit",)
    with pytest.raises(UsageError, match=r"unknown key 'detectr'\. Did you mean 'detector'"):
        isang.detect(made, plan={"detectr": "knn"})


def test_set_takes_one_or_several(made: pl.DataFrame) -> None:
    one = isang.detect(made, **QUICK, set="rules.limit.above=100")
    several = isang.detect(made, **QUICK, set=["rules.limit.above=100", "top=1"])
    assert one.incidents[0].rules == several.incidents[0].rules == ("limit",)


def test_an_error_of_the_data_names_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, lines()[:6])
    with pytest.raises(InputError, match=r"m\.csv: 5 rows"):
        isang.detect(file)
    with pytest.raises(InputError, match=r"^5 rows"):
        isang.detect(pl.read_csv(file))


def test_a_fault_of_our_own_is_not_blamed_on_options(made: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("ours")

    monkeypatch.setattr("isang.assembly.Pipeline.fit_detect", broken)
    with pytest.raises(ValueError, match="ours"):
        isang.detect(made)
    with pytest.raises(UsageError, match=r"nothing can be judged with knn: neighbors 3 \(ours\)"):
        isang.detect(made, detector="knn:3")


@pytest.mark.parametrize(
    ("until", "first"),
    [
        ("2024-01-05", "2024-01-05 00:00"),
        ("2024-01-05T12:00", "2024-01-05 12:00"),
        ("2024-01-04T15:00+00:00", "2024-01-05 00:00"),
        ("2024-01-04T15:00Z", "2024-01-05 00:00"),
    ],
)
def test_train_until_is_in_the_zone_of_the_data(made: pl.DataFrame, until: str, first: str) -> None:
    result = isang.detect(made, **QUICK, train_until=until)
    assert result.run["mode"] == "causal"
    judged = result.scores.filter(pl.col("split") == "test")["time"]
    assert f"{judged.min():%Y-%m-%d %H:%M}" == first
    assert set(result.scores["split"].unique()) == {"train", "calibration", "test"}


def test_train_until_may_be_a_row_number(made: pl.DataFrame) -> None:
    result = isang.detect(made.drop("time"), **QUICK, train_until="100")
    assert (result.scores["split"] == "test").sum() == STEPS - 100
    with pytest.raises(UsageError, match="without a time column a row number is needed"):
        isang.detect(made.drop("time"), **QUICK, train_until="2024-01-05")


def test_train_until_in_an_hour_that_was_skipped(made: pl.DataFrame) -> None:
    local = made.with_columns(pl.col("time").dt.replace_time_zone(None).dt.offset_by("2mo5d"))
    with pytest.raises(UsageError, match="does not exist in America/New_York"):
        isang.detect(local, **QUICK, tz="America/New_York", train_until="2024-03-10T02:30")


def test_what_is_judged_is_not_learnt_from(made: pl.DataFrame) -> None:
    """Changing the judged rows changes no threshold: what a causal run learns lies before it."""
    changed = made.with_columns(
        pl.when(pl.int_range(pl.len()) >= 150).then(999.0).otherwise(pl.col("cpu")).alias("cpu")
    )
    options = {**QUICK, "split": "40/20/40"}
    first, second = (isang.detect(one, **options).run["thresholds"] for one in (made, changed))
    assert first == second


def test_the_same_call_gives_the_same_result(made: pl.DataFrame) -> None:
    small = {"name": "isolation_forest", "trees": 10}
    first, second = (isang.detect(made, detector=small, seed=3) for _ in range(2))
    assert first.scores.equals(second.scores)
    assert first.incidents == second.incidents
    assert not isang.detect(made, detector=small, seed=4).scores.equals(first.scores)
