"""When incidents happen to services, and how strong they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from isang.synthetic._log_load import MINUTE, Load

_LEAST = 12  # requests that are due while an incident lasts


@dataclass(frozen=True)
class Kind:
    """How long a kind of incident lasts in minutes, how large the weakest and the strongest are, and how it is told."""

    minutes: tuple[float, float]
    sizes: tuple[float, float]
    told: str


KINDS = {
    "error_burst": Kind((5, 30), (2, 60), "{size:.0f}% of the requests fail"),
    "new_exception": Kind((10, 60), (1, 60), "{size:.0f} requests end in an exception that was never seen"),
    "missing_event": Kind((10, 60), (1, 40), "{size:.0f} requests lack a step"),
    "wrong_order": Kind((10, 60), (1, 40), "{size:.0f} requests take two steps in the wrong order"),
    "slow_response": Kind((10, 60), (1.5, 18), "requests of one kind take {size:.1f} times as long"),
    "restart_loop": Kind((2, 25), (2, 16), "{size:.0f} starts in a row"),
    "silent_service": Kind((1.5, 60), (1.5, 60), "not a line for {size:.0f} minutes"),
    "retry_storm": Kind((5, 30), (5, 80), "{size:.0f}% of the requests try again and again"),
}


@dataclass(frozen=True)
class Incident:
    """One of a kind, of a service, from `begin` to before `end` in ms since 1970; how large it is, and what it is of.

    `template` is what shows it, -1 where nothing does.
    """

    kind: str
    service: int
    begin: int
    end: int
    size: float
    template: int = -1


def incidents(
    load: Load, requests: Sequence[float], number: int, clean_share: float, random: np.random.Generator
) -> Iterator[Incident]:
    """So many, each in a part of the load of its own; `requests` is how many each service has in all.

    ValueError where a part has too few of them.
    """
    parts = np.linspace(clean_share, 1, number + 1)
    for at, kind in enumerate(_deck(number, random)):
        service = int(random.integers(len(requests)))
        least, room = _LEAST / requests[service], parts[1] - parts[0]
        if 2 * least > room:
            raise ValueError(f"too few lines for {number} incidents; {2 * least / room:.1f} times as many are needed.")
        strength, begins = random.random(), float(parts[at] + random.random() * (room - 2 * least))
        (short, long), (small, large) = KINDS[kind].minutes, KINDS[kind].sizes
        begin = int(load.moment(begins))
        lasts = int(MINUTE * short * (long / short) ** strength)
        last = min(max(begin + lasts, int(load.moment(begins + least))), int(load.moment(parts[at + 1])))
        size = small * (large / small) ** strength
        if kind == "silent_service":
            size = (last - begin) / MINUTE
        yield Incident(kind, service, begin, last, round(size) if kind == "restart_loop" else size)


def _deck(number: int, random: np.random.Generator) -> list[str]:
    return [str(kind) for _ in range(0, number, len(KINDS)) for kind in random.permutation(list(KINDS))][:number]
