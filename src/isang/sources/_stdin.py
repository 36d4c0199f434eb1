"""Standard input, which can be read only once: its beginning can be looked at before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import BinaryIO
from weakref import WeakKeyDictionary

_PIECE = 1 << 16
_looked_at: WeakKeyDictionary[BinaryIO, bytes] = WeakKeyDictionary()  # what comes before the rest of a stream


def beginning(size: int) -> bytes:
    """The first bytes, so many or all that there are; they are still to be read."""
    held = _looked_at.get(sys.stdin.buffer, b"")
    if len(held) < size:
        held += sys.stdin.buffer.read(size - len(held))
    _looked_at[sys.stdin.buffer] = held
    return held[:size]


def pieces() -> Iterator[bytes]:
    """All of it, as it comes."""
    yield _looked_at.pop(sys.stdin.buffer, b"")
    yield from iter(lambda: sys.stdin.buffer.read(_PIECE), b"")
