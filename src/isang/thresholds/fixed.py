"""A number set by the user."""

from __future__ import annotations

from typing import ClassVar

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold


class Fixed(Threshold):
    """A number that the user knows, in the units of the detector's score."""

    learns: ClassVar[bool] = False

    def __init__(self, value: float = 3.0) -> None:
        self.value = value

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The value as it is."""
        return float(self.value)


EXAMPLE = Fixed()
