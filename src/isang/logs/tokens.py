"""A masked text as tokens: words, and the separators between them, so that nothing is lost."""

from __future__ import annotations

import re

from isang.logs.mask import WILD

Tokens = tuple[str, ...]
MOST = 128

_SEPARATORS = r"\s=:,;()\[\]{}\"'|<>"
_TOKEN = re.compile(
    rf"""(?:[^{_SEPARATORS}.]+|<(?:\*|\w+)>|\.(?!\.))+"""  # a word, whole with what is masked in it
    r"""|(?<==)"[^"]*\""""  # key="several words"
    r"""|(?<=\()(?=\))|(?<=\[)(?=\])|(?<=\{)(?=\})|(?<=")(?=")|(?<=')(?=')|(?<==)(?=\s|$)"""  # (), key=: nothing
    r"""|\s+|\.{2,}|.""",
    re.DOTALL,
)
_SEPARATOR = re.compile(rf"[{_SEPARATORS}]|\s+|\.{{2,}}")
# Which exception it is, and which level, is never a mere value.
_MEANING = re.compile(r".*(?:Exception|Error)|TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL")
_VALUE = re.compile(r"^$|<\*>|[0-9].*[0-9]|[./@\\$%]\w", re.DOTALL)
_LISTING = (" ", ",")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def tokens(text: str) -> Tokens:
    """The tokens of a text; joined they are the text again. An empty place, as in `f()` or `key=`, is a token too.

    Of a text of more than MOST tokens, its lists counted as one, all that follows is one wildcard.
    """
    found = tuple(_TOKEN.findall(text)) or ("",)
    if len(found) <= MOST:
        return found
    found = without_lists(found)
    return found if len(found) <= MOST else (*found[: MOST - 1], WILD)


def is_fixed(token: str) -> bool:
    """Whether a wildcard never stands for this token."""
    return bool(_SEPARATOR.fullmatch(token) or _MEANING.fullmatch(token))


def is_value(token: str) -> bool:
    """Whether a token looks like a value and not like a word: nothing, masked in part, two digits, `a.b`, `/x`."""
    return bool(_VALUE.search(token)) and not is_fixed(token)


def is_word(token: str) -> bool:
    """Whether a token says something by itself."""
    return bool(_LETTERS.search(token))


def without_lists(found: Tokens) -> Tokens:
    """Tokens with one wildcard for several that only blanks and commas part."""
    if found.count(WILD) < 2:
        return found
    kept: list[str] = []
    for token in found:
        if token == WILD:
            end = next((n for n in range(len(kept), 0, -1) if kept[n - 1] not in _LISTING), 0)
            if end and end < len(kept) and kept[end - 1] == WILD:
                del kept[end:]
                continue
        kept.append(token)
    return tuple(kept)
