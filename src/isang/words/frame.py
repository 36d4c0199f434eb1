"""A frame: a `polars.DataFrame` with one time column (or none), optional keys and value columns.

`check_frame` states the invariants; `lay_out` turns a frame into the grid that detectors see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Entity = tuple[str, ...]  # its key values
ALL = "*"  # the value of a key over which was added up

_LONGEST_GAP_SLOTS = 1000
_PAUSE_TIMES_USUAL = 10


@dataclass(frozen=True)
class Columns:
    """Which columns of a frame are what. `time=None`: rows are taken in their order."""

    time: str | None
    keys: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A frame laid out for detectors: sorted by entity and time, absent slots and seams as walls.

    `X` is (n, d); NaN is a missing cell and an all-NaN row a wall. `time` (n,) is in µs since 1970
    UTC (row numbers without a time column), `clock` (n,) the same on the wall clock of the frame's
    zone. `entity` (n,) numbers the entities, -1 at a seam. `position` (m,) is the grid row of each
    row of the frame. `expected`, `lower`, `upper` (n, d) are in the frame's units, where a feature
    gives them.
    """

    X: Floats
    time: Integers
    clock: Integers | None
    entity: Integers
    position: Integers
    step_us: int | None
    expected: Floats | None = None
    lower: Floats | None = None
    upper: Floats | None = None

    @cached_property
    def present(self) -> Flags:
        """(n,) rows that the frame has, as against absent slots and seams."""
        present = np.zeros(len(self.X), dtype=np.bool_)
        present[self.position] = True
        return present

    @cached_property
    def stretches(self) -> Integers:
        """(E, 2) the first row of each entity and the one behind its last, by its number; 0 and 0 where it has none."""
        borders = np.flatnonzero(np.diff(self.entity, prepend=-2, append=-2) != 0)
        entity = self.entity[borders[:-1]]
        found = np.zeros((int(entity.max(initial=-1)) + 1, 2), dtype=np.int64)
        inside = entity >= 0
        found[entity[inside]] = np.column_stack([borders[:-1], borders[1:]])[inside]
        return found

    def with_rows(self, keep: Flags) -> Grid:
        """The same grid with every other row turned into a wall."""
        return replace(self, X=np.where(keep[:, None], self.X, np.nan))


def check_frame(frame: pl.DataFrame, columns: Columns) -> None:
    """Raise InputError unless the frame is one: zoned times without holes, text keys, finite floats or null."""
    for name in (*columns.keys, *columns.values, *([columns.time] if columns.time else [])):
        if name not in frame.columns:
            raise InputError(f"column '{name}' is not in the frame, which has {', '.join(frame.columns)}.")
    if not columns.values:
        raise InputError("no value column: at least one column of numbers is needed.")
    if frame.is_empty():
        raise InputError("no rows: the frame is empty.")
    if columns.time is not None:
        kind = frame.schema[columns.time]
        if not isinstance(kind, pl.Datetime) or kind.time_zone is None or frame[columns.time].null_count():
            raise InputError(f"time column '{columns.time}' is {kind}; zoned datetimes without nulls are needed.")
    kinds = frame.schema
    for name in columns.values:
        if kinds[name] != pl.Float64 or not frame[name].is_finite().fill_null(value=True).all():
            raise InputError(f"value column '{name}' is {kinds[name]}; finite Float64 or null is needed.")


def lay_out(frame: pl.DataFrame, columns: Columns, known: Sequence[Entity] = ()) -> Grid:
    """Sort by entity and time, complete the time grid, and put a wall between entities.

    Entities are numbered as `entity_names` lists them: those `known` before keep their numbers. A gap longer than
    1000 slots becomes one wall row. Without a dominant step, rows follow each other in time order and a pause of
    over ten times the usual one is a wall.
    """
    entity = _entity_numbers(frame, columns.keys, known)
    time = _micros(frame, columns.time)
    order = np.lexsort((time, entity))
    step = dominant_step(time[order], entity[order]) if columns.time else None
    walls = _walls_before(time[order], entity[order], step, timed=columns.time is not None)
    place = np.arange(len(order)) + np.cumsum(walls)
    size = int(place[-1]) + 1
    X = np.full((size, len(columns.values)), np.nan)
    X[place] = frame.select(columns.values).to_numpy()[order]
    grid_entity = np.full(size, -1, dtype=np.int64)
    grid_entity[place] = entity[order]
    grid_entity = _carry_within(grid_entity)
    grid_time = _grid_time(time[order], place, size, step)
    position = np.empty(len(order), dtype=np.int64)
    position[order] = place
    return Grid(X, grid_time, _wall_clock(frame, columns.time, grid_time), grid_entity, position, step)


