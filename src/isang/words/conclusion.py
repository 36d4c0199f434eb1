"""A conclusion: what an evaluation comes to, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Conclusion:
    """Which sentence is said, the numbers that are known, and the clauses that are added to it, in their order."""

    kind: str
    numbers: Mapping[str, float]
    added: tuple[str, ...] = ()
