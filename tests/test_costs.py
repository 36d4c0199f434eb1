"""Costs by events against a slow twin, alarms with a cool-down, and the threshold that is chosen by them."""

from __future__ import annotations

import numpy as np
import pytest

from isang.alarms import alarm_starts
from isang.calibrate import Past
from isang.costs import Costs, parse_costs, sweep
from isang.thresholds.best_f1 import BestF1
from isang.thresholds.cheapest import Cheapest
from isang.thresholds.conformal import Conformal
from isang.words.frame import Flags, Floats, Integers


def slow_cost(flagged: Flags, event: Integers, entity: Integers, costs: Costs) -> float:
    """One row after the other."""
    false_alarms, since, hit, of = 0, 0, True, -1
    for row in np.flatnonzero(flagged).tolist():
        if entity[row] != of or row - since >= costs.cool_down:
            false_alarms += not hit
            since, hit, of = row, False, entity[row]
        hit |= bool(event[row] >= 0)
    false_alarms += not hit
    events = set(event[event >= 0].tolist())
    caught = set(event[flagged & (event >= 0)].tolist())
    return float(costs.total(len(events - caught), len(caught), false_alarms))


def made(seed: int, rows: int = 400) -> tuple[Floats, Integers, Integers]:
    random = np.random.default_rng(seed)
    scores = random.normal(size=rows).round(seed % 3 + 1)
    scores[random.choice(rows, rows // 20, replace=False)] = np.nan
    event = np.full(rows, -1)
    for number, begin in enumerate(range(20, rows - 10, 40)):
        event[begin : begin + random.integers(1, 6)] = number
    return scores, event, np.repeat([0, 1], rows // 2)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cool_down", [1, 7])
def test_every_cost_of_a_sweep_is_that_of_its_threshold(seed: int, cool_down: int) -> None:
    scores, event, entity = made(seed)
    costs = Costs(100, 5, 3, cool_down=cool_down)
    tried = sweep(scores, event, entity, costs)
    with np.errstate(invalid="ignore"):
        slow = [slow_cost(scores > threshold, event, entity, costs) for threshold in tried.thresholds]
    assert tried.cost.tolist() == slow
    assert tried.cost[0] == 100 * 10  # the first flags nothing


@pytest.mark.parametrize("seed", range(6))
def test_no_other_threshold_is_cheaper(seed: int) -> None:
    scores, event, entity = made(seed)
    costs = Costs(20, 5)
    with np.errstate(invalid="ignore"):
        every = [slow_cost(scores > one, event, entity, costs) for one in np.unique(scores[np.isfinite(scores)])]
    tried = sweep(scores, event, entity, costs)
    assert tried.cost[tried.best] == min(every)


def test_a_run_of_flagged_rows_is_one_alarm_until_it_outlasts_the_cool_down() -> None:
    """S4-D10: neither does one break cost twice, nor each row of a false alarm."""
    rows = np.array([5, 6, 7, 8, 30, 41, 42, 60])
    assert alarm_starts(rows, np.zeros(8, dtype=np.int64), 10).tolist() == [0, 4, 5, 7]
    assert alarm_starts(np.arange(40), np.zeros(40, dtype=np.int64), 10).tolist() == [0, 10, 20, 30]
    assert alarm_starts(np.array([5, 7]), np.array([0, 1]), 10).tolist() == [0, 1]  # another entity


def test_per_row_each_row_costs() -> None:
    costs = parse_costs("miss=100,alarm=5,hit=5,per=row")
    tried = sweep(np.arange(10.0), np.array([-1] * 8 + [0, 0]), np.zeros(10, dtype=np.int64), costs)
    assert tried.cost[0] == 200
    assert tried.cost[tried.best] == 10
    assert tried.cost[-1] == 8 * 5 + 10


def past(scores: Floats, event: Integers) -> Past:
    return Past(scores, np.zeros(len(scores), dtype=np.int64), 0, None, event)


def test_the_cheapest_threshold_flags_nothing_where_nothing_pays() -> None:
    """S4-D5: it says so, in place of a threshold equal to the highest score that looks like one."""
    random = np.random.default_rng(0)
    event = np.full(2000, -1)
    event[::100] = np.arange(20)
    chosen = [Cheapest(100.0, 50.0).choose(past(random.normal(size=2000), event), None) for _ in range(40)]
    assert sum(np.isinf(chosen)) >= 36


def test_the_cheapest_threshold_finds_what_pays() -> None:
    random = np.random.default_rng(0)
    scores, event = random.normal(size=2000), np.full(2000, -1)
    event[::100] = np.arange(20)
    scores[::100] += 6
    threshold = Cheapest(100.0, 5.0).choose(past(scores, event), None)
    assert 2 < threshold < scores[::100].min()


@pytest.mark.parametrize("member", [BestF1(), Cheapest(10.0, 1.0)])
def test_a_past_without_events_gives_no_threshold(member: BestF1 | Cheapest) -> None:
    assert np.isinf(member.choose(past(np.arange(100.0), np.full(100, -1)), None))


def test_best_f1_is_that_of_the_curve() -> None:
    """S4-D6: flagged is what exceeds the threshold, in the curve and in the count."""
    scores, event = np.array([1.0, 2, 3, 4, 5, 6]), np.array([-1, -1, -1, 0, -1, 1])
    threshold = BestF1().choose(past(scores, event), None)
    hits = int(((scores > threshold) & (event >= 0)).sum())
    assert (threshold, hits) == (3.0, 2)


def test_conformal_keeps_its_rate_on_correlated_scores() -> None:
    random = np.random.default_rng(3)
    exceeded = 0
    for _ in range(60):
        noise = random.normal(size=4200)
        scores = np.convolve(noise, np.ones(10) / 10, "same")
        told = Past(scores[:2000], np.zeros(2000, dtype=np.int64), 3, None)
        later = scores[2200:4200].reshape(-1, 24 + 1)[:, :24]
        exceeded += int((later.max(axis=1) > Conformal("5/1000rows").choose(told, None)).sum())
    assert exceeded / 60 <= 2 * 5 * 2  # 2000 later rows: ten are allowed, twice that would be a broken promise


def test_conformal_promises_nothing_with_too_short_a_past() -> None:
    told = Past(np.random.default_rng(0).normal(size=300), np.zeros(300, dtype=np.int64), 0, None)
    assert np.isinf(Conformal("1/1000rows").choose(told, None))
