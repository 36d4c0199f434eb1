"""Risk: 0 to 100, 50 at the threshold, 25 more for each power of ten."""

from __future__ import annotations

import numpy as np
import pytest

from isang.risk import USUAL, anomaly_points, points_over


def test_points_are_fifty_at_the_threshold_and_twenty_five_more_a_decade() -> None:
    p = np.array([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-300, 1.0])
    np.testing.assert_allclose(anomaly_points(p, 1e-3), [0, 25, 50, 75, 100, 100, 0])


def test_without_a_probability_ten_times_the_limit_counts_as_a_decade() -> None:
    np.testing.assert_allclose(points_over(np.array([0.0, 0.1, 1.0, 10.0, 100.0, 1e9])), [0, 25, 50, 75, 100, 100])


def test_unscored_rows_have_no_points() -> None:
    assert np.isnan(anomaly_points(np.array([np.nan]), 1e-3)).all()


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ({"anomaly": 70.0}, 70.0),
        ({"anomaly": 100.0, "severity": 0.0}, 60.0),
        ({"anomaly": 50.0, "severity": 100.0, "impact": 100.0}, 110 / 1.4),
    ],
)
def test_risk_is_the_weighted_mean_of_the_parts_that_exist(parts: dict[str, float], points: float) -> None:
    assert USUAL.of(parts) == pytest.approx(points, abs=0.05)


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (100, "CRITICAL"),
        (80, "CRITICAL"),
        (79.9, "HIGH"),
        (60, "HIGH"),
        (59.9, "MEDIUM"),
        (40, "MEDIUM"),
        (20, "LOW"),
        (0, "INFO"),
    ],
)
def test_bands_begin_where_they_say(points: float, name: str) -> None:
    assert USUAL.band(points) == name
