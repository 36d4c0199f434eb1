"""Volumes under the surface: as the definition says, and as TSB-AD published them."""

from __future__ import annotations

import json
import math
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from isang.curves import average_precision, roc_auc
from isang.vus import Vus, usual_window, vus
from isang.words.frame import Flags, Floats
from oracles import quick, slow_usual_window, slow_vus

DATA = os.environ.get("ISANG_DATA")
# NAB files that TSB-AD-U holds unchanged: usual window, first labelled row, and VUS-PR of Sub-PCA as published in
# TheDatumOrg/TSB-AD, benchmark_exp/benchmark_eval_results/uni_mergedTable_VUS-PR.csv.
PUBLISHED = {
    "realKnownCause/ec2_request_latency_system_failure": (6, 2014, 0.18034777),
    "realKnownCause/nyc_taxi": (125, 5839, 0.22759826),
    "artificialWithAnomaly/art_load_balancer_spikes": (71, 2734, 0.80332040),
    "realAdExchange/exchange-3_cpm_results": (23, 1045, 0.20645870),
    "realKnownCause/ambient_temperature_system_failure": (23, 3540, 0.37477767),
    "artificialWithAnomaly/art_increase_spike_density": (100, 1805, 0.40758432),
    "realKnownCause/rogue_agent_key_hold": (125, 669, 0.12340127),
    "realKnownCause/cpu_utilization_asg_misconfiguration": (12, 16551, 0.60338423),
    "realTweets/Twitter_volume_FB": (16, 4614, 0.11463256),
}
EVENTS = {
    "one row": [(20, 20)],
    "at both ends": [(0, 3), (56, 59)],
    "one-row events at both ends": [(0, 0), (59, 59)],
    "buffers that meet": [(20, 24), (27, 27), (33, 40)],
    "a row that three buffers reach": [(20, 20), (22, 22), (24, 24)],
    "buffers that touch but share no row": [(20, 24), (31, 35)],
    "all rows but one": [(0, 30), (32, 59)],
}


def marked(rows: int, events: list[tuple[int, int]]) -> Flags:
    positive = np.zeros(rows, dtype=np.bool_)
    for first, last in events:
        positive[first : last + 1] = True
    return positive


def found(scores: Floats, positive: Flags, window_rows: int) -> Vus:
    volumes = vus(scores, positive, window_rows)
    assert volumes is not None
    return volumes


@st.composite
def labelled_scores(draw: st.DrawFn) -> tuple[Floats, Flags]:
    """Scores that tie now and then, or are missing; at least one of each class, and one score."""
    drawn = st.one_of(st.just(np.nan), st.sampled_from([0.0, 1.0, -7.0]), st.floats(-1e9, 1e9))
    rows = draw(st.lists(st.tuples(drawn, st.booleans()), max_size=38))
    ends = [(1.0, True), (draw(drawn), False)]
    scores, positive = zip(*draw(st.permutations(rows + ends)), strict=True)
    return np.array(scores), np.array(positive)


@given(labelled_scores(), st.integers(0, 12))
@quick
def test_volumes_are_those_of_the_definition(rows: tuple[Floats, Flags], window_rows: int) -> None:
    volumes = found(*rows, window_rows)
    assert (volumes.roc, volumes.pr) == pytest.approx(slow_vus(*rows, window_rows), abs=1e-12)


@pytest.mark.parametrize("window_rows", [0, 1, 6, 7, 13])
@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
def test_volumes_are_those_of_the_definition_for_events(events: list[tuple[int, int]], window_rows: int) -> None:
    random, positive = np.random.default_rng(window_rows), marked(60, events)
    for digits in (0, 9):
        scores = np.asarray(np.round(random.normal(size=60) + positive, digits), dtype=np.float64)
        volumes = found(scores, positive, window_rows)
        assert (volumes.roc, volumes.pr) == pytest.approx(slow_vus(scores, positive, window_rows), abs=1e-12)


def test_of_more_rows_than_thresholds_every_so_many_is_a_threshold() -> None:
    positive = marked(700, [(100, 130), (500, 504)])
    scores = np.random.default_rng(0).normal(size=700) + positive
    volumes = found(scores, positive, 5)
    assert (volumes.roc, volumes.pr) == pytest.approx(slow_vus(scores, positive, 5), abs=1e-12)


def test_of_one_event_of_one_row_and_without_a_buffer_volumes_are_areas() -> None:
    scores, positive = np.array([5.0, 4.0, 3.0, 2.0, 1.0]), marked(5, [(1, 1)])
    volumes = found(scores, positive, 0)
    assert volumes.pr == average_precision(scores, positive) == 0.5
    assert volumes.roc == roc_auc(scores, positive) == 0.75


