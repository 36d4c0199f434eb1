"""How a result stands against a label column: events found, false alarms."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.result import Result
from isang.words.frame import Flags, Integers, lay_out

_WEEK_S = 604_800


def measured(result: Result, label: str, positive: str | None) -> dict[str, Any]:
    """Events (runs of positive rows of an entity) found by an incident, and incidents without an event.

    Only judged rows count. `positive=None`: the rarer of two values. InputError for a column that holds not two.
    """
    truth, chosen = _truth(result.frame[label], positive)
    grid = lay_out(result.frame, result.columns)
    split = result.scores["split"].to_numpy()
    judged = np.isin(split, ("test", "hindsight"))
    told = result.scores["incident"].is_not_null().to_numpy()
    order = np.argsort(grid.position, kind="stable")
    entity = grid.entity[grid.position]
    events = _runs((truth & judged)[order], entity[order])
    alarms = _incidents(result, truth)
    found = len(np.unique(events[(events >= 0) & told[order]]))
    weeks = _weeks(result, judged)
    return {
        "label": label,
        "positive": chosen,
        "events": int(events.max(initial=-1)) + 1,
        "found": found,
        "incidents": len(result.incidents),
        "false_alarms": alarms,
        "false_alarms_per_week": alarms / weeks if weeks else None,
        "reported_on": "all rows, in hindsight" if "hindsight" in split else "the test part",
    }


def _truth(column: pl.Series, positive: str | None) -> tuple[Flags, str]:
    texts = column.cast(pl.String).fill_null("")
    counts = texts.filter(texts != "").value_counts(sort=True)
    values = counts[column.name].to_list()
    if positive is None and len(values) > 2:
        raise InputError(f"label column '{column.name}' holds {len(values)} values; name the positive one with --positive.")
    if positive is not None and positive not in values:
        raise InputError(f"label column '{column.name}' has no value '{positive}'; it holds {', '.join(values[:5])}.")
    chosen = positive if positive is not None else values[1] if len(values) == 2 else _single(column.name, values)
    return (texts == chosen).to_numpy(), chosen


def _single(name: str, values: list[str]) -> str:
    raise InputError(f"label column '{name}' holds only {values}; two values are needed to measure.")


def _runs(positive: Flags, entity: Integers) -> Integers:
    """Number of the event of each row, -1 outside."""
    starts = positive & ~(np.append(False, positive[:-1]) & (np.diff(entity, prepend=entity[:1]) == 0))
    return np.where(positive, np.cumsum(starts) - 1, -1)


def _incidents(result: Result, truth: Flags) -> int:
    """Incidents none of whose rows lies in an event."""
    hit = set(result.scores["incident"].filter(pl.Series(truth)).drop_nulls().to_list())
    return sum(incident.id not in hit for incident in result.incidents)


def _weeks(result: Result, judged: Flags) -> float | None:
    if result.columns.time is None or not judged.any():
        return None
    times = result.frame[result.columns.time].filter(pl.Series(judged))
    return float((times.max() - times.min()).total_seconds()) / _WEEK_S  # type: ignore[operator,union-attr]
