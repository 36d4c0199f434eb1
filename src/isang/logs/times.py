"""Texts written in one style → UTC times, by arithmetic over all that are written alike: no parse a line."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.logs.clocks import STYLES
from isang.timestamps.zones import localise
from isang.words.frame import Integers

_NAMED = np.zeros(1 << 15, np.int64)  # by the last two letters of a month's name
for _number, _name in enumerate(("an", "eb", "ar", "pr", "ay", "un", "ul", "ug", "ep", "ct", "ov", "ec"), start=1):
    _NAMED[(ord(_name[0]) << 7) + ord(_name[1])] = _number
_AHEAD = timedelta(days=1)  # a clock in another zone may be that much before the file's
_HOURS_AHEAD = {"KST": 9, "JST": 9, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_HOURS_AHEAD |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "UTC": 0, "GMT": 0, "Z": 0, "": 0}
_EPOCHS = {"seconds": 1_000_000.0, "millis": 1000.0, "micros": 1.0, "nanos": 0.001}
_SECOND_US, _MOST_SHAPES = 1_000_000, 200
_LETTERS = ("name", "weekday")


def read_times(texts: pl.Series, style: str, written: datetime, zone: str) -> pl.Series:
    """Times as Datetime("us", UTC), null where a text is no time; `written` is when the file was last written.

    `style` is empty where there are none.
    Texts without a zone are taken in `zone`, on whose clock `written` stands. Without a year (or a day) they are the
    latest that are not after `written`.
    """
    if not style:
        return pl.Series(texts.name, [None], pl.Datetime("us", "UTC")).new_from_index(0, len(texts))
    micros, zoned = np.zeros(len(texts), np.int64), np.zeros(len(texts), bool)
    known = np.zeros(len(texts), bool)
    pattern = re.compile(STYLES[style].encode())
    lengths = texts.str.len_bytes().fill_null(0).to_numpy()
    for length in np.unique(lengths[lengths > 0]).tolist():
        rows = np.flatnonzero(lengths == length)
        _read_alike(texts.gather(rows), rows, pattern, written, (micros, known, zoned))
    naive = pl.Series(texts.name, micros).cast(pl.Datetime("us"))
    if not known.all():
        naive = pl.select(pl.when(pl.Series(known)).then(naive)).to_series().alias(texts.name)
    utc = naive.dt.replace_time_zone("UTC")
    if zone == "UTC" or zoned.all():
        return utc
    here = localise(naive, zone)[0]
    return pl.select(pl.when(pl.Series(zoned)).then(utc).otherwise(here)).to_series().alias(texts.name)


def _read_alike(
    texts: pl.Series,
    rows: Integers,
    pattern: re.Pattern[bytes],
    written: datetime,
    found: tuple[Integers, NDArray[np.bool_], NDArray[np.bool_]],
) -> None:
    """Times of texts of one length into `found` (µs, known, zoned): all that look like the first at once, and so on."""
    micros, known, zoned = found
    cells = np.frombuffer(texts.str.join("").item().encode(), np.uint8).reshape(len(rows), -1)
    for _ in range(_MOST_SHAPES):
        if not len(rows):
            return
        match = pattern.fullmatch(cells[0].tobytes())
        alike = _alike(cells, match) if match else np.arange(len(rows)) == 0
        everything = bool(alike.all())
        if match:
            at = rows if everything else rows[alike]
            micros[at], known[at] = _moments(cells if everything else cells[alike], match, written)
            zoned[at] = "zone" in match.groupdict() or _epoch(match) is not None
        rows, cells = (rows[:0], cells) if everything else (rows[~alike], cells[~alike])


def _spans(match: re.Match[bytes]) -> dict[str, slice]:
    return {name: slice(*match.span(name)) for name, text in match.groupdict().items() if text is not None}


def _alike(cells: NDArray[np.uint8], match: re.Match[bytes]) -> NDArray[np.bool_]:
    """Which texts have digits where the matched one has digits of fields, and the same letters everywhere else."""
    low = np.frombuffer(match.string, np.uint8).copy()
    width = np.zeros(len(low), np.uint8)
    for name, span in _spans(match).items():
        if name in _LETTERS:
            low[span], width[span] = 0, 255
        elif name not in ("zone", "half"):
            digits = (low[span] >= 48) & (low[span] < 58)
            low[span], width[span] = np.where(digits, 48, low[span]), np.where(digits, 9, 0)
    alike: NDArray[np.bool_] = np.all(cells - low <= width, axis=1)  # bytes wrap: what is below `low` is far above it
    return alike


def _moments(cells: NDArray[np.uint8], match: re.Match[bytes], written: datetime) -> tuple[Integers, NDArray[np.bool_]]:
    """µs since 1970 of texts that are written alike, and which of them are right."""
    spans = _spans(match)
    field = {
        name: _number_in(cells[:, span]) for name, span in spans.items() if name not in (*_LETTERS, "zone", "half")
    }
    fraction = (
        field["fraction"] * 10.0 ** (6 - (spans["fraction"].stop - spans["fraction"].start))
        if "fraction" in field
        else 0
    )
    part = np.asarray(fraction).astype(np.int64)
    if epoch := _epoch(match):
        whole = field[epoch] // 1000 if epoch == "nanos" else field[epoch] * int(_EPOCHS[epoch])
        return whole + part, np.ones(len(cells), bool)
    if "name" in spans:
        _, second, third = cells[:, spans["name"]].astype(np.int64).T
        field["month"] = _NAMED[(second << 7) + third]
    hour = _of_day(field["hour"], match.groupdict().get("half"))
    clock = (hour * 60 + field["minute"]) * 60 + field["second"]
    right = (hour <= 24) & (field["minute"] < 60) & (field["second"] <= 60)
    days, dated = _days(field, clock, written)
    seconds = days * 86400 + clock - _ahead(match.groupdict().get("zone") or b"")
    return seconds * _SECOND_US + part, right & dated


def _epoch(match: re.Match[bytes]) -> str | None:
    return next((name for name in _EPOCHS if name in match.groupdict()), None)


def _number_in(cells: NDArray[np.uint8]) -> Integers:
    """Digits (a blank is none) → numbers."""
    total = np.zeros(len(cells), np.int64)
    for column in cells.T:
        total = total * 10 + (column & 15)
    return total


def _of_day(hour: Integers, half: bytes | None) -> Integers:
    if half is None:
        return hour
    return hour % 12 + (12 if half in (b"PM", "오후".encode()) else 0)


def _ahead(zone: bytes) -> int:
    """Seconds that a zone is ahead of UTC."""
    text = zone.decode().strip()
    if text in _HOURS_AHEAD:
        return _HOURS_AHEAD[text] * 3600
    digits = text[1:].replace(":", "").ljust(4, "0")
    return (-1 if text[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:])) * 60


def _days(field: dict[str, Integers], clock: Integers, written: datetime) -> tuple[Integers, NDArray[np.bool_]]:
    """Days since 1970, and which exist."""
    if "month" not in field:
        return _latest_day(clock, written)
    month, day = field["month"], field["day"]
    year = field["year"] if "year" in field else _latest_years(month, day, written.date() + _AHEAD)
    year = np.where(year < 70, year + 2000, np.where(year < 100, year + 1900, year))
    first = (year * 12 + month - 1 - 1970 * 12).astype("M8[M]")
    days = first.astype("M8[D]") + (day - 1)
    return days.astype(np.int64), (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("M8[M]") == first)


def _latest_years(month: Integers, day: Integers, latest: date) -> Integers:
    """For days without a year the last one in which they had come by `latest`."""
    distinct, place = np.unique(month * 32 + day, return_inverse=True)
    return np.array([_latest_year(one // 32, one % 32, latest) for one in distinct.tolist()], np.int64)[place]


def _latest_year(month: int, day: int, latest: date) -> int:
    for year in range(latest.year, latest.year - 8, -1):  # 29 February may be eight years ago
        try:
            if date(year, month, day) <= latest:
                return year
        except ValueError:
            continue
    return latest.year


def _latest_day(clock: Integers, written: datetime) -> tuple[Integers, NDArray[np.bool_]]:
    """A time of day alone: on the day the file was written, or the one before where that were later."""
    today = (written.date() - date(1970, 1, 1)).days
    now = (written.hour * 60 + written.minute) * 60 + written.second
    return np.where(clock > now + 1, today - 1, today), np.ones(len(clock), bool)
