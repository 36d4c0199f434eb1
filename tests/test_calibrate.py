"""Tail probabilities mean what they say, on scores of known distributions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isang.calibrate import RATE_PEAKS, Past, Tail, believable, learn_tail
from isang.judging import decide
from isang.thresholds.false_alarms import FalseAlarms
from isang.words.frame import Floats
from oracles import quick

Draw = Callable[[np.random.Generator, int], Floats]
ENDLESS: dict[str, Draw] = {
    "exponential": lambda random, rows: random.exponential(2.0, rows),
    "squared normal": lambda random, rows: random.normal(size=rows) ** 2,
    "lognormal": lambda random, rows: random.lognormal(0, 0.5, rows),
}
# A probability never takes an end of the scores for granted: of scores that have one it is too high.
DRAWS: dict[str, Draw] = ENDLESS | {"uniform": lambda random, rows: random.random(rows)}


def past(scores: Floats, context_rows: int = 0) -> Past:
    return Past(scores, np.zeros(len(scores), dtype=np.int64), context_rows, None)


def tail_of(scores: Floats, context_rows: int = 0) -> Tail:
    found = learn_tail(past(scores, context_rows))
    assert found is not None
    return found


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("p", [0.5, 0.1, 0.01, 0.001])
def test_a_score_of_probability_p_is_exceeded_that_often(name: str, p: float) -> None:
    """On average over seeds, within a factor of two down to one in a thousand, from 5000 rows."""
    realised = []
    for seed in range(10):
        random = np.random.default_rng(seed)
        tail, fresh = tail_of(DRAWS[name](random, 5000)), DRAWS[name](random, 100_000)
        realised.append(np.mean(fresh > tail.score_at(p)))
    assert np.mean(realised) < 2 * p
    assert np.mean(realised) > 0.5 * p or name not in ENDLESS


@pytest.mark.parametrize("draw", ENDLESS.values(), ids=ENDLESS)
def test_probabilities_are_those_of_the_distribution(draw: Draw) -> None:
    random = np.random.default_rng(0)
    tail, fresh = tail_of(draw(random, 20_000)), np.sort(draw(random, 100_000))
    ranks = 1 - np.arange(len(fresh)) / len(fresh)
    for at in (50_000, 90_000, 99_000, 99_900):
        assert tail.probability(fresh[at : at + 1])[0] == pytest.approx(ranks[at], rel=0.5)


@given(st.integers(0, 30), st.sampled_from(list(DRAWS)), st.sampled_from([0, 3, 20]))
@quick
def test_a_higher_score_is_never_more_probable(seed: int, name: str, context_rows: int) -> None:
    tail = tail_of(DRAWS[name](np.random.default_rng(seed), 400), context_rows)
    ladder = np.linspace(tail.body[0] - 1, 4 * tail.body[-1] + 1, 3000)
    p = tail.probability(ladder)
    assert (np.diff(p) <= 1.01 / len(tail.body)).all()  # a rank at the start of the tail
    assert ((p > 0) & (p <= 1)).all()


def test_beyond_all_experience_a_higher_score_is_still_rarer() -> None:
    tail = tail_of(np.random.default_rng(0).random(2000))
    p = tail.probability(np.array([1.1, 1.5, 2.0, 3.0]))
    assert (np.diff(p) < 0).all()


def test_what_is_not_scored_has_no_probability() -> None:
    tail = tail_of(np.random.default_rng(0).random(200))
    assert np.isnan(tail.probability(np.array([np.nan, 0.5]))).tolist() == [True, False]


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_score_and_probability_turn_each_other_round(draw: Draw) -> None:
    tail = tail_of(draw(np.random.default_rng(0), 2000))
    for p in (0.4 * tail.rows_beyond, 1e-2 * tail.rows_beyond, 1e-6):
        assert tail.probability(np.array([tail.score_at(p)]))[0] == pytest.approx(p, rel=1e-6)
    for rate in (0.4 * tail.peaks_per_row, 1e-5):
        assert tail.peak_rate(tail.score_at_rate(rate)) == pytest.approx(rate, rel=1e-6)


def test_neighbours_count_once() -> None:
    """Of scores that come in runs the rate of clusters is that of the runs."""
    random = np.random.default_rng(0)
    scores = np.repeat(random.exponential(1.0, 1000), 10)
    alone, in_runs = tail_of(scores[::10]), tail_of(scores, context_rows=9)
    level = alone.score_at_rate(1 / 500)
    assert in_runs.peak_rate(level) * 10 == pytest.approx(alone.peak_rate(level), rel=0.5)


def test_a_few_anomalies_do_not_raise_the_bar_for_themselves() -> None:
    random = np.random.default_rng(0)
    scores = random.exponential(1.0, 5000)
    usual = tail_of(scores).score_at_rate(1 / 5000)
    scores[[1000, 2000, 3000]] = 200.0
    assert tail_of(scores).score_at_rate(1 / 5000) < 1.5 * usual


@pytest.mark.parametrize("value", [0.0, 1.0, 250.0])
def test_equal_scores_have_a_tail_beyond_which_nothing_lies(value: float) -> None:
    tail = tail_of(np.full(500, value))
    assert tail.probability(np.array([value]))[0] > 0.9
    assert tail.probability(np.array([value + 10 * (value + 1)]))[0] < 1e-3
    assert tail.score_at_rate(1 / 1000) >= value


@pytest.mark.parametrize("context_rows", [0, 30, 200])
def test_mostly_equal_scores_have_a_tail(context_rows: int) -> None:
    scores = np.zeros(1000)
    scores[[100, 500]] = [3.0, 5.0]
    tail = tail_of(scores, context_rows)
    assert tail.probability(np.array([0.0]))[0] > 0.5
    assert tail.probability(np.array([50.0]))[0] < 0.01


@pytest.mark.parametrize("rows", [0, 1, 7, 29])
def test_too_few_scores_have_no_tail(rows: int) -> None:
    scores = np.append(np.random.default_rng(0).random(rows), [np.nan] * 50)
    assert learn_tail(past(scores)) is None


@pytest.mark.parametrize("context_rows", [0, 10, 100, 1000])
@pytest.mark.parametrize("rows", [30, 31, 60, 150, 400])
def test_any_number_of_rows_from_thirty_on_has_a_tail(rows: int, context_rows: int) -> None:
    tail = tail_of(np.random.default_rng(rows).exponential(1.0, rows), context_rows)
    assert np.isfinite(tail.score_at_rate(1e-4))
    assert 0 < tail.probability(np.array([20.0]))[0] < 0.05


def test_entities_do_not_run_into_each_other() -> None:
    scores = np.tile([0.0, 0.0, 1.0], 100) + np.random.default_rng(0).random(300) / 10
    one = learn_tail(past(scores, context_rows=5))
    many = learn_tail(Past(scores, np.repeat(np.arange(100), 3), 5, None))
    assert one is not None
    assert many is not None
    assert many.peaks_per_row > one.peaks_per_row


def test_rows_without_a_score_are_not_counted() -> None:
    scores = np.array([1.0, np.nan, 2.0, np.inf])
    assert past(scores).rows == 2


def test_rarity_counts_runs_not_rows() -> None:
    """Each strange score repeated eight times: as many runs as before, and each of eight rows."""
    alone = np.random.default_rng(7).exponential(size=20_000)
    repeated = np.repeat(alone, 8)
    assert tail_of(alone, 1).run_rows < 1.2
    assert 7 < tail_of(repeated, 8).run_rows < 12


@pytest.mark.parametrize(("values", "rows"), [(20, 4000), (12, 2000)], ids=["ten peaks", "a handful"])
def test_a_rate_holds_on_average_over_all_short_pasts(values: int, rows: int) -> None:
    """So many values that last 40 rows each, and one in `rows` asked for, which is rarer than all of them."""
    lasting = [np.repeat(np.random.default_rng(seed).exponential(size=values), 40) for seed in range(200)]
    realised = [np.exp(-tail_of(scores, 40).score_at_rate(1 / rows)) for scores in lasting]
    assert 0.5 < np.mean(realised) * rows / 40 < 2


def smeared(height: float) -> Past:
    """A week of a thousand rows, of which one strange row made 200 strange, falling off to either side."""
    scores = np.random.default_rng(0).exponential(size=1000)
    scores[300:500] += height * (1 - np.linspace(-1, 1, 200) ** 2 / 2)
    return Past(scores, np.zeros(1000, dtype=np.int64), 115, 604_800.0)


def test_the_strangest_place_does_not_hide_behind_a_bar_that_it_raised() -> None:
    past, rule = smeared(200.0), FalseAlarms("1/week")
    assert not np.any(past.scores > rule.choose(past, learn_tail(past, few_peaks=RATE_PEAKS)))
    flagged = np.flatnonzero(past.scores > decide(past, rule).threshold)
    assert len(flagged)
    assert 300 <= flagged.min() <= flagged.max() < 500


def test_what_is_unbelievable_is_left_out_with_all_that_look_as_far() -> None:
    left = believable(smeared(200.0))
    assert np.nanmax(left.scores) < 20.0
    assert np.isnan(left.scores).sum() == 231
    usual = smeared(0.0)
    assert believable(usual) is usual
