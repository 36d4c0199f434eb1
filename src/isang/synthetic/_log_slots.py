"""What stands in the slots of a message: a value is made of the number of its line, so it is the same in any block."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.synthetic._log_words import WORDS

Numbers = NDArray[np.uint64]

_POOL = 1 << 12  # how many values the slots have that real systems have few of


def mixed(numbers: Numbers, salt: int) -> Numbers:
    """(n,) numbers that look random, each made of its own and the salt: the finaliser of SplitMix64.

    Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195.
    """
    z = numbers + np.uint64((salt + 1) * 0x9E3779B97F4A7C15 % (1 << 64))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def value(slot: str, numbers: Numbers) -> list[pl.Series | str]:
    """What a slot holds for each of these random numbers (n,), in parts to be joined; KeyError for an unknown slot."""
    if slot in _POOLS:
        return [_pool(slot).gather(numbers % np.uint64(_POOL))]
    return _MADE[slot](numbers)


def hexadecimal(numbers: Numbers, digits: int = 16) -> list[pl.Series | str]:
    """The first digits, in parts of four."""
    parts = [numbers >> np.uint64(48 - shift) & np.uint64(0xFFFF) for shift in range(0, 4 * digits, 16)]
    return [_fours().gather(part) for part in parts]


def _uuid(numbers: Numbers) -> list[pl.Series | str]:
    first, *rest = hexadecimal(numbers)
    more = hexadecimal(mixed(numbers, 0))
    return [first, rest[0], "-", rest[1], "-", rest[2], "-", more[0], "-", *more[1:]]


def _number(numbers: Numbers) -> list[pl.Series | str]:
    """Of one digit or of up to ten, each about as often."""
    return [pl.Series(numbers >> np.uint64(33) >> (numbers & np.uint64(7)) * np.uint64(4))]


def _amount(numbers: Numbers) -> list[pl.Series | str]:
    return [pl.Series(numbers % np.uint64(900_000)), ".", pl.Series(10 + (numbers >> np.uint64(32)) % np.uint64(90))]


_MADE: dict[str, Callable[[Numbers], list[pl.Series | str]]] = {
    "n": _number,
    "few": lambda numbers: [pl.Series(numbers % np.uint64(20))],
    "port": lambda numbers: [pl.Series(1024 + numbers % np.uint64(60_000))],
    "amount": _amount,
    "hex": hexadecimal,
    "uuid": _uuid,
}

_POOLS: dict[str, Callable[[int, np.random.Generator], str]] = {
    "ip": lambda at, random: ".".join(map(str, (10, *random.integers(256, size=3)))),
    "member": lambda at, random: f"member{random.integers(10**6)}@example.kr",
    "host": lambda at, random: f"{WORDS[at % len(WORDS)]}-{random.integers(40)}.example.kr",
    "path": lambda at, random: f"/data/{WORDS[at % len(WORDS)]}/{random.integers(10**5)}/part-{at % 100:05}.json",
    "day": lambda at, random: f"2026-{1 + at % 12:02}-{random.integers(1, 29):02}T{random.integers(24):02}:00:00Z",
    "status": lambda at, random: str(random.choice((200, 200, 200, 201, 204, 304))),
    "word": lambda at, random: WORDS[at % len(WORDS)],
}


@cache
def _pool(slot: str) -> pl.Series:
    random = np.random.default_rng(len(slot))
    return pl.Series([_POOLS[slot](at, random) for at in range(_POOL)], dtype=pl.String)


@cache
def _fours() -> pl.Series:
    return pl.Series([f"{number:04x}" for number in range(1 << 16)], dtype=pl.String)
