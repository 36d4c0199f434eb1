"""What every threshold promises, members that break it, and whether a rate that was asked for is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from scipy.stats import norm

from isang import family
from isang.calibrate import RATE_PEAKS, Past, Tail, learn_tail
from isang.clusters import cluster_gap, clusters
from isang.errors import UsageError
from isang.family import build
from isang.judging import decide
from isang.thresholds.alerts import Alerts
from isang.thresholds.base import Threshold
from isang.thresholds.false_alarms import FalseAlarms
from isang.thresholds.second_peak import SecondPeak
from isang.words.frame import Floats

Check = Callable[[Threshold], None]
MEMBERS: dict[str, Threshold] = {
    name: import_module(f"isang.thresholds.{name}").EXAMPLE for name in family.names("thresholds")
}
_WEEK_S = 604_800.0


def past_of(scores: Floats, *, context_rows: int = 0, span_s: float | None = None) -> Past:
    return Past(np.asarray(scores), np.zeros(len(scores), dtype=np.int64), context_rows, span_s)


def with_events(past: Past) -> Past:
    """The highest twentieth of the scores are the events, each a row."""
    if not past.rows:
        return replace(past, event=np.full(len(past.scores), -1))
    high = np.nan_to_num(past.scores, nan=-np.inf) > np.nanquantile(past.scores, 0.95)
    return replace(past, event=np.where(high, np.cumsum(high) - 1, -1))


def chosen(member: Threshold, past: Past) -> float:
    return member.choose(with_events(past) if member.needs_events else past, learn_tail(past, few_peaks=RATE_PEAKS))


def usual(rows: int = 2000, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).exponential(1.0, rows)


def a_threshold_is_a_number(member: Threshold) -> None:
    assert isinstance(chosen(member, past_of(usual())), float)
    assert np.isfinite(chosen(member, past_of(usual())))


def few_rows_never_fail(member: Threshold) -> None:
    for rows in (0, 1, 2, 7, 8, 29, 30, 31):
        value = chosen(member, past_of(np.append(usual(rows), [np.nan] * 5)))
        assert not np.isnan(value), f"{rows} rows gave {value}"


def rows_without_a_score_do_not_count(member: Threshold) -> None:
    holed = np.insert(usual(), np.arange(0, 2000, 500), np.nan)
    apart = chosen(member, past_of(holed)) / chosen(member, past_of(usual()))
    assert abs(apart - 1) < 0.02  # a NaN still keeps its neighbours one row apart


def equal_scores_flag_nothing(member: Threshold) -> None:
    for value in (0.0, 1.0, 2.9):
        scores = np.full(500, value)
        assert not np.any(scores > chosen(member, past_of(scores)))


def the_same_past_gives_the_same(member: Threshold) -> None:
    assert chosen(member, past_of(usual())) == chosen(member, past_of(usual()))


def the_past_is_left_as_it_is(member: Threshold) -> None:
    scores = usual()
    chosen(member, past_of(scores))
    assert np.array_equal(scores, usual())


def higher_scores_never_lower_it(member: Threshold) -> None:
    low, high = chosen(member, past_of(usual())), chosen(member, past_of(3 * usual()))
    assert high >= low


CHECKS: tuple[Check, ...] = (
    a_threshold_is_a_number,
    few_rows_never_fail,
    rows_without_a_score_do_not_count,
    equal_scores_flag_nothing,
    the_same_past_gives_the_same,
    the_past_is_left_as_it_is,
    higher_scores_never_lower_it,
)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_member_keeps_what_thresholds_promise(check: Check, name: str) -> None:
    check(MEMBERS[name])


class IsNoNumber(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return np.inf


class FailsOnFewRows(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return float(np.sort(past.scores)[-10])


class CountsMissingScores(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return float(np.mean(np.nan_to_num(past.scores, nan=1e3)))


class FlagsEqualScores(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return float(np.nanmean(past.scores)) - 0.01 if past.rows else np.inf


class IsDrawn(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return float(np.random.default_rng().random())


class SortsThePast(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        past.scores.sort()
        return 3.0


class FallsWithTheScores(Threshold):
    def choose(self, past: Past, tail: Tail | None) -> float:
        return 10.0 - float(np.nanmedian(past.scores)) if past.rows else np.inf


BAD_MEMBERS = (
    IsNoNumber,
    FailsOnFewRows,
    CountsMissingScores,
    FlagsEqualScores,
    IsDrawn,
    SortsThePast,
    FallsWithTheScores,
)


def caught_by(member: Threshold) -> set[str]:
    caught = set()
    for check in CHECKS:
        try:
            check(member)
        except Exception:
            caught.add(check.__name__)
    return caught


def test_every_bad_member_is_caught_and_every_check_catches() -> None:
    caught = [caught_by(kind()) for kind in BAD_MEMBERS]
    assert all(caught)
    assert set().union(*caught) == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize(
    ("lenient", "strict"),
    [
        ({"name": "fixed", "value": 2.0}, {"name": "fixed", "value": 3.0}),
        ({"name": "quantile", "q": 0.9}, {"name": "quantile", "q": 0.99}),
        ({"name": "sigma", "k": 2}, {"name": "sigma", "k": 3}),
        ({"name": "mad", "k": 3}, {"name": "mad", "k": 5}),
        ({"name": "peaks_over_threshold", "risk": 1e-2}, {"name": "peaks_over_threshold", "risk": 1e-4}),
        ({"name": "false_alarms", "rate": "10/1000rows"}, {"name": "false_alarms", "rate": "1/1000rows"}),
        ({"name": "alerts", "rate": "10/1000rows"}, {"name": "alerts", "rate": "1/1000rows"}),
        ({"name": "conformal", "rate": "10/1000rows"}, {"name": "conformal", "rate": "2/1000rows"}),
    ],
)
def test_asking_for_less_raises_it(lenient: dict[str, object], strict: dict[str, object]) -> None:
    past = past_of(usual())
    assert chosen(build("thresholds", lenient), past) < chosen(build("thresholds", strict), past)


def test_every_member_can_be_made_stricter() -> None:
    asked = test_asking_for_less_raises_it.pytestmark[0].args[1]  # type: ignore[attr-defined]
    learning = {name for name, member in MEMBERS.items() if member.needs_events}
    assert {lenient["name"] for lenient, _ in asked} == set(MEMBERS) - learning - {"second_peak"}  # which asks for one


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({"name": "quantile", "q": 0.99}, -np.log(0.01)),
        ({"name": "sigma", "k": 3}, 4.0),
        ({"name": "mad", "k": 5}, np.log(2) + 5 * 0.4812 / 0.6745),
        ({"name": "peaks_over_threshold", "risk": 1e-3}, -np.log(1e-3)),
    ],
)
def test_the_value_is_the_one_of_the_distribution(spec: dict[str, object], value: float) -> None:
    """Of 100 000 exponential scores."""
    assert chosen(build("thresholds", spec), past_of(usual(100_000))) == pytest.approx(value, rel=0.06)


@pytest.mark.parametrize(
    "spec", [{"name": "quantile", "q": 1.0}, {"name": "quantile", "q": 0}, {"name": "peaks_over_threshold", "risk": 0}]
)
def test_what_is_no_share_is_refused(spec: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1 is needed"):
        chosen(build("thresholds", spec), past_of(usual()))


@pytest.mark.parametrize("kind", [FalseAlarms, Alerts])
def test_a_rate_in_time_needs_time(kind: type[FalseAlarms | Alerts]) -> None:
    with pytest.raises(UsageError):
        chosen(kind("1/week"), past_of(usual()))
    assert chosen(kind(), past_of(usual())) == chosen(kind("1/1000rows"), past_of(usual()))
    timed = past_of(usual(), span_s=4 * _WEEK_S)
    assert chosen(kind(), timed) == chosen(kind("1/week"), timed)


SCORES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "squared normal": lambda random, rows: random.normal(size=rows) ** 2,
    "exponential": lambda random, rows: random.exponential(1.0, rows),
    "lognormal": lambda random, rows: random.lognormal(0.0, 0.5, rows),
    "moving average of 32": lambda random, rows: np.convolve(
        random.normal(size=rows + 31) ** 2, np.full(32, 1 / 32), "valid"
    ),
}


def alarms(scores: Floats, threshold: float, context_rows: int) -> int:
    rows = np.flatnonzero(scores > threshold)
    return int(clusters(rows, np.zeros_like(rows), cluster_gap(context_rows))[-1]) + 1 if len(rows) else 0


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize(("rate", "weeks"), [(1, 1), (1, 4), (5, 4)])
def test_false_alarms_on_usual_data_come_as_often_as_asked(name: str, rate: int, weeks: int) -> None:
    """Learnt from weeks of 5-minute scores, counted in twenty fresh ones: within a factor of two on average."""
    context_rows, week = (31 if "moving" in name else 0), 2016
    realised = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        past = past_of(SCORES[name](random, weeks * week), context_rows=context_rows, span_s=weeks * _WEEK_S)
        threshold = chosen(FalseAlarms(f"{rate}/week"), past)
        realised.append(alarms(SCORES[name](random, 20 * week), threshold, context_rows) / 20)
    assert rate / 2 <= np.mean(realised) <= rate * 2


def test_of_normal_deviations_no_more_is_flagged_than_chance_gives() -> None:
    """The tail of a normal distribution bends: by two days of scores it seems to end too soon."""
    past = past_of(np.abs(np.random.default_rng(0).normal(size=40_000)), span_s=2 * _WEEK_S / 7)
    wanted = float(norm.isf(2 / 7 / 40_000 / 2))
    assert chosen(FalseAlarms(), past) < wanted - 0.1
    assert chosen(FalseAlarms(), replace(past, normal=True)) == pytest.approx(wanted)
    wider = replace(past, scores=3 * past.scores)
    assert chosen(FalseAlarms(), replace(wider, normal=True)) == chosen(FalseAlarms(), wider) > wanted


def test_blocks_that_differ_by_rounding_are_no_false_alarms() -> None:
    """Of a flat series each block has a score of its own: the highest would be one long incident."""
    past = past_of(np.repeat([1e-4, 0.0, 1.1e-4, 0.0, 1e-4], 800), context_rows=50, span_s=2 * _WEEK_S)
    assert alarms(past.scores, chosen(FalseAlarms("1/day"), past), 50) == 0


def test_false_alarms_are_over_all_entities_together() -> None:
    """Twice the entities: the same span, the same budget, so a higher threshold."""
    one = past_of(usual(8000), span_s=4 * _WEEK_S)
    two = Past(usual(16_000), np.repeat([0, 1], 8000), 0, 4 * _WEEK_S)
    assert chosen(FalseAlarms("1/week"), two) > chosen(FalseAlarms("1/week"), one)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("rate", ["1/week", "3/week", "20/week"])
def test_alerts_are_never_more_than_the_cap_on_the_past(name: str, rate: str) -> None:
    for seed in range(5):
        scores = SCORES[name](np.random.default_rng(seed), 4000)
        threshold = chosen(Alerts(rate), past_of(scores, context_rows=10, span_s=2 * _WEEK_S))
        assert 1 <= alarms(scores, threshold, 10) <= 2 * int(rate.split("/")[0])


def test_a_rate_that_grants_less_than_one_alert_flags_nothing() -> None:
    assert chosen(Alerts("1/week"), past_of(usual(), span_s=_WEEK_S / 2)) == np.inf


def test_an_alert_is_a_run_of_rows_not_a_row() -> None:
    scores = np.ones(1000)
    scores[100:150] = 5.0 + np.random.default_rng(0).random(50)
    assert chosen(Alerts("1/1000rows"), past_of(scores)) == 1.0


def test_alerts_do_not_flag_everything_as_one_incident() -> None:
    slow = np.sin(np.arange(4000) * 2 * np.pi / 2000) + np.random.default_rng(0).normal(0, 0.05, 4000)
    threshold = chosen(Alerts("1/1000rows"), past_of(slow, context_rows=50))
    assert np.mean(slow > threshold) < 0.5


def test_alerts_use_up_their_cap_on_many_rows() -> None:
    scores = usual(100_000)
    threshold = chosen(Alerts("10/100000rows"), past_of(scores))
    assert 5 <= alarms(scores, threshold, 0) <= 10


def test_only_the_place_of_the_highest_score_exceeds_the_second_peak() -> None:
    scores = usual(500)
    scores[[100, 104, 300, 380]] = [90.0, 60.0, 50.0, np.nan]
    assert SecondPeak().choose(past_of(scores, context_rows=5), None) == 50.0
    assert SecondPeak().choose(past_of(scores, context_rows=2), None) == 60.0
    past = replace(past_of(scores, context_rows=5), entity=np.repeat([0, 1], [102, 398]))
    assert SecondPeak().choose(past, None) == 60.0


def test_one_place_has_no_rate_of_false_alarms() -> None:
    past = past_of(usual(500), span_s=_WEEK_S)
    assert decide(past, FalseAlarms()).expected_per_week is not None
    assert decide(past, SecondPeak()).expected_per_week is None
