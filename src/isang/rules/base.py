"""What a rule promises: it fires where a statement about the data does not hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from sklearn.base import BaseEstimator

from isang.words.frame import Grid
from isang.words.verdicts import Fired


class Rule(BaseEstimator, ABC):  # type: ignore[misc]
    """A plain statement beside the detector, on the grid as it was laid out; it needs no score to fire."""

    @abstractmethod
    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Learn what the rule needs from the past; `columns` names the columns of the grid."""

    @abstractmethod
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """The rows where it fires."""
