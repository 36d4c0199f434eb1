"""The shape of a series in time: step, gaps, entities, doubled and unsorted rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.words.frame import Integers, dominant_step

_GAP_STEPS = 1.5


@dataclass(frozen=True)
class Shape:
    """`gaps` counts stretches of absent slots; `repeated` rows with the time of another row of their entity."""

    step_s: float | None
    gaps: int
    entities: int
    repeated: int
    unsorted: int


def measure(frame: pl.DataFrame, keys: tuple[str, ...], stamps: pl.Series | None, step_s: float | None) -> Shape:
    """The shape of rows with these keys and times; a `step_s` that is given is used to count gaps."""
    entity = _entity(frame, keys)
    entities = len(np.unique(entity)) if keys else 1
    if stamps is None:
        return Shape(step_s, 0, entities, 0, 0)
    micros = stamps.dt.epoch("us").to_numpy().astype(np.int64)
    by_entity = np.argsort(entity, kind="stable")
    backwards = _inner_steps(micros[by_entity], entity[by_entity]) < 0
    order = np.lexsort((micros, entity)) if backwards.any() else by_entity
    steps = _inner_steps(micros[order], entity[order])
    found = dominant_step(micros[order], entity[order])
    step = step_s * 1e6 if step_s else found
    gaps = int(np.sum(steps > _GAP_STEPS * step)) if step else 0
    seconds = step / 1e6 if step else None
    return Shape(seconds, gaps, entities, int(np.sum(steps == 0)), int(np.sum(backwards)))


def _inner_steps(micros: Integers, entity: Integers) -> Integers:
    steps: Integers = np.diff(micros)[np.diff(entity) == 0]
    return steps


def _entity(frame: pl.DataFrame, keys: tuple[str, ...]) -> Integers:
    """A number for each entity (a hash: only equality matters)."""
    if not keys:
        return np.zeros(len(frame), dtype=np.int64)
    return frame.select(pl.struct(keys).hash()).to_series().to_numpy().view(np.int64)
