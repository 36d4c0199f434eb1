"""What happens to what customers use and pay: eight kinds of faults, from hardly to be seen to obvious."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from isang.words.frame import Floats

# Of the days and a strength, 0 to 1: (days,) what is used, times its usual.
Times = Callable[[int, float], Floats]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how long it lasts in days, whom it concerns, and what it does.

    `place`: `part` is all of a customer, or of one of its services or subscriptions; `line` one line; `pair` two lines
    in different services; `new` a line that was not there before; `meter` everyone who pays for it. `usual` is how
    often it happens beside the others. `told` says it, `last` being what `times` ends with.
    """

    days: tuple[int, int]
    place: str
    times: Times
    told: str
    usual: int = 2


def _drop(days: int, strength: float) -> Floats:
    return np.full(days, 0.9 - 0.85 * strength)


def _spike(days: int, strength: float) -> Floats:
    return np.full(days, 1 + 0.15 * 30**strength)


def _leak(days: int, strength: float) -> Floats:
    return 1 + 0.2 * 15**strength * np.linspace(1 / days, 1, days)


def _deleted(days: int, strength: float) -> Floats:
    return np.zeros(days)


def _new(days: int, strength: float) -> Floats:
    return np.full(days, 0.08 * 20**strength)


def _forgotten(days: int, strength: float) -> Floats:
    return np.full(days, 0.05 * 20**strength)


def _moved(days: int, strength: float) -> Floats:
    return np.full(days, 0.85 - 0.8 * strength)


def _price(days: int, strength: float) -> Floats:
    """Up where the strength is over a half, else down."""
    up, size = strength > 0.5, 2 * abs(strength - 0.5)
    return np.full(days, 1 + 0.05 * 12**size if up else 1 - 0.05 * 10**size)


KINDS = {
    "drop": Kind((1, 21), "part", _drop, "usage falls to {last:.0%}"),
    "spike": Kind((1, 21), "part", _spike, "{last:.2g} times the usage"),
    "slow_leak": Kind((5, 21), "part", _leak, "usage climbs to {last:.2g} times the usual"),
    "new_service": Kind((5, 21), "new", _new, "a service that was not there, {last:.0%} of the customer's cost"),
    "forgotten_cluster": Kind((14, 42), "new", _forgotten, "a test cluster runs on, {last:.0%} of the customer's cost"),
    "deleted_resource": Kind((2, 21), "line", _deleted, "a resource is gone"),
    "opposite_moves": Kind((2, 21), "pair", _moved, "one falls to {last:.0%}, another rises by as much money"),
    "price_change": Kind((7, 21), "meter", _price, "the price is {last:.2f} times the usual", usual=1),
}


def deck(number: int, random: np.random.Generator) -> list[str]:
    """So many kinds, each about as often as is usual; those that concern everyone first."""
    cards = [kind for kind, about in KINDS.items() for _ in range(about.usual)]
    dealt = [str(kind) for _ in range(0, number, len(cards)) for kind in random.permutation(cards)][:number]
    return sorted(dealt, key=lambda kind: KINDS[kind].place != "meter")
