"""Templates that are one: the same but for places that hold values. Evidence is how many values a place has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from isang.logs.alike import one_apart
from isang.logs.evidence import WORDS, Evidence
from isang.logs.mask import WILD
from isang.logs.tokens import Tokens, is_word, without_lists

_CROWD = 20  # templates


class Merging:
    """One merging of templates, each with its number; `moves` says which number went into which.

    The lower number stays: that of the template that was seen first.
    """

    def __init__(self, numbers: dict[Tokens, int], evidence: Evidence) -> None:
        self.numbers = numbers
        self.moves: list[tuple[int, int]] = []
        self._evidence = evidence

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
            words = (None if self._evidence.may_vary(pattern, n) else token for n, token in enumerate(pattern))
            alike[tuple(words)].append(pattern)
        for key, members in alike.items():
            if len(members) > 1:
                self._widen(members, [place for place, token in enumerate(key) if token is None])

    def _widen(self, members: Sequence[Tokens], places: Iterable[int]) -> None:
        first_with = {place: list({one[place]: one for one in reversed(members)}.values()) for place in places}
        wide = {
            place for place, ones in first_with.items() if len(ones) > 1 and self._evidence.is_variable(place, ones)
        }
        if wide:
            for pattern, ones in _grouped(members, wide).items():
                self._unite(ones, pattern)
            for place in wide:
                for one in first_with[place]:
                    self._evidence.learn(one, [place])

    def _unite_places(self, patterns: Sequence[Tokens]) -> None:
        """Templates that differ in one place, where that place has had enough values; the widest place first."""
        for place, members in sorted(one_apart(patterns, self._evidence.is_fixed), key=lambda found: -len(found[1])):
            left = [pattern for pattern in members if pattern in self.numbers]
            if len(left) > 1 and self._evidence.is_variable(place, left):
                self._unite(left, (*left[0][:place], WILD, *left[0][place + 1 :]))
                for pattern in left:
                    self._evidence.learn(pattern, [place])

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
                    if len(ones) >= WORDS and self._says_enough(pattern, ones, wide):
                        self._unite(ones, pattern)

    def _says_enough(self, pattern: Tokens, members: Iterable[Tokens], wide: Collection[int]) -> bool:
        """Whether more words stay than go, and none goes that means something."""
        fixed = any(self._evidence.is_fixed(one[place]) for one in members for place in wide)
        return not fixed and sum(map(is_word, pattern)) > len(wide)

    def _unite(self, members: Iterable[Tokens], pattern: Tokens) -> None:
        numbers = [self.numbers.pop(member) for member in dict.fromkeys((*members, pattern)) if member in self.numbers]
        self.numbers[pattern] = min(numbers)
        self.moves += [(number, min(numbers)) for number in numbers if number != min(numbers)]


def _grouped(members: Iterable[Tokens], wide: Collection[int]) -> dict[Tokens, list[Tokens]]:
    """Pattern with wildcards in these places → those that become it."""
    groups: dict[Tokens, list[Tokens]] = defaultdict(list)
    for member in members:
        groups[tuple(WILD if place in wide else token for place, token in enumerate(member))].append(member)
    return groups
