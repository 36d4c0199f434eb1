"""How a result stands against a label column: events found, false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.result import Result
from isang.words.frame import Flags, Integers, lay_out

_WEEK_S = 604_800


@dataclass(frozen=True)
class Labels:
    """Which rows a label column marks as an event: (n,) in the caller's order, and the value that says so."""

    column: str
    positive: str
    truth: Flags


def labels_of(column: pl.Series, positive: str | None) -> Labels:
    """The rows with the positive value; `None`: the rarer of two values. InputError where that is not clear."""
    texts = _texts(column)
    values = texts.filter(texts != "").value_counts(sort=True)[column.name].to_list()
    if len(values) < 2 or (positive is None and len(values) > 2):
        needed = "two values are needed to measure" if len(values) < 2 else "name the one of an event with --positive"
        raise InputError(f"label column '{column.name}' holds {_some(values)}; {needed}.")
    wanted = (
        values[1] if positive is None else _texts(pl.Series([positive]).cast(pl.Float64, strict=False))[0] or positive
    )
    if wanted not in values:
        raise InputError(f"label column '{column.name}' has no value '{positive}'; it holds {_some(values)}.")
    return Labels(column.name, wanted, (texts == wanted).to_numpy())


def measured(result: Result, labels: Labels) -> dict[str, Any]:
    """Events (runs of positive rows of an entity) found by an incident, and incidents without an event.

    Only judged rows count.
    """
    grid = lay_out(result.frame, result.columns)
    split = result.scores["split"].to_numpy()
    judged = np.isin(split, ("test", "hindsight"))
    told = result.scores["incident"].is_not_null().to_numpy()
    order = np.argsort(grid.position, kind="stable")
    events = _runs((labels.truth & judged)[order], grid.entity[grid.position][order])
    alarms = _without_event(result, labels.truth)
    weeks = _weeks(result, judged)
    return {
        "label": labels.column,
        "positive": labels.positive,
        "events": int(events.max(initial=-1)) + 1,
        "found": len(np.unique(events[(events >= 0) & told[order]])),
        "incidents": len(result.incidents),
        "false_alarms": alarms,
        "false_alarms_per_week": round(alarms / weeks, 4) if weeks else None,
        "reported_on": "hindsight" if "hindsight" in split else "test",
    }


def _texts(column: pl.Series) -> pl.Series:
    """The values as text, whole numbers without a point (1.0 is 1); missing ones are empty."""
    whole = column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().round()).all()
    return (column.cast(pl.Int64, strict=False) if whole else column).cast(pl.String).fill_null("")


def _some(values: list[str]) -> str:
    shown = ", ".join(repr(value[:40]) for value in values[:5])
    return f"{len(values)} values ({shown}{' …' if len(values) > 5 else ''})" if values else "no value"


def _runs(positive: Flags, entity: Integers) -> Integers:
    """Number of the event of each row, -1 outside."""
    starts = positive & ~(np.append(False, positive[:-1]) & (np.diff(entity, prepend=entity[:1]) == 0))
    return np.where(positive, np.cumsum(starts) - 1, -1)


def _without_event(result: Result, truth: Flags) -> int:
    """Incidents none of whose rows lies in an event."""
    hit = set(result.scores["incident"].filter(pl.Series(truth)).drop_nulls().to_list())
    return sum(incident.id not in hit for incident in result.incidents)


def _weeks(result: Result, judged: Flags) -> float | None:
    if result.columns.time is None or not judged.any():
        return None
    times = result.frame[result.columns.time].filter(pl.Series(judged))
    return float((times.max() - times.min()).total_seconds()) / _WEEK_S  # type: ignore[operator,union-attr]
