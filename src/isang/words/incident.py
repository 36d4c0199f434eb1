"""An incident: verdicts near in time, told as one. Its fields are the schema of `incidents.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

_MIDNIGHT = time()


@dataclass(frozen=True)
class Driver:
    """A column (or member of a dimension) that caused an incident, with its share (0 to 1) of the score.

    `entity` is the one that it belongs to, None where that is the incident's own.
    """

    name: str
    value: float | None
    share: float
    actual: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    entity: str | None = None

    @property
    def told(self) -> str:
        """Its name, after that of another entity than the incident's."""
        return self.name if self.entity is None else f"{self.entity}: {self.name}"


@dataclass(frozen=True)
class Incident:
    """One thing that happened. Times are None and `first_row`/`last_row` speak where data have no time.

    `risk` is 0-100; `p` the tail probability of its worst row; `once_in` in how many usual rows something as strange is
    to be expected once, however many rows it lasts; `times_over` its score over the
    threshold. `rows` counts flagged rows. `ongoing`: the last judged row of the entity is flagged.
    `onset` is when its first driver began to move away, where that can be said. `lead_s` is how long before the known
    event that it touches its first row was flagged; negative after the event began, None where it touches none.
    `also` are other entities in which it began at the same time, the riskiest first: times and rows are those of all,
    the rest is told of `entity`. `vote` is the highest of its rows, None where nothing votes.
    """

    id: str
    rank: int
    title: str
    entity: str
    keys: dict[str, str]
    scope: str
    pack: str
    start: datetime | None
    end: datetime | None
    ongoing: bool
    peak: datetime | None
    duration_s: float | None
    first_row: int
    last_row: int
    peak_row: int
    rows: int
    risk: float
    band: str
    risk_parts: dict[str, float]
    direction: str
    score: float | None
    p: float | None
    once_in: float | None
    threshold: float | None
    times_over: float | None
    impact: dict[str, float | str] | None
    drivers: tuple[Driver, ...]
    members: tuple[dict[str, float | str], ...]
    rules: tuple[str, ...]
    text: dict[str, str]
    next: tuple[str, ...]
    onset: datetime | None = None
    lead_s: float | None = None
    also: tuple[str, ...] = ()
    vote: float | None = None
    alike: tuple[dict[str, str | float], ...] = ()
    known: dict[str, str] | None = None
    provisional: bool = False
    text_source: str = "template"
    lines: tuple[dict[str, str | int], ...] = field(default=())

    @property
    def in_days(self) -> bool:
        """Whether it is made of whole days, whose hours need not be told."""
        clocks = [at.time() for at in (self.start, self.end, self.peak) if at is not None]
        return bool(clocks) and all(clock == _MIDNIGHT for clock in clocks)
