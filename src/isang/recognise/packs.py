"""Which pack data are judged by, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isang.recognise.assign import Roles
from isang.recognise.numbers import Numbers
from isang.words.note import note

_MANY_SENSORS = 8


def choose_pack(
    asked: str, roles: Roles, numbers: Mapping[str, Numbers | None], *, timed: bool, label: str | None
) -> tuple[str, str]:
    """The pack and the reason: `series`, unless another was asked for.

    Servers and machines look alike as columns of numbers, so sensors are never guessed; where they are likely, that is
    said.
    """
    told = note("numbers over time" if timed else "numbers in the order of rows; no time column was found")
    if asked != "auto":
        return asked, {"process": "sensors, as asked for", "counters": "counters of servers, as asked for"}.get(
            asked, told
        )
    return "series", f"{told}; sensors of a machine? add `--pack process`" if _likely(roles, numbers, label) else told


def _likely(roles: Roles, numbers: Mapping[str, Numbers | None], label: str | None) -> bool:
    """Many columns beside a label, or states of a historian among the numbers."""
    labelled = label is not None or any(one.reason.startswith("looks like labels") for one in roles.set_aside)
    many = len(roles.values) >= _MANY_SENSORS and not roles.keys
    return (many and labelled) or _stated(numbers[name] for name in roles.values)


def _stated(columns: Iterable[Numbers | None]) -> bool:
    return any(found is not None and found.states for found in columns)
