"""Series with a season of day and week, noise and a trend, for one entity or many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import polars as pl

from isang.errors import UsageError
from isang.synthetic.base import Event, Made, made
from isang.synthetic.faults import SIZELESS, Fault, inject
from isang.words.amounts import parse_span
from isang.words.frame import Columns, Floats, Integers

_DAY_US = 86_400_000_000
_LEVEL = 100.0
_SHARED = 0.5  # the share of the noise's variance that the columns of an entity have in common


def series(
    rows: int = 2016,
    *,
    step: str = "5min",
    start: str = "2026-01-05",
    columns: int = 1,
    entities: int = 1,
    noise: float = 1.0,
    daily: float = 5.0,
    weekly: float = 2.0,
    trend: float = 0.0,
    faults: Sequence[Fault] = (),
    random_state: int = 0,
) -> Made:
    """Made metrics: about 100, with a daily wave, a dip at weekends, a trend and noise, and faults in them.

    `rows` counts per entity; `noise` is its standard deviation, `daily` the wave's height, `weekly`
    the depth of the weekend, `trend` the climb in a day, all in the unit of the values. A fault's size is
    in units of `noise`. The columns of an entity share half of their noise and differ in level and phase.

    >>> data = series(rows=288, faults=[Fault("spike", row=100, size=8)])
    >>> data.events["start"].dt.strftime("%H:%M").item()
    '08:20'
    """
    random = np.random.default_rng(random_state)
    time = _times(rows, step, start)
    values = np.stack([_entity(time, columns, noise, daily, weekly, trend, random) for _ in range(entities)])
    names = ["value"] if columns == 1 else [f"value_{number}" for number in range(1, columns + 1)]
    for number, fault in enumerate(faults):
        _check(fault, entities, columns)
        column = values[fault.entity, :, fault.column]
        values[fault.entity, :, fault.column] = inject(
            column, fault, spread=noise or 1.0, random_state=random_state + number
        )
    frame = _frame(time, values, names)
    key = ("entity",) if entities > 1 else ()
    return made(frame, Columns("time", key, tuple(names)), [_event(fault, rows, names) for fault in faults])


def _times(rows: int, step: str, start: str) -> Integers:
    """Microseconds since 1970 UTC."""
    seconds = parse_span(step).seconds
    if seconds is None:
        raise UsageError(f"step '{step}' is a number of rows; a time such as 5min is needed.")
    first = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    offsets: Integers = np.rint(seconds * 1e6 * np.arange(rows)).astype(np.int64)
    return round(first * 1e6) + offsets


def _entity(
    time: Integers,
    columns: int,
    noise: float,
    daily: float,
    weekly: float,
    trend: float,
    random: np.random.Generator,
) -> Floats:
    """One entity's values (n, columns)."""
    days = time[:, None] / _DAY_US
    phase = random.uniform(0, 0.2, columns) if columns > 1 else 0.0
    level = _LEVEL + (10 * random.standard_normal(columns) if columns > 1 else 0.0)
    # 1970 began on a Thursday: days 2 and 3 of each seven are Saturday and Sunday.
    weekend = np.isin(np.floor(days) % 7, (2, 3))
    common = np.sqrt(_SHARED) * random.standard_normal((len(time), 1)) if columns > 1 else 0.0
    own = np.sqrt(1 - _SHARED if columns > 1 else 1.0) * random.standard_normal((len(time), columns))
    wave = -np.cos(2 * np.pi * (days - phase))
    return np.asarray(level + daily * wave - weekly * weekend + trend * (days - days[0]) + noise * (common + own))


def _frame(time: Integers, values: Floats, names: list[str]) -> pl.DataFrame:
    entities, rows, _ = values.shape
    stamps = pl.Series("time", np.tile(time, entities)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    frame = pl.DataFrame(values.reshape(entities * rows, -1), schema=dict.fromkeys(names, pl.Float64)).fill_nan(None)
    if entities > 1:
        width = len(str(entities))
        keys = [f"entity_{number:0{width}d}" for number in range(1, entities + 1)]
        frame.insert_column(0, pl.Series("entity", keys).gather(np.repeat(np.arange(entities), rows)))
    return frame.insert_column(0, stamps)


def _check(fault: Fault, entities: int, columns: int) -> None:
    if not (0 <= fault.entity < entities and 0 <= fault.column < columns):
        raise ValueError(f"entity {fault.entity}, column {fault.column}: there are {entities} and {columns}.")


def _event(fault: Fault, rows: int, names: list[str]) -> Event:
    stop = rows if fault.rows is None else fault.row + fault.rows
    size = None if fault.kind in SIZELESS else fault.size
    offset = fault.entity * rows
    return Event(offset + fault.row, offset + stop - 1, fault.kind, names[fault.column], size)
