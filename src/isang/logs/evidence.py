"""Whether a place in templates holds values: by what stood there, by what stands around it, by what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from isang.logs.mask import WILD
from isang.logs.tokens import Tokens, is_value, is_word

MOST_KNOWN = 10_000
# How many different words a place must have had to be one of values, by what stands around it. A text begins with what
# it is about (Drain rests on that too): much must speak for a name there.
WORDS, _FIRST_WORDS, _NUMBERED, _MARKED = 5, 15, 3, 3
_SOME_VALUES = 3  # words and values together
_DIGIT = re.compile("[0-9]")
_QUOTES = ("'", '"')


class Evidence:
    """Judges places; `known` are words that once stood for a wildcard, each with the word before it.

    A name that follows `user` in one template is a name after `user` in another.
    """

    def __init__(self, is_fixed: Callable[[str], bool]) -> None:
        self.is_fixed = is_fixed
        self.known: dict[str, None] = {}

    def learn(self, found: Tokens, places: Iterable[int]) -> None:
        """Know the words in these places of a text, as long as there is room."""
        for place in places:
            if len(self.known) < MOST_KNOWN and is_word(found[place]) and not is_value(found[place]):
                self.known[_in_context(found, place)] = None

    def may_vary(self, pattern: Tokens, place: int) -> bool:
        """Whether a value is to be expected in this place of a template."""
        expected = is_value(pattern[place]) or _is_marked(pattern, place) or self._is_known(pattern, place)
        return expected and not self.is_fixed(pattern[place])

    def is_variable(self, place: int, members: Sequence[Tokens]) -> bool:
        """Whether this place holds values, by templates that have each something else there."""
        example, words = members[0], [pattern[place] for pattern in members]
        if not any(is_word(token) for number, token in enumerate(example) if number != place):
            return False
        values = sum(self._is_value(one[place]) or self._is_known(one, place) for one in members)
        return (
            values == len(words)
            or (place > 0 and len(words) >= _SOME_VALUES and (WILD in words or 2 * values >= len(words)))
            or len(words) >= _wanted(example, place, words)
        )

    def _is_value(self, token: str) -> bool:
        return is_value(token) and not self.is_fixed(token)

    def _is_known(self, pattern: Tokens, place: int) -> bool:
        return bool(self.known) and _in_context(pattern, place) in self.known


def _in_context(found: Tokens, place: int) -> str:
    before = (found[n] for n in range(place - 1, -1, -1) if is_word(found[n]))
    return f"{next(before, '')} {found[place]}"


def _is_marked(pattern: Tokens, place: int) -> bool:
    """Whether the signs around a place say that a value is there: `key=…`, or one word in quotes."""
    before = pattern[place - 1] if place else ""
    return before == "=" or (before in _QUOTES and pattern[place + 1 : place + 2] == (before,))


def _wanted(pattern: Tokens, place: int, words: Sequence[str]) -> int:
    if _is_marked(pattern, place):
        return _MARKED
    if len({_DIGIT.sub("0", word) for word in words}) == 1:
        return _NUMBERED
    return WORDS if place else _FIRST_WORDS
