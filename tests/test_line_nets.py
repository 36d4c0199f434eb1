"""The nets over log lines: what they see, what their scores mean, and what labels change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from isang.detectors._lines import LineNet
from isang.detectors.deep_log import DeepLog
from isang.detectors.ensemble import Ensemble
from isang.detectors.isolation_forest import IsolationForest
from isang.detectors.log_anomaly import LogAnomaly
from isang.detectors.log_counts import LogCounts
from isang.detectors.log_robust import LogRobust
from isang.nets.attentive_lines import AttentiveLinesNet
from isang.nets.next_line import NextLineNet, blank
from isang.nets.training import Training
from isang.words.frame import Floats, Integers

SHORT: dict[str, Any] = {"window_rows": 5, "hidden": 12, "training": Training(epochs=8, learning_rate=0.02)}
NETS: dict[str, LineNet] = {
    "deep_log": DeepLog(layers=1, **SHORT),
    "deep_log place": DeepLog(layers=1, score_by="place", **SHORT),
    "log_robust": LogRobust(**SHORT),
}


def column(*templates: float) -> Floats:
    return np.array(templates, dtype=np.float64)[:, None]


def usual(rounds: int = 150) -> Floats:
    """Rounds of 7, 3, 5, with now and then a 3 more."""
    twice = np.random.default_rng(0).random(rounds) < 0.2
    return column(*[line for more in twice for line in ([7, 3, 3, 5] if more else [7, 3, 5])])


@pytest.fixture(scope="module", params=NETS)
def fitted(request: pytest.FixtureRequest) -> LineNet:
    return NETS[request.param].fit(usual())


def test_lines_out_of_turn_and_never_seen_are_stranger(fitted: LineNet) -> None:
    rows = np.concatenate([usual(10), column(5, 7, 3, 5), usual(10), column(9)])
    strangest = np.argsort(fitted.anomaly_score(rows))[-2:]
    assert set(strangest.tolist()) == {len(usual(10)), len(rows) - 1}


def test_first_lines_are_scored_by_shorter_windows_and_walls_are_not(fitted: LineNet) -> None:
    rows = column(7, 3, np.nan, 7, 3, 5)
    scores = fitted.anomaly_score(rows)
    assert np.isnan(scores).tolist() == [False, False, True, False, False, False]
    np.testing.assert_allclose(scores[:2], scores[3:5], atol=1e-5)


def test_a_line_is_scored_by_the_window_that_ends_at_it(fitted: LineNet) -> None:
    """The slow way: window by window, each in a batch of its own."""
    rows = np.concatenate([usual(4), column(np.nan, 3, 9, 7)])
    classes = {7.0: 3, 5.0: 2, 3.0: 1}
    net, before = fitted._trained(), [4] * 4
    slow: list[float] = []
    for template in rows[:, 0]:
        if np.isnan(template):
            slow.append(np.nan)
            before = [4] * 4
            continue
        before = [*before[-4:], classes.get(float(template), 0)]
        slow.append(float(fitted.score(net, torch.tensor([before])).detach()[0]))
    np.testing.assert_allclose(fitted.anomaly_score(rows), slow, rtol=1e-4, atol=1e-5)


def test_chances_and_places_are_those_of_what_came() -> None:
    net = NextLineNet(5, 4, 6, 1, 0.0).eval()
    lines = torch.tensor([[1, 2, 3], [4, 4, 1], [2, 3, 0]])
    with torch.inference_mode():
        chance = torch.softmax(net.foretell(lines[:, :-1])[:, 1:-1], dim=1).numpy()  # of classes 1 to 3
        by_chance = DeepLog().score(net, lines).numpy()
        by_place = DeepLog(score_by="place").score(net, lines).numpy()
    for row, came in enumerate((3, 1)):
        own = chance[row, came - 1]
        assert by_chance[row] == pytest.approx(-np.log10(own), rel=1e-4)
        assert by_place[row] == pytest.approx(1 + (chance[row] > own).sum() - own, rel=1e-4)
    assert (by_chance[2], by_place[2]) == (20, 4)


def test_above_g_means_not_among_the_g_likeliest() -> None:
    fitted = NETS["deep_log place"].fit(usual())
    scores = fitted.anomaly_score(np.concatenate([usual(20), column(9)]))
    assert np.mean(scores[:-1] < 2) == 1.0
    assert scores[-1] == 4  # three known templates come first


def test_labels_are_learnt_where_there_are_any() -> None:
    """The second 3 of a round is usual without labels, and what is sought with them."""
    rows = usual(300)
    second: Integers = np.flatnonzero((rows[1:, 0] == 3) & (rows[:-1, 0] == 3)) + 1
    label = np.isin(np.arange(len(rows)), second)
    judged = np.tile(column(7, 3, 3, 5, 7, 3, 5), (6, 1))
    taught = LogRobust(**SHORT).fit(rows, label).anomaly_score(judged)
    without = LogRobust(**SHORT).fit(rows, np.zeros(len(rows))).anomaly_score(judged)
    wanted = np.tile([False, False, True, False, False, False, False], 6)
    assert taught[wanted].min() > 0 > taught[~wanted][4:].max()
    assert without[wanted].min() < taught[wanted].min()
    assert np.array_equal(without, LogRobust(**SHORT).fit(rows).anomaly_score(judged))


def test_only_so_many_windows_are_trained_on() -> None:
    seen: list[int] = []

    class Counting(Training):
        def run(self, net: Any, windows: Any, ends: Integers) -> Any:
            seen.append(len(ends))
            return super().run(net, windows, ends)

    rows = usual(150)
    DeepLog(window_rows=5, hidden=4, most_windows=100, training=Counting(epochs=1)).fit(rows)
    DeepLog(window_rows=5, hidden=4, training=Counting(epochs=1)).fit(rows)
    assert seen[1] == len(rows)
    assert 50 < seen[0] <= 100


def test_lines_are_blanked_in_training_only() -> None:
    lines = torch.full((200, 5), 3)
    assert (blank(lines, 0.2, False) == 3).all()
    assert 0.1 < float((blank(lines, 0.2, True) == 0).float().mean()) < 0.3


def test_without_labels_every_other_window_may_be_swapped() -> None:
    net = AttentiveLinesNet(9, 4, 4, 0.0, guess=True).eval()
    windows = torch.zeros(6, 3, 2)
    windows[:, :, 0] = torch.arange(1, 7)[:, None]
    assert float(net.loss(windows, None).detach()) > 0
    same = torch.ones(6, 3, 2)  # nothing to swap: all of them are usual
    odds = net.odds(same[:, :, 0].long()).detach()
    assert float(net.loss(same, None).detach()) == pytest.approx(float(torch.log1p(odds.exp()).mean()), rel=1e-4)


def test_counts_in_windows_are_the_slow_ones() -> None:
    rows = np.concatenate([usual(30), column(np.nan), usual(4), column(9, 9)])
    detector = LogCounts(IsolationForest(trees=5), window_rows=4, most_templates=2).fit(usual(30))
    counts = detector._counts(np.nan_to_num(rows[:, 0], nan=-1).astype(np.int32))
    for end in range(len(rows)):
        window = rows[max(0, end - 3) : end + 1, 0]
        if len(window) < 4 or np.isnan(window).any():
            assert np.isnan(counts[end]).all()
        else:
            frequent = [(window == 3).sum(), (window == 5).sum()]  # 5 and 7 come equally often: the lower number first
            assert counts[end].tolist() == [*frequent, len(window) - sum(frequent)]


def test_log_anomaly_and_a_forest_are_an_ensemble() -> None:
    """S3-20c."""
    both = Ensemble([LogAnomaly(4), LogCounts(IsolationForest(trees=20), window_rows=4)], combine="max").fit(usual(200))
    rows = np.concatenate([usual(20), column(9)])
    assert int(np.nanargmax(both.anomaly_score(rows))) == len(rows) - 1
