"""Risk: 0 to 100, and the band that says what to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from isang.errors import UsageError
from isang.words.frame import Floats
from isang.words.points import changed, mapping

BANDS = {"CRITICAL": 80, "HIGH": 60, "MEDIUM": 40, "LOW": 20, "INFO": 0}
WEIGHTS = {"anomaly": 60, "severity": 40, "impact": 40}
_AT_THRESHOLD = 50.0
_PER_DECADE = 25.0


def anomaly_points(p: Floats, p_threshold: Floats | float) -> Floats:
    """50 at the threshold, 25 more for each power of ten rarer; clipped to 0..100."""
    return np.clip(_AT_THRESHOLD + _PER_DECADE * np.log10(p_threshold / p), 0, 100)


def points_over(times_over: Floats) -> Floats:
    """The same for what has no tail probability: 50 at the limit, 25 more for ten times as far."""
    return np.clip(_AT_THRESHOLD + _PER_DECADE * np.log10(np.maximum(times_over, 1e-9)), 0, 100)


def impact_points(amount: float, whole_a_day: float) -> float:
    """100 for what all costs in a day, 25 less for each power of ten less; clipped to 0..100."""
    share = abs(amount) / whole_a_day if whole_a_day > 0 else 0.0
    return float(np.clip(100 + _PER_DECADE * np.log10(max(share, 1e-9)), 0, 100))


@dataclass(frozen=True)
class Risk:
    """How parts of a risk are weighed, in per cent, and from how many points on each band is; they fall to 0."""

    weights: Mapping[str, int] = field(default_factory=WEIGHTS.copy)
    bands: Mapping[str, int] = field(default_factory=BANDS.copy)

    def of(self, parts: Mapping[str, float]) -> float:
        """0-100 to one place, as it is written: the weighted mean of the parts that exist."""
        weight = sum(self.weights[name] for name in parts)
        return round(sum(self.weights[name] * points for name, points in parts.items()) / weight, 1)

    def band(self, points: float) -> str:
        """CRITICAL, HIGH, MEDIUM, LOW or INFO."""
        return next(name for name, least in self.bands.items() if points >= least)


USUAL = Risk()


def risk_of(settings: Mapping[str, Any] | None) -> Risk:
    """What a plan says: `weights` and `bands`, each in part or not at all; UsageError for what makes no sense."""
    told = mapping("risk", settings, ("weights", "bands"))
    found = Risk(changed("risk.weights", told.get("weights"), WEIGHTS), changed("risk.bands", told.get("bands"), BANDS))
    if not found.weights["anomaly"]:
        raise UsageError("risk.weights.anomaly is 0; it must be above that, since some rows have no other part.")
    for (above, higher), (name, least) in pairwise(found.bands.items()):
        if least >= higher:
            raise UsageError(f"risk.bands: {name} begins at {least} and {above} at {higher}; each must begin lower.")
    if found.bands["INFO"]:
        raise UsageError(f"risk.bands.INFO is {found.bands['INFO']}; 0 is needed, so that every risk has a band.")
    return found
