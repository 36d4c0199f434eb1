"""The demo's file: five weeks of a web shop's two servers, with five incidents in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from isang.synthetic.base import Event, Made, made
from isang.words.frame import Columns, Floats

_START = datetime(2026, 3, 2, tzinfo=UTC)
_SLOT_S = 300
_DAY = 86_400 // _SLOT_S
_ROWS = 35 * _DAY
_VALUES = ("requests", "latency_ms", "cpu_pct", "memory_mb", "errors")
_DIGITS = (0, 1, 1, 0, 0)
_SERVERS = {"web-1": 1200.0, "결제-서버": 300.0}

Change = Callable[[Floats, np.random.Generator], None]


@dataclass(frozen=True)
class _Incident:
    """What happened to one server from `start` (included) to `stop` (not included)."""

    server: str
    start: datetime
    stop: datetime
    fault: str
    column: str
    note: str
    change: Change


def demo(random_state: int = 0) -> Made:
    """Five weeks at 5 minutes of two servers, with a season of day and week, weekends and a nightly backup.

    Incidents: an outage, a slower release, a memory leak, a burst of errors and a silence (no rows). Some
    rows and cells are missing here and there without meaning anything.

    >>> demo().events["fault"].to_list()
    ['dip', 'spike', 'level_shift', 'drift', 'missing_block']
    """
    random = np.random.default_rng(random_state)
    values = {server: _server(level, random) for server, level in _SERVERS.items()}
    for incident in _INCIDENTS:
        incident.change(values[incident.server][_slot(incident.start) : _slot(incident.stop)], random)
    for server in _SERVERS:
        _lose(values[server], random)
    frame = pl.concat([_frame(server, part) for server, part in values.items()])
    return _as_exported(made(frame, Columns("time", ("server",), _VALUES), [_event(each) for each in _INCIDENTS]))


def _server(level: float, random: np.random.Generator) -> Floats:
    """One usual server: (rows, 5) in the order of `_VALUES`."""
    load = _load(random)
    requests = level * load * np.exp(0.04 * random.standard_normal(_ROWS))
    latency = 70 + 50 * load**2 + random.gamma(4, 2, _ROWS)
    backup = 18 * (np.arange(_ROWS) % _DAY // 4 == 6)
    cpu = 10 + 45 * load + backup + 1.5 * random.standard_normal(_ROWS)
    memory = 2100 + 260 * load + 12 * random.standard_normal(_ROWS)
    errors = random.poisson(0.003 * requests).astype(np.float64)
    return np.stack([requests, latency, cpu, memory, errors], axis=1)


def _load(random: np.random.Generator) -> Floats:
    """The load of each slot, about 1 on a working day's evening, less at night and at weekends."""
    day, hour = np.divmod(np.arange(_ROWS) * 24 / _DAY, 24)
    course = 0.55 - 0.33 * np.cos(2 * np.pi * (hour - 4) / 24) - 0.12 * np.cos(4 * np.pi * (hour - 1) / 24)
    weekend = np.where(day % 7 >= 5, 0.8, 1.0)
    of_the_day = 1 + 0.02 * random.standard_normal(_ROWS // _DAY)
    return np.asarray(course * weekend * np.repeat(of_the_day, _DAY))


def _outage(part: Floats, random: np.random.Generator) -> None:
    part[:, 0] *= 0.03
    part[:, 1] *= 6
    part[:, 2] *= 0.35
    part[:, 4] = random.poisson(140, len(part))


def _slower(part: Floats, random: np.random.Generator) -> None:
    part[:, 1] *= 1.7


def _leak(part: Floats, random: np.random.Generator) -> None:
    part[:, 3] += np.linspace(0, 1900, len(part))


def _errors(part: Floats, random: np.random.Generator) -> None:
    part[:, 4] += random.poisson(45, len(part))


def _silence(part: Floats, random: np.random.Generator) -> None:
    part[:] = np.nan


_INCIDENTS = (
    _Incident(
        "web-1",
        datetime(2026, 3, 11, 14, 10, tzinfo=UTC),
        datetime(2026, 3, 11, 14, 50, tzinfo=UTC),
        "dip",
        "requests",
        "outage: hardly any requests are answered",
        _outage,
    ),
    _Incident(
        "결제-서버",
        datetime(2026, 3, 15, 20, 30, tzinfo=UTC),
        datetime(2026, 3, 15, 20, 55, tzinfo=UTC),
        "spike",
        "errors",
        "burst of errors",
        _errors,
    ),
    _Incident(
        "web-1",
        datetime(2026, 3, 19, 10, 0, tzinfo=UTC),
        datetime(2026, 3, 20, 16, 0, tzinfo=UTC),
        "level_shift",
        "latency_ms",
        "slower since a release, until it was rolled back",
        _slower,
    ),
    _Incident(
        "결제-서버",
        datetime(2026, 3, 24, tzinfo=UTC),
        datetime(2026, 3, 27, 4, 0, tzinfo=UTC),
        "drift",
        "memory_mb",
        "memory leak, until the restart",
        _leak,
    ),
    _Incident(
        "web-1",
        datetime(2026, 3, 29, 3, 15, tzinfo=UTC),
        datetime(2026, 3, 29, 6, 10, tzinfo=UTC),
        "missing_block",
        "requests",
        "silence: no rows at all",
        _silence,
    ),
)


def _lose(values: Floats, random: np.random.Generator) -> None:
    """Lose a few whole rows and a few cells, as exporters do."""
    values[random.choice(_ROWS, 6, replace=False)] = np.nan
    values[random.choice(_ROWS, 40, replace=False), random.integers(0, len(_VALUES), 40)] = np.nan


def _slot(time: datetime) -> int:
    return int((time - _START).total_seconds()) // _SLOT_S


def _event(incident: _Incident) -> Event:
    offset = list(_SERVERS).index(incident.server) * _ROWS
    first, last = offset + _slot(incident.start), offset + _slot(incident.stop) - 1
    return Event(first, last, incident.fault, incident.column, None, incident.note)


def _frame(server: str, values: Floats) -> pl.DataFrame:
    stop = _START + timedelta(seconds=_SLOT_S * _ROWS)
    time = pl.datetime_range(_START, stop, interval=f"{_SLOT_S}s", closed="left", time_unit="us", eager=True)
    columns = {name: values[:, i].round(_DIGITS[i]) for i, name in enumerate(_VALUES)}
    return pl.DataFrame({"time": time, "server": [server] * _ROWS, **columns}).fill_nan(None)


def _as_exported(complete: Made) -> Made:
    """Without the rows that have no value at all, in the order of time."""
    empty = complete.frame.select(pl.all_horizontal(pl.col(_VALUES).is_null())).to_series().to_numpy()
    order = np.argsort(complete.frame["time"].to_numpy(), kind="stable")
    order = order[~empty[order]]
    return Made(complete.frame[order], complete.columns, complete.events, complete.truth[order])
