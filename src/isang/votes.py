"""Votes: weights over the threshold's flag and the rules, which say how many of them agree on a row."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from isang.errors import UsageError
from isang.family import nearest
from isang.words.frame import Flags, Floats
from isang.words.verdicts import Fired

THRESHOLD, AT_LEAST = "threshold", "at_least"
_NEARLY = 1e-9  # of sums of weights: 0.1 + 0.2 is 0.3


@dataclass(frozen=True)
class Votes:
    """The weight of the `threshold`'s flag and of each rule that votes, and the vote that makes an incident.

    What has no weight has no vote, and makes incidents by itself, as all do where nothing votes.
    """

    weights: Mapping[str, float]
    at_least: float = 0.0

    @property
    def full(self) -> float:
        """What a row has in which all agree."""
        return sum(self.weights.values())

    def of(self, over: Flags, fired: Mapping[str, Fired]) -> Floats:
        """(n,) the weights of all that spoke on a row; `over`: its score exceeds the threshold."""
        found = np.zeros(len(over))
        for name, spoke in _spoke(over, fired).items():
            found[spoke] += self.weights.get(name, 0.0)
        return found

    def voted(self, over: Flags, fired: Mapping[str, Fired]) -> Flags:
        """(n,) rows with enough votes."""
        vote = self.of(over, fired)
        return (vote > 0) & reached(vote, self.at_least)

    def telling(self, over: Flags, fired: Mapping[str, Fired]) -> Flags:
        """(n,) rows that belong to an incident: enough votes, or something without a vote spoke."""
        told = self.voted(over, fired)
        for name, spoke in _spoke(over, fired).items():
            if name not in self.weights:
                told |= spoke
        return told


def reached(vote: Floats, wanted: float) -> Flags:
    """(n,) votes of at least so much, whatever the rounding of their sum."""
    return np.asarray(vote >= wanted - _NEARLY)


def votes_of(settings: Mapping[str, float] | None, rules: Collection[str]) -> Votes:
    """What a plan says: name → weight, and `at_least`; UsageError for what cannot vote, or for no weight at all."""
    weights = {name: weight for name, weight in (settings or {}).items() if name != AT_LEAST}
    least = (settings or {}).get(AT_LEAST, 0.0)
    for name, weight in weights.items():
        if name != THRESHOLD and name not in rules:
            raise UsageError(f"votes: '{name}' is no rule of the plan.{nearest(name, (THRESHOLD, *rules))}")
        if not 0 <= weight < math.inf:
            raise UsageError(f"votes: {name} weighs {weight}; a number of 0 or more is needed.")
    found = Votes(weights, least)
    if settings is not None and not 0 < found.full < math.inf:
        raise UsageError("votes: no weight is above 0; write for instance votes.threshold=0.5 and votes.change=0.5.")
    if not 0 <= least <= found.full + _NEARLY:
        raise UsageError(f"votes: {AT_LEAST} is {least}; all weights together are {found.full:g}.")
    return found


def _spoke(over: Flags, fired: Mapping[str, Fired]) -> dict[str, Flags]:
    """(n,) where the threshold and each rule spoke."""
    told = {THRESHOLD: over}
    for name, one in fired.items():
        told[name] = np.zeros(len(over), dtype=np.bool_)
        told[name][one.rows] = True
    return told
