"""When a service starts, and when it writes nothing: while it starts, and while it is silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from isang.synthetic._log_incidents import Incident
from isang.synthetic._log_lines import Lines, Sessions, written
from isang.synthetic._log_load import DAY, MINUTE, SECOND, Load
from isang.synthetic._log_service import Service
from isang.synthetic._log_slots import Numbers
from isang.words.frame import Integers

_DEPLOYED = 1, 330 * MINUTE  # Tuesday, half past five in the morning


@dataclass(frozen=True)
class Gaps:
    """(g,) stretches without a line, first and last ms included, apart from each other and in order.

    `incident` is that of a silence, -1 of a start.
    """

    first: Integers
    last: Integers
    incident: Integers

    def of(self, time: Integers) -> Integers:
        """(n,) the gap that each moment lies in, -1 outside."""
        at = np.searchsorted(self.first, time, side="right") - 1
        return np.where((at >= 0) & (time <= self.last[at]), at, -1)


def starts(service: Service, load: Load, happened: Mapping[int, Incident], number: Numbers) -> Lines:
    """The lines of all starts: at first, once a week, and in a loop of them. `number` (1,) is that of the first."""
    moments = [(moment, -1) for moment in _deployed(load) if not _near(moment, happened)]
    for at, one in happened.items():
        if one.kind == "restart_loop":
            moments += [(int(moment), at) for moment in np.linspace(one.begin, one.end - 1, int(one.size))]
    moments.sort()
    start, incident = np.array(moments, dtype=np.int64).reshape(-1, 2).T
    ones = np.ones(len(start))
    flow, thread = np.full(len(start), service.start), np.zeros(len(start), dtype=np.int64)
    numbers = np.asarray(number + np.arange(len(start), dtype=np.uint64), dtype=np.uint64)
    sessions = Sessions(start, flow, thread, numbers, ones, incident)
    return written(sessions, service.flows, service.pauses, np.zeros(1, dtype=np.int64))


def gaps(lines: Lines, happened: Mapping[int, Incident]) -> Gaps:
    """Where nothing else is written than these lines of starts, or nothing at all."""
    begins = np.flatnonzero(lines.step == 0)
    ends = np.append(begins[1:], len(lines.time)) - 1
    found = [(first, last, -1) for first, last in zip(lines.time[begins], lines.time[ends], strict=True)]
    found += [(one.begin, one.end - 1, at) for at, one in happened.items() if one.kind == "silent_service"]
    return Gaps(*np.array(sorted(found), dtype=np.int64).reshape(-1, 3).T)


def _deployed(load: Load) -> Iterator[int]:
    """The first moment, and once in each week."""
    first, stop = int(load.time[0]), int(load.time[-1])
    yield first
    weekday, hour = _DEPLOYED
    days = (weekday - datetime.fromtimestamp(first / SECOND, UTC).weekday()) % 7
    yield from range(first + days * DAY + hour, stop - MINUTE, 7 * DAY)


def _near(moment: int, happened: Mapping[int, Incident]) -> bool:
    """Nobody deploys while something happens."""
    return any(one.begin - MINUTE <= moment <= one.end + MINUTE for one in happened.values())
