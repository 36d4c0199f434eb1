"""What each entity has to do with an incident: its rows, why they were flagged, from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from isang.causes import Cause, cause
from isang.judgement import Judgement
from isang.words.frame import Integers
from isang.words.incident import Driver
from isang.words.verdicts import Fired

_NONE: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Involved:
    """The flagged grid `rows` of one entity, and why they were flagged; `until` is the row that ended it unflagged."""

    judgement: Judgement
    rows: Integers
    why: Cause
    until: int | None = None

    @property
    def number(self) -> int:
        """The number of the entity."""
        return int(self.judgement.verdicts.grid.entity[self.rows[0]])

    @property
    def keys(self) -> dict[str, str]:
        """The key values of the entity."""
        return dict(zip(self.judgement.columns.keys, self.judgement.entities[self.number], strict=True))

    @property
    def name(self) -> str:
        """The same in one text."""
        return self.judgement.name(self.number)

    @property
    def points(self) -> float:
        """The anomaly points of its worst row."""
        return float(self.judgement.points[self.rows].max())

    @property
    def worst(self) -> int | None:
        """The row with the highest score, None where none is scored."""
        scores = self.judgement.verdicts.scores[self.rows]
        known = np.isfinite(scores)
        return int(self.rows[np.argmax(np.where(known, scores, -np.inf))]) if known.any() else None

    @property
    def p(self) -> float | None:
        """The lowest tail probability of its rows, None where none is known."""
        p = self.judgement.verdicts.p[self.rows]
        return float(p[np.isfinite(p)].min()) if np.isfinite(p).any() else None

    @property
    def once_in(self) -> float | None:
        """In how many rows usual ones hold something as strange once, however many rows it lasts; None without p."""
        p = self.judgement.verdicts.p[self.rows]
        rows = self.judgement.verdicts.run_rows[self.rows] / p
        return float(rows[np.isfinite(p)].max()) if np.isfinite(p).any() else None

    @property
    def change(self) -> tuple[float, float] | None:
        """By how much its driving column lay apart where that was most, and from what; None where that says nothing.

        It does in rows over the threshold, and in those that a rule compared with others.
        """
        before, over = self.judgement.before, self.judgement.verdicts.over[self.rows]
        rows = self.rows[over if before is None else over | np.isfinite(before[self.rows])]
        due = self.judgement.due(rows, self.why.top)
        apart = np.abs(self.judgement.verdicts.grid.X[rows, self.why.top] - due)
        if np.isnan(apart).all():
            return None
        most = int(np.nanargmax(apart))
        return float(apart[most]), float(abs(due[most]))

    @property
    def ongoing(self) -> bool:
        """Whether the last row of the entity, of those that are ripe, is among them.

        Kinds of log lines have no rows where none came: there it must be the last of all rows in time as well.
        """
        last = self.judgement.last_rows
        if self.judgement.pack == "logs":
            time = self.judgement.verdicts.grid.time
            return bool(time[self.rows[-1]] == time[last[last >= 0]].max())
        return bool(self.rows[-1] == last[self.number])

    @cached_property
    def fired(self) -> Mapping[str, Fired]:
        """The rules that fired in these rows, each cut down to them."""
        at = {name: np.isin(fired.rows, self.rows) for name, fired in self.judgement.verdicts.fired.items()}
        return {name: self.judgement.verdicts.fired[name].part(own) for name, own in at.items() if own.any()}

    @property
    def extent(self) -> tuple[int, int]:
        """From when to when (µs) it really lasted, its last row or slot included."""
        grid = self.judgement.verdicts.grid
        since = [int(fired.since.min()) for fired in self.fired.values()]
        start = min([int(grid.time[self.why.first]), *since])
        if self.until is not None:
            return start, int(grid.time[self.until])
        last = int(grid.time[grid.position].max() if self._ends_in_silence else grid.time[self.why.last])
        return start, last + (grid.step_us or 0)

    @property
    def _ends_in_silence(self) -> bool:
        """Whether nothing came after its last row while other entities went on: it began there, and did not end."""
        silence = self.fired.get("silence")
        return silence is not None and bool(np.any(silence.since == self.judgement.verdicts.grid.time[silence.rows]))


def involved(judgement: Judgement, groups: Sequence[Integers]) -> list[Involved]:
    """Those of an incident, the riskiest entity first."""
    return sorted(in_order(judgement, groups), key=_riskiest_first)


def in_order(judgement: Judgement, groups: Sequence[Integers], returns: Mapping[int, int] = _NONE) -> list[Involved]:
    """The same in the order in which they come; `returns` are where those that begin at a row ended."""
    return [Involved(judgement, rows, cause(judgement, rows), returns.get(int(rows[0]))) for rows in groups]


def drivers_of(parts: Sequence[Involved]) -> tuple[Driver, ...]:
    """The drivers of the first entity, then the strongest of each other one.

    Of the incident's score each entity has the share that its worst row has among theirs.
    """
    first, *others = parts
    if not others:
        return first.why.drivers
    weights = _weights(parts)
    own = [_weighed(driver, weights[0]) for driver in first.why.drivers]
    strongest = [
        replace(_weighed(part.why.drivers[0], weight), entity=part.name)
        for part, weight in zip(others, weights[1:], strict=True)
        if part.why.drivers
    ]
    return (*own, *strongest)


def _weights(parts: Sequence[Involved]) -> list[float]:
    worst = [part.worst for part in parts]
    scores = [0.0 if row is None else max(float(parts[0].judgement.verdicts.scores[row]), 0.0) for row in worst]
    return [score / sum(scores) if any(scores) else 1 / len(parts) for score in scores]


def _weighed(driver: Driver, weight: float) -> Driver:
    """Its share of the whole, rounded down, so that all of them come to no more than 1."""
    return replace(driver, share=float(np.floor(driver.share * weight * 1e4)) / 1e4)


def _riskiest_first(part: Involved) -> tuple[float, float, int]:
    score = 0.0 if part.worst is None else float(part.judgement.verdicts.scores[part.worst])
    return -part.points, -score, int(part.rows[0])
