"""What every feature promises, members that break it, and what each of them is for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

import isang
import oracles
from contracts.stored import stored
from isang import family
from isang.errors import UsageError
from isang.features._calendar import as_lived
from isang.features._pace import Pace
from isang.features.base import Feature
from isang.features.fill import Fill
from isang.features.recent import Recent
from isang.features.resample import Resample
from isang.features.rolling import Rolling, medians_before
from isang.features.season import Season
from isang.features.told import Told
from isang.windows import walls
from isang.words.frame import Columns, Floats, Grid, lay_out
from oracles import nasty_rows, quick

Check = Callable[[Feature], None]
MEMBERS: dict[str, Feature] = {
    name: import_module(f"isang.features.{name}").EXAMPLE for name in family.names("features")
}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def grid_of(
    values: Floats,
    *,
    step: timedelta = HOUR,
    hosts: Sequence[str] | None = None,
    start: datetime = START,
    zone: str = "UTC",
    absent: Sequence[int] = (),
) -> Grid:
    """A grid of (n,) or (n, d) values of one host, or of the same rows for each of several."""
    columns = values.reshape(len(values), -1)
    named = {f"value_{at}": columns[:, at] for at in range(columns.shape[1])}
    time = pl.Series([start + row * step for row in range(len(values))], dtype=pl.Datetime("us", "UTC"))
    frame = pl.DataFrame({"time": time.dt.convert_time_zone(zone), **named}).fill_nan(None)
    frame = frame.filter(~pl.int_range(pl.len()).is_in(list(absent)))
    if hosts:
        frame = pl.concat([frame.with_columns(pl.lit(host).alias("host")) for host in hosts])
    return lay_out(frame, Columns("time", ("host",) if hosts else (), tuple(named)))


def waves(days: int, per_day: int = 24, seed: int = 0, noise: float = 0.5) -> Floats:
    """About 100, a wave of 10 a day."""
    random = np.random.default_rng(seed)
    return np.asarray(
        100 + 10 * np.sin(np.arange(days * per_day) * 2 * np.pi / per_day) + random.normal(0, noise, days * per_day)
    )


def usual(member: Feature) -> Grid:
    """Two hosts, two columns or four, gaps of one, three and thirty slots, some missing cells; of hours or days."""
    daily = isinstance(member, Recent)
    count, columns = 20 if daily else 10, 4 if isinstance(member, Told) else 2
    values = np.column_stack([waves(count, seed=seed) for seed in range(columns)])
    values[50, 0] = np.nan
    absent = [20, 60, 61, 62, *range(100, 130)]
    return grid_of(values, hosts=["a", "b"], absent=absent, step=DAY if daily else HOUR)


def applied(member: Feature, grid: Grid) -> Grid:
    return clone(member).fit(grid).transform(grid)  # type: ignore[no-any-return]


def the_first(grid: Grid, rows: int) -> Grid:
    clock = None if grid.clock is None else grid.clock[:rows]
    return replace(
        grid,
        X=grid.X[:rows],
        time=grid.time[:rows],
        clock=clock,
        entity=grid.entity[:rows],
        position=grid.position[grid.position < rows],
    )


def the_last(grid: Grid, first: int) -> Grid:
    clock = None if grid.clock is None else grid.clock[first:]
    position = grid.position[grid.position >= first] - first
    return replace(
        grid, X=grid.X[first:], time=grid.time[first:], clock=clock, entity=grid.entity[first:], position=position
    )


def rows_are_kept_unless_said(member: Feature) -> None:
    grid = usual(member)
    after = applied(member, grid)
    same = after.X.shape == grid.X.shape and np.array_equal(after.position, grid.position)
    assert same if member.keeps_rows else len(after.position) == len(grid.position)


def walls_stay_walls(member: Feature) -> None:
    """But for those that exist to fill them; the seam stays one in any case. A few rows may become walls."""
    grid = usual(member)
    after = applied(member, grid)
    assert walls(after.X[after.entity < 0]).all()
    if member.keeps_rows and not isinstance(member, Fill):
        assert walls(after.X[walls(grid.X)]).all()
        assert (~walls(after.X)).sum() > 0.9 * (~walls(grid.X)).sum()


def the_input_is_left_as_it_is(member: Feature) -> None:
    grid, same = usual(member), usual(member)
    applied(member, grid)
    np.testing.assert_array_equal(grid.X, same.X)
    assert (grid.expected, grid.lower, grid.upper) == (None, None, None)


def entities_do_not_mix_in_transform(member: Feature) -> None:
    """Other values of one entity change nothing in the other, given the same fit."""
    grid = usual(member)
    other = grid.X.copy()
    other[grid.entity == 0] *= 5
    fitted = clone(member).fit(grid)
    one, two = fitted.transform(grid), fitted.transform(replace(grid, X=other))
    np.testing.assert_array_equal(one.X[one.entity == 1], two.X[two.entity == 1])
    assert not np.array_equal(one.X[one.entity == 0], two.X[two.entity == 0], equal_nan=True)


def nothing_ahead_is_used(member: Feature) -> None:
    """The transform of a prefix is the prefix of the transform, given the same fit, but for walls that end it."""
    grid = usual(member)
    fitted = clone(member).fit(grid)
    whole = fitted.transform(grid)
    for rows in (40, 61, 100, 200, 300):
        part = fitted.transform(the_first(grid, rows))
        known = ~walls(part.X)
        known[-1] &= member.keeps_rows  # the last slot may still be filling
        np.testing.assert_allclose(part.X[known], whole.X[: len(part.X)][known], rtol=1e-9, equal_nan=True)
        assert known.sum() > 0.5 * len(part.X)


def what_it_looks_back_on_is_said(member: Feature) -> None:
    """From `context_rows_` rows on, the end of a grid is transformed as in the whole, given the same fit."""
    grid = usual(member)
    fitted = clone(member).fit(grid)
    if member.keeps_rows:
        for first in (30, 45, 61, 70, 200):  # 61 lies in a gap
            part, known = fitted.transform(the_last(grid, first)).X, fitted.context_rows_
            whole = fitted.transform(grid).X[first:]
            np.testing.assert_array_equal(part[known:], whole[known:])


def the_same_rows_teach_the_same(member: Feature) -> None:
    grid = usual(member)
    fitted = clone(member).fit(replace(grid, X=grid.X * 7 + 3)).fit(grid)
    np.testing.assert_array_equal(fitted.transform(grid).X, applied(member, grid).X)


def walls_teach_nothing(member: Feature) -> None:
    """A row made a wall may hold anything before: the rest is transformed alike."""
    grid = usual(member)
    keep = np.random.default_rng(0).random(len(grid.X)) < 0.8
    masked = grid.with_rows(keep)
    strange = replace(grid, X=np.where(keep[:, None], grid.X, 1e6)).with_rows(keep)
    np.testing.assert_array_equal(applied(member, masked).X, applied(member, strange).X)


def what_was_learnt_survives_as_plain_data(member: Feature) -> None:
    grid = usual(member)
    fitted = clone(member).fit(grid)
    np.testing.assert_array_equal(stored(fitted).transform(grid).X, fitted.transform(grid).X)


CHECKS: tuple[Check, ...] = (
    rows_are_kept_unless_said,
    walls_stay_walls,
    the_input_is_left_as_it_is,
    entities_do_not_mix_in_transform,
    nothing_ahead_is_used,
    what_it_looks_back_on_is_said,
    the_same_rows_teach_the_same,
    walls_teach_nothing,
    what_was_learnt_survives_as_plain_data,
)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_member_keeps_what_features_promise(check: Check, name: str) -> None:
    check(MEMBERS[name])


class Passes(Feature):
    """Keeps every promise."""

    keeps_rows = True
    context_rows_ = 0

    def fit(self, grid: Grid) -> Self:
        return self

    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X + 1)


class DropsWalls(Passes):
    def transform(self, grid: Grid) -> Grid:
        keep = ~walls(grid.X)
        place = np.cumsum(keep) - 1
        return replace(
            grid, X=grid.X[keep], time=grid.time[keep], entity=grid.entity[keep], position=place[grid.position]
        )


class FillsWalls(Passes):
    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=np.where(walls(grid.X)[:, None], 0.0, grid.X))


class WritesIntoTheGrid(Passes):
    def transform(self, grid: Grid) -> Grid:
        grid.X[:] = grid.X + 1
        return grid


class CentresTheBatch(Passes):
    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X - np.nanmean(grid.X, axis=0))


class LooksAhead(Passes):
    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X + np.append(np.nan_to_num(grid.X[1:]), np.zeros((1, grid.X.shape[1])), axis=0))


class ForgetsToSayHowFarItLooksBack(Passes):
    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X - medians_before(grid.X, 5))


class KeepsTheFirstFit(Passes):
    def fit(self, grid: Grid) -> Self:
        if "center_" not in self.__dict__:
            self.center_ = np.nanmean(grid.X, axis=0)
        return self

    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X - self.center_)


class KeepsSomethingToItself(Passes):
    def fit(self, grid: Grid) -> Self:
        self._center = np.nanmean(grid.X)
        return self

    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X - vars(self).get("_center", 0.0))


class IsDrawn(Passes):
    def transform(self, grid: Grid) -> Grid:
        return replace(grid, X=grid.X + np.random.default_rng().random())


BAD_MEMBERS = (
    DropsWalls,
    FillsWalls,
    WritesIntoTheGrid,
    CentresTheBatch,
    LooksAhead,
    ForgetsToSayHowFarItLooksBack,
    KeepsTheFirstFit,
    KeepsSomethingToItself,
    IsDrawn,
)


def caught_by(member: Feature) -> set[str]:
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
    assert caught_by(Passes()) == set()


@given(st.lists(st.sampled_from([np.nan, 1.0, 2.0, 3.0]), min_size=3, max_size=30), st.integers(1, 5))
@quick
def test_fill_is_the_slow_one(values: list[float], most: int) -> None:
    values[0] = values[-1] = 5.0
    grid = grid_of(np.array(values), hosts=["a", "b"])
    names = [None if number < 0 else str(number) for number in grid.entity]
    slow = oracles.filled(grid.X[:, 0].tolist(), names, most)
    np.testing.assert_array_equal(applied(Fill(most), grid).X[:, 0], slow)


@given(st.lists(st.sampled_from([np.nan, 1.0, 2.0, 3.0]), min_size=3, max_size=30), st.integers(1, 5))
@quick
def test_fill_by_usual_puts_what_season_expects_into_the_same_rows(values: list[float], most: int) -> None:
    values[0] = values[-1] = 5.0
    grid = applied(Season(), grid_of(np.array(values), hosts=["a", "b"]))
    by_last, by_usual = applied(Fill(most), grid), applied(Fill(most, by="usual"), grid)
    filled = walls(grid.X) & ~walls(by_last.X)
    np.testing.assert_array_equal(by_usual.X, np.where(filled[:, None], 0.0, grid.X))


def test_what_is_usual_is_learnt_on_other_rows_for_each_time_of_day() -> None:
    """A gap where the day is at its height is filled with the value expected there, not with the one before it."""
    past, gap = grid_of(waves(21)), grid_of(waves(2, seed=5), absent=[6, 7, 30])
    season, fill = Season().fit(past), Fill(by="usual").fit(past)
    seen = fill.transform(season.transform(gap))
    assert seen.X[[6, 7, 30]].tolist() == [[0.0], [0.0], [0.0]]
    assert seen.expected is not None
    np.testing.assert_allclose(seen.expected[[6, 7, 30], 0], waves(2, noise=0.0)[[6, 7, 30]], atol=0.5)


def test_fill_by_usual_needs_a_season_before_it() -> None:
    with pytest.raises(UsageError, match="put the feature season before it"):
        applied(Fill(by="usual"), usual(Fill()))


@pytest.mark.parametrize(("longest", "rows"), [("3h", 3), ("179min", 2), ("2rows", 2), ("30min", 0), (None, 5)])
def test_a_gap_is_filled_up_to_a_length_of_time(longest: str | None, rows: int) -> None:
    grid = grid_of(waves(10), absent=[20, *range(40, 42), *range(60, 63), *range(80, 84), *range(100, 106)])
    filled = walls(grid.X) & ~walls(applied(Fill(longest=longest), grid).X)
    absent = {20: 1, 40: 2, 60: 3, 80: 4, 100: 6}
    assert filled.sum() == sum(count for count in absent.values() if count <= rows)


def test_a_length_of_time_is_learnt_from_rows_with_a_step() -> None:
    grid = grid_of(waves(10), absent=[20])
    fill = Fill(longest="1h").fit(grid)
    assert fill.transform(replace(grid, step_us=None)).X[20] == grid.X[19]
    with pytest.raises(UsageError, match="gaps of up to 1h can be filled where rows have a step in time; say 6rows"):
        fill.fit(replace(grid, step_us=None))


@given(nasty_rows(), st.integers(1, 5))
@quick
def test_the_median_of_the_rows_before_is_the_slow_one(rows: Floats, most: int) -> None:
    np.testing.assert_array_equal(medians_before(rows, most), oracles.medians_before(rows, most))


def test_rolling_forgives_a_slow_drift_and_sees_a_jump() -> None:
    values = np.linspace(0, 1000, 500) + np.random.default_rng(0).normal(size=500)
    fitted = Rolling(10).fit(grid_of(values[:200]))
    values[400] += 20
    seen = fitted.transform(grid_of(values)).X[:, 0]
    assert np.isnan(seen[0])
    assert np.nanargmax(np.abs(seen)) == 400
    assert np.median(np.abs(seen[250:])) < 2


def test_rolling_counts_in_usual_spreads() -> None:
    columns = np.random.default_rng(0).normal(size=(2000, 2)) * [1.0, 1000.0]
    seen = applied(Rolling(), grid_of(columns)).X[1:]
    np.testing.assert_allclose(seen.std(axis=0), 1.0, atol=0.1)


def test_a_pipeline_that_starts_late_scores_as_one_that_saw_all(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(600, 3)).cumsum(axis=0)
    changes = {"features": {"rolling": {"window_rows": 7}}, "detector": {"name": "pca_autoencoder", "window_rows": 4}}
    model = isang.fit(rows[:400], plan=changes)
    pipeline, context = model.pipeline, model.pipeline.learner_.context_rows
    assert context == model.account["detector"]["context_rows"] == 7 + 3
    assert len(model.golden.time) > context
    live, offline = pipeline.score_samples(rows[450:]), pipeline.score_samples(rows)[450:]
    np.testing.assert_array_equal(live[context:], offline[context:])
    again = isang.load(model.save(tmp_path / "model")).pipeline
    assert again.learner_.context_rows == context
    np.testing.assert_array_equal(again.score_samples(rows[450:]), live)


def test_resample_refuses_more_slots_than_memory_holds() -> None:
    with pytest.raises(UsageError, match="slots or more of 72 rows: take a longer one"):
        applied(Resample("1us"), grid_of(waves(3)))


def test_resample_is_the_slow_one() -> None:
    values = waves(3, per_day=96)
    values[[5, 6, 7, 8, 40]] = np.nan
    quarter = timedelta(minutes=15)
    start = START + timedelta(minutes=30)
    grid = grid_of(values, step=quarter, start=start, absent=range(120, 140))
    coarse = applied(Resample("1h"), grid)
    times = [start + row * quarter for row in range(len(values)) if not 120 <= row < 140]
    slow = oracles.slot_means(times, [values[row] for row in range(len(values)) if not 120 <= row < 140], HOUR)
    at = {int(time.timestamp() * 1e6): row for row, time in zip(grid.position, times, strict=True)}
    for (slot, mean), row in ((pair, np.searchsorted(coarse.time, pair[0].timestamp() * 1e6)) for pair in slow.items()):
        assert coarse.time[row] == slot.timestamp() * 1e6
        np.testing.assert_allclose(coarse.X[row, 0], mean, equal_nan=True)
    assert set(np.diff(coarse.time)) == {3_600_000_000}
    assert len(at) == len(times)
    for position, time in zip(coarse.position, times, strict=True):
        assert coarse.time[position] == time.replace(minute=0).timestamp() * 1e6


def test_resample_keeps_entities_apart() -> None:
    grid = grid_of(waves(1, per_day=96), step=timedelta(minutes=15), hosts=["a", "b"])
    coarse = applied(Resample("1h"), grid)
    assert coarse.entity.tolist() == [0] * 24 + [-1] + [1] * 24
    assert walls(coarse.X).tolist() == [False] * 24 + [True] + [False] * 24
    assert set(coarse.position[:96]) == set(range(24))


@pytest.mark.parametrize("step", ["5rows", "soon"])
def test_resample_needs_a_span_of_time(step: str) -> None:
    with pytest.raises(UsageError):
        applied(Resample(step), grid_of(waves(1)))


def test_resample_needs_a_clock() -> None:
    with pytest.raises(UsageError, match="needs a time column"):
        applied(Resample("1h"), replace(grid_of(waves(1)), clock=None))


def season_of(values: Floats, **kwargs: Any) -> tuple[Grid, Season]:
    grid = grid_of(values, **kwargs)
    season = Season().fit(grid)
    return season.transform(grid), season


@pytest.mark.parametrize(("step", "per_day"), [(HOUR, 24), (timedelta(minutes=5), 288)])
def test_a_planted_day_is_found(step: timedelta, per_day: int) -> None:
    grid, season = season_of(waves(28, per_day), step=step)
    assert season.columns_[0].profile.kind == "day"
    assert grid.expected is not None
    truth = waves(28, per_day, noise=0.0)
    assert np.abs(grid.expected[:, 0] - truth).mean() < 0.15
    assert np.std(grid.X) == pytest.approx(1.0, abs=0.15)


def test_the_profile_is_near_the_slow_one() -> None:
    """Median against trimmed mean: within half the noise over the root of the days."""
    values = waves(28)
    grid, _ = season_of(values)
    profile = oracles.hourly_profile([START + row * HOUR for row in range(len(values))], values.tolist())
    assert grid.expected is not None
    np.testing.assert_allclose(grid.expected[:24, 0], [profile[hour] for hour in range(24)], atol=0.25)


@pytest.mark.parametrize("value", [200.0, 1e6, 1e300])
def test_one_huge_value_does_not_change_its_hour(value: float) -> None:
    values = waves(28)
    clean, _ = season_of(values)
    values[100] = value
    grid, _ = season_of(values)
    assert grid.expected is not None
    assert clean.expected is not None
    np.testing.assert_allclose(grid.expected, clean.expected, atol=0.25)


@pytest.mark.parametrize(("per_day", "step"), [(24, HOUR), (288, timedelta(minutes=5))])
def test_a_planted_week_of_workdays_is_found(per_day: int, step: timedelta) -> None:
    weekend = np.arange(28 * per_day) // per_day % 7 >= 5
    values = np.where(weekend, 60 + np.random.default_rng(0).normal(0, 0.5, len(weekend)), waves(28, per_day))
    grid, season = season_of(values, step=step)
    assert season.columns_[0].profile.kind == "workday"
    assert np.abs(grid.X).max() < 8


def test_an_hour_whose_few_days_lie_far_apart_is_not_expected_to_be_as_any_other() -> None:
    """Three Saturday noons farther apart than other hours ever are: none of them is near their mean."""
    weekend = np.arange(21 * 24) // 24 % 7 >= 5
    values = np.where(weekend, 60 + np.random.default_rng(0).normal(0, 0.5, len(weekend)), waves(21))
    noons = 5 * 24 + 12 + 24 * np.array([0, 1, 7, 8, 14, 15])
    values[noons] = [57, 64, 56, 65, 58, 63]
    grid, season = season_of(values)
    assert season.columns_[0].profile.kind == "workday"
    assert grid.expected is not None
    np.testing.assert_allclose(grid.expected[noons, 0], 60.5, atol=1.0)


def test_a_planted_week_of_seven_days_is_found() -> None:
    level = np.repeat(np.tile([0.0, 30, -20, 10, 50, -40, 20], 4), 24)
    grid, season = season_of(waves(28) + level)
    assert season.columns_[0].profile.kind == "week"
    assert np.abs(grid.X).max() < 8


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_no_season(seed: int) -> None:
    _, season = season_of(np.random.default_rng(seed).normal(size=28 * 24))
    assert season.columns_[0].profile.kind == "level"


@pytest.mark.parametrize("days", [1, 2])
def test_two_days_are_too_few_for_a_season(days: int) -> None:
    _, season = season_of(waves(days))
    assert season.columns_[0].profile.kind == "level"


def test_the_band_is_in_the_units_of_the_frame_and_holds_usual_values() -> None:
    values = np.column_stack([waves(28), 1000 * waves(28, seed=1)])
    grid, _ = season_of(values)
    assert grid.lower is not None
    assert grid.expected is not None
    assert grid.upper is not None
    assert ((grid.lower <= grid.expected) & (grid.expected <= grid.upper)).all()
    inside = (values >= grid.lower) & (values <= grid.upper)
    assert (inside.mean(axis=0) > 0.98).all()
    np.testing.assert_allclose((grid.upper - grid.lower).mean(axis=0), [3.0, 3000.0], rtol=0.15)


def test_what_was_never_negative_is_not_expected_to_be() -> None:
    values = np.random.default_rng(0).exponential(1.0, 500)
    above, _ = season_of(values)
    around, _ = season_of(values - 0.5)
    assert above.lower is not None
    assert around.lower is not None
    assert above.lower.min() == 0
    assert around.lower.min() < 0


def test_a_strange_week_does_not_become_the_season() -> None:
    values = waves(28)
    values[168 : 168 + 24] += 50
    grid, _ = season_of(values)
    assert grid.expected is not None
    assert np.abs(grid.expected[:168, 0] - waves(28, noise=0.0)[:168]).mean() < 0.5
    assert grid.X[168 : 168 + 24].min() > 10


def test_a_season_keeps_to_the_clock_across_daylight_saving() -> None:
    """The same wall-clock day in New York, where 2026-03-08 has 23 hours: nothing is strange after it."""
    start = datetime(2026, 2, 23, 5, tzinfo=UTC)
    hours = [(start + row * HOUR).astimezone() for row in range(28 * 24)]
    times = pl.Series([hour.astimezone(UTC) for hour in hours]).dt.convert_time_zone("America/New_York")
    random = np.random.default_rng(0)
    values = np.asarray(100 + 10.0 * (times.dt.hour().to_numpy() >= 9) + random.normal(0, 0.5, len(hours)))
    grid, season = season_of(values, start=start, zone="America/New_York")
    assert (season.columns_[0].profile.kind, season.columns_[0].profile.bins) == ("day", 24)
    assert np.abs(grid.X).max() < 6
    shifted, _ = season_of(values, start=start)  # the same in UTC: an hour a day is wrong before or after
    assert np.abs(shifted.X).max() > 6


def lived(weeks: int, free: Sequence[int]) -> Floats:
    """Hourly values of a wave by day that hardly rises at weekends and on days off (counted from a Monday)."""
    days = np.arange(7 * weeks)
    quiet = (days % 7 >= 5) | np.isin(days, free)
    noise = np.random.default_rng(0).normal(0, 0.5, 168 * weeks)
    return np.asarray(np.repeat(np.where(quiet, 2.0, 20.0), 24) * np.tile(np.arange(24) / 24, 7 * weeks) + noise)


def test_a_public_holiday_is_a_sunday_by_its_date_on_the_wall_clock() -> None:
    """The Korean new year of 2026, from Monday 16 to Wednesday 18 February, and Sunday's substitute on 2 March."""
    values, start = lived(10, [42, 43, 44, 56]), datetime(2026, 1, 4, 15, tzinfo=UTC)
    free = np.repeat(np.isin(np.arange(70), [42, 43, 44, 56]), 24)
    grid = grid_of(values, start=start, zone="Asia/Seoul")
    same = Season().fit(grid).transform(grid)
    season = Season(holidays="kr").fit(grid)
    other = season.transform(grid)
    assert season.columns_[0].profile.kind == "workday"
    assert np.abs(same.X[free]).max() > 15
    assert np.abs(other.X).max() < 8
    np.testing.assert_array_equal(stored(season).transform(grid).X, other.X)
    assert other.clock is grid.clock


