"""Templates of log lines, and the messages that they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

import numpy as np
import polars as pl

from isang.synthetic._log_lines import Lines
from isang.synthetic._log_slots import hexadecimal, mixed, value

_TRACES, _THINGS = 2000, 2001  # salts of what a session is called, and of what it is about


@dataclass(frozen=True)
class Template:
    """A level, a logger, and a text with slots, several lines where it holds a stack trace.

    `pause` is how many ms usually lie before it.
    """

    level: str
    logger: str
    text: str
    pause: float

    @property
    def rows(self) -> int:
        """How many lines of text it makes."""
        return 1 + self.text.count("\n")

    @property
    def masked(self) -> str:
        """The message without what is thrown, each slot as `<*>`."""
        parts = Formatter().parse(self.text.partition("\n")[0])
        return "".join(f"{literal}<*>" if slot else literal for literal, slot, _, _ in parts)

    @property
    def exception(self) -> str | None:
        """The class of what is thrown, of its cause where it has one."""
        _, thrown, trace = self.text.partition("\n")
        _, caused, cause = trace.partition("\nCaused by: ")
        return re.split(r"[:\n]", cause if caused else trace)[0] if thrown else None

    def messages(self, lines: Lines) -> pl.Series:
        """(n,) logger and message of each of these lines."""
        parts: list[pl.Series | str] = [f"{self.logger} : "]
        for salt, (literal, slot, _, _) in enumerate(Formatter().parse(self.text)):
            parts.append(literal)
            if slot:
                parts += _slot(slot, lines, salt)
        if all(isinstance(part, str) for part in parts):
            return pl.repeat("".join(map(str, parts)), len(lines.time), dtype=pl.String, eager=True)
        joined = pl.concat_str([pl.lit(part) for part in _merged(parts)])
        return pl.select(joined.alias("message")).to_series()


def traces(lines: Lines) -> pl.Series:
    """(n,) what the session of each line is called: 16 hexadecimal digits."""
    return pl.select(pl.concat_str([pl.lit(part) for part in hexadecimal(mixed(lines.session, _TRACES))])).to_series()


def texts(lines: Lines, templates: Sequence[Template]) -> pl.Series:
    """(n,) logger and message of lines of many templates."""
    order = np.argsort(lines.template, kind="stable")
    ends = np.cumsum(np.bincount(lines.template, minlength=len(templates)))
    parts = [templates[at].messages(lines.at(rows)) for at, rows in enumerate(np.split(order, ends[:-1])) if len(rows)]
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return pl.concat(parts).gather(place)


def _slot(slot: str, lines: Lines, salt: int) -> list[pl.Series | str]:
    if slot == "trace":
        return hexadecimal(mixed(lines.session, _TRACES))
    if slot == "id":
        return value("n", mixed(lines.session, _THINGS))
    return [pl.Series(lines.took)] if slot == "took" else value(slot, mixed(lines.number, salt))


def _merged(parts: Sequence[pl.Series | str]) -> list[pl.Series | str]:
    """Texts that follow one another as one."""
    merged: list[pl.Series | str] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif not isinstance(part, str) or part:
            merged.append(part)
    return merged
