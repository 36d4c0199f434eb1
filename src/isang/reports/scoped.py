"""Names of entities in words: of scopes `customer 917 / region east` → `고객 917 / 리전 east`, of logs `all lines`."""

from __future__ import annotations

import re

from isang.logs.summed import ENDED, LATE, TEXTS, THROWN
from isang.logs.whole import ALL_LINES
from isang.reports.phrases import has_phrase, phrase

_REST = re.compile(r"([\d,]{1,20}) others")  # as contributions say it
_SUMMED = {
    TEXTS[ALL_LINES]: "whole_log",
    TEXTS[LATE]: "late_lines",
    TEXTS[THROWN]: "thrown_lines",
    TEXTS[ENDED]: "ended_lines",
}


def called(name: str, pack: str, lang: str) -> str:
    """An entity of this pack in this language; of logs the sums of many kinds of lines, while templates stay."""
    if pack != "logs":
        return scoped(name, lang)
    log, slash, kind = name.rpartition(" / ")
    return f"{log}{slash}{phrase(_SUMMED[kind], lang)}" if kind in _SUMMED else name


def scoped(name: str, lang: str) -> str:
    """The same with dimensions in this language; a name that is not made of dimensions stays as it is."""
    if name == "total":
        return phrase("total", lang)
    if found := _REST.fullmatch(name):
        return phrase("others", lang, count=found[1])
    parts = [part.partition(" ") for part in name.split(" / ")]
    if not all(value and has_phrase(f"key_{key}") for key, _, value in parts):
        return name
    return " / ".join(f"{phrase(f'key_{key}', lang)} {value}" for key, _, value in parts)
