"""What faults do to quantities and prices, and what that comes to in money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.synthetic._bill_faults import KINDS
from isang.synthetic._bill_places import Placed
from isang.synthetic._customers import Customers, Lines
from isang.synthetic._meters import METERS
from isang.words.frame import Flags, Floats

_UNITS = 6  # decimals of a quantity
_NEW_STRAYS, _PAIR_MISSES = 0.04, 0.05
_BEFORE_DAYS = 28


@dataclass(frozen=True)
class Books:
    """What faults change in place.

    Quantities (lines, days), prices (meters, days) as times the usual, what a unit of each line costs its customer
    (lines,), and where something was changed (lines, days).
    """

    lines: Lines
    used: Floats
    prices: Floats
    money: Floats
    changed: Flags


@dataclass(frozen=True)
class Changed:
    """What a fault came to.

    `size` is its change at the end (times the usual; of what is new, times the customer's cost), `impact` the money
    that it added, `moved` the sum of its changes, whether up or down.
    """

    size: float
    impact: float
    moved: float


def books(who: Customers, lines: Lines, used: Floats) -> Books:
    """Of what is used, and nothing of the lines behind."""
    more = np.zeros((len(lines) - len(used), used.shape[1]))
    price = np.array([meter.price for meter in METERS])[lines.meter] * (1 - who.discount[lines.customer])
    used = np.concatenate([used, more]) if len(more) else used
    return Books(lines, used, np.ones((len(METERS), used.shape[1])), price, np.zeros(used.shape, dtype=np.bool_))


def happen(one: Placed, on: Books, random: np.random.Generator) -> Changed:
    """Change the books by a fault."""
    days = slice(one.first, one.last + 1)
    times = KINDS[one.kind].times(one.last - one.first + 1, one.strength)
    before = _cost(one, on)
    _CHANGES[KINDS[one.kind].place](one, on, days, times, random)
    on.used[one.lines, days] = np.round(on.used[one.lines, days], _UNITS)
    change = _cost(one, on) - before
    on.changed[one.lines, days] |= change != 0
    return Changed(float(times[-1]), float(change.sum()), float(np.abs(change).sum()))


def _cost(one: Placed, on: Books) -> Floats:
    days = slice(one.first, one.last + 1)
    return on.used[one.lines, days] * on.prices[on.lines.meter[one.lines], days] * on.money[one.lines, None]


def _usage(one: Placed, on: Books, days: slice, times: Floats, random: np.random.Generator) -> None:
    on.used[one.lines, days] *= times


def _pair(one: Placed, on: Books, days: slice, times: Floats, random: np.random.Generator) -> None:
    """What the one loses, the other gains, in money; nearly."""
    falls, rises = one.lines
    lost = on.used[falls, days] * (1 - times) * on.money[falls]
    on.used[falls, days] *= times
    on.used[rises, days] += lost * random.uniform(1 - _PAIR_MISSES, 1 + _PAIR_MISSES, len(lost)) / on.money[rises]


def _new(one: Placed, on: Books, days: slice, times: Floats, random: np.random.Generator) -> None:
    """A share of what the customer cost a day in the weeks before."""
    line = one.lines[0]
    own = np.flatnonzero(on.lines.customer == on.lines.customer[line])
    cost = (on.used[own, one.first - _BEFORE_DAYS : one.first].mean(axis=1) * on.money[own]).sum()
    on.used[line, days] = times * cost / on.money[line] * np.exp(random.normal(0, _NEW_STRAYS, len(times)))


def _price(one: Placed, on: Books, days: slice, times: Floats, random: np.random.Generator) -> None:
    on.prices[on.lines.meter[one.lines[0]], days] *= times


_CHANGES = {"part": _usage, "line": _usage, "pair": _pair, "new": _new, "meter": _price}
