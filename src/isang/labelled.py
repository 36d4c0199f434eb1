"""Label columns, and how a result stands against known events: events found, false alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.events import Known
from isang.result import Result
from isang.words.frame import Flags, entity_names, lay_out

_WEEK_S = 604_800


@dataclass(frozen=True)
class Labels:
    """Which rows a label column marks as an event, and which it says nothing of: (n,) in the caller's order.

    `positive` is the value of an event.
    """

    column: str
    positive: str
    truth: Flags
    missing: Flags


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
    return Labels(column.name, wanted, (texts == wanted).to_numpy(), (texts == "").to_numpy())


def measured(result: Result, known: Known, label: str, positive: str) -> dict[str, Any]:
    """Events found by an incident, and incidents without an event; only judged rows that count do.

    `label` and `positive` say where the events are from.
    """
    grid, entities = lay_out(result.frame, result.columns), entity_names(result.frame, result.columns.keys)
    truth, split = known.on(grid, result.columns.keys, entities), result.scores["split"].to_numpy()
    judged = np.isin(split, ("test", "hindsight"))
    events = np.where(judged, truth.event[grid.position], -1)
    told = result.scores["incident"].is_not_null().to_numpy()
    alarms = _without_event(result, events >= 0, truth.left_out[grid.position])
    weeks = _weeks(result, judged)
    return {
        "label": label,
        "positive": positive,
        "events": len(np.unique(events[events >= 0])),
        "found": len(np.unique(events[(events >= 0) & told])),
        "incidents": sum(incident.known is None for incident in result.incidents),
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


def _without_event(result: Result, inside: Flags, left_out: Flags) -> int:
    """Incidents none of whose rows lies in an event, and some of whose rows count."""
    rows = result.scores["incident"].is_not_null().to_numpy()
    named = result.scores["incident"].to_numpy()
    hit, counted = set(named[rows & inside]), set(named[rows & ~left_out])
    return sum(incident.id in counted - hit for incident in result.incidents)


def _weeks(result: Result, judged: Flags) -> float | None:
    if result.columns.time is None or not judged.any():
        return None
    times = result.frame[result.columns.time].filter(pl.Series(judged))
    return float((times.max() - times.min()).total_seconds()) / _WEEK_S  # type: ignore[operator,union-attr]
