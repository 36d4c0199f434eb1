"""When incidents happen to a farm of servers, and to which of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from isang.synthetic._mishaps import MISHAPS
from isang.synthetic._traffic import DAY
from isang.synthetic.base import Event
from isang.words.frame import Floats

Farm = Mapping[str, range]  # function → the numbers of its servers

# So many incidents in a row hold each kind twice, but what was announced once.
_DECK = (*MISHAPS, *(name for name, mishap in MISHAPS.items() if mishap.kind == "anomaly"))


@dataclass(frozen=True)
class Incident:
    """One of a kind, on these servers, in the slots from `first` to `last`, both included."""

    kind: str
    servers: tuple[int, ...]
    first: int
    last: int


def incidents(farm: Farm, slots: range, a_year: float, random: np.random.Generator) -> Iterator[Incident]:
    """So many a year, each in a part of the slots of its own; ValueError where a part has too few."""
    number = round(a_year * len(slots) / (365 * DAY))
    parts = np.linspace(slots.start, slots.stop, number + 1).astype(np.int64).tolist()
    kinds = [str(kind) for _ in range(0, number, len(_DECK)) for kind in random.permutation(_DECK)]
    for kind, begin, end in zip(kinds, parts, parts[1:], strict=False):
        lasts = min(int(random.integers(*MISHAPS[kind].slots, endpoint=True)), (end - begin) // 2)
        first = begin + int(random.integers(end - begin - lasts))
        yield Incident(kind, _concerned(kind, farm, random), first, first + lasts - 1)


def _concerned(kind: str, farm: Farm, random: np.random.Generator) -> tuple[int, ...]:
    mishap = MISHAPS[kind]
    if mishap.everywhere:
        return tuple(server for function in mishap.functions for server in farm[function])
    own = farm[mishap.functions[random.integers(len(mishap.functions))]]
    return tuple(own) if random.random() < mishap.whole else (own[random.integers(len(own))],)


def happen(values: Floats, one: Incident, random: np.random.Generator) -> list[Event]:
    """Change (servers, slots, 4) in place; an event for each server, in rows of the servers one after the other."""
    mishap, part = MISHAPS[one.kind], values[one.servers, one.first : one.last + 1]
    column, note = mishap.change(part, random.random(), random)
    values[one.servers, one.first : one.last + 1] = part
    told = f"{one.kind.replace('_', ' ')}: {note}"
    before = [server * values.shape[1] for server in one.servers]
    return [Event(rows + one.first, rows + one.last, one.kind, column, None, told, mishap.kind) for rows in before]
