"""Flagged rows and fired rules → incidents, riskiest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from isang.clusters import cluster_gap
from isang.contributions import contributions
from isang.explain.narrative import Facts, text
from isang.gravity import severity
from isang.grouping import group, incident_id, together
from isang.impact import impact, whole_a_day
from isang.involved import Involved, drivers_of, in_order, involved
from isang.judgement import Judgement, cell, number
from isang.nesting import Moves
from isang.returning import returns_of, way_back
from isang.risk import band, impact_points, risk
from isang.whereabouts import places
from isang.words.frame import ALL, Integers
from isang.words.incident import Incident


@dataclass(frozen=True)
class Told:
    """An incident and the entities that it tells of, the riskiest first."""

    incident: Incident
    parts: tuple[Involved, ...]

    @property
    def rows(self) -> Integers:
        """The flagged grid rows of all of them, in time."""
        return _in_time(self.parts)


def incidents(judgement: Judgement, *, across: bool = False) -> list[Told]:
    """One for each group of flagged rows or fired rules, riskiest first, planned ones last.

    `across`: groups of several entities that begin together are one.
    """
    v = judgement.verdicts
    groups = group(judgement.flagged, v.grid.entity, v.context_rows)
    if judgement.in_scopes:
        returns = returns_of(judgement, groups)
        grouped = _nested(judgement, way_back(judgement, groups, returns))
        parted = [in_order(judgement, some, returns) for some in grouped]
    else:
        grouped = _across(judgement, groups) if across else [[rows] for rows in groups]
        parted = [involved(judgement, some) for some in grouped]
    told = sorted((_told(judgement, parts) for parts in parted), key=_riskiest_first)
    return [replace(one, incident=replace(one.incident, rank=rank + 1)) for rank, one in enumerate(told)]


def _nested(judgement: Judgement, groups: Sequence[Integers]) -> list[list[Integers]]:
    """Groups of scopes that tell of the same, the one that tells it best first."""
    grid = judgement.verdicts.grid
    reach = cluster_gap(judgement.verdicts.context_rows) * (grid.step_us or 0)
    entities = [judgement.entities[int(grid.entity[rows[0]])] for rows in groups]
    begins, ends = (np.array([grid.time[rows[at]] for rows in groups], dtype=np.int64) for at in (0, -1))
    amounts = np.array([judgement.moved(rows) for rows in groups])
    return [[groups[at] for at in some] for some in Moves(entities, amounts, begins, ends).joined(reach)]


def _across(judgement: Judgement, groups: Sequence[Integers]) -> list[list[Integers]]:
    """Groups that begin within as many steps as verdicts may lie apart; planned work hides nothing beside it."""
    grid = judgement.verdicts.grid
    reach = cluster_gap(judgement.verdicts.context_rows) * (grid.step_us or 0)
    notes = [_planned(judgement, rows) for rows in groups]
    by_note = [[rows for rows, own in zip(groups, notes, strict=True) if own == note] for note in dict.fromkeys(notes)]
    return [some for alike in by_note for some in together(alike, grid.time, reach)]


def _planned(judgement: Judgement, rows: Integers) -> str | None:
    return judgement.truth.planned_in(rows) if judgement.truth is not None else None


def _told(judgement: Judgement, parts: Sequence[Involved]) -> Told:
    return Told(_incident(judgement, parts, _facts(judgement, parts)), tuple(parts))


def _facts(judgement: Judgement, parts: Sequence[Involved]) -> Facts:
    """Times, rows and drivers are those of all, the rest is told of the first."""
    grid, first, why = judgement.verdicts.grid, parts[0], parts[0].why
    extents = [part.extent for part in parts]
    start, end = min(begin for begin, _ in extents), max(end for _, end in extents)
    return Facts(
        entity=first.name,
        column=judgement.columns.values[why.top],
        value=number(grid.X[why.peak, why.top]),
        expected=number(judgement.due(np.array([why.peak]), why.top)[0]),
        lower=cell(grid.lower, why.peak, why.top),
        upper=cell(grid.upper, why.peak, why.top),
        direction=judgement.direction(why.peak, why.top),
        start=judgement.moment(start),
        end=judgement.moment(end),
        ongoing=any(part.ongoing for part in parts),
        duration_s=(end - start) / 1e6 if judgement.columns.time else None,
        rows=sum(len(part.rows) for part in parts),
        times_over=_times_over(judgement, first),
        once_in=first.once_in,
        rules={name: fired.detail[0] for name, fired in first.fired.items()},
        drivers=(contributions(first) or first.why.drivers) if judgement.in_scopes else drivers_of(parts),
        step_s=grid.step_us / 1e6 if grid.step_us else None,
        onset=judgement.time_at(why.onset) if why.onset is not None else None,
        also=tuple(part.name for part in parts[1:]),
    )


def _incident(judgement: Judgement, parts: Sequence[Involved], facts: Facts) -> Incident:
    first, rows, caller = parts[0], _in_time(parts), judgement.caller_row
    told, planned, worst = text(facts), _planned(judgement, first.rows), first.worst
    began = judgement.time_at(first.rows[0])
    identity = incident_id(judgement.pack, facts.entity, began.isoformat() if began else str(caller[first.rows[0]]))
    parts_of_risk, money = {"anomaly": round(first.points, 1)}, impact(first)
    if money is not None and (whole := whole_a_day(first)):
        parts_of_risk["impact"] = round(impact_points(float(money["value"]), whole), 1)
    if (grave := severity(first)) is not None:
        parts_of_risk["severity"] = grave
    points, keys, v = round(risk(parts_of_risk), 1), first.keys, judgement.verdicts
    return Incident(
        id=identity,
        rank=0,
        title=told["en"].split("\n")[0],
        entity=facts.entity,
        keys=keys,
        scope=" / ".join(key for key, value in keys.items() if value != ALL) or "total",
        pack=judgement.pack,
        start=facts.start,
        end=facts.end,
        ongoing=facts.ongoing,
        peak=judgement.time_at(first.why.peak),
        duration_s=facts.duration_s,
        first_row=int(caller[rows[0]]) + 1,
        last_row=int(caller[rows[-1]]) + 1,
        peak_row=int(caller[first.why.peak]) + 1,
        rows=len(rows),
        risk=points,
        band=band(points),
        risk_parts=parts_of_risk,
        direction=facts.direction,
        score=None if worst is None else float(v.scores[worst]),
        p=first.p,
        once_in=facts.once_in,
        threshold=number(v.threshold[first.rows[0] if worst is None else worst]),
        times_over=facts.times_over,
        impact=money,
        drivers=facts.drivers,
        members=first.why.members,
        rules=tuple(dict.fromkeys(name for part in parts for name in part.fired)),
        text=told,
        onset=facts.onset,
        lead_s=_lead(judgement, rows),
        also=facts.also,
        vote=None if judgement.vote is None else float(judgement.vote[rows].max()),
        next=(f"isang show {identity} --context 20",),
        known=None if planned is None else {"kind": "planned", "note": planned},
        lines=places(parts),
    )


def _in_time(parts: Sequence[Involved]) -> Integers:
    rows = np.concatenate([part.rows for part in parts])
    return rows[np.argsort(parts[0].judgement.verdicts.grid.time[rows], kind="stable")]


def _times_over(judgement: Judgement, part: Involved) -> float | None:
    """How far its worst row is over the threshold that judged it; None where that says nothing."""
    v, worst = judgement.verdicts, part.worst
    if worst is None or not 0 < v.threshold[worst] < np.inf:
        return None
    return float(v.scores[worst] / v.threshold[worst])


def _lead(judgement: Judgement, rows: Integers) -> float | None:
    """Seconds from the first of these rows to the beginning of the first known event that they touch."""
    begins = judgement.truth.reached(rows) if judgement.truth is not None else ()
    if not len(begins) or judgement.columns.time is None:
        return None
    time = judgement.verdicts.grid.time
    return float(time[begins].min() - time[rows[0]]) / 1e6


def _riskiest_first(told: Told) -> tuple[bool, float, float, int]:
    return (
        told.incident.known is not None,
        -told.incident.risk,
        -(told.incident.times_over or 0.0),
        told.incident.first_row,
    )
