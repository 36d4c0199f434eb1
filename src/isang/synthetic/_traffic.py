"""The usual traffic of a server farm: what each server counts in each slot of five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from isang.words.frame import Floats

DAY = 288  # slots
REQUEST, SUCCESS, FAIL, SESSION = range(4)

Bumps = tuple[tuple[float, float, float], ...]  # hour of the peak, its height, its width in hours

_NIGHT = 0.06  # what is left at the quietest hour
_YEARLY_GROWTH, _WINTER, _FREE_DAYS_BEGIN = 1.22, 0.05, 24
_DAYS_DIFFER, _MOMENTS_DIFFER, _MOMENTS_KEEP = 0.03, 0.05, 0.9  # of the logarithm of the load
_GAMMA, _FAIL_GAMMA = 300.0, 0.3  # shapes: the smaller, the more a rate varies about its mean
_SHARES_DIFFER, _SHARE_WANDERS, _SHARE_KEEPS = (0.8, 1.2), 0.015, 0.995


@dataclass(frozen=True)
class _Function:
    """What the servers of one function do.

    `requests` of a server in a slot at the evening peak, `fails` the share of them that fails, `stay` how many slots a
    session lasts. `follows` tells how strongly, and `lag` how many slots later, what people do at the moment shows.
    """

    requests: float
    fails: float
    stay: float
    follows: float
    lag: int
    work_day: Bumps
    free_day: Bumps


_FUNCTIONS = {
    "INFO": _Function(
        *(140, 1.5e-3, 3, 0.5, 0),
        ((10.5, 0.8, 2.0), (15, 0.7, 2.5), (20.5, 0.6, 2.0)),
        ((14, 0.5, 3.5), (20, 0.6, 2.5)),
    ),
    "LOGIN": _Function(
        *(700, 6e-4, 4, 1.0, 0),
        ((7.8, 0.5, 1.0), (12.4, 0.5, 1.1), (19.8, 1.0, 2.2)),
        ((10.5, 0.5, 1.8), (14.5, 0.5, 2.5), (19.8, 1.1, 2.5)),
    ),
    "MENU": _Function(
        *(3400, 1e-4, 6, 0.9, 1),
        ((8.0, 0.3, 1.1), (12.6, 0.4, 1.2), (20.5, 1.0, 2.2)),
        ((10.8, 0.5, 2.0), (15, 0.6, 2.6), (20.3, 1.1, 2.5)),
    ),
    "STREAM": _Function(
        *(1300, 2e-4, 12, 0.8, 3),
        ((13, 0.2, 1.8), (21.7, 1.0, 1.9)),
        ((11.5, 0.4, 2.0), (15.5, 0.7, 2.8), (21.4, 1.2, 2.4)),
    ),
}
FUNCTIONS = tuple(_FUNCTIONS)
_LONGEST_LAG = max(function.lag for function in _FUNCTIONS.values())


def usual_counters(first: date, days: int, servers: Mapping[str, int], random: np.random.Generator) -> Floats:
    """(servers, slots, 4): request, success, fail and session of each server, function by function.

    Counts vary more than Poisson's; what people do at the moment shows in LOGIN, five minutes later in MENU, and a
    quarter of an hour later in STREAM. A session counts what succeeded until its time is over.
    """
    moments = _wander(days * DAY + _LONGEST_LAG, 1, _MOMENTS_KEEP, random)[:, 0]
    free, growing = _free(first, days), _growing(first, days, random)
    loads = []
    for name, number in servers.items():
        function = _FUNCTIONS[name]
        since = _LONGEST_LAG - function.lag
        follows = np.exp(_MOMENTS_DIFFER * function.follows * moments[since : since + days * DAY])
        loads.append(_counted(function, number, _course(function, free) * growing * follows, random))
    return np.concatenate(loads)


def _free(first: date, days: int) -> Floats:
    """(slots,) 1 on weekends and Korea's public holidays, else 0; the night between them is a bit of both."""
    from holidays import country_holidays  # takes a moment to load

    dates = [first + timedelta(days=day) for day in range(days)]
    public = country_holidays("KR", years=range(first.year, dates[-1].year + 1))
    free = np.repeat([float(day.weekday() >= 5 or day in public) for day in dates], DAY)
    return _fading(free[:, None], _FREE_DAYS_BEGIN)[:, 0]


def _growing(first: date, days: int, random: np.random.Generator) -> Floats:
    """(slots,) the growth, more in winter, and that no two days are alike."""
    day = np.arange(days * DAY) / DAY
    winter = 1 + _WINTER * np.cos(2 * np.pi * (first.timetuple().tm_yday + day - 15) / 365.25)
    alike = np.repeat(np.exp(_DAYS_DIFFER * random.standard_normal(days)), DAY)
    return np.asarray(_YEARLY_GROWTH ** (day / 365) * winter * alike)


def _course(function: _Function, free: Floats) -> Floats:
    """(slots,) the course of the day, mixed of that of working and of free days."""
    days = len(free) // DAY
    work, rest = (np.tile(_day(bumps), days) for bumps in (function.work_day, function.free_day))
    return np.asarray((1 - free) * work + free * rest)


def _day(bumps: Bumps) -> Floats:
    hours = np.arange(DAY) * 24 / DAY
    course = np.full(DAY, _NIGHT)
    for peak, height, width in bumps:
        apart = (hours - peak + 12) % 24 - 12
        course += height * np.exp(-0.5 * (apart / width) ** 2)
    return course


def _counted(function: _Function, servers: int, load: Floats, random: np.random.Generator) -> Floats:
    """(servers, slots, 4) what servers of one function count under this load."""
    size = (len(load), servers)
    share = random.uniform(*_SHARES_DIFFER, servers) * np.exp(_SHARE_WANDERS * _wander(*size, _SHARE_KEEPS, random))
    rate = function.requests * load[:, None] * share
    request = random.poisson(rate * random.gamma(_GAMMA, 1 / _GAMMA, size))
    fails = np.minimum(function.fails * random.gamma(_FAIL_GAMMA, 1 / _FAIL_GAMMA, size), 1)
    fail = random.binomial(request, fails)
    session = np.rint(function.stay * _fading((request - fail).astype(np.float64), function.stay))
    return np.stack([request, request - fail, fail, session], axis=2).swapaxes(0, 1).astype(np.float64)


def _wander(rows: int, columns: int, keep: float, random: np.random.Generator) -> Floats:
    """(rows, columns) courses that keep this share of a deviation in the next row, of spread 1."""
    size = np.sqrt((1 + keep) / (1 - keep))
    steps = size * random.standard_normal((rows, columns))
    steps[0] /= size
    return _fading(steps, 1 / (1 - keep))


def _fading(values: Floats, rows: float) -> Floats:
    """Means of what was before, of which a row counts the less the older it is: `rows` on the mean."""
    means = pl.DataFrame(values).select(pl.all().ewm_mean(alpha=1 / rows, adjust=False))
    return means.to_numpy().astype(np.float64, copy=False)
