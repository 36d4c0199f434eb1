"""What pages, figures and terminal say, in the language asked for."""

from __future__ import annotations

from isang.errors import UsageError
from isang.reports import conclusion_words, evaluation_words, log_words, money_words, result_words, trials_words

LANGUAGES = ("en", "ko")

_OF_ALL = result_words.WORDS | conclusion_words.WORDS | evaluation_words.WORDS | trials_words.WORDS
_PHRASES = _OF_ALL | money_words.WORDS | log_words.WORDS


def phrase(key: str, lang: str, **fields: object) -> str:
    """The words for `key` with its fields filled in; KeyError for an unknown key."""
    return _PHRASES[key][language(lang)].format(**fields)


def phrases(key: str, **fields: object) -> dict[str, str]:
    """The same in every language."""
    return {lang: phrase(key, lang, **fields) for lang in LANGUAGES}


def has_phrase(key: str) -> bool:
    """Whether there are words for `key`; what comes from data may have none."""
    return key in _PHRASES


def language(lang: str) -> int:
    """Its place in LANGUAGES; UsageError names the known ones."""
    if lang not in LANGUAGES:
        raise UsageError(f"'{lang}' is no language of the reports. Known: {', '.join(LANGUAGES)}.")
    return LANGUAGES.index(lang)
