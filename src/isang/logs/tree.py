"""Templates by their tokens, so that a text finds its own in one walk (after Drain's parse tree)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

from isang.logs.mask import WILD
from isang.logs.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where only one template is left: the walk ends before its tokens do."""

    pattern: Tokens
    number: int


Branch = dict[str, Union["Branch", Leaf]]


class Tree:
    """Branches by length, then token by token; a wildcard stands for any one token that is not fixed.

    He, Zhu, Zheng, Lyu: Drain: an online log parsing approach with fixed depth tree, ICWS 2017,
    doi:10.1109/ICWS.2017.13. There the depth is fixed and leaves are searched by likeness; here each token is a step.
    """

    def __init__(self, is_fixed: Callable[[str], bool]) -> None:
        self._is_fixed = is_fixed
        self._roots: dict[int, Branch] = {}

    def add(self, pattern: Tokens, number: int) -> None:
        """Enter a template with its number."""
        branch = self._roots.setdefault(len(pattern), {})
        for place, token in enumerate(pattern):
            below = branch.setdefault(token, Leaf(pattern, number))
            if isinstance(below, Leaf):
                if below.pattern == pattern:
                    return
                below = branch[token] = {below.pattern[place + 1]: below}
            branch = below

    def drop(self, length: int) -> None:
        """Forget the templates of so many tokens."""
        self._roots.pop(length, None)

    def find(self, found: Tokens) -> int | None:
        """The number of the template that fits, with the words of the text as far to the left as can be.

        No branch is looked at twice: the time is bounded by the size of the tree.
        """
        left: list[tuple[Branch | Leaf, int]] = [(self._roots.get(len(found), {}), 0)]
        while left:
            below, place = left.pop()
            while not isinstance(below, Leaf):
                exact, wild = below.get(found[place]), self._wild(below, found[place])
                place += 1
                if exact is not None and wild is not None and exact is not wild:
                    left.append((wild, place))
                onward = wild if exact is None else exact
                if onward is None:
                    break
                below = onward
            else:
                if self._fits(below.pattern, found, place):
                    return below.number
        return None

    def _wild(self, branch: Branch, token: str) -> Branch | Leaf | None:
        wild = branch.get(WILD)
        return None if wild is None or (token != WILD and self._is_fixed(token)) else wild

    def _fits(self, pattern: Tokens, found: Tokens, start: int) -> bool:
        return pattern[start:] == found[start:] or all(
            token == wanted or (wanted == WILD and not self._is_fixed(token))
            for token, wanted in zip(found[start:], pattern[start:], strict=True)
        )