def test_holidays_are_those_of_each_day_and_year() -> None:
    days = np.arange(date(2023, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    clock = (days - date(1970, 1, 1).toordinal()) * 86_400_000_000 + 5
    public = country_holidays("KR", years=range(2022, 2027))

    def free(on: date) -> bool:
        return on.weekday() >= 5 or on in public

    for moved, micros, day in zip(as_lived(clock, "KR"), clock, days, strict=True):
        on = date.fromordinal(int(day))
        before = free(on - timedelta(days=1))
        lived = (6 if before else 5) if free(on) else 0 if before else on.weekday()
        assert moved - micros == timedelta(days=lived - on.weekday()) / timedelta(microseconds=1)


def test_holidays_of_an_unknown_country_are_refused() -> None:
    with pytest.raises(UsageError, match="the holidays of 'KO' are not known; write the code of a country, such as"):
        applied(Season(holidays="KO"), usual(Season()))


def test_the_library_of_holidays_is_imported_where_a_country_is_named() -> None:
    code = "import sys, isang.api, isang.features.season; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_entities_of_different_scale_have_a_season_each() -> None:
    one = grid_of(waves(14), hosts=["a", "b", "c"])
    scale = np.array([1.0, 1000.0, 0.001])
    values = one.X * np.where(one.entity >= 0, scale[one.entity], 1.0)[:, None]
    grid = Season().fit(replace(one, X=values)).transform(replace(one, X=values))
    assert grid.expected is not None
    for number in range(3):
        own = grid.entity == number
        np.testing.assert_allclose(grid.X[own], grid.X[grid.entity == 0], atol=1e-6)
        assert grid.expected[own].mean() == pytest.approx(100 * scale[number], rel=0.05)


def test_an_entity_never_seen_is_judged_by_all_the_others() -> None:
    season = Season().fit(grid_of(waves(14), hosts=["a", "b"]))
    grid = season.transform(grid_of(waves(14, seed=5), hosts=["a", "b", "c"]))
    unseen = grid.entity == 2
    assert grid.expected is not None
    assert np.isfinite(grid.X[unseen]).all()
    assert 90 < grid.expected[unseen].mean() < 110


@pytest.mark.parametrize("values", [np.full(500, 7.0), np.zeros(500), np.full(500, np.nan)])
def test_a_constant_or_empty_column_is_usual(values: Floats) -> None:
    grid, _ = season_of(np.column_stack([values, waves(30)[:500]]))
    assert not np.nan_to_num(grid.X[:, 0]).any()


def test_without_a_clock_only_the_level_is_learnt() -> None:
    frame = pl.DataFrame({"value": waves(14)})
    grid = lay_out(frame, Columns(None, (), ("value",)))
    seen = Season().fit(grid).transform(grid)
    assert seen.expected is not None
    assert np.ptp(seen.expected) == 0


def grown(days: int, by: float) -> tuple[Grid, Grid]:
    """Hourly counts that grow by this share a day, with a day's season; the first half of them, and all."""
    growth = 1 + by * np.arange(days * 24) / 24
    values = 1000 * growth * (2 + np.sin(2 * np.pi * np.arange(days * 24) / 24))
    values *= np.random.default_rng(1).normal(1, 0.02, len(values))
    grid = grid_of(values)
    return grid.with_rows(grid.time < grid.time[len(values) // 2]), grid


def test_a_season_follows_growth() -> None:
    past, grid = grown(120, by=0.01)
    season = Season().fit(past)
    late = slice(-20 * 24, None)
    assert np.abs(season.transform(grid).X[late]).mean() < 1.5
    stopped = replace(season.columns_[0], pace=None)
    assert np.abs(stopped.judged(grid, grid.clock, grid.X[:, 0])[0][late]).mean() > 5
    seen = season.transform(grid)
    assert seen.lower is not None
    assert seen.upper is not None
    assert np.mean((grid.X[late] > seen.lower[late]) & (grid.X[late] < seen.upper[late])) > 0.95


def test_what_a_season_follows_is_older_than_the_day_that_it_judges() -> None:
    past, grid = grown(120, by=0.01)
    season = Season().fit(past)
    changed = replace(grid, X=grid.X.copy())
    changed.X[-24:] *= 3
    seen, other = season.transform(grid), season.transform(changed)
    assert seen.expected is not None
    assert other.expected is not None
    np.testing.assert_array_equal(seen.expected, other.expected)
    assert np.all(other.X[-24:] > 10)


def test_a_season_that_follows_says_how_far_it_looks_back() -> None:
    past, grid = grown(120, by=0.01)
    season = Season().fit(past)
    later = season.transform(replace_rows(grid, 60 * 24))
    begin = 60 * 24 + season.context_rows_
    assert 14 * 24 < season.context_rows_ < 20 * 24
    np.testing.assert_allclose(later.X[season.context_rows_ :], season.transform(grid).X[begin:])


def replace_rows(grid: Grid, first: int) -> Grid:
    """The rows from the first on, as if nothing had been before."""
    assert grid.clock is not None
    part = slice(first, None)
    return replace(
        grid,
        X=grid.X[part],
        time=grid.time[part],
        clock=grid.clock[part],
        entity=grid.entity[part],
        position=np.arange(0),
    )


def test_a_season_does_not_follow_what_follows_nothing() -> None:
    """Values that go below 0 grow by no share, and few days show no growth."""
    assert Season().fit(grid_of(waves(60) - 110)).columns_[0].pace is None
    assert Season().fit(grown(60, by=0.01)[0]).columns_[0].pace is None
    assert Season().fit(grown(60, by=0.01)[1]).columns_[0].pace is not None


def test_a_block_left_out_is_followed_from_what_came_before_it() -> None:
    """In hindsight the rows that are judged were not learnt from: their first week goes on from what came before."""
    _, grid = grown(120, by=0.01)
    block = (grid.time >= grid.time[60 * 24]) & (grid.time < grid.time[80 * 24])
    season = Season().fit(grid.with_rows(~block))
    seen = season.transform(grid.with_rows(block)).X[block]
    assert np.abs(seen[: 7 * 24]).mean() < 3


def test_a_pace_of_days_is_the_median_of_the_days_before() -> None:
    values = np.repeat(np.arange(1.0, 31.0), 24) / 2
    pace = Pace.learn(grid_of(values), values, np.ones(len(values)))
    known = Pace(pace.first_day, np.full((1, 30), 5.0)).at(grid_of(values), values, np.ones(len(values)))[::24]
    assert known[:7].tolist() == [5.0] * 7  # not yet a week of days
    assert known[7:].tolist() == [float(np.median(values[::24][max(day - 14, 0) : day])) for day in range(7, 30)]
    assert pace.known[0, :8].tolist() == [2.0] * 8  # the first that is known stands for those before
