"""The ways in which times are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import polars as pl

EPOCHS = (
    ("epoch seconds", 1e8, 1e11, 1_000_000),
    ("epoch milliseconds", 1e11, 1e14, 1_000),
    ("epoch microseconds", 1e14, 1e17, 1),
    ("epoch nanoseconds", 1e17, 9.3e18, 0),
)
_CLOCKS = {
    "": "",
    "%H:%M": r"\d{1,2}:\d{2}",
    "%H:%M:%S": r"\d{1,2}:\d{2}:\d{2}",
    "%H:%M:%S%.f": r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?",
    "%I:%M %p": r"\d{1,2}:\d{2} [AaPp][Mm]",
    "%I:%M:%S %p": r"\d{1,2}:\d{2}:\d{2} [AaPp][Mm]",
}
_DATES = {
    "%Y-%m-%d": r"\d{4}-\d{1,2}-\d{1,2}",
    "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%Y.%m.%d": r"\d{4}\.\d{1,2}\.\d{1,2}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%m/%d/%y": r"\d{1,2}/\d{1,2}/\d{2}",
    "%m-%d-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "%d %b %Y": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "%d-%b-%Y": r"\d{1,2}-[A-Za-z]{3}-\d{4}",
}
_COMPACT = (
    ("%Y%m%d", r"[12]\d{7}"),
    ("%Y%m%d%H%M", r"[12]\d{11}"),
    ("%Y%m%d%H%M%S", r"[12]\d{13}"),
    ("%Y%m%d_%H%M", r"[12]\d{7}_\d{4}(?:-\d{4})?"),
    ("%Y%m%dT%H%M%S", r"[12]\d{7}T\d{6}"),
    ("%Y%m%dT%H%M%S%#z", r"[12]\d{7}T\d{6}Z"),
    ("%d/%b/%Y:%H:%M:%S %z", r"\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}"),
)
_ZONES = {"": "", "%#z": r"(?:Z|[+-]\d{2}(?::?\d{2})?)", " %#z": r" [+-]\d{2}(?::?\d{2})?", " UTC": " UTC"}
MIDNIGHT = r"^(\d{8}_?|.*[T ])24(:?00)"
_SAMPLE = 200
_KOREAN = (
    (r"(\d{4})(?:년|\.) (\d{1,2})(?:월|\.) (\d{1,2})(?:일|\.)?", "$1.$2.$3"),
    (r"오전 (\S+)", "$1 AM"),
    (r"오후 (\S+)", "$1 PM"),
)


@dataclass(frozen=True)
class TimeFormat:
    """One way of writing times. `per_us` is how many µs an epoch counts in (0: nanoseconds), None for texts."""

    name: str
    pattern: str
    strptime: str
    per_us: int | None = None

    @property
    def is_date(self) -> bool:
        """Whether it says the day and nothing of the time of day."""
        return self.name == "date" or (bool(self.strptime) and not re.search("%[HIS]", self.strptime))

    @property
    def is_number(self) -> bool:
        """Whether cells in this format are numbers too, so that a name or regular steps must speak for time."""
        return self.per_us is not None or self.strptime in ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")


@cache
def all_formats() -> tuple[TimeFormat, ...]:
    """Every format that is known, in the order in which they are tried."""
    compact = [made(strptime, pattern) for strptime, pattern in _COMPACT]
    return (*_combined(), *compact)


def _combined() -> Iterator[TimeFormat]:
    for date, date_pattern in _DATES.items():
        for clock, clock_pattern in _CLOCKS.items():
            for zone, zone_pattern in _ZONES.items() if clock else [("", "")]:
                for joint in (" ", "T") if clock else ("",):
                    yield made(date + joint + clock + zone, date_pattern + joint + clock_pattern + zone_pattern)


def made(strptime: str, pattern: str) -> TimeFormat:
    """A format named as people write it: M/D/YY H:MM where digits may be single, YYYY-MM-DD where not."""
    loose = strptime.startswith(("%m/%d", "%d/%m"))
    words = {"%Y": "YYYY", "%y": "YY", "%m": "M" if loose else "MM", "%d": "D" if loose else "DD", "%b": "Mon"}
    words |= {"%H": "H" if loose else "HH", "%I": "H", "%M": "MM", "%S": "SS", "%.f": "", "%p": "AM/PM"}
    if "%m%d" in strptime:
        words["%M"] = "mm"
    name = strptime.replace("%#z", " zone").replace("%z", "zone").replace("  ", " ")
    for code, word in words.items():
        name = name.replace(code, word)
    return TimeFormat(name + "-HHmm" if strptime == "%Y%m%d_%H%M" else name, pattern, strptime)


def likely(texts: list[str], formats: tuple[TimeFormat, ...]) -> list[TimeFormat]:
    """The formats that at least one of these texts is written in."""
    found: dict[TimeFormat, None] = {}
    left = texts
    while left:
        form = next((form for form in formats if re.fullmatch(form.pattern, left[0])), None)
        if form:
            found[form] = None
        left = [text for text in left[1:] if not (form and re.fullmatch(form.pattern, text))]
    return list(found)


def with_fraction(form: TimeFormat) -> str:
    """Fractions of a second are the same way of writing, only slower to parse (three times)."""
    return re.sub(r"%S(?!%\.f)", "%S%.f", form.strptime)


def midnight_as_zero(text: pl.Series) -> pl.Series:
    """24:00 written as 00:00; the caller adds the day."""
    return text.str.replace(MIDNIGHT, "${1}00$2")


def as_texts(column: pl.Series) -> pl.Series:
    """The cells as texts without blanks around them; Korean ways of writing (오후 1:05) as the known ones (1:05 PM)."""
    text = column.cast(pl.String).str.strip_chars()
    if text.drop_nulls().head(_SAMPLE).str.contains(r"오[전후] |년 |\d{4}\. ").any():
        for written, plain in _KOREAN:
            text = text.str.replace(written, plain)
    return text


def strptime(text: pl.Series, form: TimeFormat) -> pl.Series:
    """Texts → naive or UTC times, null where one is not written so. An interval gives its start."""
    if form.strptime == "%Y%m%d_%H%M":
        text = text.str.slice(0, 13)
    if "%.f" in form.strptime and text.head(_SAMPLE).str.contains(",", literal=True).any():
        text = text.str.replace(",", ".", literal=True)
    return text.str.to_datetime(form.strptime, time_unit="us", strict=False)


def both_orders(form: TimeFormat) -> list[TimeFormat]:
    """The format itself, and where it begins with the month the one that begins with the day."""
    if not form.strptime.startswith(("%m/%d", "%m-%d")):
        return [form]
    day_first = f"%d{form.strptime[2]}%m{form.strptime[5:]}"
    return [form, made(day_first, form.pattern)]


def formats_in(rest: pl.Series) -> list[TimeFormat]:
    """All formats that occur in a sample of these texts."""
    texts = [text for text in rest.unique(maintain_order=True).head(_SAMPLE).to_list() if text]
    return likely(texts, all_formats())
