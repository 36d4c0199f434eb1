"""Moments that options name."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from isang.errors import UsageError


def moment_of(text: str, zone: str, option: str) -> int:
    """An ISO 8601 date or time, in that zone where it names none, in µs since 1970; UsageError for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: a date or time in ISO form is needed, such as 2026-03-01.") from error
    stamp = pl.Series([moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment])
    stamp = stamp.dt.replace_time_zone("UTC" if moment.tzinfo else zone, ambiguous="earliest", non_existent="null")
    if stamp[0] is None:
        raise UsageError(f"{option} {text} does not exist in {zone}: clocks were put forward over it.")
    return int(stamp.dt.epoch("us")[0])
