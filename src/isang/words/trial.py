"""A trial: a fault that was put into the data to see whether it is noticed; and what came of many of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from isang.words.frame import Floats

_LARGE = {"series": 5.0, "cost": 10.0}  # of bills six spreads are no news yet


@dataclass(frozen=True)
class Share:
    """How many faults of one kind and size (None: it has none) were caught, and how soon.

    `low` and `high` are the ends of the 95 % interval of `share`. Delays are medians over those that were caught.
    """

    fault: str
    size: float | None
    injected: int
    caught: int
    share: float
    low: float
    high: float
    delay_s: float | None
    delay_rows: float | None


@dataclass(frozen=True)
class FalseAlarms:
    """Incidents in the rows without faults: `count`, and a week with the ends of the exact 95 % interval.

    `requested` says what was asked for, `expected` how many that are over these rows; None where no rate was asked
    for. Without time there is no week.
    """

    count: int
    per_week: float | None
    low: float | None
    high: float | None
    requested: str | None
    expected: float | None


@dataclass(frozen=True)
class Defect:
    """What no detector may do: constant_scores, missing_scores, misaligned or blind; and what was seen.

    `text` tells it in each language.
    """

    name: str
    text: Mapping[str, str]

    @property
    def detail(self) -> str:
        """The same in English."""
        return self.text["en"]


@dataclass(frozen=True)
class Criterion:
    """What is wanted and what was found: at most so many defects and false_alarms, at least such a share of faults.

    `cases`: on how many faults, of which kinds, a share stands. `found` is None where no such fault could be tried.
    """

    name: str
    passed: bool
    wanted: float
    found: float | None
    cases: int | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """One fault to look at: the values of a column as they were and with the fault in them.

    `at` are their times, or row numbers; `first` and `last` the places of the fault among them, `noticed` that of the
    first new flag, or None.
    """

    fault: str
    size: float | None
    entity: str
    column: str
    at: tuple[datetime | int, ...]
    clean: Floats
    changed: Floats
    first: int
    last: int
    noticed: int | None


@dataclass(frozen=True)
class Trials:
    """All that a self-test found out; `run` is the rest of `selftest.json`, `plan` reruns it."""

    shares: tuple[Share, ...]
    false_alarms: FalseAlarms
    defects: tuple[Defect, ...]
    criteria: tuple[Criterion, ...]
    examples: tuple[Example, ...]
    run: dict[str, Any] = field(repr=False)
    plan: dict[str, Any] = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return all(criterion.passed for criterion in self.criteria)


def large_from(pack: str) -> float:
    """From what size on, in usual spreads, a fault of this pack must be seen."""
    return _LARGE.get(pack, _LARGE["series"])
