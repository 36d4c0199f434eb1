"""What stands on a bill beside usage: purchases of commitments, taxes, credits and corrections."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from isang.synthetic._bill_changes import Books
from isang.synthetic._customers import Customers
from isang.synthetic._meters import COMMITTED_PRICE, METERS
from isang.words.frame import Floats, Integers

USAGE, PURCHASE, TAX, CREDIT, ADJUSTMENT = range(5)
CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")

_TAX, _CREDIT = 0.10, 0.05  # of the month before
_HAVE_CREDIT, _GO_BACK, _GOES_BACK = 0.12, 0.03, (0.02, 0.2)
_TAX_DAY, _BACK_DAY, _CREDIT_DAY = 1, 5, 10


@dataclass(frozen=True)
class Charges:
    """Arrays of (charges,).

    The numbers of its line, day and category, whether it corrects an earlier month (1 or 0), its quantity and price
    (NaN where it has none), and its costs.
    """

    line: Integers
    day: Integers
    category: Integers
    corrects: Integers
    quantity: Floats
    unit_price: Floats
    listed: Floats
    contracted: Floats
    billed: Floats
    effective: Floats

    def at(self, places: Integers) -> Charges:
        """Those at some places, in that order."""
        return Charges(*(getattr(self, field.name)[places] for field in fields(self)))


def charges(who: Customers, on: Books, dates: list[date], random: np.random.Generator) -> Charges:
    """All that is charged, in the order of days."""
    usage = _usage(who, on)
    others = [_purchases(who, on, dates), *_after_months(who, usage, on, dates, random)]
    names = [field.name for field in fields(Charges)]
    every = Charges(*(np.concatenate([getattr(some, name) for some in (usage, *others)]) for name in names))
    return every.at(np.argsort(every.day, kind="stable"))


def _usage(who: Customers, on: Books) -> Charges:
    """What is used; what a commitment covers costs nothing on the invoice."""
    day, line = np.nonzero(on.used.T)
    quantity = on.used[line, day]
    meter, committed = on.lines.meter[line], on.lines.committed[line]
    unit_price = _list_price(meter) * np.where(committed, 1.0, on.prices[meter, day])
    listed = quantity * unit_price
    contracted = listed * (1 - who.discount[on.lines.customer[line]])
    effective = np.where(committed, listed * COMMITTED_PRICE, contracted)
    billed = np.where(committed, 0.0, contracted)
    nothing = np.zeros(len(line), dtype=np.int64)
    return Charges(line, day, nothing, nothing, quantity, unit_price, listed, contracted, billed, effective)


def _purchases(who: Customers, on: Books, dates: list[date]) -> Charges:
    """Commitments are paid for on the first of a month, for all its days."""
    lines, firsts = np.flatnonzero(on.lines.committed), _days_like(dates, 1)
    line, day = np.repeat(lines, len(firsts)), np.tile(firsts, len(lines))
    there = who.joins[on.lines.customer[line]] <= day
    line, day = line[there], day[there]
    quantity = on.used.max(axis=1)[line] * _month_days(dates)[day]
    billed = quantity * _list_price(on.lines.meter[line]) * COMMITTED_PRICE
    return _beside(line, day, PURCHASE, billed, np.zeros(len(line)), quantity)


def _after_months(
    who: Customers, usage: Charges, on: Books, dates: list[date], random: np.random.Generator
) -> list[Charges]:
    """What a month brings in the next one: taxes, credits for some, and now and then a refund or a correction."""
    month = np.array([day.year * 12 + day.month for day in dates])
    month -= month[0]
    size = len(who.size), int(month[-1]) + 1
    whose_and_when = on.lines.customer[usage.line] * size[1] + month[usage.day]
    cost = np.bincount(whose_and_when, usage.billed, size[0] * size[1]).astype(np.float64).reshape(size)
    credit = np.where(random.random(size[0]) < _HAVE_CREDIT, _CREDIT, 0.0)[:, None] * cost
    back = cost * random.uniform(*_GOES_BACK, size) * (random.random(size) < _GO_BACK)
    refund = random.random(size) < 0.5
    amounts = (
        (TAX, _TAX_DAY, _TAX * cost),
        (CREDIT, _CREDIT_DAY, -credit),
        (ADJUSTMENT, _BACK_DAY, -back * refund),
        (USAGE, _BACK_DAY, -back * ~refund),
    )
    return [_posted(on, category, _days_like(dates, day), month, amount) for category, day, amount in amounts]


def _posted(on: Books, category: int, days: Integers, month: Integers, amount: Floats) -> Charges:
    """A charge of each customer on these days for the month before (customers, months), where it comes to anything."""
    days = days[month[days] > 0]
    owed = np.round(amount[:, month[days] - 1], 2)
    whose, at = np.nonzero(owed)
    line = np.unique(on.lines.customer, return_index=True)[1][whose]
    return _beside(line, days[at], category, owed[whose, at], owed[whose, at])


def _beside(
    line: Integers, day: Integers, category: int, billed: Floats, effective: Floats, quantity: Floats | None = None
) -> Charges:
    """Charges of one category; only what has a quantity has a price."""
    used = np.full(len(line), np.nan) if quantity is None else quantity
    categories = np.full(len(line), category)
    corrects = np.isin(categories, (USAGE, ADJUSTMENT)).astype(np.int64)
    return Charges(line, day, categories, corrects, used, billed / used, billed, billed, billed, effective)


def _days_like(dates: list[date], day: int) -> Integers:
    return np.array([at for at, one in enumerate(dates) if one.day == day], dtype=np.int64)


def _month_days(dates: list[date]) -> Integers:
    """(days,) how many days the month of each has."""
    return np.array([monthrange(day.year, day.month)[1] for day in dates])


def _list_price(meter: Integers) -> Floats:
    return np.array([one.price for one in METERS])[meter]
