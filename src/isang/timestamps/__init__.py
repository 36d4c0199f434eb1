"""Texts, numbers and datetimes → zoned times, with the format found and the rows that are no times."""

from __future__ import annotations

from isang.timestamps.finding import find_format
from isang.timestamps.formats import TimeFormat
from isang.timestamps.moments import moment_of
from isang.timestamps.parsing import Times, parse_times
from isang.timestamps.zones import check_zone

__all__ = ["TimeFormat", "Times", "check_zone", "find_format", "moment_of", "parse_times"]
