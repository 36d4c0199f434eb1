"""Risk: 0 to 100, and the band that says what to do with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from isang.words.frame import Floats

BANDS = {"CRITICAL": 80.0, "HIGH": 60.0, "MEDIUM": 40.0, "LOW": 20.0, "INFO": 0.0}
_WEIGHTS = {"anomaly": 0.6, "severity": 0.4, "impact": 0.4}
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


def risk(parts: Mapping[str, float]) -> float:
    """The weighted mean of the parts that exist: anomaly .6, severity .4, impact .4."""
    weight = sum(_WEIGHTS[name] for name in parts)
    return sum(_WEIGHTS[name] * points for name, points in parts.items()) / weight


def band(points: float) -> str:
    """CRITICAL, HIGH, MEDIUM, LOW or INFO."""
    return next(name for name, least in BANDS.items() if points >= least)
