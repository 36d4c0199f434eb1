"""What happens to servers: seven kinds of incidents and the announced crowd, from hardly to be seen to obvious."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from isang.synthetic._traffic import DAY, FAIL, FUNCTIONS, REQUEST, SESSION, SUCCESS
from isang.synthetic.base import Kind
from isang.words.frame import Floats

# Changes (servers, rows, 4) in place, the more the nearer the strength, 0 to 1, is to 1; gives the column and a note.
Change = Callable[[Floats, float, np.random.Generator], tuple[str, str]]


@dataclass(frozen=True)
class Mishap:
    """A kind of incident: how many slots it lasts, and in which functions it may happen.

    `whole` is how often it concerns all servers of a function instead of one, `everywhere` whether it concerns all
    these functions at once, `kind` whether it was announced.
    """

    change: Change
    slots: tuple[int, int]
    functions: tuple[str, ...] = FUNCTIONS
    whole: float = 0.0
    everywhere: bool = False
    kind: Kind = "anomaly"


def _outage(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    left = 0.7 * (1 - strength)
    _ask(part, left)
    _fail(part, 0.3 * strength, random)
    part[..., SESSION] = np.rint(part[..., SESSION] * left)
    return "Request", f"{left:.0%} of the requests left"


def _failed_logins(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    share = 0.01 * 40**strength
    _ask(part, 1 + 0.4 * strength)
    _fail(part, share, random)
    return "Fail", f"{share:.0%} of the logins fail"


def _slow_degradation(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    left, share = 0.85 - 0.45 * strength, 0.002 * 25**strength
    climb = np.linspace(0, 1, part.shape[1])
    _ask(part, 1 - (1 - left) * climb)
    _fail(part, share * climb, random)
    return "Request", f"requests fall to {left:.0%}, {share:.1%} of them fail at the end"


def _session_leak(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    more = 0.2 * 15**strength
    usual = part[..., SESSION].mean(axis=1, keepdims=True)
    part[..., SESSION] += np.rint(more * usual * np.linspace(0, 1, part.shape[1]))
    return "Session", f"sessions that do not end, {more:.0%} more before the restart"


def _flash_crowd(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    times = 1.5 + 2 * strength
    crowd = 1 + (times - 1) * np.sin(np.linspace(0, np.pi, part.shape[1] + 2)[1:-1]) ** 0.5
    _ask(part, crowd)
    part[..., SESSION] = np.rint(part[..., SESSION] * crowd)
    return "Request", f"a match was announced, {times:.1f} times the requests"


def _stuck_counter(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    name, columns = _STUCK[random.integers(len(_STUCK))]
    part[..., columns] = part[:, :1, columns]
    return name, f"{name or 'every counter'} stands still"


def _lost_collector(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    part[:] = np.nan
    return "", "nothing was collected"


def _configuration_error(part: Floats, strength: float, random: np.random.Generator) -> tuple[str, str]:
    if random.random() < 0.5:
        share = 0.02 * 30**strength
        _fail(part, share, random)
        return "Fail", f"{share:.0%} of the requests fail"
    left = 0.8 - 0.6 * strength
    _ask(part, left)
    return "Request", f"{left:.0%} of the requests left"


_STUCK = (("", [REQUEST, SUCCESS, FAIL, SESSION]), ("Success", [SUCCESS]), ("Session", [SESSION]))

MISHAPS = {
    "outage": Mishap(_outage, (2, 24)),
    "failed_logins": Mishap(_failed_logins, (3, 36), ("LOGIN",)),
    "slow_degradation": Mishap(_slow_degradation, (DAY // 4, 2 * DAY)),
    "session_leak": Mishap(_session_leak, (DAY // 2, 3 * DAY)),
    "flash_crowd": Mishap(_flash_crowd, (12, 36), ("LOGIN", "MENU", "STREAM"), everywhere=True, kind="planned"),
    "stuck_counter": Mishap(_stuck_counter, (6, 72)),
    "lost_collector": Mishap(_lost_collector, (3, 48), whole=0.5),
    "configuration_error": Mishap(_configuration_error, (3, 48), whole=1.0),
}


def _ask(part: Floats, times: float | Floats) -> None:
    """So many times the requests (for each row), and no more failures than requests."""
    part[..., REQUEST] = np.rint(part[..., REQUEST] * times)
    part[..., FAIL] = np.minimum(part[..., FAIL], part[..., REQUEST])
    part[..., SUCCESS] = part[..., REQUEST] - part[..., FAIL]


def _fail(part: Floats, share: float | Floats, random: np.random.Generator) -> None:
    """A share of what would succeed (for each row) fails."""
    part[..., FAIL] += random.binomial(part[..., SUCCESS].astype(np.int64), share)
    part[..., SUCCESS] = part[..., REQUEST] - part[..., FAIL]
