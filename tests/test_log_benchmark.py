"""What the benchmark of log sessions counts, and what it must show."""

from __future__ import annotations

import os

import numpy as np
import pytest

from benchmarks.accuracy._log_sets import SETS, LogSet
from benchmarks.accuracy.log_sessions import Found, judged

DATA = os.environ.get("ISANG_DATA")


def made() -> LogSet:
    """Sessions 0 1 1 2; the anomalous ones lack the end, or have a template of their own."""
    usual = [np.array([0, 1, 1, 2])] * 40
    return LogSet(usual, [*usual, np.array([0, 1, 1]), np.array([0, 1, 3, 2])], np.arange(42) >= 40, 0.01)


@pytest.mark.parametrize(
    ("detector", "recall"),
    [("new_template", 0.5), ("log_sessions", 1.0), ("log_sessions or new", 1.0), ("log_anomaly", 1.0)],
)
def test_a_threshold_from_training_sessions_flags_what_is_unlike_them(detector: str, recall: float) -> None:
    found = judged(made(), detector, 0.999)
    assert (found.recall, found.false, found.normal) == (recall, 0, 40)


def test_precision_is_that_of_the_share_of_anomalous_sessions() -> None:
    """S3-D10: a mix of 20 % flatters. Of 10,000 sessions 100 are anomalous: 80 hits, and 99 false alarms."""
    found = Found(threshold=0.5, recall=0.8, false=1, normal=100, roc_auc=0.9, seconds=1.0)
    assert found.precision(0.01) == pytest.approx(80 / 179)
    assert found.f1(0.01) == pytest.approx(2 * 80 / (179 + 100))
    assert found.precision(0.2) > 0.95
    assert Found(0.5, 0.0, 0, 100, 0.5, 1.0).f1(0.01) == 0


@pytest.mark.skipif(DATA is None, reason="ISANG_DATA is not set: no real logs")
def test_sessions_of_hdfs_are_judged_as_well_as_is_wanted() -> None:
    logs = SETS["hdfs"]()
    found = judged(logs, "log_sessions", 0.999)
    assert found.f1(logs.rate) >= 0.985
    assert judged(logs, "new_template", 0.999).f1(logs.rate) < 0.65
