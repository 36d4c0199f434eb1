"""Masks as options tell them: `order=ORD-[0-9]+`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike

from isang.errors import UsageError
from isang.logs.mask import Mask


def mask_of(told: Mapping[str, str] | str | Sequence[str], protect: str | Sequence[str]) -> Mask:
    """Own masks (a mapping, or `name=pattern`, one or several) and words that stay; UsageError for what is none."""
    return Mask(_named(told), tuple(several(protect)))


def several(told: str | PathLike[str] | Sequence[str | PathLike[str]]) -> list[str]:
    """One or several, as texts."""
    return [str(told)] if isinstance(told, str | PathLike) else [str(one) for one in told]


def _named(told: Mapping[str, str] | str | Sequence[str]) -> dict[str, str]:
    if isinstance(told, Mapping):
        return dict(told)
    parted = [one.partition("=") for one in several(told)]
    if bad := [name for name, equals, _ in parted if not equals]:
        raise UsageError(f"--mask {bad[0]!r}: NAME=PATTERN is needed, such as order=ORD-[0-9]+")
    return {name: pattern for name, _, pattern in parted}
