"""What a model remembers of the logs that it learnt from, under the numbers that later logs give their lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isang.detectors.base import Detector
from isang.errors import InputError
from isang.log_order import Taught
from isang.log_records import LogRecords
from isang.log_sessions import Met
from isang.logs.order import NEVER
from isang.logs.templates import Templates
from isang.logs.usual import Usual
from isang.words.frame import Integers

_FARTHEST = 3.0  # of a session: `detectors.log_sessions`


@dataclass(frozen=True, eq=False)
class LogMemory:
    """What is usual of the kinds of lines of some logs, and of their order; `templates` is their state as JSON.

    The number of a kind is that of its template times how many `exceptions` there are, plus that of its exception.
    `bursts` (logs,) are the dispersions of whole logs. `order` judges the order of lines, and `limits` (templates,) say
    from which bin of its scores on they are odd; None and empty where no thread or session taught any. Whole sessions
    are strange that score more than `farthest` by `sessions`; None where too few taught what they are like.
    """

    step_us: int
    templates: str
    exceptions: list[str]
    logs: list[str]
    usual: Usual
    bursts: NDArray[np.float64]
    limits: NDArray[np.int16]
    order: Detector | None
    sessions: Detector | None
    farthest: float

    def __post_init__(self) -> None:
        templates = len(self.restored())
        if self.step_us < 1 or not self.exceptions or self.exceptions[0]:
            raise ValueError("a memory of logs has a step, and no exception as its first.")
        if not self.bursts.shape == self.usual.totals.shape == (len(self.logs),):
            raise ValueError("the logs of a memory are not all of one number.")
        kind, kinds = self.usual.kind, templates * len(self.exceptions)
        if self.limits.shape != (templates if self.order else 0,) or np.any((kind < 0) | (kind >= kinds)):
            raise ValueError("the kinds of a memory are not those of its templates.")
        if self.sessions and (self.sessions.n_features_in_ != templates + 1 or not 0 <= self.farthest <= _FARTHEST):
            raise ValueError("the sessions of a memory are not those of its templates.")

    def restored(self) -> Templates:
        """The templates as they were; ModelError for what are none."""
        return Templates.from_state(json.loads(self.templates))


@dataclass(frozen=True)
class Recalled:
    """A memory in the numbers of the logs that it judges: logs, templates, kinds.

    `heard` (templates,) are the numbers that its detectors know them by, from `known` on those that they do not know;
    `texts` are the words under which it knows some.
    """

    usual: Usual
    bursts: NDArray[np.float64]
    taught: Taught | None
    met: Met | None
    known: int
    heard: Integers
    texts: dict[int, str]
    logs: list[str]


def recall(memory: LogMemory, records: LogRecords) -> Recalled:
    """InputError where several logs came and the memory is of one, which has no name for them."""
    logs = _logs(memory, [Path(one).parts for one in records.series])
    before, exceptions = memory.restored(), len(records.exceptions)
    now = records.templates.numbers(np.arange(len(before)))
    heard = np.full(len(records.templates), len(before))  # the number of all that it never heard of
    heard[now[::-1]] = np.arange(len(before))[::-1]
    usual = memory.usual
    kind = now[usual.kind // len(memory.exceptions)] * exceptions + usual.kind % len(memory.exceptions)
    place = {name: number for number, name in enumerate(logs)}
    log = np.array([place.get(name, -1) for name in memory.logs])
    totals, bursts = np.zeros(len(logs)), np.ones(len(logs))
    totals[log[log >= 0]], bursts[log[log >= 0]] = usual.totals[log >= 0], memory.bursts[log >= 0]
    return Recalled(
        replace(usual, log=log[usual.log], kind=kind, totals=totals).merged(),
        bursts,
        Taught(memory.order, np.arange(len(before) + 1) < len(before), np.append(memory.limits, NEVER))
        if memory.order
        else None,
        Met(memory.sessions, memory.farthest) if memory.sessions else None,
        len(before),
        heard,
        {int(number): template.text for number, template in zip(now[::-1], reversed(list(before)), strict=True)},
        logs,
    )


def _logs(memory: LogMemory, paths: list[tuple[str, ...]]) -> list[str]:
    """What the model calls each log; one that it does not know keeps its path."""
    if len(memory.logs) == 1:
        if len(paths) > 1:
            raise InputError(f"{len(paths)} logs came and the model knows one: name that one, or learn anew from all.")
        return list(memory.logs)
    free = sorted(memory.logs, key=len, reverse=True)
    found = []
    for parts in paths:
        name = next((one for one in free if parts[-len(Path(one).parts) :] == Path(one).parts), "/".join(parts))
        found.append(name)
        free = [one for one in free if one != name]
    return found
