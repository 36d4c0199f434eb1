"""What a model was learnt from, and how new data differ from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.words.frame import Entity
from isang.words.reading import Reading
from isang.words.telling import duration, in_list, number

_MOST_NAMED = 5
_OTHER_UNIT = 30.0  # times the typical size: ms for s are 1000, MB for GB 1024, Fahrenheit for Celsius nothing
_FAR_OUTSIDE = 3.0  # times the quartile that it lies beyond
_OTHER_STEP = 0.1
_TEXT = ("String", "Null")


@dataclass(frozen=True)
class TrainedColumn:
    """A column as it stood in the source, with the quartiles of the sizes of its values (none for other roles)."""

    name: str
    role: str
    dtype: str
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True)
class Trained:
    """The rows that a model was learnt from: `columns` in the order of the source, times in ISO 8601."""

    created: str
    columns: tuple[TrainedColumn, ...]
    rows: int
    start: str | None
    end: str | None
    tz: str | None
    step_s: float | None

    def names(self, role: str) -> tuple[str, ...]:
        """The columns of this role, in the order of the source."""
        return tuple(column.name for column in self.columns if column.role == role)


def trained_on(reading: Reading, created: str) -> Trained:
    """What is to be kept of the data that a model was learnt from."""
    time = reading.columns.time
    ends = (reading.frame[time].min(), reading.frame[time].max()) if time else (None, None)
    return Trained(
        created=created,
        columns=tuple(
            TrainedColumn(one.name, one.role, one.dtype, quartiles(values_of(reading, one.name)))
            for one in reading.source
        ),
        rows=len(reading.frame),
        start=ends[0].isoformat() if ends[0] else None,  # type: ignore[union-attr]
        end=ends[1].isoformat() if ends[1] else None,  # type: ignore[union-attr]
        tz=reading.frame.schema[time].time_zone if time else None,  # type: ignore[attr-defined]
        step_s=reading.recognised.step_s,
    )


def values_of(reading: Reading, name: str) -> pl.Series | None:
    """The numbers of a value column of the source, also where each is a series of its own; None for other columns."""
    if name in reading.columns.values:
        return reading.frame[name]
    if not any(one.name == name and one.role == "value" for one in reading.source):
        return None
    return reading.frame.filter(pl.col(reading.columns.keys[-1]) == name)[reading.columns.values[0]]


def quartiles(values: pl.Series | None) -> tuple[float, float, float] | None:
    """Of the sizes of the values, without sign; None where there are none."""
    sizes = None if values is None else values.drop_nulls().abs()
    if sizes is None or not len(sizes):
        return None
    low, middle, high = (float(np.quantile(sizes.to_numpy(), share)) for share in (0.25, 0.5, 0.75))
    return low, middle, high


def differences(trained: Trained, known: Sequence[Entity], entities: Sequence[Entity], reading: Reading) -> list[str]:
    """What a reader should know of new data, a line each; `entities` are theirs, `known` those of the model."""
    told = (
        _extra(trained, reading),
        _types(trained, reading),
        _empty(reading),
        _units(trained, reading),
        _step(trained, reading),
    )
    # Of a bill, a scope that is new here may have been too small or too rare to be told apart before.
    new = () if reading.bill else _unseen(known, entities)
    return [*(line for lines in told for line in lines), *new]


def _extra(trained: Trained, reading: Reading) -> Iterator[str]:
    before = {column.name for column in trained.columns}
    if extra := [one.name for one in reading.source if one.name not in before]:
        yield f"columns that the model does not know are ignored: {_listed(extra)}."


def _types(trained: Trained, reading: Reading) -> Iterator[str]:
    numbers = {column.name for column in trained.columns if column.dtype not in _TEXT}
    texts = [one.name for one in reading.source if one.role == "value" and one.dtype in _TEXT]
    if changed := [name for name in texts if name in numbers]:
        yield f"columns of numbers came as text, and are read as numbers: {_listed(changed)}."


def _empty(reading: Reading) -> Iterator[str]:
    columns = [one.name for one in reading.source if one.role == "value"]
    if empty := [name for name in columns if quartiles(values_of(reading, name)) is None]:
        yield f"columns without a single number are judged as missing throughout: {_listed(empty)}."


def _units(trained: Trained, reading: Reading) -> Iterator[str]:
    for column in trained.columns:
        found = quartiles(values_of(reading, column.name)) if column.quartiles else None
        if column.quartiles and found and _is_another_unit(column.quartiles, found[1]):
            usual, came = number(column.quartiles[1]), number(found[1])
            told = f"column '{column.name}' is about {came} here and was about {usual} when the model learnt"
            yield f"{told}: is it in another unit?"


def _is_another_unit(before: tuple[float, float, float], typical: float) -> bool:
    """Far from what was typical, and from the quartiles; a constant column or one of zeros has no unit to lose."""
    low, middle, high = before
    if not middle or not typical or low == high:
        return False
    larger = typical >= _OTHER_UNIT * middle and typical > _FAR_OUTSIDE * high
    return larger or (typical <= middle / _OTHER_UNIT and typical < low / _FAR_OUTSIDE)


def _step(trained: Trained, reading: Reading) -> Iterator[str]:
    came, step = reading.recognised.step_s, trained.step_s
    if came and step and abs(came - step) > _OTHER_STEP * step:
        yield f"rows come every {duration(came)} here and came every {duration(step)} when the model learnt."


def _unseen(known: Sequence[Entity], entities: Sequence[Entity]) -> Iterator[str]:
    before = set(known)
    if new := [" / ".join(entity) for entity in entities if entity not in before]:
        yield f"entities that the model never saw are judged by all others: {_listed(new)}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(in_list(name) for name in names[:_MOST_NAMED]) + more
