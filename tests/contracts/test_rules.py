"""What every rule promises, members that break it, and when each of them fires."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Self

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone

from contracts.stored import stored
from isang import family
from isang.errors import UsageError
from isang.rules.balance import Balance
from isang.rules.base import Rule
from isang.rules.limit import Limit
from isang.rules.silence import Silence
from isang.words.frame import Columns, Floats, Grid, lay_out
from isang.words.verdicts import Fired

Check = Callable[[Rule], None]
MEMBERS: dict[str, Rule] = {name: import_module(f"isang.rules.{name}").EXAMPLE for name in family.names("rules")}
START = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE_US = 60_000_000


def grid_of(minutes: Sequence[float], values: Floats | None = None, hosts: Sequence[str] | None = None) -> Grid:
    times = pl.Series("time", [START + timedelta(minutes=minute) for minute in minutes], dtype=pl.Datetime("us", "UTC"))
    columns = np.zeros((len(minutes), 1)) if values is None else values.reshape(len(minutes), -1)
    named = [pl.Series(f"value_{at}", column) for at, column in enumerate(columns.T)]
    frame = pl.DataFrame([times, *named]).fill_nan(None)
    frame = frame.with_columns(pl.Series("host", hosts)) if hosts else frame
    return lay_out(frame, Columns("time", ("host",) if hosts else (), tuple(column.name for column in named)))


def noticeable() -> Grid:
    """A gap of fifty minutes, values up to 5 that once stand still, a sum that does not hold; a host that is new."""
    minutes = [*range(100), *range(150, 250), *range(200, 250)]
    whole = np.append(np.linspace(0, 5, 200), np.linspace(4, 5, 50))
    whole[60:70] = whole[60]
    success = np.where(np.arange(250) == 199, 0, whole)
    return grid_of(minutes, np.column_stack([whole, success, np.zeros(250)]), ["a"] * 200 + ["b"] * 50)


def names_of(grid: Grid) -> list[str]:
    """Three columns are requests and their parts."""
    d = grid.X.shape[1]
    return ["request", "success", "fail"] if d == 3 else [f"value_{at}" for at in range(d)]


def fired(rule: Rule, grid: Grid) -> Fired:
    columns = names_of(grid)
    return clone(rule).fit(grid, columns).judge(grid, columns)  # type: ignore[no-any-return]


def all_parts_are_of_a_length(rule: Rule) -> None:
    found = fired(rule, noticeable())
    assert len(found.rows) == len(found.times_over) == len(found.since) == len(found.detail) > 0


def rows_are_rows_with_data_in_order(rule: Rule) -> None:
    grid = noticeable()
    rows = fired(rule, grid).rows
    assert (np.diff(rows) > 0).all()
    assert np.isfinite(grid.X[rows]).any(axis=1).all()


def what_fires_is_at_its_limit_or_over(rule: Rule) -> None:
    over = fired(rule, noticeable()).times_over
    assert np.isfinite(over).all()
    assert (over >= 1).all()


def it_began_not_after_the_row(rule: Rule) -> None:
    grid = noticeable()
    found = fired(rule, grid)
    assert (found.since <= grid.time[found.rows]).all()


def what_it_tells_is_one_plain_line(rule: Rule) -> None:
    assert all(detail and "\n" not in detail for detail in fired(rule, noticeable()).detail)


def the_grid_is_left_as_it_is(rule: Rule) -> None:
    grid = noticeable()
    fired(rule, grid)
    np.testing.assert_array_equal(grid.X, noticeable().X)


def nothing_at_all_is_no_reason_to_fail(rule: Rule) -> None:
    for grid in (grid_of([0]), grid_of([0, 1], np.array([np.nan, np.nan])), replace(grid_of([0, 1, 2]), clock=None)):
        assert len(fired(rule, grid).rows) == 0


def what_was_learnt_survives_as_plain_data(rule: Rule) -> None:
    grid = noticeable()
    columns = names_of(grid)
    fitted = clone(rule).fit(grid, columns)
    one, two = fitted.judge(grid, columns), stored(fitted).judge(grid, columns)
    np.testing.assert_array_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.times_over, two.times_over)


CHECKS: tuple[Check, ...] = (
    all_parts_are_of_a_length,
    rows_are_rows_with_data_in_order,
    what_fires_is_at_its_limit_or_over,
    it_began_not_after_the_row,
    what_it_tells_is_one_plain_line,
    the_grid_is_left_as_it_is,
    nothing_at_all_is_no_reason_to_fail,
    what_was_learnt_survives_as_plain_data,
)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_member_keeps_what_rules_promise(check: Check, name: str) -> None:
    check(MEMBERS[name])


class Sound(Rule):
    """Fires on the row with the highest value of at least 4."""

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        row = int(np.argmax(np.nan_to_num(grid.X).max(axis=1)))
        return self._fired(grid, np.array([row] if np.nan_to_num(grid.X).max() >= 4 else [], dtype=np.int64))

    def _fired(self, grid: Grid, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Fired:
        return Fired(rows, np.ones(len(rows)), grid.time[rows], tuple("high" for _ in rows))


class TellsTooLittle(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        return replace(super().judge(grid, columns), detail=())


class FiresOnWalls(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        return self._fired(grid, np.flatnonzero(np.isnan(grid.X).all(axis=1)))


class BelowItsLimit(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        found = super().judge(grid, columns)
        return replace(found, times_over=found.times_over / 2)


class BeganTomorrow(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        found = super().judge(grid, columns)
        return replace(found, since=found.since + MINUTE_US)


class TellsLines(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        found = super().judge(grid, columns)
        return replace(found, detail=tuple("high\nvery" for _ in found.rows))


class WritesIntoTheGrid(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        grid.X[0] = -1
        return super().judge(grid, columns)


class KeepsSomethingToItself(Sound):
    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        self._over = float(np.nanmax(grid.X))
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        found = super().judge(grid, columns)
        return replace(found, times_over=found.times_over * vars(self).get("_over", 1.0))


class FailsOnNothing(Sound):
    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        return self._fired(grid, np.array([np.nanargmax(grid.X)]))


BAD_MEMBERS = (
    TellsTooLittle,
    FiresOnWalls,
    BelowItsLimit,
    BeganTomorrow,
    TellsLines,
    WritesIntoTheGrid,
    KeepsSomethingToItself,
    FailsOnNothing,
)


def caught_by(rule: Rule) -> set[str]:
    caught = set()
    for check in CHECKS:
        try:
            check(rule)
        except Exception:
            caught.add(check.__name__)
    return caught


def test_every_bad_member_is_caught_and_every_check_catches() -> None:
    caught = [caught_by(kind()) for kind in BAD_MEMBERS]
    assert all(caught)
    assert set().union(*caught) == {check.__name__ for check in CHECKS}
    assert caught_by(Sound()) == set()


def silent_rows(minutes: Sequence[float], hosts: Sequence[str] | None = None, rule: Silence | None = None) -> list[int]:
    grid = grid_of(minutes, hosts=hosts)
    rows = fired(rule or Silence(hindsight=True), grid).rows
    at = {int(place): number for number, place in enumerate(grid.position)}
    return [at[int(row)] for row in rows]


def test_silence_fires_on_the_first_row_after_a_pause_and_knows_when_it_began() -> None:
    minutes = [*range(500), *range(560, 1000)]
    assert silent_rows(minutes) == [500]
    grid = grid_of(minutes)
    found = fired(Silence(hindsight=True), grid)
    assert found.since.tolist() == [grid.time[499]]
    assert found.times_over[0] == pytest.approx(61 / 10)


@pytest.mark.parametrize(("pause", "rows"), [(9, []), (10, [500]), (11, [500])])
def test_silence_begins_at_ten_steps(pause: int, rows: list[int]) -> None:
    assert silent_rows([*range(500), *range(499 + pause, 1000)]) == rows


def test_silence_fires_at_an_early_end() -> None:
    minutes = [*range(500), *range(300)]
    hosts = ["a"] * 500 + ["b"] * 300
    assert silent_rows(minutes, hosts) == [799]


def test_an_end_at_the_same_time_is_not_early() -> None:
    assert silent_rows([*range(300), *range(295)], ["a"] * 300 + ["b"] * 295) == []


@pytest.mark.parametrize("seed", range(3))
def test_usual_jitter_and_lost_rows_are_no_silence(seed: int) -> None:
    random = np.random.default_rng(seed)
    minutes = np.arange(2000) + random.uniform(-0.3, 0.3, 2000)
    kept = np.sort(random.permutation(2000)[:1800])
    assert silent_rows(minutes[kept].tolist()) == []


def test_random_events_are_not_silent_between() -> None:
    minutes = np.cumsum(np.random.default_rng(0).exponential(1.0, 2000))
    assert silent_rows(minutes.tolist()) == []


def test_nightly_pauses_are_usual() -> None:
    minutes = [day * 1440 + minute for day in range(7) for minute in range(480, 1200)]
    assert silent_rows(minutes) == []


def test_a_pause_twice_as_long_as_the_nightly_ones_is_told() -> None:
    minutes = [day * 1440 + minute for day in range(14) if day != 8 for minute in range(480, 1200)]
    assert silent_rows(minutes) == [8 * 720]


def test_a_pause_is_learnt_from_the_past_only() -> None:
    """Causal: the past had no pause, so the first one later is told, whatever else comes after."""
    past, later = grid_of(range(1000)), grid_of([*range(2000, 2500), *range(2550, 3000)])
    rule = Silence().fit(past, ["value_0"])
    assert len(rule.judge(later, ["value_0"]).rows) == 1


def test_rows_without_a_time_are_never_silent() -> None:
    grid = lay_out(pl.DataFrame({"value": [1.0] * 50 + [None] * 30 + [1.0] * 50}), Columns(None, (), ("value",)))
    assert len(fired(Silence(), grid).rows) == 0


def test_missing_values_are_silence_too() -> None:
    values = np.where((np.arange(1000) >= 500) & (np.arange(1000) < 560), np.nan, 1.0)
    found = fired(Silence(hindsight=True), grid_of(range(1000), values))
    assert found.rows.tolist() == [560]


@pytest.mark.parametrize(
    ("rule", "rows", "over", "told"),
    [
        (Limit(above=10.0), [1], [1.5], "above 10"),
        (Limit(below=-2.0), [2], [2.0], "below -2"),
        (Limit(above=10.0, below=-2.0), [1, 2], [1.5, 2.0], "above 10"),
        (Limit(above=0.0), [0, 1, 3], [1 + 3.0, 1 + 15.0, 1 + 5.0], "above 0"),
        (Limit(above=14.0, column="value_1"), [3], [1 + 6 / 14], "above 14"),
    ],
)
def test_a_limit_fires_beyond_it(rule: Limit, rows: list[int], over: list[float], told: str) -> None:
    values = np.array([[3.0, 0.0], [15.0, 0.0], [-4.0, np.nan], [5.0, 20.0]])[:, : 2 if rule.column else 1]
    found = fired(rule, grid_of(range(4), values))
    assert found.rows.tolist() == rows
    np.testing.assert_allclose(found.times_over, over)
    assert found.detail[0] == told


def test_at_the_limit_is_within_it() -> None:
    assert len(fired(Limit(above=5.0, below=5.0), grid_of(range(3), np.full(3, 5.0))).rows) == 0


def test_walls_are_within_any_limit() -> None:
    assert len(fired(Limit(below=1.0), grid_of([0, 1, 2, 5, 6, 7, 8], np.full(7, 2.0))).rows) == 0


@pytest.mark.parametrize("rule", [Limit(), Limit(above=1.0, column="valeu_0")])
def test_a_limit_that_cannot_be_is_refused(rule: Limit) -> None:
    with pytest.raises(UsageError):
        rule.fit(grid_of([0, 1]), ["value_0"])


def requests(rows: int = 200, seed: int = 0) -> Floats:
    """Requests, of which some fail: (n, 3)."""
    random = np.random.default_rng(seed)
    whole = random.poisson(120, rows).astype(float)
    fail = random.binomial(120, 0.02, rows).clip(0, whole)
    return np.column_stack([whole, whole - fail, fail])


def test_balance_fires_where_the_parts_are_not_the_total() -> None:
    values = requests()
    values[50] = 120, 95, 2
    values[60, 0], values[61, 1], values[62] = np.nan, np.nan, np.nan
    found = fired(Balance(), grid_of(range(200), values))
    assert found.rows.tolist() == [50]
    np.testing.assert_allclose(found.times_over, [23 / 1.2])
    assert found.detail == ("request 120, success + fail 97",)


@pytest.mark.parametrize(
    ("row", "tolerance", "fires"),
    [
        ((50, 49, 0), 0.01, False),
        ((50, 48, 0), 0.01, True),
        ((1000, 990, 0), 0.01, False),
        ((1000, 989, 0), 0.01, True),
        ((1000, 989, 0), 0.02, False),
        ((0, 1, 0), 0.0, False),
        ((0, 2, 0), 0.0, True),
    ],
)
def test_balance_lets_a_share_and_one_pass(row: tuple[float, float, float], tolerance: float, fires: bool) -> None:
    values = requests()
    values[50] = row
    assert (len(fired(Balance(tolerance=tolerance), grid_of(range(200), values)).rows) == 1) is fires


@pytest.mark.parametrize(("broken", "fires"), [(10, True), (11, False)])
def test_a_sum_that_seldom_holds_says_nothing(broken: int, fires: bool) -> None:
    values = requests()
    values[:broken, 0] += 10
    assert len(fired(Balance(), grid_of(range(200), values)).rows) == (broken if fires else 0)


def test_a_sum_is_learnt_for_each_entity_and_one_never_seen_is_judged_by_all() -> None:
    values = np.tile(requests(20), (10, 1))
    values[180:, 0] += 10  # a server whose requests count something else
    hosts = [f"host-{at // 20}" for at in range(200)]
    rule, columns = Balance(), ["request", "success", "fail"]
    past = grid_of([*range(20)] * 10, values, hosts)
    assert len(rule.fit(past, columns).judge(past, columns).rows) == 0
    values[25, 0] += 10
    assert len(rule.judge(grid_of([*range(20)] * 10, values, hosts), columns).rows) == 1
    rule.fit(grid_of([*range(20)] * 10, np.tile(requests(20), (10, 1)), hosts), columns)
    later = replace(past, entity=np.where(past.entity == 9, 10, past.entity))
    assert len(rule.judge(later, columns).rows) == 20


@pytest.mark.parametrize(
    "names",
    [
        ["Requests", "Successes", "Failures"],
        ["LOGIN_2 request", "LOGIN_2 success", "LOGIN_2 fail"],
        ["2_Request", "2_Success", "2_Error"],
        ["loginTotal", "loginSuccess", "loginFailed"],
        ["http_requests_total", "http_success_total", "http_errors_total"],
        ["요청", "성공", "실패"],
    ],
)
def test_the_columns_of_a_sum_are_found_by_name(names: list[str]) -> None:
    values = requests()
    values[50, 0] += 100
    grid = grid_of(range(200), np.column_stack([np.arange(200.0), values, values[:, 2] / values[:, 0]]))
    columns = ["session", *names, "fail_share"]
    found = Balance().fit(grid, columns).judge(grid, columns)
    assert found.rows.tolist() == [50]
    assert found.detail[0].startswith(f"{names[0]} {values[50, 0]:g}, {names[1]} + {names[2]} ")


def test_each_prefix_has_its_own_sum_and_the_worst_is_told() -> None:
    values = np.column_stack([requests(seed=seed) for seed in range(3)])
    values[50, 0] += 10
    values[50, 3] += 50
    values[70, 6] += 10
    columns = [
        f"{server} {name}" for server in ("INFO", "LOGIN_1", "LOGIN_2") for name in ("request", "success", "fail")
    ]
    grid = grid_of(range(200), values)
    found = Balance().fit(grid, columns).judge(grid, columns)
    assert found.rows.tolist() == [50, 70]
    assert [told.split()[0] for told in found.detail] == ["LOGIN_1", "LOGIN_2"]


def test_columns_of_different_prefixes_are_no_sum() -> None:
    grid = grid_of(range(200), requests())
    assert Balance().fit(grid, ["LOGIN request", "MENU success", "LOGIN fail"]).sums_ == []


def test_named_columns_win_over_found_ones() -> None:
    values = requests()
    values[50, 0] += 10
    grid, columns = grid_of(range(200), values), ["calls", "fine", "late"]
    found = Balance(total="calls", parts=["fine", "late"]).fit(grid, columns).judge(grid, columns)
    assert found.rows.tolist() == [50]


def test_huge_counts_are_out_of_balance_without_an_overflow() -> None:
    values = requests()
    values[50] = 1.0, 1e308, 1e308
    found = fired(Balance(), grid_of(range(200), values))
    assert found.rows.tolist() == [50]
    assert np.isfinite(found.times_over).all()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Balance(total="reqest", parts=["success", "fail"]), "names column 'reqest'. Did you mean 'request'?"),
        (Balance(total="request", parts=["success", "fial"]), "names column 'fial'. Did you mean 'fail'?"),
        (Balance(total="request"), "needs `total` and `parts`, or neither"),
        (Balance(parts=["fail"]), "needs `total` and `parts`, or neither"),
    ],
)
def test_a_balance_that_cannot_be_is_refused(rule: Balance, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        rule.fit(grid_of([0, 1], requests(2)), ["request", "success", "fail"])
    assert told in str(caught.value)


def test_balance_is_idle_without_its_columns() -> None:
    assert len(fired(Balance(), grid_of(range(200), requests()[:, :2])).rows) == 0
    nothing = grid_of([0, 1], np.full((2, 3), np.nan))
    assert len(fired(Balance(), nothing).rows) == 0
