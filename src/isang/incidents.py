"""Flagged rows and fired rules → incidents with their drivers, riskiest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import polars as pl

from isang.explain.drivers import column_shares
from isang.explain.members import members_that_spoke
from isang.explain.narrative import Facts, text
from isang.grouping import group, incident_id
from isang.learner import Judged
from isang.risk import anomaly_points, band, points_over, risk
from isang.words.frame import Columns, Flags, Floats, Integers, entity_names
from isang.words.incident import Driver, Incident
from isang.words.verdicts import Verdicts

_MOST_DRIVERS = 5
_LEAST_SHARE = 0.05
_MOST_ROWS_EXPLAINED = 100
_OUTSIDE, _FAR_OUTSIDE = 3.0, 6.0  # usual spreads from what is expected


@dataclass(frozen=True)
class Told:
    """An incident and the grid rows that it tells of; `top` is the column that drove it most."""

    incident: Incident
    rows: Integers
    top: int


class Teller:
    """Tells of the rows of one judged frame."""

    def __init__(self, frame: pl.DataFrame, columns: Columns, judged: Judged, verdicts: Verdicts, pack: str) -> None:
        self.frame = frame
        self.columns = columns
        self.judged = judged
        self.verdicts = verdicts
        self.pack = pack
        grid = verdicts.grid
        self.caller_row = np.full(len(grid.X), -1, dtype=np.int64)
        self.caller_row[grid.position[::-1]] = np.arange(len(grid.position))[::-1]
        self.entities = entity_names(frame, columns.keys)

    def incidents(self) -> list[Told]:
        """One for each group of flagged rows or fired rules, riskiest first."""
        grid = self.verdicts.grid
        groups = group(self.flagged, grid.entity, self.verdicts.context_rows)
        told = sorted((self._told(rows) for rows in groups), key=_riskiest_first)
        return [replace(one, incident=replace(one.incident, rank=rank + 1)) for rank, one in enumerate(told)]

    @cached_property
    def flagged(self) -> Flags:
        """(n,) rows over the threshold or with a fired rule, among the judged rows that the caller has."""
        marked = self.verdicts.over.copy()
        for fired in self.verdicts.fired.values():
            marked[fired.rows] = True
        return np.asarray(marked & (self.caller_row >= 0) & self.verdicts.judged)

    @cached_property
    def points(self) -> Floats:
        """(n,) anomaly points: by tail probability, or by how far over the threshold or a limit a row is."""
        v = self.verdicts
        if np.isfinite(v.p_threshold):
            points = anomaly_points(v.p, v.p_threshold)
        else:
            points = points_over(v.scores / v.threshold if v.threshold > 0 else np.ones(len(v.scores)))
        points = np.nan_to_num(points, nan=0.0)
        for fired in v.fired.values():
            points[fired.rows] = np.maximum(points[fired.rows], points_over(fired.times_over))
        return points

    def time_at(self, row: int) -> datetime | None:
        """The time of a grid row in the frame's zone."""
        return self._moment(int(self.verdicts.grid.time[row]))

    def _moment(self, micros: int) -> datetime | None:
        if self.columns.time is None:
            return None
        zone = self.frame.schema[self.columns.time].time_zone  # type: ignore[attr-defined]
        stamp = pl.Series([micros]).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
        return stamp.to_list()[0]  # type: ignore[no-any-return]

    def _told(self, rows: Integers) -> Told:
        v, grid = self.verdicts, self.verdicts.grid
        rules = {name: fired for name, fired in v.fired.items() if np.isin(fired.rows, rows).any()}
        shares, members = self._why(rows)
        top = int(np.argmax(shares)) if len(shares) else 0
        peak = self._peak(rows, top)
        core = self._core(rows, shares)
        since = [fired.since[np.isin(fired.rows, rows)].min() for fired in rules.values()]
        start, end = min([int(grid.time[core[0]]), *map(int, since)]), int(grid.time[core[-1]]) + (grid.step_us or 0)
        worst = float(np.nanmax(np.append(v.scores[rows], -np.inf)))
        p = float(np.nanmin(np.append(v.p[rows], np.inf)))
        parts = {"anomaly": round(float(self.points[rows].max()), 1)}
        keys = self.entities[int(grid.entity[rows[0]])]
        drivers = self._drivers(shares, peak)
        facts = Facts(
            entity=" / ".join(keys.values()),
            column=self.columns.values[top],
            value=_number(grid.X[peak, top]),
            expected=_cell(grid.expected, peak, top),
            lower=_cell(grid.lower, peak, top),
            upper=_cell(grid.upper, peak, top),
            direction=self.direction(peak, top),
            start=self._moment(start),
            end=self._moment(end),
            ongoing=bool(rows[-1] == self._last_rows[grid.entity[rows[-1]]]),
            duration_s=(end - start) / 1e6 if self.columns.time else None,
            rows=len(rows),
            times_over=worst / v.threshold if np.isfinite(worst) and 0 < v.threshold < np.inf else None,
            p=p if np.isfinite(p) else None,
            rules={name: fired.detail[int(np.argmax(np.isin(fired.rows, rows)))] for name, fired in rules.items()},
            drivers=drivers,
            step_s=grid.step_us / 1e6 if grid.step_us else None,
        )
        return Told(self._incident(facts, keys, rows, peak, parts, worst, members), rows, top)

    def _incident(
        self,
        facts: Facts,
        keys: dict[str, str],
        rows: Integers,
        peak: int,
        parts: dict[str, float],
        worst: float,
        members: tuple[dict[str, float | str], ...],
    ) -> Incident:
        first = self.time_at(rows[0])
        told = text(facts)
        identity = incident_id(self.pack, facts.entity, first.isoformat() if first else str(self.caller_row[rows[0]]))
        points = round(risk(parts), 1)
        return Incident(
            id=identity,
            rank=0,
            title=told["en"].split("\n")[0],
            entity=facts.entity,
            keys=keys,
            scope=" / ".join(keys) or "total",
            pack=self.pack,
            start=facts.start,
            end=facts.end,
            ongoing=facts.ongoing,
            peak=self.time_at(peak),
            duration_s=facts.duration_s,
            first_row=int(self.caller_row[rows[0]]) + 1,
            last_row=int(self.caller_row[rows[-1]]) + 1,
            peak_row=int(self.caller_row[peak]) + 1,
            rows=len(rows),
            risk=points,
            band=band(points),
            risk_parts=parts,
            direction=facts.direction,
            score=worst if np.isfinite(worst) else None,
            p=facts.p,
            threshold=self.verdicts.threshold if np.isfinite(self.verdicts.threshold) else None,
            times_over=facts.times_over,
            impact=None,
            drivers=facts.drivers,
            members=members,
            rules=tuple(facts.rules),
            text=told,
            next=(f"isang show {identity} --context 20",),
        )

    def direction(self, row: int, column: int) -> str:
        """Up or down where the value lies outside its usual range, else pattern."""
        grid = self.verdicts.grid
        value, lower, upper = grid.X[row, column], _cell(grid.lower, row, column), _cell(grid.upper, row, column)
        if lower is None or upper is None or not np.isfinite(value):
            return "pattern"
        return "up" if value > upper else "down" if value < lower else "pattern"

    def _why(self, rows: Integers) -> tuple[Floats, tuple[dict[str, float | str], ...]]:
        """Shares of the columns and the members that spoke; empty where only a rule fired on absent data."""
        over = rows[self.verdicts.over[rows]]
        if not len(over):
            return np.empty(0), ()
        worst = int(over[np.argmax(self.verdicts.scores[over])])
        nearest = over[np.argsort(np.abs(over - worst), kind="stable")[:_MOST_ROWS_EXPLAINED]]
        inside = np.sort(nearest[self.judged.owner[nearest] == self.judged.owner[worst]])
        detector, context = self.judged.learner(worst).detector_, self.verdicts.context_rows
        first = max(int(inside[0]) - context, 0)
        stretch = self.judged.stretch(worst, first, int(inside[-1]) + context)
        shares = column_shares(detector.anomaly_score, stretch, inside - first)
        return shares, members_that_spoke(detector, stretch, inside - first)

    def _core(self, rows: Integers, shares: Floats) -> Integers:
        """The rows from the first to the last that lie outside their usual range, where some lie far outside.

        A windowed detector also flags rows around what happened, which would date it too early and too late.
        """
        driving = np.flatnonzero(shares >= _LEAST_SHARE) if len(shares) else np.arange(len(self.columns.values))
        apart = np.nan_to_num(np.abs(self.judged.seen.X[np.ix_(rows, driving)]), nan=0.0).max(axis=1, initial=0.0)
        if self.verdicts.grid.lower is None or apart.max(initial=0.0) < _FAR_OUTSIDE:
            return rows
        outside = np.flatnonzero(apart > _OUTSIDE)
        return rows[outside[0] : outside[-1] + 1]

    def _peak(self, rows: Integers, top: int) -> int:
        """The row farthest from usual in the column that drove it most; the worst score where none leaves its band."""
        apart = np.nan_to_num(np.abs(self.judged.seen.X[rows, top]), nan=0.0)
        farthest = int(rows[np.argmax(apart)])
        if self.direction(farthest, top) != "pattern":
            return farthest
        return int(rows[np.argmax(np.nan_to_num(self.verdicts.scores[rows], nan=-np.inf))])

    @cached_property
    def _last_rows(self) -> Integers:
        """The last grid row of each entity that the caller has."""
        rows = np.flatnonzero(self.caller_row >= 0)
        last = np.full(len(self.entities), -1, dtype=np.int64)
        np.maximum.at(last, self.verdicts.grid.entity[rows], rows)
        return last

    def _drivers(self, shares: Floats, row: int) -> tuple[Driver, ...]:
        order = np.argsort(-shares, kind="stable")[:_MOST_DRIVERS]
        chosen = [int(at) for at in order if shares[at] >= _LEAST_SHARE or at == order[0]]
        grid = self.verdicts.grid
        return tuple(
            Driver(
                name=self.columns.values[at],
                value=_number(self.judged.seen.X[row, at]),
                share=round(float(shares[at]), 4),
                actual=_number(grid.X[row, at]),
                expected=_cell(grid.expected, row, at),
                lower=_cell(grid.lower, row, at),
                upper=_cell(grid.upper, row, at),
            )
            for at in chosen
        )


