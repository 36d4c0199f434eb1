"""One judged frame: its rows, their verdicts, and how to get from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import numpy as np
import polars as pl

from isang.events import Truth
from isang.learner import Judged
from isang.risk import USUAL, Risk, anomaly_points, points_over
from isang.votes import Votes
from isang.words.frame import ALL, Columns, Entity, Flags, Floats, Integers, named
from isang.words.verdicts import Verdicts

ALONE = Votes({})


class Judgement:
    """A frame with the verdicts on it. Rows are grid rows; `caller_row` (n,) is the frame's row of each, -1: none.

    `entities` are the names of the grid's entities, by their numbers; not all of them need have rows. `details` are the
    rows that scopes were added up from, `risk` says how a risk is made and what its band is.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        columns: Columns,
        entities: Sequence[Entity],
        judged: Judged,
        verdicts: Verdicts,
        pack: str,
        truth: Truth | None = None,
        votes: Votes = ALONE,
        details: pl.DataFrame | None = None,
        risk: Risk = USUAL,
    ) -> None:
        self.frame = frame
        self.columns = columns
        self.judged = judged
        self.verdicts = verdicts
        self.pack = pack
        self.truth = truth
        self.votes = votes
        self.details = details
        self.risk = risk
        grid = verdicts.grid
        self.caller_row = np.full(len(grid.X), -1, dtype=np.int64)
        self.caller_row[grid.position[::-1]] = np.arange(len(grid.position))[::-1]
        self.entities = entities

    @cached_property
    def flagged(self) -> Flags:
        """(n,) rows over the threshold or with a fired rule, if they have the votes, that are judged, not ignored."""
        marked = self.votes.telling(self.verdicts.over, self.verdicts.fired)
        if self.truth is not None:
            marked &= ~self.truth.ignored
        return np.asarray(marked & (self.caller_row >= 0) & self.verdicts.judged)

    @cached_property
    def vote(self) -> Floats | None:
        """(n,) what spoke on each row, by its weight; NaN where none is judged, None where nothing votes."""
        if not self.votes.weights:
            return None
        return np.where(self.verdicts.judged, self.votes.of(self.verdicts.over, self.verdicts.fired), np.nan)

    @cached_property
    def points(self) -> Floats:
        """(n,) anomaly points: by tail probability, or by how far over the threshold or a limit a row is."""
        v = self.verdicts
        times_over = np.divide(v.scores, v.threshold, out=np.ones(len(v.scores)), where=v.threshold > 0)
        rare = np.isfinite(v.p_threshold)
        points = np.where(rare, anomaly_points(v.p, v.p_threshold), points_over(times_over))
        points = np.nan_to_num(points, nan=0.0)
        for fired in v.fired.values():
            points[fired.rows] = np.maximum(points[fired.rows], points_over(fired.times_over))
        return points

    @cached_property
    def in_scopes(self) -> bool:
        """Whether entities are the scopes of a bill, that hold each other."""
        return any(ALL in entity for entity in self.entities)

    def name(self, entity: int) -> str:
        """The name of an entity by its number."""
        return named(self.entities[entity], self.columns.keys)

    @cached_property
    def before(self) -> Floats | None:
        """(n,) what a rule compared the value of a row with, NaN elsewhere; None where no rule compares one column."""
        comparing = [fired for fired in self.verdicts.fired.values() if fired.before is not None]
        if not comparing or len(self.columns.values) > 1:
            return None
        found = np.full(len(self.verdicts.scores), np.nan)
        for fired in comparing:
            found[fired.rows] = fired.before
        return found

    def due(self, rows: Integers, column: int = 0) -> Floats:
        """(k,) what was expected of a column in grid rows, or what a rule compared it with; NaN where nothing was."""
        expected = self.verdicts.grid.expected
        due = np.full(len(rows), np.nan) if expected is None else expected[rows, column]
        return due if self.before is None else np.where(np.isnan(due), self.before[rows], due)

    def came_and_due(self, rows: Integers) -> tuple[Floats, Floats]:
        """(k,) the first value of grid rows, and what was expected of it; 0 where there is none."""
        return np.nan_to_num(self.verdicts.grid.X[rows, 0]), np.nan_to_num(self.due(rows))

    def moved(self, rows: Integers) -> float:
        """By how much grid rows lie above what is expected, all in all."""
        return float(np.subtract(*self.came_and_due(rows)).sum())

    def time_at(self, row: int) -> datetime | None:
        """The time of a grid row in the frame's zone."""
        return self.moment(int(self.verdicts.grid.time[row]))

    def moment(self, micros: int) -> datetime | None:
        """A time in µs in the frame's zone; None without a time column."""
        if self.columns.time is None:
            return None
        zone = self.frame.schema[self.columns.time].time_zone  # type: ignore[attr-defined]
        stamp = pl.Series([micros]).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
        return stamp.to_list()[0]  # type: ignore[no-any-return]

    @cached_property
    def last_rows(self) -> Integers:
        """The last grid row of each entity that the caller has, and that is not too new to be judged."""
        rows = np.flatnonzero((self.caller_row >= 0) & (self.verdicts.reason != "immature"))
        last = np.full(len(self.entities), -1, dtype=np.int64)
        np.maximum.at(last, self.verdicts.grid.entity[rows], rows)
        return last

    def direction(self, row: int, column: int) -> str:
        """Up or down where the value lies outside its usual range, or changed as a rule says; else pattern."""
        grid = self.verdicts.grid
        value, lower, upper = grid.X[row, column], cell(grid.lower, row, column), cell(grid.upper, row, column)
        if lower is not None and upper is not None and not lower <= value <= upper:
            return "up" if value > upper else "down" if value < lower else "pattern"
        before = np.nan if self.before is None else self.before[row]
        return "up" if value > before else "down" if value < before else "pattern"


def cell(band: Floats | None, row: int, column: int) -> float | None:
    """One cell of an expected band, None where there is no band or no number."""
    return None if band is None else number(band[row, column])


def number(value: float) -> float | None:
    """A finite number as it is, None for the rest."""
    return float(value) if np.isfinite(value) else None
