"""What misses and false alarms cost, counted by events: one number a threshold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from isang.alarms import alarm_starts
from isang.curves import threshold_curve
from isang.errors import UsageError
from isang.words.frame import Flags, Floats, Integers

Amounts = Floats | Integers | int | float
_LEVELS = 64  # of thresholds, besides those that lose one more event
_MOST_EVENTS = 256  # that a threshold is tried for; of more, an even choice


@dataclass(frozen=True)
class Costs:
    """The cost of an event that is missed, of a false alarm and of a hit (None: that of an alarm), in some unit.

    Per event, a missed event costs once and flagged rows within `cool_down` rows of an alarm are that alarm. Per
    row, each missed row, false one and hit costs by itself. `assumed`: nobody said so of these data.
    Raises UsageError where no decision could save anything.
    """

    miss: float
    alarm: float
    hit: float | None = None
    unit: str = ""
    cool_down: int = 10
    per: Literal["event", "row"] = "event"
    assumed: bool = False

    def __post_init__(self) -> None:
        for name in ("miss", "alarm", "hit"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise UsageError(f"cost {name}={value}; an amount of 0 or more is needed.")
        if self.for_hit >= self.miss:
            raise UsageError(
                f"a hit costs {self.for_hit:g} and a miss {self.miss:g}: nothing can be saved by finding events; "
                "a miss must cost more."
            )

    def settings(self, *names: str) -> dict[str, Any]:
        """Those of the fields, for a member that has parameters of these names."""
        return {name: getattr(self, name) for name in names}

    @property
    def for_hit(self) -> float:
        """The cost of an event that is found."""
        return self.alarm if self.hit is None else self.hit

    @property
    def breakeven_precision(self) -> float:
        """The share of alarms that must be hits if alarms are to pay: below it doing nothing is cheaper."""
        saved = self.miss - self.for_hit
        return self.alarm / (self.alarm + saved)

    def total(self, missed: Amounts, caught: Amounts, false_alarms: Amounts) -> Floats:
        """What it comes to."""
        return np.asarray(self.miss * missed + self.for_hit * caught + self.alarm * false_alarms)


def parse_costs(text: str) -> Costs:
    """`miss=100,alarm=5,hit=5,unit=USD` → Costs; `cool_down=10`, `per=row` may follow."""
    told: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value or name not in {field.name for field in fields(Costs)} or name in told:
            raise UsageError(f"'{part.strip()}' came; write miss=100,alarm=5,hit=5,unit=USD (cool_down=10, per=row).")
        told[name] = _READ[name](name, value)
    if not {"miss", "alarm"} <= set(told):
        raise UsageError(f"'{text}' says too little: what a miss and what a false alarm costs: miss=100,alarm=5.")
    return Costs(**told)


def _amount(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise UsageError(f"cost {name}={value}; a number is needed.") from error


def _rows(name: str, value: str) -> int:
    rows = value.removesuffix("rows").strip()
    if not rows.isdigit() or int(rows) < 1:
        raise UsageError(f"cost {name}={value}; a number of rows is needed, such as 10.")
    return int(rows)


def _per(name: str, value: str) -> str:
    if value not in ("event", "row"):
        raise UsageError(f"cost {name}={value}; event or row is needed.")
    return value


_READ: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("miss", "alarm", "hit"), _amount),
    "unit": lambda _, value: value,
    "cool_down": _rows,
    "per": _per,
    "assumed": lambda _, value: value in ("true", "yes"),
}


@dataclass(frozen=True)
class Sweep:
    """Costs over thresholds (k,), highest first; the first flags nothing."""

    thresholds: Floats
    caught: Integers
    false_alarms: Integers
    cost: Floats

    @property
    def best(self) -> int:
        """Where it is cheapest; the highest threshold among equals."""
        return int(np.argmin(self.cost))


def sweep(scores: Floats, event: Integers, entity: Integers, costs: Costs) -> Sweep:
    """The cost at the thresholds that matter: wherever one more event is caught, and between them down to everything.

    `scores` (n,), NaN = never flagged; `event` (n,) event numbers, -1 outside. Per event the thresholds end where
    false alarms alone cost more than all events, but for a coarse row of them. O(k n) for at most 320 thresholds.
    """
    if costs.per == "row":
        return _by_rows(scores, event >= 0, costs)
    peaks = peak_of_each(scores, event)
    order = np.sort(scores[np.isfinite(scores)])
    found = _Counted(scores, event, entity, peaks, costs)
    rows = []
    for threshold in _just_below(peaks, order):
        rows.append(found.at(threshold))
        if costs.alarm * rows[-1][2] > costs.miss * len(peaks):
            break
    rows += [found.at(threshold) for threshold in _coarse(order)]
    table = np.unique(np.array(rows), axis=0)[::-1]
    thresholds, caught, false_alarms = table.T
    cost = costs.total(len(peaks) - caught, caught, false_alarms)
    return Sweep(thresholds, caught.astype(np.int64), false_alarms.astype(np.int64), cost)


def peak_of_each(scores: Floats, event: Integers) -> Floats:
    """(E,) highest score of each event that has rows; -inf where none of them is scored."""
    numbers = event[event >= 0]
    peaks = np.full(int(numbers.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(peaks, numbers, np.nan_to_num(scores[event >= 0], nan=-np.inf))
    return peaks[np.unique(numbers)]


class _Counted:
    """Events caught and false alarms at a threshold."""

    def __init__(self, scores: Floats, event: Integers, entity: Integers, peaks: Floats, costs: Costs) -> None:
        self._scores = np.nan_to_num(scores, nan=-np.inf)
        self._inside, self._entity, self._peaks, self._cool_down = event >= 0, entity, peaks, costs.cool_down

    def at(self, threshold: float) -> tuple[float, int, int]:
        rows = np.flatnonzero(self._scores > threshold)
        starts = alarm_starts(rows, self._entity[rows], self._cool_down)
        hits = np.logical_or.reduceat(self._inside[rows], starts) if len(rows) else np.empty(0, dtype=np.bool_)
        return threshold, int(np.sum(self._peaks > threshold)), int(np.sum(~hits))


def _just_below(peaks: Floats, order: Floats) -> Floats:
    """For each event the highest score that still lets it be flagged, highest first."""
    wanted = np.unique(peaks[np.isfinite(peaks)])[::-1]
    if len(wanted) > _MOST_EVENTS:
        wanted = wanted[np.linspace(0, len(wanted) - 1, _MOST_EVENTS).astype(np.int64)]
    below = np.searchsorted(order, wanted, side="left") - 1
    return np.where(below >= 0, order[np.maximum(below, 0)], np.nextafter(order[0], -np.inf))


def _coarse(order: Floats) -> Floats:
    """From the highest score, which flags nothing, to one below the lowest, by ever more flagged rows."""
    flagged = np.unique(np.geomspace(1, len(order), min(_LEVELS, len(order))).astype(np.int64))
    inner = order[np.maximum(len(order) - 1 - flagged, 0)]
    return np.unique([order[-1], *inner, np.nextafter(order[0], -np.inf)])[::-1]


def _by_rows(scores: Floats, positive: Flags, costs: Costs) -> Sweep:
    curve = threshold_curve(scores, positive)
    cost = costs.total(curve.positives - curve.hits, curve.hits, curve.false_alarms)
    return Sweep(curve.thresholds, curve.hits, curve.false_alarms, cost)
