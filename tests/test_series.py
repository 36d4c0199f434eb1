"""Single series: their period, the detectors that judge windows, and what `auto` makes of them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone

import isang
import oracles
from contracts.stored import stored
from contracts.test_detectors import nasty
from isang.detectors.auto import Auto
from isang.detectors.discord import Discord
from isang.detectors.ensemble import Ensemble
from isang.detectors.sub_pca import SubPca
from isang.detectors.window_knn import WindowKnn, nearest
from isang.detectors.window_statistics import WindowStatistics
from isang.plan import Plan
from isang.rhythm import own_period
from isang.splits import blocks_of_values, out_of_block_scores
from isang.words.frame import Floats

NOISE = np.random.default_rng(0)


def wave(rows: int, period: float = 50.0, noise: float = 0.1, seed: int = 0) -> Floats:
    own = noise * np.random.default_rng(seed).normal(size=rows)
    return np.asarray(np.sin(np.arange(rows) * 2 * np.pi / period) + own)


@pytest.mark.parametrize("period", [7, 24, 50, 288])
def test_a_series_has_its_own_period(period: int) -> None:
    found = own_period(wave(1500, period) + np.linspace(0, 5, 1500))
    assert found is not None
    assert abs(found - period) <= max(1, 0.02 * period)


def test_the_period_is_the_one_that_repeats_best() -> None:
    values = wave(600, 48, noise=0.3)
    found = own_period(values)
    assert found is not None
    assert abs(found - oracles.own_period(values.tolist()) % 48) in (*range(3), *range(46, 50))


@pytest.mark.parametrize("rows", [10, 50, 200, 1000, 5000])
def test_noise_has_no_period(rows: int) -> None:
    drawn = [own_period(np.random.default_rng(seed).normal(size=rows)) for seed in range(20)]
    assert sum(found is not None for found in drawn) <= 1


def test_gaps_and_one_spike_do_not_hide_a_period() -> None:
    values = wave(2000, 40)
    values[700] = 1e6
    values[300:420] = np.nan
    assert own_period(values) in (39, 40, 41)


@pytest.mark.parametrize("values", [np.full(500, 3.0), np.full(500, np.nan), np.arange(500.0), np.empty(0)])
def test_what_does_not_move_or_only_rises_has_no_period(values: Floats) -> None:
    assert own_period(values) is None


def nearest_known(learnt: Floats, judged: Floats) -> Floats:
    columns = 3
    centred = [
        (part.reshape(len(part), -1, columns) - part.reshape(len(part), -1, columns).mean(axis=1, keepdims=True))
        for part in (learnt, judged)
    ]
    known, asked = (part.reshape(len(part), -1) for part in centred)
    return np.array([np.sqrt(np.mean((known - window) ** 2, axis=1).min()) for window in asked])


def spreads_away(learnt: Floats, judged: Floats) -> Floats:
    _, sizes, directions = np.linalg.svd(learnt - learnt.mean(axis=0), full_matrices=True)
    variances = np.zeros(learnt.shape[1])
    variances[: len(sizes)] = sizes**2 / len(learnt)
    apart = (judged - learnt.mean(axis=0)) @ directions.T
    return np.asarray(np.mean(apart**2 / (variances + 1e-3 * variances.mean()), axis=1))


@pytest.mark.parametrize("hindsight", [False, True])
@pytest.mark.parametrize(
    ("detector", "strange"), [(WindowKnn(window_rows=4), nearest_known), (SubPca(window_rows=4), spreads_away)]
)
def test_scores_of_windows_are_the_slow_ones(detector: WindowKnn, strange: object, hindsight: bool) -> None:
    """Twelve cells a window: all lie within the 16 directions in which distances are exact."""
    train, judged = nasty(160, seed=0), nasty(90, seed=5)
    fitted = clone(detector).set_params(hindsight=hindsight).fit(train)
    slow = oracles.shape_scores(train, judged, 4, strange, hindsight=hindsight)  # type: ignore[arg-type]
    sparse = np.isnan(judged).mean(axis=1) > 0.5
    found = fitted.anomaly_score(judged)
    np.testing.assert_allclose(found, np.where(sparse, np.nan, slow), rtol=1e-5, atol=1e-6)
    assert np.isfinite(found).sum() > 50


@pytest.mark.parametrize("hindsight", [False, True])
def test_how_far_a_place_stands_out_is_told_pair_by_pair(hindsight: bool) -> None:
    train, judged = wave(260, 20, noise=0.1)[:, None], wave(120, 20, noise=0.1, seed=1)[:, None]
    train[[3, 90, 91]], judged[[40, 52]] = np.nan, np.nan
    train[180:186], judged[70:80] = 0.5, -judged[70:80]
    found = Discord([8], hindsight=hindsight).fit(train).anomaly_score(judged)
    np.testing.assert_allclose(found, oracles.discord_scores(train, judged, 8, hindsight=hindsight), rtol=1e-3)
    assert np.isfinite(found).sum() > 80


@pytest.mark.parametrize("rows", [600, 30_000])
def test_one_strange_repeat_stands_out_however_long_the_series(rows: int) -> None:
    """Upside down for half a repeat, of usual size and roughness; learnt from rows that hold none, scored in parts."""
    usual = wave(rows, 60, noise=0.05, seed=2)[:, None]
    strange = wave(600, 60, noise=0.05, seed=3)[:, None]
    strange[300:330] = strange[330:360]
    fitted = Discord([30, 90], hindsight=True).fit(usual)
    scores = fitted.anomaly_score(strange)
    assert 270 <= np.argmax(scores) <= 390
    assert scores.max() > 1.5
    assert fitted.anomaly_score(wave(600, 60, noise=0.05, seed=4)[:, None]).max() < 1.5


def test_gaps_in_what_was_learnt_survive_a_model_folder() -> None:
    usual = wave(600, 60)[:, None]
    usual[200:210] = np.nan
    fitted = Discord([30]).fit(usual)
    judged = wave(200, 60, seed=1)[:, None]
    np.testing.assert_array_equal(stored(fitted).anomaly_score(judged), fitted.anomaly_score(judged))


def test_what_came_twice_does_not_stand_out() -> None:
    usual = wave(3000, 60, noise=0.05)[:, None]
    once, twice = usual.copy(), usual.copy()
    twice[900:930] = twice[930:960]
    strange = wave(600, 60, noise=0.05, seed=3)[:, None]
    strange[300:330] = strange[330:360]
    new, known = (Discord([60], hindsight=True).fit(each).anomaly_score(strange).max() for each in (once, twice))
    assert new > 1.5 > known


@pytest.mark.parametrize("windows", [[], [3], [8, 61]])
def test_windows_that_have_no_room_are_refused_in_words(windows: list[int]) -> None:
    with pytest.raises(ValueError, match="from 4 to 60 are needed"):
        Discord(windows).fit(wave(120)[:, None])


def test_auto_asks_where_a_shape_repeats_whether_a_place_stands_out() -> None:
    """In hindsight only: what repeats within hours of the rows has no shape, and noise has nothing that repeats."""
    repeats, quick, noise = wave(3000, 60)[:, None], wave(3000, 12)[:, None], NOISE.normal(size=(3000, 1))
    asked = {
        name: Auto(hindsight=True).fit(rows).discord_ for name, rows in (("60", repeats), ("12", quick), ("no", noise))
    }
    assert asked["60"] is not None
    assert asked["60"].windows == [50]
    assert asked["12"] is asked["no"] is Auto().fit(repeats).discord_ is None
    everywhere = Auto(hindsight=True, effort="thorough", one_place=True).fit(noise).discord_
    assert everywhere is not None
    assert everywhere.windows[-1] <= 300 < everywhere.windows[-1] * 1.2 + 1


def test_a_place_that_stands_out_is_lifted_and_nothing_else() -> None:
    usual, strange = wave(4000, 60, noise=0.05)[:, None], wave(900, 60, noise=0.05, seed=3)[:, None]
    strange[300:330] = strange[330:360]
    fitted = Auto(hindsight=True, smooth_rows=1).fit(usual)
    assert fitted.discord_ is not None
    times = fitted.discord_.anomaly_score(strange)
    lift = fitted.anomaly_score(strange) / fitted.chosen_.anomaly_score(strange)
    np.testing.assert_allclose(lift, np.maximum(times / 1.5, 1.0))
    assert lift[300:360].max() > 1.1
    assert np.all(lift[:200] == 1.0)


def test_a_long_window_is_told_by_means_of_its_newest_rows() -> None:
    """Of 98 rows 32 means of three each, the first two rows left out; more windows than are looked at together."""

    def spreads_of_means(learnt: Floats, judged: Floats) -> Floats:
        parts = (each[:, 2:].reshape(len(each), 32, 3).mean(axis=2) for each in (learnt, judged))
        return spreads_away(*parts)

    usual = wave(1000, noise=0.1)[:, None]
    judged = np.concatenate([usual[:150], np.full((1, 1), np.nan), usual[::-1]])
    slow = oracles.shape_scores(usual, judged, 98, spreads_of_means, hindsight=False)
    found = SubPca(window_rows=98).fit(usual).anomaly_score(judged)
    np.testing.assert_allclose(found, slow, rtol=1e-6)


def test_the_nearest_known_place_is_that_of_all_pairs() -> None:
    places, known = (np.random.default_rng(seed).normal(size=(rows, 7)) for seed, rows in ((0, 700), (1, 50)))
    apart = np.square(places[:, None] - known).sum(axis=2).min(axis=1)
    np.testing.assert_allclose(nearest(places, known), apart, rtol=1e-6)


def test_statistics_of_a_window_are_told_in_widths_of_their_range() -> None:
    usual = wave(2000, noise=0.02)[:, None]
    fitted = WindowStatistics(window_rows=10, outside=0.0).fit(usual)
    assert np.nanmax(fitted.anomaly_score(usual)) == 0.0
    high = usual[:200].copy()
    high[100:] += 10.0
    assert fitted.anomaly_score(high)[:99][20:].max() == 0.0
    assert fitted.anomaly_score(high)[120:].min() > 1.0


def test_long_windows_are_told_by_their_means() -> None:
    """96 rows as 32 means of three: the same as a window of 32 over a series that is three times as coarse."""
    fine = np.repeat(wave(800), 3)[:, None]
    long, short = WindowKnn(window_rows=96).fit(fine), WindowKnn(window_rows=32).fit(fine[::3])
    strange = np.repeat(wave(200, seed=1) + np.where(np.arange(200) == 150, 2.0, 0.0), 3)[:, None]
    np.testing.assert_allclose(long.anomaly_score(strange)[2::3][32:], short.anomaly_score(strange[::3])[32:], rtol=0.3)


@pytest.mark.parametrize("hindsight", [False, True])
def test_auto_of_one_column_keeps_its_promises(hindsight: bool) -> None:
    """Prefix, context and wall: what the contract checks of four columns, for what is chosen for one."""
    train, judged = wave(1200)[:, None], wave(900, seed=3)[:, None]
    judged[600:606] += 3.0
    fitted = Auto(hindsight=hindsight).fit(train)
    assert isinstance(fitted.chosen_, Ensemble)
    assert fitted.smooth_ == 25
    whole, context = fitted.anomaly_score(judged), fitted.context_rows_
    ahead = context if hindsight else 0
    assert abs(int(np.nanargmax(whole)) - 603) <= 72
    part = fitted.anomaly_score(judged[:800])
    np.testing.assert_allclose(part[: 800 - ahead], whole[: 800 - ahead], rtol=1e-5, atol=1e-5)
    later = fitted.anomaly_score(judged[100:])
    np.testing.assert_allclose(later[context:], whole[100 + context :], rtol=1e-5, atol=1e-5)
    walled = judged.copy()
    walled[300] = np.nan
    scores = fitted.anomaly_score(walled)
    assert np.isnan(scores[300])
    np.testing.assert_allclose(scores[301:], fitted.anomaly_score(judged[301:]), rtol=1e-5, atol=1e-5)


def test_effort_says_how_much_is_compared() -> None:
    chosen = [Auto(effort=effort).fit(wave(1500)[:, None]).chosen_ for effort in ("quick", "normal", "thorough")]
    windows = [sorted({member.window_rows for member in one.members}) for one in chosen]
    assert windows == [[8, 24, 50, 72], [8, 24, 50, 72], [8, 24, 25, 50, 72, 100]]
    known = [max(member.most_windows for member in one.members if isinstance(member, WindowKnn)) for one in chosen]
    assert known == [200, 1000, 4000]


def test_a_short_series_is_judged_by_short_windows_where_rows_resemble_their_neighbours() -> None:
    smooth, white = (values[:, None] for values in (wave(400, period=200.0), np.random.default_rng(0).normal(size=400)))
    chosen, windows = Auto().fit(smooth).chosen_, {8, 24}
    assert {member.window_rows for member in chosen.members} == windows
    simple = Auto().fit(white).chosen_
    assert [type(member).__name__ for member in simple.members] == ["RobustZscore", "PcaAutoencoder"]


@pytest.mark.parametrize(("rows", "parts"), [(1200, 5), (12_000, 3)])
def test_few_rows_are_calibrated_by_what_more_of_them_taught(rows: int, parts: int) -> None:
    """The tail of a member is that of its scores out of five blocks, of three where there are many rows."""
    values = wave(rows)[:, None]
    fitted = Auto().fit(values).chosen_
    assert isinstance(fitted, Ensemble)
    judged = out_of_block_scores(fitted.members[0], values, blocks_of_values(values, parts))
    np.testing.assert_allclose(fitted.tails_[0].body, np.sort(judged[np.isfinite(judged)]))


def test_smoothing_can_be_told() -> None:
    assert Auto(smooth_rows=1).fit(wave(1200)[:, None]).smooth_ == 1
    assert Auto().fit(NOISE.normal(size=(1200, 1))).smooth_ == 1


def test_power_means_lie_between_mean_and_maximum() -> None:
    members = [SubPca(window_rows=4), WindowKnn(window_rows=4)]
    mean, rms, fourth, most = (
        Ensemble(members, combine=how).fit(wave(600)[:, None]).anomaly_score(wave(200, seed=2)[:, None])
        for how in ("mean", "rms", "fourth", "max")
    )
    for less, more in ((mean, rms), (rms, fourth), (fourth, most)):
        assert np.all((less <= more + 1e-12) | np.isnan(mean))
    one, other = Ensemble(members).fit(wave(600)[:, None]).member_scores(wave(200, seed=2)[:, None])[50]
    np.testing.assert_allclose([rms[50], fourth[50]], [((one**n + other**n) / 2) ** (1 / n) for n in (2, 4)])


def test_top_1_with_all_effort_tells_one_place_and_no_rate() -> None:
    values = wave(1500, 60, noise=0.05)
    values[900:930] = values[930:960]
    found = isang.detect(pl.DataFrame({"value": values}), top=1, effort="thorough")
    assert [(840 <= one.first_row < 960, one.last_row < 1080) for one in found.incidents] == [(True, True)]
    assert "discord" in found.run["detector"]["members"]
    assert found.run["thresholds"][0]["from"].startswith("second_peak")
    assert found.run["thresholds"][0]["expected_false_alarms_per_week"] is None


def test_who_names_a_threshold_gets_it_with_all_effort_too() -> None:
    plan = Plan(top=1, effort="thorough")
    assert plan.threshold_spec() == {"name": "second_peak"}
    assert plan.model_copy(update={"false_alarms": "1/day"}).threshold_spec()["name"] == "false_alarms"
    assert plan.model_copy(update={"alerts": "1/day"}).threshold_spec()["name"] == "alerts"
    assert plan.model_copy(update={"top": 2}).threshold_spec()["name"] == "false_alarms"
    assert next(plan.model_copy(update={"effort": "normal"}).detector_specs()) == {"name": "auto", "effort": "normal"}
