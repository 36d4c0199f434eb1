"""A note to the reader: an English sentence that can be told in other languages, for it knows what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isang.words import notes_ko

_LANGUAGES = {"ko": notes_ko.NOTES}


class Note(str):
    """The sentence in English; `said` is the same with names in place of its `values`, and its key in other languages.

    A value may be a note itself, a list of them, or a function of the language; others are the same everywhere.
    """

    said: str
    values: Mapping[str, Any]


def note(said: str, /, **values: Any) -> Note:
    """A note; what the values hold is never looked into for names.

    >>> worded(note("{path}: a header and no rows.", path="bill.csv"), "ko")
    'bill.csv: 제목 줄만 있고 행이 없습니다.'
    """
    made = Note(_filled(said, values, "en"))
    made.said, made.values = said, values
    return made


def word(text: str) -> Note:
    """A word of the data that may have one in other languages too."""
    made = Note(text)
    made.said, made.values = text, {}
    return made


def worded(text: str, lang: str) -> str:
    """A note in this language, or in English where that has no words for it; what is no note as it stands."""
    if not isinstance(text, Note):
        return text
    return _filled(_LANGUAGES.get(lang, {}).get(text.said, text.said), text.values, lang)


def _filled(said: str, values: Mapping[str, Any], lang: str) -> str:
    return said.format(**{name: _value(value, lang) for name, value in values.items()}) if values else said


def _value(value: Any, lang: str) -> Any:
    if callable(value):
        return value(lang)
    if isinstance(value, list | tuple):
        return ", ".join(worded(one, lang) for one in value)
    return worded(value, lang) if isinstance(value, Note) else value
