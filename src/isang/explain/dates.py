"""Dates and times of day in a text, Korean or English: found, and taken out of it."""

from __future__ import annotations

import re
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
_NAMED += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d.,-])(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?![\d-])",
        r"(?:(?P<year>\d{4})\s*년\s*)?(?<!\d)(?P<month>\d{1,2})\s*월(?:\s*(?P<day>\d{1,2})\s*일)?",
        rf"(?<!\w){_DAY}\s+(?:of\s+)?{_NAMED}(?:,?\s+(?P<year>\d{{4}}))?(?!\w)",
        rf"\b{_NAMED}\s+{_DAY}(?!\w)(?:,?\s+(?P<year>\d{{4}})(?!\w))?",
        rf"\b{_NAMED}\s+(?P<year>\d{{4}})(?!\w)",
    )
)
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])")


class Day(NamedTuple):
    """A date, or as much of one as was said."""

    year: int | None
    month: int
    day: int | None

    def fits(self, other: Day) -> bool:
        """Whether it says nothing else than a whole date."""
        return all(mine in (None, known) for mine, known in zip(self, other, strict=True))


def days(text: str) -> tuple[list[Day], str]:
    """The dates of a text, and the text without them."""
    found: list[Day] = []
    for pattern in _DATES:
        found += [_day(match) for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return found, text


def clocks(text: str) -> tuple[list[tuple[int, int, int]], str]:
    """The times of day (`14:20`), and the text without them."""
    found = [(int(h), int(m), int(s or 0)) for h, m, s in _CLOCK.findall(text)]
    return found, _CLOCK.sub(" ", text)


def _day(match: re.Match[str]) -> Day:
    said = match.groupdict()
    year, month, day = (int(said[part]) if said.get(part) else None for part in ("year", "month", "day"))
    return Day(year, month or _MONTHS.index(said["name"][:3].lower()) + 1, day)
