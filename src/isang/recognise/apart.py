"""Each value column as a series of its own (`--apart`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isang.words.frame import Columns
from isang.words.reading import Reading


def apart_by_column(reading: Reading) -> Reading:
    """Each value column a series of its own: one column `value`, and the key `series` that names it."""
    time, keys, values = reading.columns.time, reading.columns.keys, reading.columns.values
    beside = [*([time] if time else []), *keys, *reading.recognised.labels]
    series, value = _free("series", beside), _free("value", beside)
    frame = reading.frame.select(*beside, *values)
    frame = frame.unpivot(list(values), index=beside, variable_name=series, value_name=value)
    recognised = replace(
        reading.recognised,
        keys=(*keys, series),
        keys_reason="each column is a series of its own, as asked for",
        values=(value,),
        entities=reading.recognised.entities * len(values),
        gaps=reading.recognised.gaps * len(values),
    )
    return replace(reading, frame=frame, columns=Columns(time, (*keys, series), (value,)), recognised=recognised)


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name
