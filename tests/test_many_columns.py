"""What `auto` takes for many columns: forecasts of each column, clusters of windows, and their sum."""

from __future__ import annotations

import numpy as np
import pytest

import oracles
from isang.detectors._usual_score import usual_score
from isang.detectors.auto import Auto
from isang.detectors.ensemble import Ensemble
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.ridge_forecast import RidgeForecast
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.scan import Scan
from isang.detectors.window_kmeans import WindowKmeans
from isang.explain.drivers import column_shares
from isang.explain.members import members_that_spoke
from isang.words.frame import Floats


def gaps(rows: int, seed: int) -> Floats:
    """Two columns that wander and a constant one, with missing cells and walls."""
    X = np.column_stack([np.random.default_rng(seed).normal(size=(rows, 2)).cumsum(axis=0), np.full(rows, 3.0)])
    X[np.random.default_rng(seed + 1).random(X.shape) < 0.05] = np.nan
    X[[60, 61, 200]] = np.nan
    return X


def machine(rows: int, seed: int = 0) -> Floats:
    """Six columns that follow one load, each with its noise."""
    draw = np.random.default_rng(seed)
    load = np.sin(np.arange(rows) / 40) + 0.3 * draw.normal(size=rows).cumsum() / np.sqrt(np.arange(1, rows + 1))
    return np.outer(load, [1.0, 2.0, -1.0, 0.5, 3.0, 1.5]) + 0.1 * draw.normal(size=(rows, 6))


@pytest.mark.parametrize("ahead_rows", [1, 8])
def test_a_forecast_is_the_slow_normal_equation(ahead_rows: int) -> None:
    train, judged = gaps(400, seed=0), gaps(300, seed=5)
    slow = oracles.ridge_forecast_scores(train, judged, ahead_rows)
    slow[np.isnan(judged).mean(axis=1) > 0.5] = np.nan
    np.testing.assert_allclose(RidgeForecast(ahead_rows).fit(train).anomaly_score(judged), slow, rtol=1e-6, atol=1e-9)
    assert np.isfinite(slow).sum() > 150


def test_what_columns_add_is_the_score() -> None:
    fitted, judged = RidgeForecast().fit(gaps(400, seed=0)), gaps(300, seed=5)
    np.testing.assert_allclose(
        np.nansum(fitted.column_errors(judged), axis=1), np.nan_to_num(fitted.anomaly_score(judged))
    )


def test_a_jump_is_seen_one_row_ahead_and_a_plateau_as_long_as_the_forecast_reaches() -> None:
    draw = np.random.default_rng(0)
    usual = draw.normal(size=(1000, 1))
    strange = draw.normal(size=(200, 1))
    strange[100:150] += 6
    near, far = (RidgeForecast(ahead).fit(usual).anomaly_score(strange) for ahead in (1, 8))
    assert min(near[100], far[100]) > 10 * np.nanmedian(near)
    assert far[101:108].min() > 0.5 * far[100]


def test_a_column_that_seldom_moves_is_not_stretched() -> None:
    """A switch thrown a few times in training, thrown again, is less strange than a jump of five usual errors."""
    draw = np.random.default_rng(0)
    X = np.column_stack([draw.normal(size=2000), np.zeros(2000)])
    X[[300, 900, 1500], 1] = 1.0
    judged = np.column_stack([draw.normal(size=100), np.zeros(100)])
    judged[50, 1] = 1.0
    judged[70, 0] = 12.0
    scores = RidgeForecast(least_spread=1.0).fit(X).anomaly_score(judged)
    assert scores[70] > scores[50]


@pytest.mark.parametrize("every_rows", [1, 3])
def test_distances_to_centres_are_the_slow_ones(every_rows: int) -> None:
    train, judged = gaps(400, seed=0), gaps(300, seed=5)
    fitted = WindowKmeans(clusters=5, window_rows=10, every_rows=every_rows).fit(train)
    slow = oracles.window_distances(oracles.scaled(train, judged), fitted.centers_, 10, every_rows)
    slow[np.isnan(judged).mean(axis=1) > 0.5] = np.nan
    np.testing.assert_allclose(fitted.anomaly_score(judged), slow, rtol=1e-6, atol=1e-9)


def test_in_hindsight_a_row_has_the_mean_of_the_windows_that_cover_it() -> None:
    train, judged = machine(400), machine(60, seed=1)
    causal, hindsight = (WindowKmeans(window_rows=10, hindsight=late).fit(train) for late in (False, True))
    ending = causal.anomaly_score(judged)
    np.testing.assert_allclose(hindsight.anomaly_score(judged)[20], ending[20:30].mean())


