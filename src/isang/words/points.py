"""Tables of points out of 100 that a plan may change in part: `risk.bands.CRITICAL`, `severity.levels.WARN`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from isang.errors import UsageError
from isang.family import nearest

_LONGEST = 60


def mapping(path: str, told: Any, known: Collection[str] = ()) -> dict[str, Any]:
    """What stands at a path of the plan, empty for nothing; UsageError for what is no mapping, or has unknown names."""
    if told is None:
        return {}
    if not isinstance(told, Mapping):
        raise UsageError(f"{path} is {shown(told)}; a mapping is needed.")
    for name in told:
        if known and name not in known:
            raise UsageError(f"{path}: {shown(name)} is not known there.{nearest(str(name)[:_LONGEST], known)}")
    return dict(told)


def changed(path: str, told: Any, usual: Mapping[str, int]) -> dict[str, int]:
    """The usual points by name, with what is told in their stead; UsageError where that makes no sense."""
    own = mapping(path, told, usual)
    for name, points in own.items():
        if type(points) is not int or not 0 <= points <= 100:
            raise UsageError(f"{path}.{name} is {shown(points)}; a whole number from 0 to 100 is needed.")
    return {**usual, **own}


def shown(value: Any) -> str:
    """A value as an error names it, in one line that is not too long."""
    told = repr(value)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
