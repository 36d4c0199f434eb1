"""Which template follows which, and how likely that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.detectors._templates import Templates
from isang.words.frame import Flags, Floats, Integers


@dataclass(frozen=True)
class Transitions:
    """How often each pair of templates, and each template, came in training.

    `pairs` (k,) are `before * (v + 1) + after`, ascending. Of templates (v + 1,), the last for unseen ones: their
    `rows`, how many rows `follow` them, and how many different templates those have, `followers`.
    """

    pairs: Integers
    pair_rows: Integers
    rows: Integers
    follow: Integers
    followers: Integers

    def __post_init__(self) -> None:
        if self.pairs.shape != self.pair_rows.shape or np.any(np.diff(self.pairs) <= 0):
            raise ValueError("the pairs of transitions must ascend.")
        if not self.rows.shape == self.follow.shape == self.followers.shape or self.rows.ndim != 1:
            raise ValueError("transitions need three counts for each template.")
        if len(self.pairs) and not 0 <= self.pairs[0] <= self.pairs[-1] < len(self.rows) ** 2:
            raise ValueError("the pairs of transitions must be of templates that were counted.")

    def find(self, before: Templates, after: Templates) -> tuple[Integers, Flags]:
        """Where in `pairs` these (n,) stand, and whether they do."""
        pair = pair_number(before, after, len(self.rows))
        place = np.minimum(np.searchsorted(self.pairs, pair), max(len(self.pairs) - 1, 0))
        return place, self.pairs[place] == pair if len(self.pairs) else np.zeros(len(pair), dtype=bool)

    def chance_of_new(self, before: Templates, after: Templates) -> Floats:
        """(n,) of pairs that never came."""
        return self._chance(0, self.follow[before], self.followers[before], self.rows[after])

    def chance_of_known(self) -> Floats:
        """(k,) of the pairs."""
        before, after = self._templates()
        return self._chance(self.pair_rows, self.follow[before], self.followers[before], self.rows[after])

    def chance_without_itself(self) -> Floats:
        """(k,) of the pairs, for one of its rows, judged by all others."""
        before, after = self._templates()
        others = self.followers[before] - (self.pair_rows == 1)
        return self._chance(self.pair_rows - 1, self.follow[before] - 1, others, self.rows[after] - 1)

    def share(self, rows: Integers) -> Floats:
        """The share of all rows that templates with so many rows have; half a row is added to each."""
        return np.asarray((rows + 0.5) / (self.rows.sum() + 0.5 * len(self.rows)))

    def _chance(self, seen: Integers | int, follow: Integers, followers: Integers, rows: Integers) -> Floats:
        """Witten & Bell 1991: as often as seen; where something new comes, by its share of all rows."""
        share = self.share(rows)
        smoothed = (seen + followers * share) / np.maximum(follow + followers, 1)
        return np.where(follow > 0, smoothed, share)

    def _templates(self) -> tuple[Integers, Integers]:
        return self.pairs // len(self.rows), self.pairs % len(self.rows)


def learn_transitions(rows: Integers, pairs: Integers, pair_rows: Integers) -> Transitions:
    """From the rows of each template (v + 1,), and of each pair, in ascending order."""
    before = pairs // len(rows)
    follow = np.bincount(before, weights=pair_rows, minlength=len(rows)).astype(np.int64)
    return Transitions(pairs, pair_rows, rows, follow, np.bincount(before, minlength=len(rows)))


def pair_number(before: Templates, after: Templates, templates: int) -> Integers:
    """One number for two; below 0 where nothing came before."""
    return np.asarray(before.astype(np.int64) * templates + after, dtype=np.int64)
