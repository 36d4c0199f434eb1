"""Where and when faults come upon a bill: in which lines, on which days; a customer has one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from isang.synthetic._bill_faults import KINDS, deck
from isang.synthetic._customers import SUBSCRIPTIONS, Customers, Lines
from isang.synthetic._meters import METERS, REGIONS
from isang.synthetic._usage import RIPENING_DAYS
from isang.words.frame import Flags, Floats, Integers

_TRIES = 300
_KNOWN_DAYS, _APART_DAYS = 28, 7  # so long a customer was there, and was left alone, before something happens to it
_SERVICES = np.array([meter.service for meter in METERS])
_DAILY = np.array([meter.rhythm == "daily" for meter in METERS])
_EVERY_DAY = np.flatnonzero(_DAILY)
_CLUSTER = int(np.flatnonzero(_SERVICES == "Kubernetes Service")[0])
_PARTS = (("customer",), ("customer", "service"), ("customer", "subscription"))
_LINE = ("customer", "service", "subscription", "meter", "region")


@dataclass(frozen=True)
class Placed:
    """A fault on the days from `first` to `last`, both included, in these lines (of a pair, the falling one first).

    `named` is what they have in common, of customer, service, subscription, meter and region.
    """

    kind: str
    first: int
    last: int
    strength: float
    named: tuple[str, ...] = ()
    lines: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class _Ground:
    """What there is, where something happens already, and (customers, days) at whom."""

    who: Customers
    lines: Lines
    used: Floats
    found: list[Placed]
    busy: Flags


def place(
    who: Customers, lines: Lines, used: Floats, number: int, since: int, random: np.random.Generator
) -> tuple[list[Placed], Lines]:
    """So many faults, none before the day `since`; and all lines, with those that the faults bring behind the others.

    ValueError where there is no room for them.
    """
    ground = _Ground(who, lines, used, [], np.zeros((len(who.size), used.shape[1]), dtype=np.bool_))
    for kind in deck(number, random):
        one, lines = _tried(kind, ground, since, random)
        ground = replace(ground, lines=lines)
        ground.found.append(one)
        ground.busy[np.unique(lines.customer[one.lines]), one.first : one.last + 1] = True
    return ground.found, ground.lines


def _tried(kind: str, ground: _Ground, since: int, random: np.random.Generator) -> tuple[Placed, Lines]:
    for _ in range(_TRIES):
        lasts = int(random.integers(*KINDS[kind].days, endpoint=True))
        latest = ground.used.shape[1] - RIPENING_DAYS - lasts
        if since > latest:
            continue
        first = int(random.integers(since, latest, endpoint=True))
        if found := _PLACES[KINDS[kind].place](Placed(kind, first, first + lasts - 1, random.random()), ground, random):
            return found
    raise ValueError(f"no room for another {kind} in {_TRIES} tries: take fewer faults, or more customers or days.")


_Found = tuple[Placed, Lines] | None


def _meter(one: Placed, ground: _Ground, random: np.random.Generator) -> _Found:
    """All who pay by use for one meter."""
    meter = random.choice(_EVERY_DAY)
    own = np.flatnonzero((ground.lines.meter == meter) & ~ground.lines.committed)
    if not len(own) or _repriced(meter, one, ground):
        return None
    return replace(one, named=("service", "meter"), lines=own), ground.lines


def _repriced(meter: int, one: Placed, ground: _Ground) -> bool:
    """Whether the price of a meter changes on some of the days of a fault."""
    changes = (other for other in ground.found if KINDS[other.kind].place == "meter")
    at_once = (other for other in changes if one.first <= other.last and other.first <= one.last)
    return any(ground.lines.meter[other.lines[0]] == meter for other in at_once)


def _part(one: Placed, ground: _Ground, random: np.random.Generator) -> _Found:
    """A customer, or one of its services or subscriptions."""
    own = _own(one, ground, random)
    if not len(own):
        return None
    named = _PARTS[random.integers(len(_PARTS))]
    numbers = {"service": _SERVICES[ground.lines.meter[own]], "subscription": ground.lines.subscription[own]}
    alike = numbers[named[-1]] if len(named) > 1 else np.zeros(len(own))
    return replace(one, named=named, lines=own[alike == random.choice(alike)]), ground.lines


def _line(one: Placed, ground: _Ground, random: np.random.Generator) -> _Found:
    own = _own(one, ground, random)
    return (replace(one, named=_LINE, lines=random.choice(own, 1)), ground.lines) if len(own) else None


def _pair(one: Placed, ground: _Ground, random: np.random.Generator) -> _Found:
    """Two lines of a customer, in different services."""
    own = random.permutation(_own(one, ground, random))
    other = own[_SERVICES[ground.lines.meter[own]] != _SERVICES[ground.lines.meter[own[:1]]]]
    lines = np.concatenate([own[:1], other[:1]])
    return (replace(one, named=("customer",), lines=lines), ground.lines) if len(other) else None


def _new(one: Placed, ground: _Ground, random: np.random.Generator) -> _Found:
    """A line that a customer did not have: a cluster in its test subscription, or a service that it never used."""
    own = _own(one, ground, random)
    if not len(own):
        return None
    there = ground.lines.at(np.flatnonzero(ground.lines.customer == ground.lines.customer[own[0]]))
    if one.kind == "forgotten_cluster":
        meter, subscription, region = _CLUSTER, SUBSCRIPTIONS.index("test"), random.integers(len(REGIONS))
        known = ((there.meter == meter) & (there.region == region)).any()
    else:
        meter, subscription, region = random.choice(_EVERY_DAY), there.subscription[0], there.region[0]
        known = _SERVICES[meter] in _SERVICES[there.meter]
    numbers = {"subscription": subscription, "meter": meter, "region": region, "share": 0.0, "committed": False}
    line = replace(there.at(np.zeros(1, dtype=np.int64)), **{name: np.array([own]) for name, own in numbers.items()})
    new = replace(one, named=_LINE, lines=np.array([len(ground.lines)]))
    return None if known or _repriced(meter, one, ground) else (new, ground.lines.and_then(line))


def _own(one: Placed, ground: _Ground, random: np.random.Generator) -> Integers:
    """What a customer, the likelier the larger, pays for by use on all days of a fault; nothing if it has another."""
    weights = np.sqrt(ground.who.size)
    customer = random.choice(len(weights), p=weights / weights.sum())
    alone = ground.busy[customer, max(one.first - _APART_DAYS, 0) : one.last + 1 + _APART_DAYS]
    if alone.any() or ground.who.joins[customer] > one.first - _KNOWN_DAYS:
        return np.zeros(0, dtype=np.int64)
    first, stop = np.searchsorted(ground.lines.customer[: len(ground.used)], [customer, customer + 1])
    own = np.arange(first, stop)
    own = own[_DAILY[ground.lines.meter[own]] & ~ground.lines.committed[own]]
    return own[(ground.used[own, one.first : one.last + 1] > 0).all(axis=1)]


_PLACES: dict[str, Callable[[Placed, _Ground, np.random.Generator], _Found]] = {
    "part": _part,
    "line": _line,
    "pair": _pair,
    "new": _new,
    "meter": _meter,
}
