"""What a pipeline is put together from: members built from their names, frames with their columns chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import clone

from isang.detectors.base import Detector
from isang.errors import InputError
from isang.family import build
from isang.features.base import Feature
from isang.rules.base import Rule
from isang.thresholds.base import Threshold
from isang.words.frame import Columns, Grid, check_frame
from isang.words.native import to_polars

FEATURES: Mapping[str, Mapping[str, Any]] = {"fill": {}, "season": {}}
RULES: Mapping[str, Mapping[str, Any]] = {"silence": {}}
FEWEST_ROWS = 10
_LEFT_OPEN = ("ordered", "least_spread")


@dataclass(frozen=True)
class Parts:
    """The members of a pipeline, not yet fitted; features that merge rows are left out (`merged` applies them)."""

    features: list[Feature]
    detector: Detector
    threshold: Threshold
    rules: list[tuple[str, Rule]]


def build_parts(settings: Any, grid: Grid, *, hindsight: bool) -> Parts:
    """Members from the `features`, `detector`, `threshold` and `rules` of a pipeline, told what they ask for."""
    told = {"hindsight": hindsight, "random_state": settings.random_state}
    if grid.step_us is not None:
        told["ordered"] = True
    features = [feature for feature in _members("features", settings.features).values() if feature.keeps_rows]
    if any(feature.in_spreads for feature in features):
        told["least_spread"] = 1.0
    return Parts(
        features,
        _told(build("detectors", settings.detector), told),
        build("thresholds", settings.threshold),
        [(name, _told(rule, told)) for name, rule in _members("rules", settings.rules).items()],
    )


def merged(grid: Grid, features: Mapping[str, Mapping[str, Any]]) -> Grid:
    """The grid after the features that merge rows."""
    for feature in _members("features", features).values():
        if not feature.keeps_rows:
            grid = feature.fit(grid).transform(grid)
    return grid


def as_frame(
    data: Any, time: str | None, keys: Sequence[str], values: Sequence[str] | None
) -> tuple[pl.DataFrame, Columns]:
    """The caller's data as a checked frame: zoned times, text keys, finite floats; missing and infinite are null."""
    frame = to_polars(data)
    if values is None:
        numbers = [name for name, kind in frame.schema.items() if kind.is_numeric() or kind == pl.Null]
        values = [name for name in numbers if name not in (time, *keys)]
    columns = Columns(time, tuple(keys), tuple(values))
    known = [name for name in (*columns.keys, *columns.values) if name in frame.columns]
    casts = [pl.col(name).cast(pl.String).fill_null("") for name in known if name in columns.keys]
    kinds = frame.schema
    for name in (name for name in known if name in columns.values):
        if kinds[name] != pl.Float64 or not frame[name].is_finite().all():
            number = pl.col(name).cast(pl.Float64)
            casts.append(pl.when(number.is_finite()).then(number).alias(name))
    frame = frame.with_columns(casts)
    if time is not None and isinstance(frame.schema.get(time), pl.Datetime):
        stamp = pl.col(time).dt.cast_time_unit("us")
        frame = frame.with_columns(stamp if frame.schema[time].time_zone else stamp.dt.replace_time_zone("UTC"))  # type: ignore[attr-defined]
    check_frame(frame, columns)
    return frame, columns


@contextmanager
def learning(grid: Grid) -> Iterator[None]:
    """What a detector says of too little data, as an error that a user can act on."""
    rows = int(np.isfinite(grid.X).any(axis=1).sum())
    if rows < FEWEST_ROWS:
        raise InputError(f"{rows} rows with values came; at least {FEWEST_ROWS} are needed to learn what is usual.")
    try:
        yield
    except ValueError as error:
        raise InputError(f"the detector cannot learn from these rows: {error}") from error


def _members(family: str, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: build(family, {"name": name, **parameters}) for name, parameters in settings.items()}


def _told(member: Any, settings: Mapping[str, Any]) -> Any:
    """A member that knows its seed, whether it may look at later rows and whether rows have an order, if it asks."""
    known = member.get_params(deep=False)
    # Some are only answers to questions left open.
    changed = {
        key: value for key, value in settings.items() if key in known and (key not in _LEFT_OPEN or known[key] is None)
    }
    for key, value in known.items():
        if isinstance(value, Detector):
            changed[key] = _told(value, settings)
        elif isinstance(value, list | tuple) and any(isinstance(part, Detector) for part in value):
            changed[key] = [_told(part, settings) for part in value]
    return clone(member).set_params(**changed)
