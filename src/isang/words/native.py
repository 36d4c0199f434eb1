"""Frames as the caller has them (pandas, polars, Arrow, NumPy), in and out through narwhals."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from isang.errors import InputError


def to_polars(data: Any) -> pl.DataFrame:
    """Any eager frame, or a NumPy array of one or two dimensions (columns value, or value_1 …)."""
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, np.ndarray):
        return _from_array(data)
    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError as error:
        raise InputError(
            f"a {type(data).__name__} came; a file, a pandas, polars or Arrow frame or a NumPy array is needed."
        ) from error
    polars: pl.DataFrame = frame.to_polars()
    return polars


def like(data: Any, frame: pl.DataFrame) -> Any:
    """`frame` as the same kind of frame (or the frame of the same kind of column) as `data`; polars for all else."""
    if data is None or isinstance(data, pl.DataFrame | pl.Series | pl.LazyFrame | np.ndarray):
        return frame
    kind = nw.from_native(data, allow_series=True).implementation
    zones = {name: dtype.time_zone for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)}
    # Zones get lost on the way to pandas, so times go over in UTC.
    naive = frame.with_columns(
        pl.col(name).dt.convert_time_zone("UTC").dt.replace_time_zone(None) for name, zone in zones.items() if zone
    )
    stamps = [
        nw.col(name).dt.replace_time_zone("UTC").dt.convert_time_zone(zone) for name, zone in zones.items() if zone
    ]
    whole = nw.from_dict(naive.to_dict(), nw.from_native(naive).schema, backend=kind)  # an empty frame keeps its types
    return whole.with_columns(stamps).to_native()


def _from_array(array: np.ndarray[Any, Any]) -> pl.DataFrame:
    if array.ndim not in (1, 2) or not np.issubdtype(array.dtype, np.number):
        raise InputError(
            f"an array of shape {array.shape} and dtype {array.dtype} came; numbers, (n,) or (n, d), are needed."
        )
    columns = array.reshape(len(array), -1).astype(np.float64)
    many = columns.shape[1] > 1
    return pl.DataFrame({f"value_{at + 1}" if many else "value": columns[:, at] for at in range(columns.shape[1])})
