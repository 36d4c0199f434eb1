"""Templates by their tokens, so that a text finds its own in one walk (after Drain's parse tree)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from isang.logs.mask import WILD
from isang.logs.tokens import Tokens

Node = dict[str | None, Any]
_END = None  # no token: here a template ends, and its number stands


class Tree:
    """Branches by length, then token by token; a wildcard stands for any one token that is not fixed.

    He, Zhu, Zheng, Lyu: Drain: an online log parsing approach with fixed depth tree, ICWS 2017,
    doi:10.1109/ICWS.2017.13. There the depth is fixed and leaves are searched by likeness; here each token is a step.
    """

    def __init__(self, is_fixed: Callable[[str], bool]) -> None:
        self._is_fixed = is_fixed
        self._roots: dict[int, Node] = {}

    def add(self, found: Tokens, number: int) -> None:
        """Enter a template with its number."""
        node = self._roots.setdefault(len(found), {})
        for token in found:
            node = node.setdefault(token, {})
        node[_END] = number

    def drop(self, length: int) -> None:
        """Forget the templates of so many tokens."""
        self._roots.pop(length, None)

    def find(self, found: Tokens) -> int | None:
        """The number of the template that fits, with the words of the text as far to the left as can be.

        Each node is looked at once at most: the time is bounded by the size of the tree.
        """
        root = self._roots.get(len(found))
        left = [] if root is None else [(root, 0)]
        while left:
            node, start = left.pop()
            for place in range(start, len(found)):
                exact, wild = node.get(found[place]), node.get(WILD)
                if wild is not None and self._is_fixed(found[place]):
                    wild = None
                if exact is not None and wild is not None and exact is not wild:
                    left.append((wild, place + 1))
                if exact is None and wild is None:
                    break
                node = wild if exact is None else exact
            else:
                return int(node[_END])
        return None
