"""Surprises → how rare rows are that surprise as much, in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from isang.words.frame import Floats, Integers

_STEPS = 100  # a power of ten of chance
_POWERS = 20  # 33 million rows know chances down to about 1e-16


@dataclass(frozen=True)
class Rarity:
    """`z` (m,): the normal quantile of the share of training rows that surprise as much or more, by steps of surprise.

    Beyond all training rows the share goes on to fall as it did on the whole among them, but no faster than the chance.
    """

    z: Floats

    def __post_init__(self) -> None:
        if self.z.shape != (_STEPS * _POWERS,) or np.any(np.diff(self.z) < 0):
            raise ValueError(f"a rarity needs {_STEPS * _POWERS} steps that ascend.")

    def of(self, chance: Floats) -> Floats:
        """Standard deviations for chances above 0, of any shape."""
        return np.asarray(self.z[_step(chance)])


def learn_rarity(chance: Floats, rows: Integers) -> Rarity:
    """From the chances (k,) of what came in training, each judged without its own row, and the rows of each."""
    count = np.bincount(_step(chance), weights=rows, minlength=_STEPS * _POWERS)
    total, highest = float(count.sum()) + 2, int(np.flatnonzero(count).max(initial=0))
    as_rare = np.maximum(np.cumsum(count[::-1])[::-1], 1.0) / total
    slope = min(np.log10(total) * _STEPS / max(highest, 1), 1.0)
    beyond = np.maximum(np.arange(len(count)) - highest, 0) / _STEPS
    return Rarity(norm.isf(as_rare * 10.0 ** (-slope * beyond)))


def _step(chance: Floats) -> Integers:
    step = (-_STEPS * np.log10(chance)).astype(np.int64)
    return np.clip(step, 0, _STEPS * _POWERS - 1)
