"""What a threshold promises: past scores → a number that a score must exceed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from sklearn.base import BaseEstimator

from isang.calibrate import Past, Tail
from isang.words.amounts import Span, parse_rate

_WITH_TIME, _WITHOUT_TIME = "1/week", "1/1000rows"


class Threshold(BaseEstimator, ABC):  # type: ignore[misc]
    """Chooses the number that a score must exceed to be flagged; it sees past scores only.

    One that `needs_events` cannot be used where none are known; one that does not learn (`learns`) looks at no score.
    `one_place`: it is exceeded whether or not anything happened, so that its false alarms have no rate.
    """

    needs_events: ClassVar[bool] = False
    learns: ClassVar[bool] = True
    one_place: ClassVar[bool] = False

    @abstractmethod
    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `tail` is learnt from usual rows of the same past, None where there is too little of it.

        `inf` flags nothing: the rows can be ranked, not decided.
        """


def granted(rate: str | None, past: Past) -> float:
    """How often `rate` (None: the default) allows something to happen over this past."""
    wanted = parse_rate(rate or default_rate(past.span_s))
    return wanted.over(Span(None, past.rows) if wanted.per.rows else Span(past.span_s, None))


def default_rate(span_s: float | None) -> str:
    """1/week, or 1/1000rows where there is no time."""
    return _WITHOUT_TIME if span_s is None else _WITH_TIME
