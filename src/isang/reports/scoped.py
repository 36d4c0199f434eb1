"""Names of scopes and of members of dimensions in words: `customer 917 / region east` → `고객 917 / 리전 east`."""

from __future__ import annotations

import re

from isang.reports.phrases import has_phrase, phrase

_REST = re.compile(r"([\d,]{1,20}) others")  # as contributions say it


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