@pytest.mark.parametrize("window_rows", [0, 10, 51])
def test_scores_that_are_the_labels_are_the_best_and_constant_ones_find_their_share(window_rows: int) -> None:
    positive = marked(1000, [(200, 249), (700, 749)])
    labels = positive.astype(np.float64)
    best, constant = found(labels, positive, 0), found(np.ones(1000), positive, window_rows)
    assert best == Vus(1.0, 1.0)
    assert 0.1 <= constant.pr <= 0.1 + window_rows / 500
    assert found(-labels, positive, window_rows).pr < 0.2


def test_a_score_beside_an_event_counts_with_a_buffer() -> None:
    positive = marked(400, [(200, 209)])
    late = np.roll(positive, 12).astype(np.float64)
    assert found(late, positive, 40).pr > 2 * found(late, positive, 0).pr


def test_a_row_without_a_score_is_ranked_lowest() -> None:
    scores, positive = np.random.default_rng(1).normal(size=80), marked(80, [(30, 39)])
    scores[[31, 50]] = np.nan
    assert vus(scores, positive, 8) == vus(np.nan_to_num(scores, nan=-99.0), positive, 8)


@pytest.mark.parametrize(
    ("scores", "positive"),
    [([1.0, 2.0], [True, True]), ([1.0, 2.0], [False, False]), ([np.nan, np.nan], [True, False]), ([], [])],
)
def test_without_both_classes_and_a_score_there_is_no_volume(scores: list[float], positive: list[bool]) -> None:
    assert vus(np.array(scores), np.array(positive, dtype=np.bool_), 4) is None


@pytest.mark.parametrize("period", [4, 5, 7, 24, 144, 290, 310])
def test_the_usual_window_is_that_of_the_definition(period: int) -> None:
    values = np.sin(np.arange(1500) * 2 * np.pi / period) + np.random.default_rng(period).normal(0, 0.3, 1500)
    values[::97] = np.nan
    assert usual_window(values) == slow_usual_window(values)


@pytest.mark.parametrize("rows", [1, 2, 5, 6, 7, 12, 40])
def test_the_usual_window_of_a_few_rows(rows: int) -> None:
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=rows)
        assert usual_window(values) == slow_usual_window(values)


def test_the_usual_window_of_a_season_is_its_period_or_a_multiple() -> None:
    values = np.sin(np.arange(5000) * 2 * np.pi / 48)
    assert usual_window(values) == 48
    assert usual_window(np.full(5000, 3.0)) == usual_window(np.arange(5000.0)) == usual_window(np.empty(0)) == 125


@pytest.mark.skipif(DATA is None, reason="ISANG_DATA is not set: no real files")
@pytest.mark.parametrize("name", PUBLISHED)
def test_volumes_are_those_that_tsb_ad_published(name: str) -> None:
    values, positive = _benchmark_file(name)
    window_rows, first, pr = PUBLISHED[name]
    assert usual_window(values) == window_rows
    assert int(np.argmax(positive)) == first
    assert found(_sub_pca(values, window_rows), positive, window_rows).pr == pytest.approx(pr, abs=1e-5)


def _benchmark_file(name: str) -> tuple[Floats, Flags]:
    """TSB-AD's values lack the first row, its labels the last, and the last of each window."""
    folder = Path(str(DATA), "metrics", "nab")
    table = pl.read_csv(folder / f"{name}.csv", try_parse_dates=True)
    positive = np.zeros(len(table), dtype=np.bool_)
    for window in json.loads((folder / "combined_windows.json").read_text())[f"{name}.csv"]:
        start, end = (datetime.fromisoformat(time) for time in window)
        positive |= ((table["timestamp"] >= start) & (table["timestamp"] < end)).to_numpy()
    return table["value"].cast(pl.Float64).to_numpy()[1:], positive[:-1]


def _sub_pca(values: Floats, window_rows: int) -> Floats:
    """The distance of each window from every principal axis, over the share of variance that lies along it.

    Axes have the signs that the benchmark's scikit-learn gave them: the window farthest along an axis lies ahead.
    """
    windows = np.lib.stride_tricks.sliding_window_view(values, window_rows)
    left, sizes, axes = np.linalg.svd((windows - windows.mean(axis=0)) / windows.std(axis=0), full_matrices=False)
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(window_rows)])
    apart = cdist((windows - windows.mean(axis=0)) / windows.std(axis=0), axes * signs[:, None])
    scores = np.sum(apart / (sizes**2 / np.sum(sizes**2)), axis=1)
    return np.pad(scores, (math.ceil((window_rows - 1) / 2), (window_rows - 1) // 2), mode="edge")
