"""Which token sequences of one length are the same but for one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from isang.logs.tokens import Tokens

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIXING = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))


def one_apart(patterns: Sequence[Tokens], is_fixed: Callable[[str], bool]) -> list[tuple[int, list[Tokens]]]:
    """Place → the patterns that are the same but for it, where there are several; it is not fixed."""
    found = []
    for place, others in enumerate(_without_each(patterns)):
        for rows in _alike(others):
            members = [patterns[row] for row in rows if not is_fixed(patterns[row][place])]
            # Hashes could be the same by chance.
            ones = [one for one in members if _differ_in(one, members[0]) <= {place}]
            found += [(place, ones)] if len(ones) > 1 else []
    return found


def _without_each(patterns: Sequence[Tokens]) -> NDArray[np.uint64]:
    """(place, template): a hash of the template without that place, the sum of those of its other (place, token).

    Mixed as in SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195): sums of hashes that are nearly linear
    would be the same where two places have changed their words.
    """
    count, length = len(patterns), len(patterns[0]) if patterns else 0
    words = np.fromiter((hash(token) for pattern in patterns for token in pattern), np.int64, count * length)
    mixed = words.view(np.uint64).reshape(count, length) + np.arange(length, dtype=np.uint64) * _GOLDEN
    for shift, factor in _MIXING:
        mixed = (mixed ^ (mixed >> shift)) * factor
    mixed ^= mixed >> np.uint64(31)
    others: NDArray[np.uint64] = (mixed.sum(axis=1, keepdims=True) - mixed).T
    return others


def _differ_in(one: Tokens, other: Tokens) -> set[int]:
    return {place for place, (token, wanted) in enumerate(zip(one, other, strict=True)) if token != wanted}


def _alike(keys: NDArray[np.uint64]) -> list[list[int]]:
    """The rows of each key that there is more than once, in the order of the first ones."""
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]], append=~keys[order[-1:]]))
    spans = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return sorted(order[start:end].tolist() for start, end in spans if end - start > 1)
