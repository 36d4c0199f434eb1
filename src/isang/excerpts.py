"""Incidents of logs: told in lines, with the raw lines around their strangest one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from isang.errors import InputError
from isang.reports.base import DRAWN, is_of_logs
from isang.reports.lined import lined
from isang.result import Result
from isang.sources._content import opened
from isang.sources._log_context import lines_around
from isang.sources._unpack import is_packed
from isang.words.excerpt import Excerpt

_AROUND = 5
_FAR, _HEAD = 30_000_000, 4  # bytes: what can be unpacked at once; what a packed file is known by


def in_lines(result: Result) -> Result:
    """The same with incidents told in lines and raw lines of those that are drawn; other data as they are."""
    if not is_of_logs(result):
        return result
    first = {one.id: one.lines[0] for one in result.incidents[:DRAWN] if one.lines}
    excerpts = {ident: _at_hand(place) for ident, place in first.items()}
    return replace(result, incidents=lined(result), excerpts=excerpts)


def _at_hand(place: Mapping[str, Any]) -> Excerpt:
    """The excerpt of a report, which waits for no file to be unpacked from its beginning to far into it."""
    if int(place["byte_offset"]) > _FAR and _packed(str(place["file"])):
        return Excerpt(str(place["file"]), int(place["line"]), int(place["byte_offset"]), trouble="far")
    return excerpt(place, _AROUND)


def _packed(file: str) -> bool:
    try:
        with opened(file, growing=True) as bytes_of:
            return is_packed(bytes_of.read(_HEAD))
    except InputError:
        return False


def excerpt(place: Mapping[str, Any], context: int) -> Excerpt:
    """The line at a place (file, line, byte_offset) with so many before and after it, or why it cannot be had."""
    found = Excerpt(str(place["file"]), int(place["line"]), int(place["byte_offset"]))
    if found.file == "-":
        return replace(found, trouble="not_kept")
    try:
        raw = lines_around(found.file, found.byte_offset, context, context)
    except InputError:
        return replace(found, trouble="gone")
    at = next((number for number, one in enumerate(raw) if one.offset == found.byte_offset), None)
    if at is None:
        return replace(found, trouble="changed")
    return replace(found, lines=tuple(one.text for one in raw), at=at)
