"""A quantile of past scores."""

from __future__ import annotations

import numpy as np

from isang.calibrate import Past, Tail
from isang.thresholds.base import Threshold


class Quantile(Threshold):
    """A quantile of past scores: it flags a fixed share of rows, whether or not anything happened."""

    def __init__(self, q: float = 0.99) -> None:
        self.q = q

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The q-quantile; ValueError unless 0 < q < 1; `inf` without scores."""
        if not 0 < self.q < 1:
            raise ValueError(f"q is {self.q}; a share between 0 and 1 is needed, such as 0.99.")
        return float(np.nanquantile(past.scores, self.q)) if past.rows else np.inf


EXAMPLE = Quantile()
