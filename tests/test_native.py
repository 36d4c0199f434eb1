"""Frames of any kind come in, and go out as they came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from isang.errors import InputError
from isang.words.native import like, to_polars

PLAIN = pl.DataFrame({"host": ["a", "b"], "value": [1.5, None]})
KINDS: dict[str, Any] = {"polars": PLAIN, "pandas": PLAIN.to_pandas(), "arrow": PLAIN.to_arrow()}


@pytest.mark.parametrize("data", KINDS.values(), ids=KINDS)
def test_any_frame_becomes_the_same_polars_frame(data: Any) -> None:
    found = to_polars(data)
    assert found["host"].to_list() == ["a", "b"]
    assert found["value"].fill_nan(None).to_list() == [1.5, None]


@pytest.mark.parametrize(("name", "kind"), [("polars", pl.DataFrame), ("pandas", pd.DataFrame), ("arrow", pa.Table)])
def test_results_are_of_the_kind_that_came(name: str, kind: type[Any]) -> None:
    data = KINDS[name]
    assert isinstance(like(data, PLAIN), kind)
    assert to_polars(like(data, PLAIN))["host"].to_list() == ["a", "b"]


@pytest.mark.parametrize("data", [None, np.zeros(3)])
def test_results_for_what_is_no_frame_are_polars(data: Any) -> None:
    assert like(data, PLAIN) is PLAIN


@pytest.mark.parametrize(
    ("array", "columns"),
    [
        (np.arange(3), ["value"]),
        (np.zeros((3, 1)), ["value"]),
        (np.zeros((3, 2), dtype=np.float32), ["value_1", "value_2"]),
    ],
)
def test_an_array_has_columns_named_value(array: np.ndarray[Any, Any], columns: list[str]) -> None:
    found = to_polars(array)
    assert found.columns == columns
    assert set(found.dtypes) == {pl.Float64}
    np.testing.assert_array_equal(found.to_numpy().ravel(), array.ravel())


@pytest.mark.parametrize("data", [np.zeros((2, 2, 2)), np.array(["a"]), [1, 2], "metrics.csv", PLAIN.lazy(), 7])
def test_what_is_no_frame_is_said_in_one_line(data: Any) -> None:
    with pytest.raises(InputError, match="came; ") as caught:
        to_polars(data)
    assert "\n" not in str(caught.value)


def test_pandas_times_keep_their_zone() -> None:
    frame = pd.DataFrame(
        {"time": pd.date_range("2026-03-08", periods=3, freq="h", tz="America/New_York"), "value": 1.0}
    )
    assert to_polars(frame).schema["time"].time_zone == "America/New_York"  # type: ignore[attr-defined]
