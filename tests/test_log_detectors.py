"""Detectors of log lines and sessions: the fast code and its slow twin, and what they are for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

import oracles
from isang.detectors import _templates
from isang.detectors._windowed import RowScore
from isang.detectors.log_anomaly import LogAnomaly
from isang.detectors.log_sessions import LogSessions
from isang.windows import reaching_back
from isang.words.frame import Floats

LINES = st.lists(st.sampled_from([-1, 0, 1, 1, 1, 2, 2, 5]), min_size=1, max_size=60)


def column(templates: list[int]) -> Floats:
    """(n, 1) as other detectors have it: walls are NaN."""
    return np.array([[np.nan if one < 0 else float(one)] for one in templates])


def usual(rounds: int = 300) -> list[int]:
    """Rounds of five lines, of which the last two change places now and then."""
    swapped = np.random.default_rng(0).random(rounds) < 0.3
    return [line for swap in swapped for line in ([0, 1, 2, 4, 3] if swap else [0, 1, 2, 3, 4])]


@oracles.quick
@given(train=LINES.filter(lambda lines: max(lines) >= 0), judged=LINES, window_rows=st.sampled_from([1, 2, 4, 15]))
@pytest.mark.parametrize("row_score", ["row", "window"])
def test_the_fast_scores_are_the_slow_ones(
    train: list[int], judged: list[int], window_rows: int, row_score: RowScore
) -> None:
    detector = LogAnomaly(window_rows, row_score).fit(column(train))
    slow = oracles.log_anomaly_scores(train, [*judged, 9], window_rows, window=row_score == "window")
    np.testing.assert_allclose(detector.anomaly_score(column([*judged, 9])), slow, atol=1e-6)


@pytest.mark.parametrize("row_score", ["row", "window"])
def test_chunks_score_as_one(monkeypatch: pytest.MonkeyPatch, row_score: RowScore) -> None:
    lines = np.array([*usual(), -1, *usual(), 9, 0], dtype=np.int32)[:, None]
    whole: Floats = LogAnomaly(6, row_score).fit(lines).anomaly_score(lines)
    monkeypatch.setattr(_templates, "_CHUNK_ROWS", 64)
    parts = LogAnomaly(6, row_score).fit(lines).anomaly_score(lines)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_whole_numbers_score_as_the_same_in_float(kind: type) -> None:
    lines = [*usual(), -1, 0, 1, 7, 3, -1, 2]
    floats = LogAnomaly().fit(column(lines)).anomaly_score(column(lines))
    whole: Any = np.array(lines, dtype=kind)[:, None]
    assert np.array_equal(LogAnomaly().fit(whole).anomaly_score(whole), floats, equal_nan=True)


@pytest.mark.parametrize("row_score", ["row", "window"])
def test_an_unseen_template_is_strange_wherever_it_stands(row_score: RowScore) -> None:
    """S3-D7: there it was a vector of zeros, which looked usual."""
    detector = LogAnomaly(15, row_score).fit(column(usual()))
    lines = [*usual(20), 9, *usual(20), -1, 9, -1, *usual(20), 9]
    scores, new = detector.anomaly_score(column(lines)), np.array(lines) == 9
    usual_rows = reaching_back(new[::-1], 15)[::-1] | (np.array(lines) < 0)
    assert scores[new].min() > max(3, np.max(scores[~usual_rows]))


def test_lines_out_of_turn_and_lines_that_repeat_are_strange() -> None:
    detector = LogAnomaly().fit(column(usual()))
    for strange in ([0, 1, 2, 3, 0, 1], [0, 2, 1], [1, 1, 1, 1, 1, 1]):
        assert np.nanmax(detector.anomaly_score(column([*usual(5), *strange]))) > 3
    assert np.nanmax(detector.anomaly_score(column(usual(50)))) < 3


def test_a_rare_line_in_its_turn_is_not_strange_but_its_burst_is() -> None:
    lines = usual(100) + [0, 1, 2, 6, 4, *usual(9)] * 20
    detector = LogAnomaly().fit(column(lines))
    once = detector.anomaly_score(column([*usual(3), 0, 1, 2, 6, 4]))
    often = detector.anomaly_score(column([*usual(3), *[0, 1, 2, 6, 4] * 3]))
    assert np.nanmax(once) < 2.6 < np.nanmax(often)


def test_windows_have_the_z_scores_of_s3() -> None:
    """Mean 0 and standard deviation 1 over the full windows of training, where nothing else is stranger."""
    lines = column(usual(2000))
    detector = LogAnomaly(15, "window").fit(lines)
    far = detector.tfidf_.distances(_templates.whole(lines[:, 0]), np.full(len(lines), 15, dtype=np.uint8), 15)[15:]
    assert (far.mean(), far.std()) == pytest.approx((detector.far_, detector.spread_), abs=0.02)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[0.0], [2.5]], "X holds 2.5; numbers of templates, whole and from 0 on, are needed"),
        ([[-1.0], [np.nan]], "every row is a wall"),
        ([[0.0], [2.0**40]], "template number 1099511627776; numbers below 1048576 are needed"),
        ([[0.0, 1.0]], "X has 2 columns; one, the number of the template of each row"),
    ],
)
def test_what_are_no_templates_is_refused(rows: list[list[float]], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        LogAnomaly().fit(rows)


def test_what_was_not_fitted_says_so() -> None:
    with pytest.raises(NotFittedError):
        LogAnomaly().anomaly_score([[0]])


def test_a_session_is_as_strange_as_its_nearest_known_counts_are_far() -> None:
    train = np.array([[3.0, 3, 3, 0], [3, 4, 3, 0], [2, 3, 3, 0], [2, 2, 2, 0]])
    judged = np.array([[3.0, 3, 3, 0], [4, 3, 3, 0], [3, 3, 2, 0], [3, 3, 3, 1], [5, 3, 3, 0], [1, 1, 1, 0]])
    slow = []
    for row in judged:
        near = min(np.abs(row - known).sum() / max(row.sum(), known.sum()) for known in train)
        slow.append(near + (row[3] > 0) + (not 6 <= row.sum() <= 10))
    np.testing.assert_allclose(LogSessions().fit(np.tile(train, (3, 1))).anomaly_score(judged), slow)


def test_too_many_kinds_of_sessions_are_thinned_the_same_way_each_time() -> None:
    rows = np.random.default_rng(0).integers(0, 9, (200, 5)).astype(float)
    one, other = (LogSessions(most_rows=20).fit(rows) for _ in range(2))
    assert one.known_.shape == (20, 5)
    assert np.array_equal(one.anomaly_score(rows), other.anomaly_score(rows))
    assert (one.anomaly_score(rows) == 0).sum() >= 20


def test_different_rows_that_share_their_number_are_told_apart() -> None:
    weight = np.random.default_rng(0).random(2)  # those that make one number of a row
    rows = np.array([[weight[1], 0], [0, weight[0]]])
    assert float(rows[0] @ weight) == float(rows[1] @ weight)
    assert LogSessions().fit(rows[:1]).anomaly_score(rows).tolist() == [0, 3]