def test_there_are_no_more_clusters_than_windows_that_differ() -> None:
    few = np.tile([0.0, 1.0, 2.0, 3.0], 50).reshape(-1, 1)
    fitted = WindowKmeans(clusters=30, window_rows=4, every_rows=1).fit(few)
    assert len(fitted.centers_) == 4
    np.testing.assert_allclose(fitted.anomaly_score(few)[3:], 0.0, atol=1e-12)


def test_multiples_are_added_in_units_of_what_is_usual() -> None:
    train, judged = machine(600), machine(200, seed=1)
    one, other = RidgeForecast(), WindowKmeans(window_rows=8)
    together = Ensemble([one, other], combine="multiples").fit(train)
    parts = [member.anomaly_score(judged) for member in together.members_]
    slow = [
        np.mean([(part[row] / usual) ** 2 for part, usual in zip(parts, together.usual_, strict=True)])
        for row in range(20, 200)
    ]
    np.testing.assert_allclose(together.anomaly_score(judged)[20:], slow)
    assert (together.usual_ > 0).all()


def test_auto_takes_forecasts_and_clusters_for_many_columns() -> None:
    fitted = Auto().fit(machine(600))
    assert isinstance(fitted.chosen_, Ensemble)
    scans = [member for member in fitted.chosen_.members_ if isinstance(member, Scan)]
    assert [type(scan.detector_) for scan in scans] == [RidgeForecast, RidgeForecast, WindowKmeans]
    assert [list(scan.widths) for scan in scans] == [[3, 8, 32]] * 3


@pytest.mark.parametrize("hindsight", [False, True])
def test_a_scan_is_the_highest_of_the_slow_averages(hindsight: bool) -> None:
    train, judged = gaps(400, seed=0), gaps(300, seed=5)
    scan = Scan(RobustZscore(), (1, 5, 20), hindsight=hindsight).fit(train)
    learnt, scores = scan.detector_.anomaly_score(train), scan.detector_.anomaly_score(judged)
    slow = oracles.scan_scores(learnt, scores, (1, 5, 20), hindsight=hindsight)
    np.testing.assert_allclose(scan.anomaly_score(judged), slow, rtol=1e-9)
    assert np.isfinite(slow).sum() > 200


def test_one_width_misses_what_another_finds() -> None:
    """A single spike, and a little that lasts, must both stand above all usual rows."""
    draw = np.random.default_rng(1)
    usual, judged = draw.normal(size=(1000, 1)), draw.normal(size=(400, 1))
    judged[100] = 8.0
    judged[200:260] += 1.5

    def found(*widths: int) -> tuple[bool, float]:
        scores = Scan(RobustZscore(), widths).fit(usual).anomaly_score(judged)
        above = scores > scores[:100].max()
        return bool(above[100]), float(above[220:260].mean())

    narrow, wide, both = found(1), found(32), found(1, 32)
    assert (narrow[0], wide[0], both[0]) == (True, False, True)
    assert narrow[1] < 0.3
    assert min(wide[1], both[1]) > 0.6


def test_auto_keeps_to_short_windows_where_stretches_are_short() -> None:
    X = machine(1000)
    X[::150] = np.nan
    assert isinstance(Auto().fit(X).chosen_, PcaAutoencoder)


@pytest.mark.parametrize("hindsight", [False, True])
def test_the_column_that_went_wrong_has_the_largest_share(hindsight: bool) -> None:
    fitted, judged = Auto(hindsight=hindsight).fit(machine(1000)), machine(300, seed=1)
    judged[200:215, 3] += 4.0
    assert np.nanargmax(fitted.anomaly_score(judged)) in range(195, 260)
    assert np.argmax(column_shares(fitted, judged, np.arange(200, 215))) == 3


def test_a_command_never_given_before_is_found() -> None:
    """A column that was constant in training, among five that move, changes for a while."""
    train, judged = machine(1000), machine(400, seed=1)
    train[:, 2], judged[:, 2] = 0.0, 0.0
    judged[250:280, 2] = 1.0
    scores = Auto(least_spread=1.0).fit(train).anomaly_score(judged)
    assert np.nanmax(scores[250:290]) > 2 * np.nanmax(scores[60:250])


def test_members_of_one_name_are_told_once_and_loudest_first() -> None:
    fitted, judged = Auto().fit(machine(1000)), machine(300, seed=1)
    judged[200:215, 3] += 4.0
    told = members_that_spoke(fitted, judged, np.arange(200, 215))
    names, scores = [member["name"] for member in told], [float(member["score"]) for member in told]
    assert "ridge_forecast" in names
    assert len(set(names)) == len(names)
    assert scores == sorted(scores, reverse=True)


def test_a_scan_of_no_widths_or_no_scores_says_so() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 2))
    with pytest.raises(ValueError, match="widths is empty; at least one number of rows is needed"):
        Scan(RobustZscore(), []).fit(rows)
    with pytest.raises(ValueError, match="none of 200 rows has a score, since stretches between gaps are too short"):
        usual_score(np.full(200, np.nan), 8)