@dataclass(frozen=True)
class Wanted:
    """Which incidents the user asked for. `min_change` is a share of what was expected, `min_size` an amount."""

    direction: str = "both"
    min_change: float | None = None
    min_size: float | None = None
    since: datetime | None = None
    top: int | None = None

    def choose(self, told: Sequence[Told]) -> list[Told]:
        """Those incidents, ranked anew."""
        kept = [one for one in told if self._recent(one.incident) and self._large(one.incident)]
        return [replace(one, incident=replace(one.incident, rank=at + 1)) for at, one in enumerate(kept[: self.top])]

    def _recent(self, incident: Incident) -> bool:
        return self.since is None or incident.end is None or incident.end > self.since

    def _large(self, incident: Incident) -> bool:
        if self.direction != "both" and incident.direction not in (self.direction, "pattern"):
            return False
        driver = incident.drivers[0] if incident.drivers else None
        if incident.rules or driver is None or driver.actual is None or driver.expected is None:
            return True
        change = abs(driver.actual - driver.expected)
        return change >= (self.min_size or 0.0) and change >= (self.min_change or 0.0) * abs(driver.expected)


def _riskiest_first(told: Told) -> tuple[float, float, int]:
    return (-told.incident.risk, -(told.incident.times_over or 0.0), told.incident.first_row)


def _cell(band: Floats | None, row: int, column: int) -> float | None:
    return None if band is None else _number(band[row, column])


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
