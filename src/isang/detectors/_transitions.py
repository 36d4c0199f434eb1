"""Which template follows which, and how likely that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from isang.detectors._templates import Templates
from isang.words.frame import Flags, Floats, Integers

_LEAST = 1e-15


@dataclass(frozen=True)
class Transitions:
    """How often each pair of templates, and each template, came in training.

    The chance of what came is that of all that is as rare or rarer after the same template: among a thousand lines
    in any order each is rare, and none is strange. What never came after a template has together the chance
    followers / (follow + followers) (Witten & Bell 1991, doi:10.1109/18.87000); after what nothing is known of, a
    template counts by its share of all rows.

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
        unseen = self.rows[after] == 0
        return self._chance_of_new(self.follow[before], self.followers[before], self.share[after], unseen)

    def chance_of_known(self) -> Floats:
        """(k,) of the pairs."""
        before, _ = self._templates()
        _, up_to = _rows_of_rarer(before, self.pair_rows)
        return (up_to + self.followers[before]) / (self.follow[before] + self.followers[before])

    def chance_without_itself(self) -> Floats:
        """(k,) of the pairs, for one of its rows, judged by all others."""
        before, after = self._templates()
        less, _ = _rows_of_rarer(before, self.pair_rows)
        follow, followers = self.follow[before] - 1, self.followers[before] - (self.pair_rows == 1)
        known = (less + self.pair_rows - 1 + followers) / np.maximum(follow + followers, 1)
        unseen = self.rows[after] == 1
        new = self._chance_of_new(follow, followers, self.share_without_itself[after], unseen)
        return np.where(self.pair_rows > 1, known, new)

    @cached_property
    def share(self) -> Floats:
        """(v + 1,) the share of the rows whose template is as rare or rarer; half a row is added."""
        _, up_to = _rows_of_rarer(np.zeros_like(self.rows), self.rows)
        return np.asarray((up_to + 0.5) / (self.rows.sum() + 0.5))

    @cached_property
    def share_without_itself(self) -> Floats:
        """The same for one of the rows of each template, judged by all others."""
        less, _ = _rows_of_rarer(np.zeros_like(self.rows), self.rows)
        return np.asarray((less + np.maximum(self.rows, 1) - 0.5) / (self.rows.sum() - 0.5))

    def _chance_of_new(self, follow: Integers, followers: Integers, share: Floats, unseen: Flags) -> Floats:
        """Something new comes as often as it did so far, and templates never seen are a part of it. All (n,)."""
        once = ((self.rows == 1).sum() + 0.5) / ((self.pair_rows == 1).sum() + 1)
        new = followers / np.maximum(follow + followers, 1) * np.where(unseen, min(once, 1.0), 1.0)
        return np.where(follow > 0, np.maximum(new, _LEAST), share)

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


def _rows_of_rarer(group: Integers, rows: Integers) -> tuple[Integers, Integers]:
    """(k,) twice: the rows of all in the same group that have fewer rows; of those that have as many at most."""
    if not len(rows):
        return rows, rows
    order = np.lexsort((rows, group))
    ordered, total = rows[order], np.cumsum(rows[order])
    new_group = np.diff(group[order], prepend=-1) != 0
    new_run = new_group | (np.diff(ordered, prepend=-1) != 0)
    before = total - ordered
    base = before[np.maximum.accumulate(np.where(new_group, np.arange(len(order)), 0))]
    first = np.flatnonzero(new_run)
    run = np.cumsum(new_run) - 1
    last = np.append(first[1:], len(order)) - 1
    less, up_to = np.empty_like(rows), np.empty_like(rows)
    less[order], up_to[order] = before[first][run] - base, total[last][run] - base
    return less, up_to
