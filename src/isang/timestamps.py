"""Texts, numbers and datetimes → zoned times, with the format found and the rows that are no times.

Naive times are taken in the zone asked for (UTC if none): in the gap of a clock change they move
forward by the gap, in the repeated hour the earlier one is taken; both are counted in a warning.
"""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import UsageError

_EARLIEST, _LATEST = datetime(1677, 9, 22), datetime(2262, 4, 11)
_SAMPLE = 200
_EPOCHS = (
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
_MIDNIGHT = r"^(\d{8}_?|.*[T ])24(:?00)"


@dataclass(frozen=True)
class TimeFormat:
    """One way of writing times. `per_us` is how many µs an epoch counts in (0: nanoseconds), None for texts."""

    name: str
    pattern: str
    strptime: str
    per_us: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether cells in this format are numbers too, so that a name or regular steps must speak for time."""
        return self.per_us is not None or self.strptime in ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")


@dataclass(frozen=True)
class Times:
    """Times of a column: `stamps` is Datetime("us", zone), null at the row indexes `bad`."""

    stamps: pl.Series
    format: str
    zone: str
    bad: NDArray[np.int64]
    warnings: tuple[str, ...]


def check_zone(tz: str | None) -> str:
    """The zone's name, UTC for None; UsageError names the nearest known one."""
    known = zoneinfo.available_timezones()
    if tz is None or tz in known:
        return tz or "UTC"
    close = difflib.get_close_matches(tz, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else " Write it like Asia/Seoul."
    raise UsageError(f"{tz!r} is no time zone.{hint}")


def find_format(column: pl.Series) -> TimeFormat | None:
    """The format that most of a sample is written in, or None where under nine tenths are times."""
    if column.dtype in (pl.Datetime, pl.Date):
        return TimeFormat("datetime" if column.dtype == pl.Datetime else "date", "", "")
    if not column.dtype.is_numeric() and column.dtype != pl.String:
        return None
    sample = _sample(column)
    if _is_numbers(sample):
        return _date_in_digits(sample) or _epoch(sample)
    return _written(sample, _all_formats()) if column.dtype == pl.String else None


def parse_times(column: pl.Series, tz: str | None = None, form: TimeFormat | None = None) -> Times:
    """All times of a column. Raises UsageError where it holds none, or where the zone is unknown."""
    zone = check_zone(tz)
    form = form or find_format(column)
    if form is None:
        shown = [str(value)[:40] for value in column.drop_nulls().head(2)]
        raise UsageError(f"column {column.name!r} holds no times that can be read: {shown}.")
    stamps, name, warnings = _parse(column, form, zone)
    stamps = _in_range(stamps).dt.convert_time_zone(zone).rename(column.name)
    bad = stamps.is_null().arg_true().to_numpy().astype(np.int64)
    return Times(stamps, name, zone, bad, tuple(warnings))


def _parse(column: pl.Series, form: TimeFormat, zone: str) -> tuple[pl.Series, str, list[str]]:
    """UTC stamps, the format's name and what is to be said."""
    if column.dtype in (pl.Datetime, pl.Date):
        stamps, warnings = _localise(column.cast(pl.Datetime("us", _zone_of(column))), zone)
        return stamps, form.name, warnings
    if form.per_us is not None:
        return _from_epoch(column, form.per_us), form.name, []
    text = column.cast(pl.String).str.strip_chars()
    form, warnings = _day_or_month(text, form)
    stamps, said = _localise(_strptime(text, form), zone)
    warnings += said
    if stamps.null_count() > text.null_count():
        stamps, said = _second_look(text, stamps, form, zone)
        warnings += said
    return stamps, form.name, warnings


def _second_look(text: pl.Series, stamps: pl.Series, form: TimeFormat, zone: str) -> tuple[pl.Series, list[str]]:
    """What did not parse: 24:00 is the next midnight; rows in other formats are read and counted."""
    left = (stamps.is_null() & text.is_not_null()).arg_true()
    rest = text.gather(left)
    late = rest.str.contains(_MIDNIGHT)
    found = _strptime(_midnight_as_zero(rest), form)
    found = pl.select(pl.when(late).then(found + timedelta(days=1))).to_series()
    filled, warnings = _localise(found, zone)
    alike = _with_fraction(form)
    for other in _formats_in(rest.filter(filled.is_null())):
        if sorted(_with_fraction(other)) != sorted(alike) or other.strptime == alike:
            before = filled.null_count()
            filled = filled.fill_null(_localise(_strptime(rest, other), zone)[0])
            count = before - filled.null_count()
            if count and other.strptime != alike:
                warnings.append(f"{count} times in column {text.name!r} are written as {other.name}, not {form.name}.")
    return stamps.scatter(left, filled), warnings


def _with_fraction(form: TimeFormat) -> str:
    """Fractions of a second are the same way of writing, only slower to parse (three times)."""
    return re.sub(r"%S(?!%\.f)", "%S%.f", form.strptime)


def _midnight_as_zero(text: pl.Series) -> pl.Series:
    return text.str.replace(_MIDNIGHT, "${1}00$2")


def _strptime(text: pl.Series, form: TimeFormat) -> pl.Series:
    if form.strptime == "%Y%m%d_%H%M":
        text = text.str.slice(0, 13)
    if "%.f" in form.strptime and text.head(_SAMPLE).str.contains(",", literal=True).any():
        text = text.str.replace(",", ".", literal=True)
    return text.str.to_datetime(form.strptime, time_unit="us", strict=False)


def _day_or_month(text: pl.Series, form: TimeFormat) -> tuple[TimeFormat, list[str]]:
    """Tell 5/1 the fifth of January from the first of May by numbers over 12, else by the order of rows."""
    if not form.strptime.startswith(("%m/%d", "%m-%d")):
        return form, []
    swapped = _form(form.strptime.replace("%m", "%*").replace("%d", "%m").replace("%*", "%d"), form.pattern)
    month, day = _strptime(text, form), _strptime(text, swapped)
    if month.null_count() != day.null_count():
        return (form if month.null_count() < day.null_count() else swapped), []
    if month.equals(day):
        return form, []
    backwards = [int((stamps.diff() < timedelta(0)).sum()) for stamps in (month, day)]
    chosen = swapped if backwards[1] < backwards[0] else form
    said = f"times in column {text.name!r} could be day/month or month/day; read as {chosen.name}."
    return chosen, [said]


def _from_epoch(column: pl.Series, per_us: int) -> pl.Series:
    whole = column.cast(pl.Int64, strict=False) if not column.dtype.is_float() else None
    if whole is not None and whole.null_count() == column.null_count():
        inside = whole.is_between(-(10**19 // 2), 10**11) if per_us == 1_000_000 else whole.is_not_null()
        whole = pl.select(pl.when(inside).then(whole)).to_series()
        micros = whole * per_us if per_us else whole // 1000
    else:
        floats = column.cast(pl.Float64, strict=False) * (per_us or 1e-3)
        micros = pl.select(pl.when(floats.is_finite()).then(floats.round())).to_series().cast(pl.Int64, strict=False)
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _localise(stamps: pl.Series, zone: str) -> tuple[pl.Series, list[str]]:
    """Naive or zoned → UTC; says how many stood in a gap or in a repeated hour."""
    if _zone_of(stamps) is not None:
        return stamps.dt.convert_time_zone("UTC"), []
    if zone == "UTC":
        return stamps.dt.replace_time_zone("UTC"), []
    early = stamps.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = stamps.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    in_gap = early.is_null() & stamps.is_not_null()
    before = (stamps - timedelta(hours=3)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    moved = (before.dt.convert_time_zone("UTC") + timedelta(hours=3)).rename(stamps.name)
    return early.dt.convert_time_zone("UTC").fill_null(moved), _clock_changes(
        int(in_gap.sum()), int((early != late).sum()), zone
    )


def _clock_changes(in_gap: int, twice: int, zone: str) -> list[str]:
    said = []
    if in_gap:
        said.append(f"{in_gap} times do not exist in {zone} (clocks went forward); moved forward by the gap.")
    if twice:
        said.append(f"{twice} times exist twice in {zone} (clocks went back); the earlier one is taken.")
    return said


def _in_range(stamps: pl.Series) -> pl.Series:
    naive = stamps.dt.replace_time_zone(None)
    inside = naive.is_between(_EARLIEST, _LATEST)
    return stamps if inside.all() else pl.select(pl.when(inside).then(stamps)).to_series()


def _zone_of(stamps: pl.Series) -> str | None:
    kind = stamps.dtype
    return kind.time_zone if isinstance(kind, pl.Datetime) else None


def _sample(column: pl.Series) -> pl.Series:
    """Some hundred values from all over the column, as texts."""
    known = column.drop_nulls()
    spread = known.gather_every(max(1, len(known) // _SAMPLE))
    return pl.concat([known.head(_SAMPLE // 4), spread]).cast(pl.String).str.strip_chars()


def _is_numbers(sample: pl.Series) -> bool:
    return len(sample) > 0 and sample.cast(pl.Float64, strict=False).is_not_null().mean() >= 0.9  # type: ignore[operator]


def _epoch(sample: pl.Series) -> TimeFormat | None:
    size = sample.cast(pl.Float64, strict=False).abs().median()
    for name, low, high, per_us in _EPOCHS:
        if isinstance(size, float) and low <= size < high:
            return TimeFormat(name, "", "", per_us)
    return None


def _date_in_digits(sample: pl.Series) -> TimeFormat | None:
    """20240131 and its like: numbers as well, so only looked for where all begin with a year."""
    if not sample.str.contains(r"^(19|20)\d\d[01]\d[0-3]\d").all():
        return None
    return _written(sample, tuple(form for form in _all_formats() if form.is_number))


def _written(sample: pl.Series, formats: tuple[TimeFormat, ...]) -> TimeFormat | None:
    texts = [text for text in sample.to_list() if text]
    if not any(text[0].isdigit() and len(text) > 7 for text in texts):
        return None
    counted = {form: sum(bool(re.fullmatch(form.pattern, text)) for text in texts) for form in _likely(texts, formats)}
    if sum(counted.values()) < 0.9 * len(texts):
        return None
    best = max(counted, key=lambda form: counted[form])
    best = next((form for form in counted if form.strptime == _with_fraction(best)), best)
    right = [_strptime(_midnight_as_zero(sample), form).is_not_null() for form in _both_orders(best)]
    return best if max(int(flags.sum()) for flags in right) >= 0.8 * counted[best] else None


def _both_orders(form: TimeFormat) -> list[TimeFormat]:
    day_first = form.strptime.replace("%m/%d", "%d/%m").replace("%m-%d-%Y", "%d-%m-%Y")
    return [form, TimeFormat(form.name, form.pattern, day_first)]


def _formats_in(rest: pl.Series) -> list[TimeFormat]:
    texts = [text for text in rest.unique(maintain_order=True).head(_SAMPLE).to_list() if text]
    return _likely(texts, _all_formats())


def _likely(texts: list[str], formats: tuple[TimeFormat, ...]) -> list[TimeFormat]:
    """The formats that at least one of these texts is written in."""
    found: dict[TimeFormat, None] = {}
    left = texts
    while left:
        form = next((form for form in formats if re.fullmatch(form.pattern, left[0])), None)
        if form:
            found[form] = None
        left = [text for text in left[1:] if not (form and re.fullmatch(form.pattern, text))]
    return list(found)


@cache
def _all_formats() -> tuple[TimeFormat, ...]:
    compact = [_form(strptime, pattern) for strptime, pattern in _COMPACT]
    return (*_combined(), *compact)


def _combined() -> Iterator[TimeFormat]:
    for date, date_pattern in _DATES.items():
        for clock, clock_pattern in _CLOCKS.items():
            for zone, zone_pattern in _ZONES.items() if clock else [("", "")]:
                for joint in (" ", "T") if clock else ("",):
                    yield _form(date + joint + clock + zone, date_pattern + joint + clock_pattern + zone_pattern)


def _form(strptime: str, pattern: str) -> TimeFormat:
    """A format named as people write it: M/D/YY H:MM where digits may be single, YYYY-MM-DD where not."""
    loose = "%m/%d" in strptime or "%d/%m" in strptime
    words = {"%Y": "YYYY", "%y": "YY", "%m": "M" if loose else "MM", "%d": "D" if loose else "DD", "%b": "Mon"}
    words |= {"%H": "H" if loose else "HH", "%I": "H", "%M": "MM", "%S": "SS", "%.f": "", "%p": "AM/PM"}
    if "%m%d" in strptime:
        words["%M"] = "mm"
    name = strptime.replace("%#z", " zone").replace("%z", "zone").replace("  ", " ")
    for code, word in words.items():
        name = name.replace(code, word)
    return TimeFormat(name + "-HHmm" if strptime == "%Y%m%d_%H%M" else name, pattern, strptime)
