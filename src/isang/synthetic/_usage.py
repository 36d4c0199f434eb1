"""How much of everything is used each day, as long as nothing happens."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from isang.synthetic._customers import Customers, Lines
from isang.synthetic._meters import METERS
from isang.words.frame import Flags, Floats

RIPENING_DAYS = 2
_RIPE = ((0.75, 1.0), (0.1, 0.6))  # the least and the most that is known of the last day but one, and of the last

_BUSINESS_REST, _CONSUMER_REST = 0.5, 1.35  # what a day off leaves of usage that follows the week wholly
_CUSTOMERS_STRAY = 0.03
_LINES_KEEP, _CUSTOMERS_KEEP, _BATCHES_KEEP = 0.8, 0.9, 0.7  # what is left of a deviation on the next day
_BATCHES_BEGIN, _BATCHES_RUN = 0.4, 0.345  # in spreads; the share of days on which a standard normal is over that
_MONTH_DAYS = 30.4
_UNITS = 6  # decimals of a quantity


def usual_usage(who: Customers, lines: Lines, dates: list[date], random: np.random.Generator) -> Floats:
    """(lines, days) quantities in the units of their meters; the last two days are not complete yet."""
    size = (len(lines), len(dates))
    noise = np.array([meter.noise for meter in METERS])[lines.meter][:, None]
    used = noise * (_wander(size, _LINES_KEEP, random) + random.standard_normal(size) / 2)
    used += (_CUSTOMERS_STRAY * _wander((len(who.size), size[1]), _CUSTOMERS_KEEP, random))[lines.customer]
    used += (who.growth[:, None] * (np.arange(size[1]) / 365))[lines.customer]
    np.exp(used, out=used)
    used *= _course(who, lines, dates)
    used[lines.committed] = 1
    price = np.array([meter.price for meter in METERS])
    used *= (who.size[lines.customer] * lines.share / price[lines.meter])[:, None]
    used *= _rhythm(lines, dates, random)
    used[np.arange(size[1]) < who.joins[lines.customer][:, None]] = 0
    for back, known in zip(range(RIPENING_DAYS, 0, -1), _RIPE, strict=True):
        used[:, -back] *= random.uniform(*known, len(lines))
    return np.round(used, _UNITS, out=used)


def _course(who: Customers, lines: Lines, dates: list[date]) -> Floats:
    """(lines, days) how weeks, holidays and the ends of months go by for a line."""
    off = _days_off(dates).astype(np.float64)
    rest = np.where(who.consumer, _CONSUMER_REST, _BUSINESS_REST)[lines.customer]
    week = np.array([meter.week for meter in METERS])[lines.meter]
    closing = np.array([meter.closing for meter in METERS])[lines.meter]
    course = 1 + np.outer(week * (rest - 1), off)
    course *= 1 + np.outer(closing, [(day + timedelta(2)).day <= 3 for day in dates])
    return course


def _days_off(dates: list[date]) -> Flags:
    """(days,) weekends and Korea's public holidays."""
    from holidays import country_holidays  # takes a moment to load

    public = country_holidays("KR", years=range(dates[0].year, dates[-1].year + 1))
    return np.array([day.weekday() >= 5 or day in public for day in dates])


def _rhythm(lines: Lines, dates: list[date], random: np.random.Generator) -> Floats:
    """(lines, days) 1 for what is used every day; what comes now and then comes all the more."""
    rhythm = np.ones((len(lines), len(dates)))
    kinds = np.array([meter.rhythm for meter in METERS])[lines.meter]
    monthly, batch = kinds == "monthly", kinds == "batch"
    rhythm[monthly] = [_MONTH_DAYS * (day.day == 1) for day in dates]
    runs = _wander((int(batch.sum()), len(dates)), _BATCHES_KEEP, random) > _BATCHES_BEGIN
    rhythm[batch] = runs / _BATCHES_RUN
    return rhythm


def _wander(size: tuple[int, int], keep: float, random: np.random.Generator) -> Floats:
    """(rows, days) courses of spread 1 that keep this share of a deviation on the next day."""
    from scipy.signal import lfilter  # takes a moment to load

    steps = random.standard_normal(size)
    steps[:, 1:] *= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], steps, axis=1))
