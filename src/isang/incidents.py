"""Flagged rows and fired rules → incidents, riskiest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from isang.causes import Cause, cause
from isang.explain.narrative import Facts, text
from isang.grouping import group, incident_id
from isang.judgement import Judgement, cell, number
from isang.risk import band, risk
from isang.words.frame import Integers
from isang.words.incident import Incident
from isang.words.verdicts import Fired


@dataclass(frozen=True)
class Told:
    """An incident and the grid rows that it tells of; `top` is the column that drove it most."""

    incident: Incident
    rows: Integers
    top: int


def incidents(judgement: Judgement) -> list[Told]:
    """One for each group of flagged rows or fired rules, riskiest first, planned ones last."""
    v = judgement.verdicts
    groups = group(judgement.flagged, v.grid.entity, v.context_rows)
    told = sorted((_told(judgement, rows) for rows in groups), key=_riskiest_first)
    return [replace(one, incident=replace(one.incident, rank=rank + 1)) for rank, one in enumerate(told)]


def _told(judgement: Judgement, rows: Integers) -> Told:
    why = cause(judgement, rows)
    return Told(_incident(judgement, rows, why, _facts(judgement, rows, why)), rows, why.top)


def _facts(judgement: Judgement, rows: Integers, why: Cause) -> Facts:
    v, grid = judgement.verdicts, judgement.verdicts.grid
    rules = _fired_in(judgement, rows)
    since = [int(fired.since.min()) for fired in rules.values()]
    start, end = min([int(grid.time[why.first]), *since]), int(grid.time[why.last]) + (grid.step_us or 0)
    worst, p = _worst(v.scores[rows]), _worst(-v.p[rows])
    return Facts(
        entity=" / ".join(_keys(judgement, rows).values()),
        column=judgement.columns.values[why.top],
        value=number(grid.X[why.peak, why.top]),
        expected=cell(grid.expected, why.peak, why.top),
        lower=cell(grid.lower, why.peak, why.top),
        upper=cell(grid.upper, why.peak, why.top),
        direction=judgement.direction(why.peak, why.top),
        start=judgement.moment(start),
        end=judgement.moment(end),
        ongoing=bool(rows[-1] == judgement.last_rows[grid.entity[rows[-1]]]),
        duration_s=(end - start) / 1e6 if judgement.columns.time else None,
        rows=len(rows),
        times_over=worst / v.threshold if worst is not None and 0 < v.threshold < np.inf else None,
        p=-p if p is not None else None,
        rules={name: fired.detail[0] for name, fired in rules.items()},
        drivers=why.drivers,
        step_s=grid.step_us / 1e6 if grid.step_us else None,
        onset=judgement.time_at(why.onset) if why.onset is not None else None,
    )


def _incident(judgement: Judgement, rows: Integers, why: Cause, facts: Facts) -> Incident:
    caller, first = judgement.caller_row, judgement.time_at(rows[0])
    told, threshold = text(facts), judgement.verdicts.threshold
    planned = judgement.truth.planned_in(rows) if judgement.truth is not None else None
    identity = incident_id(judgement.pack, facts.entity, first.isoformat() if first else str(caller[rows[0]]))
    parts = {"anomaly": round(float(judgement.points[rows].max()), 1)}
    points, keys = round(risk(parts), 1), _keys(judgement, rows)
    return Incident(
        id=identity,
        rank=0,
        title=told["en"].split("\n")[0],
        entity=facts.entity,
        keys=keys,
        scope=" / ".join(keys) or "total",
        pack=judgement.pack,
        start=facts.start,
        end=facts.end,
        ongoing=facts.ongoing,
        peak=judgement.time_at(why.peak),
        duration_s=facts.duration_s,
        first_row=int(caller[rows[0]]) + 1,
        last_row=int(caller[rows[-1]]) + 1,
        peak_row=int(caller[why.peak]) + 1,
        rows=len(rows),
        risk=points,
        band=band(points),
        risk_parts=parts,
        direction=facts.direction,
        score=_worst(judgement.verdicts.scores[rows]),
        p=facts.p,
        threshold=number(threshold),
        times_over=facts.times_over,
        impact=None,
        drivers=facts.drivers,
        members=why.members,
        rules=tuple(facts.rules),
        text=told,
        onset=facts.onset,
        lead_s=_lead(judgement, rows),
        next=(f"isang show {identity} --context 20",),
        known=None if planned is None else {"kind": "planned", "note": planned},
    )


def _lead(judgement: Judgement, rows: Integers) -> float | None:
    """Seconds from the first of these rows to the beginning of the known event that they touch."""
    begins = judgement.truth.reached(rows) if judgement.truth is not None else None
    if begins is None or judgement.columns.time is None:
        return None
    time = judgement.verdicts.grid.time
    return float(time[begins] - time[rows[0]]) / 1e6


def _fired_in(judgement: Judgement, rows: Integers) -> dict[str, Fired]:
    """The rules that fired in these rows, each cut down to them."""
    found = {}
    for name, fired in judgement.verdicts.fired.items():
        at = np.flatnonzero(np.isin(fired.rows, rows))
        if len(at):
            detail = tuple(fired.detail[int(one)] for one in at)
            found[name] = Fired(fired.rows[at], fired.times_over[at], fired.since[at], detail)
    return found


def _keys(judgement: Judgement, rows: Integers) -> dict[str, str]:
    entity = judgement.entities[int(judgement.verdicts.grid.entity[rows[0]])]
    return dict(zip(judgement.columns.keys, entity, strict=True))


def _worst(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float | None:
    """The highest of the scores, None where there is none."""
    known = scores[np.isfinite(scores)]
    return float(known.max()) if len(known) else None


def _riskiest_first(told: Told) -> tuple[bool, float, float, int]:
    return (
        told.incident.known is not None,
        -told.incident.risk,
        -(told.incident.times_over or 0.0),
        told.incident.first_row,
    )
