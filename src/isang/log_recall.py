"""What a model remembers of logs, in the numbers of the logs that it judges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isang.errors import InputError
from isang.log_memory import LogMemory
from isang.log_order import Taught
from isang.log_records import LogRecords
from isang.log_sessions import Met
from isang.logs.before import ANYTHING, Before
from isang.logs.order import NEVER
from isang.logs.renumbering import NONE, Renumbering
from isang.logs.templates import Templates
from isang.logs.usual import Usual
from isang.words.frame import Integers


@dataclass(frozen=True)
class Recalled:
    """A memory in the numbers of the logs that it judges: logs, templates, kinds.

    `before` came before the slot with number `behind` since 1970. `heard` (templates,) are the numbers that its
    detectors know them by, from `known` on those that they do not know; `texts` the words under which it knows some.
    """

    usual: Usual
    bursts: NDArray[np.float64]
    before: Before
    behind: int
    taught: Taught | None
    met: Met | None
    known: int
    heard: Integers
    texts: dict[int, str]
    logs: list[str]


def recall(memory: LogMemory, records: LogRecords) -> Recalled:
    """InputError where several logs came and the memory is of one, which has no name for them."""
    logs = _logs(memory, [Path(one).parts for one in records.series])
    before = memory.restored()
    numbers = _numbers(memory, before, logs, records)
    there, bursts = numbers.log != NONE, np.full(len(logs), ANYTHING)
    bursts[numbers.log[there]] = memory.bursts[there]
    heard = np.full(len(records.templates), len(before))  # the number of all that it never heard of
    heard[numbers.template[::-1]] = np.arange(len(before))[::-1]
    texts = zip(numbers.template[::-1].tolist(), [one.text for one in reversed(list(before))], strict=True)
    known, limits = np.arange(len(before) + 1) < len(before), np.append(memory.limits, NEVER)
    taught = Taught(memory.order, known, limits) if memory.order else None
    usual, past = memory.usual.renumbered(numbers), memory.before.renumbered(numbers)
    met = Met(memory.sessions, memory.farthest) if memory.sessions else None
    return Recalled(usual, bursts, past, memory.behind, taught, met, len(before), heard, dict(texts), logs)


def _numbers(memory: LogMemory, before: Templates, logs: list[str], records: LogRecords) -> Renumbering:
    place = {name: number for number, name in enumerate(logs)}
    return Renumbering(
        log=np.array([place.get(name, NONE) for name in memory.logs]),
        logs=len(logs),
        template=records.templates.numbers(np.arange(len(before))),
        exceptions=(len(memory.exceptions), len(records.exceptions)),
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
