"""Who is on a bill, and what each uses: customers, and the lines of their usage."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from isang.synthetic._meters import METERS, REGIONS
from isang.words.frame import Flags, Floats, Integers

SUBSCRIPTIONS = ("prod", "dev", "test", "data")

_USUAL_SIZE, _SIZES_DIFFER = 25.0, 1.9  # money a day, and of its logarithm: one in 1000 has 350 times the usual
_GROWTH, _GROWTHS_DIFFER = 0.12, 0.35  # of the logarithm, a year
_CONSUMER, _JOINS_LATER, _COMMITS, _COMMITTED = 0.3, 0.03, 0.3, 0.7
_DISCOUNTS = (0.0, 0.0, 0.0, 0.05, 0.12)
_LINES, _LINES_GROW = 2.9, 0.25
_AT_HOME, _SHARES = 0.85, 0.8


@dataclass(frozen=True)
class Customers:
    """Arrays of (customers,).

    Money a day at the beginning, growth a year (of its logarithm), whether it lives at weekends, the day on which it
    joins, and its discount.
    """

    size: Floats
    growth: Floats
    consumer: Flags
    joins: Integers
    discount: Floats


@dataclass(frozen=True)
class Lines:
    """Arrays of (lines,); those of a customer stand together.

    The numbers of its customer, subscription, meter and region, its share of the customer's money, and whether a
    commitment covers it.
    """

    customer: Integers
    subscription: Integers
    meter: Integers
    region: Integers
    share: Floats
    committed: Flags

    def __len__(self) -> int:
        return len(self.customer)

    def and_then(self, more: Lines) -> Lines:
        """These, and more behind them."""
        return Lines(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in _NAMES))

    def at(self, places: Integers) -> Lines:
        """Those at some places, in that order."""
        return Lines(*(getattr(self, name)[places] for name in _NAMES))


_NAMES = tuple(field.name for field in fields(Lines))


def customers(number: int, days: int, random: np.random.Generator) -> Customers:
    """So many, most of them tiny and a few huge; some join later, nobody leaves."""
    later = random.random(number) < _JOINS_LATER
    return Customers(
        size=_USUAL_SIZE * np.exp(_SIZES_DIFFER * random.standard_normal(number)),
        growth=random.normal(_GROWTH, _GROWTHS_DIFFER, number),
        consumer=random.random(number) < _CONSUMER,
        joins=np.where(later, random.integers(0, days, number), 0),
        discount=random.choice(_DISCOUNTS, number),
    )


def lines(who: Customers, random: np.random.Generator) -> Lines:
    """What they use, the more lines the larger they are; a customer has no line twice, but one under a commitment."""
    number = 1 + random.poisson(_LINES * (who.size / _USUAL_SIZE) ** _LINES_GROW)
    customer = np.repeat(np.arange(len(number)), number)
    common = np.array([meter.common for meter in METERS])
    meter = random.choice(len(METERS), len(customer), p=common / common.sum())
    subscription = random.integers(0, np.minimum(1 + number // 2, len(SUBSCRIPTIONS))[customer])
    home = random.integers(0, len(REGIONS), len(number))[customer]
    region = np.where(random.random(len(customer)) < _AT_HOME, home, random.integers(0, len(REGIONS), len(customer)))
    share = random.gamma(_SHARES, 1, len(customer)) + 0.02
    drawn = Lines(customer, subscription, meter, region, share, np.zeros(len(customer), dtype=np.bool_))
    own = np.unique(np.stack([customer, subscription, meter, region]), axis=1, return_index=True)[1]
    return _shared(_committed(drawn.at(own), random))


def _committed(drawn: Lines, random: np.random.Generator) -> Lines:
    """With a line under a commitment beside some of those of virtual machines."""
    machines = np.array([meter.service == "Virtual Machines" for meter in METERS])[drawn.meter]
    covered = drawn.at(np.flatnonzero(machines & (random.random(len(drawn)) < _COMMITS)))
    both = drawn.and_then(replace(covered, share=covered.share * _COMMITTED, committed=~covered.committed))
    return both.at(np.argsort(both.customer, kind="stable"))


def _shared(some: Lines) -> Lines:
    """With the shares of a customer adding up to 1."""
    whole = np.bincount(some.customer, some.share)[some.customer]
    return replace(some, share=some.share / whole)
