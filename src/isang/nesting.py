"""One thing that happened, seen at many scopes of a bill at once: told at the one that explains it best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.words.frame import ALL, Entity, Flags, Floats, Integers

_EXPLAINS = 0.8  # of what moved at the widest scope: a narrower one that moved so much tells it better


@dataclass(frozen=True)
class Moves:
    """Groups of flagged rows: the entity of each, how much it moved by (with its sign), from when to when (µs)."""

    entities: list[Entity]
    amounts: Floats
    begins: Integers
    ends: Integers

    def joined(self, reach: int) -> list[list[int]]:
        """The groups of each incident, the one that tells it first; the largest incident first.

        Groups belong together when they move the same way, one scope holds or crosses the other, and they begin at
        most `reach` µs from the time that the other lasts.
        """
        left, found = np.ones(len(self.entities), dtype=bool), list[list[int]]()
        keys = np.array(self.entities, dtype=object).reshape(len(left), -1 if len(left) else 0)
        for widest in np.argsort(-np.abs(self.amounts), kind="stable"):
            if not left[widest]:
                continue
            inside = left & self._with(widest, reach) & _holds(keys[widest], keys)
            teller = self._teller(int(widest), inside, keys)
            mine = left & self._with(teller, reach) & _meets(keys[teller], keys)
            mine[[widest, teller]] = True
            others = np.flatnonzero(mine & (np.arange(len(keys)) != teller))
            found.append([teller, *others[np.argsort(-np.abs(self.amounts[others]), kind="stable")].tolist()])
            left &= ~mine
        return found

    def _teller(self, widest: int, inside: Flags, keys: NDArray[Any]) -> int:
        """The narrowest of those inside that moved nearly as much as the widest; of equals the one that moved most."""
        enough = np.flatnonzero(inside & (np.abs(self.amounts) >= _EXPLAINS * abs(self.amounts[widest])))
        named = (keys[enough] != ALL).sum(axis=1)
        return int(enough[np.lexsort((-np.abs(self.amounts[enough]), -named))[0]])

    def _with(self, one: int, reach: int) -> Flags:
        """Those that move the same way at about the same time."""
        near = (self.begins <= self.ends[one] + reach) & (self.ends >= self.begins[one] - reach)
        return np.asarray(near & (np.sign(self.amounts) == np.sign(self.amounts[one])))


def _holds(wide: NDArray[Any], keys: NDArray[Any]) -> Flags:
    return np.asarray(((keys == wide) | (wide == ALL)).all(axis=1))


def _meets(one: NDArray[Any], keys: NDArray[Any]) -> Flags:
    return np.asarray(((keys == one) | (one == ALL) | (keys == ALL)).all(axis=1))
