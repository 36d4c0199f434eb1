"""Templates that are one: the same but for places that hold values. Evidence is how many values a place has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from isang.logs.alike import one_apart
from isang.logs.mask import WILD
from isang.logs.tokens import Tokens, is_value, is_word, without_lists

# How many different words a place must have had to be one of values, by what stands around it.
# A text begins with what it is about (Drain rests on that): much must speak for a name there.
_WORDS, _FIRST_WORDS, _NUMBERED, _MARKED = 5, 15, 3, 3
_CROWD = 20  # templates
_SOME_VALUES = 3  # words and values together
_DIGIT = re.compile("[0-9]")
_QUOTES = ("'", '"')
MOST_KNOWN = 10_000


class Merging:
    """One merging of templates, each with its number; `moves` says which number went into which.

    The lower number stays: that of the template that was seen first. `known` are the words that once stood for a
    wildcard, each with the word before it: a name that follows `user` in one template is a name in another.
    """

    def __init__(self, numbers: dict[Tokens, int], known: dict[str, None], is_fixed: Callable[[str], bool]) -> None:
        self.numbers = numbers
        self.moves: list[tuple[int, int]] = []
        self._known = known
        self._is_fixed = is_fixed

    def run(self, lengths: set[int]) -> set[int]:
        """Merge until nothing changes among the templates of so many tokens; the lengths that were touched."""
        lengths = lengths | self._unite_lists()
        while True:
            before = len(self.numbers)
            by_length: dict[int, list[Tokens]] = defaultdict(list)
            for pattern in sorted(self.numbers, key=self.numbers.__getitem__):
                by_length[len(pattern)].append(pattern)
            for length in sorted(lengths):
                self._unite_values(by_length[length])
                self._unite_places([pattern for pattern in by_length[length] if pattern in self.numbers])
                self._unite_crowds([pattern for pattern in by_length[length] if pattern in self.numbers])
            if len(self.numbers) == before:
                return lengths

    def _unite_lists(self) -> set[int]:
        """Lists of values of different lengths are one."""
        alike: dict[Tokens, list[Tokens]] = defaultdict(list)
        for pattern in self.numbers:
            alike[without_lists(pattern)].append(pattern)
        many = {pattern: members for pattern, members in alike.items() if len(members) > 1}
        for pattern, members in many.items():
            self._unite(members, pattern)
        return {len(one) for pattern, members in many.items() for one in (pattern, *members)}

    def _unite_values(self, patterns: Iterable[Tokens]) -> None:
        """Templates that differ only where values are to be expected, in those of these places that are variable."""
        alike: dict[tuple[str | None, ...], list[Tokens]] = defaultdict(list)
        for pattern in patterns:
            alike[tuple(None if self._may_vary(pattern, n) else token for n, token in enumerate(pattern))].append(
                pattern
            )
        for key, members in alike.items():
            if len(members) > 1:
                self._widen(members, [place for place, token in enumerate(key) if token is None])

    def _widen(self, members: Sequence[Tokens], places: Iterable[int]) -> None:
        first_with = {place: list({one[place]: one for one in reversed(members)}.values()) for place in places}
        wide = {place for place, ones in first_with.items() if len(ones) > 1 and self._is_variable(place, ones)}
        if wide:
            for pattern, ones in _grouped(members, wide).items():
                self._unite(ones, pattern)
            for place in wide:
                for one in first_with[place]:
                    know(self._known, one, [place])

    def _unite_places(self, patterns: Sequence[Tokens]) -> None:
        """Templates that differ in one place, where that place has had enough values; the widest place first."""
        for place, members in sorted(one_apart(patterns, self._is_fixed), key=lambda found: -len(found[1])):
            left = [pattern for pattern in members if pattern in self.numbers]
            if len(left) > 1 and self._is_variable(place, left):
                self._unite(left, (*left[0][:place], WILD, *left[0][place + 1 :]))
                for pattern in left:
                    know(self._known, pattern, [place])

    def _unite_crowds(self, patterns: Iterable[Tokens]) -> None:
        """Many templates that begin alike, in the places where most of them differ: several names in one text."""
        alike: dict[str, list[Tokens]] = defaultdict(list)
        for pattern in patterns:
            alike[pattern[0]].append(pattern)
        for members in alike.values():
            if len(members) >= _CROWD:
                different = [len(set(tokens)) for tokens in zip(*members, strict=True)]
                wide = {place for place, count in enumerate(different) if 2 * count > len(members)}
                for pattern, ones in _grouped(members, wide).items():
                    if len(ones) >= _WORDS and self._says_enough(pattern, ones, wide):
                        self._unite(ones, pattern)

    def _says_enough(self, pattern: Tokens, members: Iterable[Tokens], wide: Collection[int]) -> bool:
        """Whether more words stay than go, and none goes that means something."""
        fixed = any(self._is_fixed(one[place]) for one in members for place in wide)
        return not fixed and sum(map(is_word, pattern)) > len(wide)

    def _is_variable(self, place: int, members: Sequence[Tokens]) -> bool:
        example, words = members[0], [pattern[place] for pattern in members]
        if not any(is_word(token) for number, token in enumerate(example) if number != place):
            return False
        values = sum(self._is_value(one[place]) or self._is_known(one, place) for one in members)
        return (
            values == len(words)
            or (place > 0 and len(words) >= _SOME_VALUES and (WILD in words or 2 * values >= len(words)))
            or len(words) >= _wanted(example, place, words)
        )

    def _may_vary(self, pattern: Tokens, place: int) -> bool:
        """Whether a value is to be expected in this place, by what stands there or around it."""
        expected = is_value(pattern[place]) or _is_marked(pattern, place) or self._is_known(pattern, place)
        return expected and not self._is_fixed(pattern[place])

    def _is_known(self, pattern: Tokens, place: int) -> bool:
        return bool(self._known) and _in_context(pattern, place) in self._known

    def _is_value(self, token: str) -> bool:
        return is_value(token) and not self._is_fixed(token)

    def _unite(self, members: Iterable[Tokens], pattern: Tokens) -> None:
        numbers = [self.numbers.pop(member) for member in dict.fromkeys((*members, pattern)) if member in self.numbers]
        self.numbers[pattern] = min(numbers)
        self.moves += [(number, min(numbers)) for number in numbers if number != min(numbers)]


def know(known: dict[str, None], found: Tokens, places: Iterable[int]) -> None:
    """Add the words in these places of a text to those that are known, as long as there is room."""
    for place in places:
        if len(known) < MOST_KNOWN and is_word(found[place]) and not is_value(found[place]):
            known[_in_context(found, place)] = None


def _in_context(found: Tokens, place: int) -> str:
    before = (found[n] for n in range(place - 1, -1, -1) if is_word(found[n]))
    return f"{next(before, '')} {found[place]}"


def _grouped(members: Iterable[Tokens], wide: Collection[int]) -> dict[Tokens, list[Tokens]]:
    """Pattern with wildcards in these places → those that become it."""
    groups: dict[Tokens, list[Tokens]] = defaultdict(list)
    for member in members:
        groups[tuple(WILD if place in wide else token for place, token in enumerate(member))].append(member)
    return groups


def _is_marked(pattern: Tokens, place: int) -> bool:
    """Whether the signs around a place say that a value is there: `key=…`, or one word in quotes."""
    before = pattern[place - 1] if place else ""
    return before == "=" or (before in _QUOTES and pattern[place + 1 : place + 2] == (before,))


def _wanted(pattern: Tokens, place: int, words: Sequence[str]) -> int:
    if _is_marked(pattern, place):
        return _MARKED
    if len({_DIGIT.sub("0", word) for word in words}) == 1:
        return _NUMBERED
    return _WORDS if place else _FIRST_WORDS
