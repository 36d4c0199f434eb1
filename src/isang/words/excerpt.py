"""A raw line of a log, with those around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Excerpt:
    """The line of `file` that begins at `byte_offset`, as it stands there: `lines[at]`, with those around it.

    `line` is its number, counted from 1. Where they cannot be had, there are none, and `trouble` says why: `gone`,
    `changed` (no line begins there any more), `not_kept` (it came from standard input), `far` (to unpack so much takes
    too long for a report).
    """

    file: str
    line: int
    byte_offset: int
    lines: tuple[str, ...] = ()
    at: int = 0
    trouble: str = ""
