"""Frames and arrays of the caller → a table with exactly their rows, in their order."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from isang.errors import InputError, UsageError
from isang.sources._flat import flat
from isang.words.reading import InputFile, Table


def from_given(source: Any) -> Table:
    """A pandas, polars or Arrow frame or column, or an array. A pandas time index becomes a column."""
    frame = _from_array(source) if isinstance(source, np.ndarray) else _from_frame(source)
    if frame.is_empty():
        raise InputError(f"the frame has {frame.width} columns and no rows; at least one row is needed.")
    size = int(frame.estimated_size())
    return Table(flat(frame), (InputFile("frame", size, "", len(frame), ""),))


def _from_array(array: np.ndarray[Any, Any]) -> pl.DataFrame:
    if array.ndim not in (1, 2):
        raise InputError(f"an array of {array.ndim} dimensions came; one (a series) or two (rows, columns) are needed.")
    try:
        numbers = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"an array of {array.dtype} came; numbers are needed.") from error
    columns = numbers.reshape(-1, 1) if array.ndim == 1 else numbers
    names = ["value"] if columns.shape[1] == 1 else [f"value_{i + 1}" for i in range(columns.shape[1])]
    return pl.DataFrame({name: columns[:, i] for i, name in enumerate(names)})


def _from_frame(source: Any) -> pl.DataFrame:
    try:
        wrapped = nw.from_native(_with_index(source), allow_series=True)
    except TypeError as error:
        kind = type(source).__name__
        raise UsageError(
            f"{kind} cannot be read; give a path, a pandas, polars or Arrow frame, or an array."
        ) from error
    except (ValueError, nw.exceptions.NarwhalsError) as error:
        raise InputError(f"the frame cannot be read ({str(error)[:120]}).") from error
    if isinstance(wrapped, nw.LazyFrame):
        wrapped = wrapped.collect()
    if isinstance(wrapped, nw.Series):
        wrapped = wrapped.alias(wrapped.name or "value").to_frame()
    return _to_polars(wrapped)


def _to_polars(wrapped: nw.DataFrame[Any]) -> pl.DataFrame:
    """Without pyarrow, or with cells of mixed kinds, a column goes over by its values, as text if need be."""
    try:
        return wrapped.to_polars()
    except (ImportError, TypeError, ValueError, nw.exceptions.NarwhalsError, pl.exceptions.PolarsError):
        return pl.DataFrame([_by_values(column) for column in wrapped.iter_columns()])


def _by_values(column: nw.Series[Any]) -> pl.Series:
    values = column.to_list()
    try:
        return pl.Series(column.name, values)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(column.name, [None if value is None else str(value) for value in values], dtype=pl.String)


def _with_index(source: Any) -> Any:
    """pandas: column names as text, and an index of times or of several levels as columns."""
    pandas = nw.dependencies.get_pandas()
    if pandas is None or not isinstance(source, (pandas.DataFrame, pandas.Series)):
        return source
    frame = source.to_frame(source.name or "value") if isinstance(source, pandas.Series) else source
    frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    if isinstance(frame.index, (pandas.DatetimeIndex, pandas.MultiIndex)):
        taken = set(frame.columns)
        names = [_free(str(name or "time"), taken) for name in frame.index.names]
        frame = frame.rename_axis(names).reset_index()
    return frame.reset_index(drop=True)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
