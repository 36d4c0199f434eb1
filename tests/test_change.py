"""Changes against the day before: what fires, against which day, and what a zero, a credit or a first day is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracles
from isang.errors import UsageError
from isang.rules.change import Change
from isang.words.frame import Columns, Grid, lay_out
from isang.words.verdicts import Fired
from oracles import quick

START = datetime(2025, 5, 1, tzinfo=UTC)
AMOUNTS = st.sampled_from([np.nan, -50.0, 0.0, 1.0, 60.0, 75.0, 100.0, 130.0, 150.0])


def bill(
    costs: Sequence[float], days: Sequence[int] | None = None, customers: Sequence[str] | None = None, hours: int = 24
) -> Grid:
    """A row a day; days that are left out are absent."""
    numbers = range(len(costs)) if days is None else days
    frame = pl.DataFrame(
        {
            "Date": [START + timedelta(hours=hours * day) for day in numbers],
            "cost": pl.Series(costs, dtype=pl.Float64),
            "customer": ["900"] * len(costs) if customers is None else customers,
        }
    ).fill_nan(None)
    return lay_out(frame, Columns("Date", ("customer",), ("cost",)))


def fired(grid: Grid, **settings: Any) -> Fired:
    return Change(**settings).fit(grid, ["cost"]).judge(grid, ["cost"])


def days_of(costs: Sequence[float], **settings: Any) -> list[int]:
    return [int(row) for row in fired(bill(costs), **settings).rows]


def test_a_drop_and_a_rise_beyond_their_shares_fire_and_at_them_nothing() -> None:
    assert days_of([100, 70, 100, 142, 100]) == []
    assert days_of([100, 130, 100, 91, 130]) == []
    assert days_of([100, 69, 100, 144, 101]) == [1, 3]
    assert days_of([100, 69, 100, 144, 101], rise=None) == [1]
    assert days_of([100, 71, 100, 144, 101], drop=None) == [3]
    assert days_of([100, 85, 100, 121, 100], drop=-0.1, rise="20%") == [1, 3]


def test_how_far_it_is_over_and_what_is_told() -> None:
    found = fired(bill([100, 40, 100, 186]))
    np.testing.assert_allclose(found.times_over, [0.6 / 0.3, 0.86 / 0.43])
    assert found.detail == ("cost 100 (2025-05-01) → 40: -60%", "cost 100 (2025-05-03) → 186: +86%")


def test_a_fault_of_several_days_is_compared_with_what_was_before_it_and_the_return_is_no_news() -> None:
    """S0-D7."""
    costs = [600, 610, 245, 245, 250, 600, 610]
    found = fired(bill(costs))
    assert found.rows.tolist() == [2, 3, 4]
    assert all("610 (2025-05-02)" in detail for detail in found.detail)
    assert set(found.since) == {bill(costs).time[2]}


def test_the_return_from_what_nobody_asked_for_is_no_news_either() -> None:
    assert days_of([100, 100, 900, 900, 105, 100], rise=None) == []
    assert days_of([100, 100, 10, 10, 105, 100], drop=None) == []
    assert days_of([100, 900, 900, 40, 100], rise=None) == [3]


def test_after_the_memory_a_level_is_usual_and_leaving_it_is_news() -> None:
    costs = [100.0] * 3 + [40.0] * 20 + [100.0] * 3
    assert days_of(costs, memory_rows=5) == [3, 4, 5, 6, 7, 23, 24, 25]


def test_an_absent_day_is_passed_over_and_the_day_compared_with_is_named() -> None:
    grid = bill([100, 101, 100, 40, 100, 99, 101, 100], days=[0, 1, 2, 5, 6, 7, 8, 9])
    found = fired(grid)
    assert found.rows.tolist() == [5]
    assert found.detail == ("cost 100 (2025-05-03) → 40: -60%",)
    assert fired(grid, memory_rows=2).detail[0] == "cost 40 (2025-05-06) → 100: +150%"  # 40 had nothing before it


def test_a_day_without_a_value_neither_fires_nor_ends_a_fault() -> None:
    assert days_of([100, 40, np.nan, 40, 100]) == [1, 3]


def test_zeros_and_credits_have_dropped_by_all_and_are_compared_with_by_nobody() -> None:
    """S0-D10: no infinite share, no share of a credit."""
    found = fired(bill([500, 0, -2000, 510, 500]))
    assert found.rows.tolist() == [1, 2]
    np.testing.assert_allclose(found.times_over, 1 / 0.3)
    assert found.detail[1] == "cost 500 (2025-05-01) → -2,000: -100%"
    assert days_of([0, 0, 300, 310, 0.0]) == [4]
    assert days_of([-5, -500, 20, 21]) == []
    assert days_of([100, 0, 150, 100], drop=None) == [2]


def test_a_first_day_has_nothing_before_it_whatever_another_entity_costs() -> None:
    grid = bill([500, 500, 5, 5], days=[0, 1, 0, 1], customers=["a", "a", "b", "b"])
    assert not len(fired(grid).rows)


def test_a_small_amount_is_no_change_whatever_its_share() -> None:
    """S0-D10: a floor in money."""
    assert days_of([0.01, 5, 0.01], least=10) == []
    assert days_of([100, 60, 100], least=40) == [1]
    assert days_of([100, 60, 100], least=40.01) == []


def test_of_several_columns_the_worst_is_told() -> None:
    frame = pl.DataFrame({"a": [100.0, 50, 100], "b": [100.0, 10, 100]})
    grid = lay_out(frame, Columns(None, (), ("a", "b")))
    found = Change().fit(grid, ["a", "b"]).judge(grid, ["a", "b"])
    assert found.detail == ("b 100 → 10: -90%",)


def test_hours_are_told_with_their_time() -> None:
    assert fired(bill([100, 100, 40], hours=1)).detail == ("cost 100 (2025-05-01 01:00) → 40: -60%",)


def test_what_has_no_end_in_doubles_is_still_a_number() -> None:
    found = fired(bill([5e-324, 1e308, 1.0]), rise="1%")
    assert np.isfinite(found.times_over).all()


@quick
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), AMOUNTS), min_size=2, max_size=40),
    st.sampled_from([(0.3, 0.43), (0.3, None), (None, 0.2), (0.2, 0.2)]),
    st.integers(1, 6),
)
def test_it_fires_where_its_slow_twin_does(
    told: list[tuple[str, int, float]], shares: tuple[float | None, float | None], memory: int
) -> None:
    day = {"a": 0, "b": 0}
    days = []
    for customer, later, amount in told:
        day[customer] += later
        days.append((customer, day[customer], amount))
    days.sort(key=lambda one: one[:2])
    frame = pl.DataFrame({"customer": [one[0] for one in days], "cost": [one[2] for one in days]})
    dates = [START + timedelta(days=one[1]) for one in days]
    grid = lay_out(frame.with_columns(Date=pl.Series(dates)).fill_nan(None), Columns("Date", ("customer",), ("cost",)))
    if grid.step_us != 86_400_000_000:  # then a pause is no number of days
        return
    rows = fired(grid, drop=shares[0], rise=shares[1], memory_rows=memory).rows
    place = {int(row): number for number, row in enumerate(grid.position)}
    assert [place[row] for row in rows.tolist()] == oracles.changed(days, *shares, memory)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"drop": "much"}, "the rule change, drop: 'much' is no share; write 5% or 0.05."),
        ({"drop": "100%"}, "the rule change, drop is 100%: a share above 0 and below 100% is needed."),
        ({"drop": None, "rise": None}, "the rule change needs `drop` or `rise`."),
        ({"rise": 0.0}, "the rule change, rise is 0.0: a share above 0 is needed."),
    ],
)
def test_what_is_no_share_is_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        fired(bill([1, 2]), **settings)
    assert str(caught.value) == told
