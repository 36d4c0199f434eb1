"""What the benchmark of bills has the peers do, and how it counts what was caught."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from benchmarks.accuracy._bill_peers import PEERS, aws_rule, azure_forecast, weekday_median
from benchmarks.accuracy._bill_score import SCOPE, caught, deviations, false_alarms
from isang.synthetic import bills
from isang.words.frame import Floats

ANY: dict[str, str | None] = dict.fromkeys(SCOPE)


@pytest.fixture(scope="module")
def costs() -> Floats:
    """(4, 150) with a week and a trend, one without spread and one that costs nothing."""
    day, random = np.arange(150), np.random.default_rng(0)
    usual = 300 + 50 * (day % 7 < 5) + 0.5 * day
    noisy = usual + random.normal(0, 20, (2, 150))
    return np.vstack([noisy, np.full(150, 80.0), np.zeros(150)])


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_knows_no_later_day(costs: Floats, name: str) -> None:
    changed = costs.copy()
    changed[:, 120:] *= 7
    assert np.array_equal(PEERS[name](costs)[:, :120], PEERS[name](changed)[:, :120])
    assert (np.abs(PEERS[name](changed)[:3, 120]) > 1).all()


def test_the_rule_of_aws_asks_for_money_and_for_a_share(costs: Floats) -> None:
    quiet = np.full((4, 8), [[200.0], [1000.0], [1000.0], [0.0]])
    quiet[:, 7] = [299, 1300, 599, 101]
    assert (np.abs(aws_rule(quiet)) > 1).tolist() == [[False] * 7 + [over] for over in (False, False, True, True)]
    assert aws_rule(quiet)[2, 7] < -1


def test_the_forecast_is_that_of_least_squares(costs: Floats) -> None:
    """Day 100 of the second series, by a regression of its own."""
    before, day = costs[1, 40:100], np.arange(40, 101)
    X = np.column_stack([day, *((day % 7 == weekday) for weekday in range(7))]).astype(float)
    learnt, (left,), *_ = np.linalg.lstsq(X[:60], before, rcond=None)
    spread = np.sqrt(left / 52 * (1 + X[60] @ np.linalg.inv(X[:60].T @ X[:60]) @ X[60]))
    assert azure_forecast(costs)[1, 100] == pytest.approx((costs[1, 100] - X[60] @ learnt) / (2.576 * spread))


def test_a_weekday_is_judged_by_its_own(costs: Floats) -> None:
    same = costs[0, 93 - 84 : 93 : 7]
    mad = np.median(np.abs(same - np.median(same)))
    assert len(same) == 12
    assert weekday_median(costs)[0, 93] == pytest.approx((costs[0, 93] - np.median(same)) / (3 * 1.4826 * mad))


def test_a_fault_is_caught_in_a_scope_that_holds_it_and_the_way_it_went() -> None:
    bill, quiet = (bills(60, 150, faults=faults, random_state=2) for faults in (30, 0))
    moved = deviations(bill, quiet)
    told = bill.events["moved"].sum()
    assert moved["apart"].abs().sum() == pytest.approx(told, rel=1e-6)
    drop = bill.events.with_row_index("event").filter(pl.col("fault") == "drop").row(0, named=True)
    own = {"BillingAccountId": drop["BillingAccountId"]}
    day = drop["start"].date()

    def money(day: date, sign: int, **scope: str) -> float:
        parts = caught(flags((day, sign, scope)), moved).filter(pl.col("days").is_not_null())
        return float(parts["money"].sum())

    assert money(day, -1, **own) == money(day, 0, **own) == pytest.approx(drop["moved"])
    assert money(day, 1, **own) == 0
    assert money(date(2025, 1, 3), -1, **own) == 0
    assert money(day, -1, RegionId=moved.filter(event=drop["event"])["RegionId"][0]) == 0
    assert false_alarms(flags((day, 1, own), (date(2025, 1, 3), 1, own)), moved) == 1


def test_a_price_is_caught_at_all_who_pay_it_in_their_service() -> None:
    bill, quiet = (bills(60, 150, faults=faults, random_state=2) for faults in (30, 0))
    moved = deviations(bill, quiet)
    price = bill.events.with_row_index("event").filter(pl.col("fault") == "price_change").row(0, named=True)
    scope = {"ServiceName": price["ServiceName"], "SkuMeter": price["SkuMeter"]}
    found = caught(flags((price["start"].date(), 1 if price["impact"] > 0 else -1, scope)), moved)
    own = found.filter(event=price["event"])
    assert own["days"].drop_nulls().to_list() == [0] * own["days"].count()
    assert own.filter(pl.col("days").is_not_null())["money"].sum() > 0.9 * price["moved"]
    whole = caught(flags((price["start"].date(), 0, {})), moved)
    assert whole["days"].count() == 0


def flags(*some: tuple[date, int, dict[str, str]]) -> pl.DataFrame:
    rows = [{**ANY, **scope, "day": day, "sign": sign, "alarm": str(at)} for at, (day, sign, scope) in enumerate(some)]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(SCOPE, pl.String) | {"sign": pl.Int8})