def entity_names(frame: pl.DataFrame, keys: tuple[str, ...], known: Sequence[Entity] = ()) -> list[Entity]:
    """The key values of each entity by its number in the grid: those known before, then new ones, sorted."""
    if not keys:
        return [()]
    here = frame.select(keys).filter(_new_run(keys)).unique().cast(pl.String).sort(keys).rows()
    before = set(known)
    return [*known, *(entity for entity in here if entity not in before)]


def dominant_step(time: Integers, entity: Integers) -> int | None:
    """The step in µs that at least 70 % of the neighbours keep to within a tenth, or None."""
    steps = np.diff(time)[np.diff(entity) == 0]
    steps = steps[steps > 0]
    if not len(steps):
        return None
    usual = int(np.median(steps))
    return usual if np.mean(np.abs(steps - usual) <= usual / 10) >= 0.7 else None


def named(entity: Entity, keys: Sequence[str]) -> str:
    """The name of an entity: its key values; of a scope those that were not added up, after the names of their keys."""
    if ALL not in entity:
        return " / ".join(entity)
    return " / ".join(f"{key} {value}" for key, value in zip(keys, entity, strict=True) if value != ALL) or "total"


def _entity_numbers(frame: pl.DataFrame, keys: tuple[str, ...], known: Sequence[Entity]) -> Integers:
    if not keys:
        return np.zeros(len(frame), dtype=np.int64)
    columns = [f"key_{at}" for at in range(len(keys))]
    named = pl.DataFrame(entity_names(frame, keys, known), schema=dict.fromkeys(columns, pl.String), orient="row")
    own = frame.select(pl.col(key).alias(column) for key, column in zip(keys, columns, strict=True))
    new = own.select(_new_run(columns)).to_series()
    texts = own.filter(new).cast(pl.String)
    numbered = texts.join(named.with_row_index("number"), on=columns, how="left", maintain_order="left")["number"]
    return np.asarray(numbered.to_numpy()[np.cumsum(new.to_numpy()) - 1], dtype=np.int64)


def _new_run(keys: Sequence[str]) -> pl.Expr:
    """Where a row is of another entity than the one before it: few of millions, mostly."""
    return pl.any_horizontal(pl.col(key).ne_missing(pl.col(key).shift()) for key in keys)


def _micros(frame: pl.DataFrame, time: str | None) -> Integers:
    if time is None:
        return np.arange(len(frame), dtype=np.int64)
    return frame[time].dt.epoch("us").to_numpy().astype(np.int64)


def _walls_before(time: Integers, entity: Integers, step: int | None, *, timed: bool) -> Integers:
    """How many wall rows stand before each row (0 before the first)."""
    walls = np.zeros(len(time), dtype=np.int64)
    apart = np.diff(time)
    if step:
        missing = np.maximum(np.rint(apart / step).astype(np.int64) - 1, 0)
        walls[1:] = np.where(missing > _LONGEST_GAP_SLOTS, 1, missing)
    elif timed and np.any(apart > 0):
        usual = np.median(apart[(np.diff(entity) == 0) & (apart > 0)]) if np.any(np.diff(entity) == 0) else np.inf
        walls[1:] = apart > _PAUSE_TIMES_USUAL * usual
    walls[1:][np.diff(entity) != 0] = 1
    return walls


def _carry_within(entity: Integers) -> Integers:
    """Absent slots belong to the entity on both sides; a seam belongs to none."""
    held = np.where(entity >= 0, np.arange(len(entity)), 0)
    before = entity[np.maximum.accumulate(held)]
    held = np.where(entity[::-1] >= 0, np.arange(len(entity)), 0)
    after = entity[::-1][np.maximum.accumulate(held)][::-1]
    return np.where(before == after, before, -1)


def _grid_time(time: Integers, place: Integers, size: int, step: int | None) -> Integers:
    known = np.zeros(size, dtype=np.int64)
    known[place] = np.arange(1, len(place) + 1)
    last = np.maximum.accumulate(known)
    since = np.arange(size) - place[last - 1]
    return np.asarray(time[last - 1] + since * (step or 1), dtype=np.int64)


def _wall_clock(frame: pl.DataFrame, time: str | None, micros: Integers) -> Integers | None:
    if time is None:
        return None
    zone = frame.schema[time].time_zone  # type: ignore[attr-defined]
    stamps = pl.Series(micros).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    return np.asarray(stamps.dt.replace_time_zone(None).dt.epoch("us").to_numpy(), dtype=np.int64)
