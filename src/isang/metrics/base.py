"""What a metric promises: an exam → named figures."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sklearn.base import BaseEstimator

from isang.exam import Exam


class Metric(BaseEstimator, ABC):  # type: ignore[misc]
    """Figures of an exam, under the names of the columns of `evaluation.csv`."""

    @abstractmethod
    def measure(self, exam: Exam) -> dict[str, float | None]:
        """Name → figure; None where it is not defined, such as a precision where nothing is flagged."""


def ratio(part: float, whole: float) -> float | None:
    """Part / whole, None where there is no whole."""
    return part / whole if whole else None


def harmonic(precision: float | None, recall: float | None) -> float | None:
    """F1; 0 where nothing is right, None where there is nothing to find."""
    if recall is None:
        return None
    total = (precision or 0.0) + recall
    return 2 * (precision or 0.0) * recall / total if total else 0.0
