"""Naive times in a zone: the gap and the repeated hour of clock changes."""

from __future__ import annotations

import difflib
import zoneinfo
from datetime import timedelta

import polars as pl

from isang.errors import UsageError
from isang.words.note import note


def check_zone(tz: str | None) -> str:
    """The zone's name, UTC for None; UsageError names the nearest known one."""
    known = zoneinfo.available_timezones()
    if tz is None or tz in known:
        return tz or "UTC"
    close = difflib.get_close_matches(tz, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else " Write it like Asia/Seoul."
    raise UsageError(f"{tz!r} is no time zone.{hint}")


def localise(stamps: pl.Series, zone: str) -> tuple[pl.Series, list[str]]:
    """Naive or zoned → UTC; says how many stood in a gap or in a repeated hour."""
    if zone_of(stamps) is not None:
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
    said = list[str]()
    if in_gap:
        told = "{count} times do not exist in {zone} (clocks went forward); moved forward by the gap."
        said.append(note(told, count=in_gap, zone=zone))
    if twice:
        told = "{count} times exist twice in {zone} (clocks went back); the earlier one is taken."
        said.append(note(told, count=twice, zone=zone))
    return said


def zone_of(stamps: pl.Series) -> str | None:
    """The zone of a column of datetimes, None for naive ones and for dates."""
    kind = stamps.dtype
    return kind.time_zone if isinstance(kind, pl.Datetime) else None


def known_zone_of(stamps: pl.Series) -> str | None:
    """The zone of a column of datetimes where it has a name; None for offsets such as +09:00."""
    zone = zone_of(stamps)
    return zone if zone in zoneinfo.available_timezones() else None
