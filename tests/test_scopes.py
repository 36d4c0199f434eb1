"""A bill at every scope: series of members, one incident for what many scopes show, its members' parts, its money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import isang
from isang import contributions
from isang.errors import InputError, UsageError
from isang.features.recent import Recent, foreseen
from isang.nesting import Moves
from isang.risk import impact_points
from isang.rollup import rolled_up, scopes
from isang.synthetic import bill_files, bills
from isang.words.frame import ALL, Columns, lay_out, named

DAYS, START = 120, datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("customer", "subscription", "service")
COLUMNS = Columns("day", KEYS, ("cost",))
MEMBERS = [("a", "a1", "vm"), ("a", "a1", "disk"), ("a", "a2", "vm"), ("b", "b1", "vm")]


def costs(seed: int = 0) -> dict[tuple[str, ...], np.ndarray]:
    """About 100 a day of each member, more on workdays."""
    random = np.random.default_rng(seed)
    week = np.where(np.arange(DAYS) % 7 < 5, 1.0, 0.7)
    return {member: 100 * week * random.normal(1, 0.03, DAYS) for member in MEMBERS}


def frame_of(costs: dict[tuple[str, ...], np.ndarray]) -> pl.DataFrame:
    days = [START + timedelta(days=at) for at in range(DAYS)]
    parts = [
        pl.DataFrame({"day": days, **dict(zip(KEYS, member, strict=True)), "cost": values})
        for member, values in costs.items()
    ]
    return pl.concat(parts).filter(pl.col("cost") != 0)


def written(costs: dict[tuple[str, ...], np.ndarray], folder: Path) -> Path:
    path = folder / "bill.csv"
    frame_of(costs).with_columns(pl.col("day").dt.date()).rename({"day": "Date"}).write_csv(path)
    return path


def judged(costs: dict[tuple[str, ...], np.ndarray], folder: Path) -> isang.Result:
    return isang.detect(written(costs, folder), pack="cost", time="Date", value="cost", key=KEYS)


def test_what_was_never_there_is_told_as_such(tmp_path: Path) -> None:
    new = np.where(np.arange(DAYS) < 100, 0.0, 40.0)
    (incident,) = judged(costs() | {("b", "b1", "gpu"): new}, tmp_path).incidents
    assert (incident.rules, incident.keys["service"]) == (("novelty",), "gpu")
    assert incident.title == "never seen before: 320"  # in eight days
    assert incident.text["ko"].startswith("처음 나타난 비용: 320\n")


def test_a_scope_that_was_there_is_not_new_where_its_members_are(tmp_path: Path) -> None:
    once = np.where(np.arange(DAYS) == 100, 10.0, 0.0)
    (incident,) = judged(costs() | {("a", f"new-{at}", "vm"): once for at in range(50)}, tmp_path).incidents
    assert (incident.keys["customer"], incident.keys["subscription"]) == ("a", ALL)
    assert "novelty" in incident.rules
    assert "more than expected" in incident.title
    assert "예상보다" in incident.text["ko"].split("\n")[0]


# --- series


def test_scopes_are_the_whole_each_dimension_and_the_services_of_whoever_pays() -> None:
    assert list(scopes(KEYS)) == [
        (),
        ("customer",),
        ("subscription",),
        ("service",),
        ("customer", "service"),
        ("subscription", "service"),
    ]
    assert list(scopes(())) == [()]


def test_each_member_is_told_once_by_all_that_its_costs_have_in_common() -> None:
    rolled = rolled_up(frame_of(costs()), COLUMNS)
    members = rolled.select(KEYS).unique().sort(KEYS).rows()
    assert members == sorted(
        [
            (ALL, ALL, ALL),
            ("a", ALL, ALL),
            ("b", "b1", "vm"),  # a customer, a subscription and what it has of a service: the same series
            ("a", "a1", ALL),
            ("a", "a2", "vm"),
            (ALL, ALL, "vm"),
            ("a", "a1", "disk"),  # all that there is of disks
            ("a", ALL, "vm"),
            ("a", "a1", "vm"),
        ]
    )
    assert len(rolled) == len(members) * DAYS


@pytest.mark.parametrize(
    ("charged", "told"),
    [
        (np.arange(DAYS) % 3 == 0, False),  # no weekday of its own: now and then
        (np.arange(DAYS) % 7 == 2, True),  # weekly
        (np.arange(DAYS) % 7 >= 5, True),  # at weekends
        (np.arange(DAYS) >= DAYS - 5, True),  # new
        (np.arange(DAYS) == 60, True),  # once
        (np.isin(np.arange(DAYS), [3, 31, 62, 90]), False),  # monthly
        (np.arange(DAYS) % 20 < 12, True),  # on most days
    ],
)
def test_a_scope_that_is_seldom_charged_is_seen_in_wider_ones_only(charged: np.ndarray, told: bool) -> None:
    some = costs() | {("c", "c1", "gpu"): np.where(charged, 500.0, 0.0)}
    rolled = rolled_up(frame_of(some), COLUMNS)
    assert (("c", "c1", "gpu") in rolled.select(KEYS).unique().rows()) == told
    whole = rolled.filter(*(pl.col(key) == ALL for key in KEYS))["cost"].sum()
    assert whole == pytest.approx(sum(of.sum() for of in some.values()))


def test_a_scope_costs_what_its_rows_cost_and_nothing_on_other_days() -> None:
    some = costs()
    some["a", "a2", "vm"][50:60] = 0  # no rows at all
    rolled = rolled_up(frame_of(some), COLUMNS)
    slow = {
        ("a", ALL, ALL): some["a", "a1", "vm"] + some["a", "a1", "disk"] + some["a", "a2", "vm"],
        ("a", "a2", "vm"): some["a", "a2", "vm"],
        (ALL, ALL, ALL): sum(some.values()),
    }
    for member, values in slow.items():
        own = rolled.filter(pl.col(key) == value for key, value in zip(KEYS, member, strict=True)).sort("day")
        np.testing.assert_allclose(own["cost"].to_numpy(), values)


def test_what_never_matters_is_told_in_its_scopes_only() -> None:
    some = costs() | {("a", "a3", "log"): np.full(DAYS, 1e-3)}
    rolled = rolled_up(frame_of(some), COLUMNS)
    assert rolled.filter(subscription="a3").is_empty()
    total = rolled.filter(pl.all_horizontal(pl.col(KEYS) == ALL))["cost"].sum()
    assert total == pytest.approx(sum(values.sum() for values in some.values()))


def test_currencies_are_no_scope_and_never_added() -> None:
    frame = frame_of(costs()).with_columns(currency=pl.lit("USD"))
    both = pl.concat([frame, frame.with_columns(currency=pl.lit("KRW"), cost=pl.col("cost") * 1300)])
    rolled = rolled_up(both, Columns("day", ("currency", *KEYS), ("cost",)))
    assert set(rolled["currency"]) == {"USD", "KRW"}
    usd = rolled.filter(currency="USD").drop("currency")
    assert usd.sort(*KEYS, "day").equals(rolled_up(frame.drop("currency"), COLUMNS).sort(*KEYS, "day"))


def test_the_name_of_a_scope_says_its_dimensions() -> None:
    assert named(("a", ALL, "vm"), KEYS) == "customer a / service vm"
    assert named((ALL, ALL, ALL), KEYS) == "total"
    assert named(("a", "a1", "vm"), KEYS) == "a / a1 / vm"


# --- what is expected of a day


def test_what_is_expected_follows_weekdays_months_and_levels() -> None:
    day = np.arange(20454, 20454 + 400)  # from 2026-01-01 on
    first = np.array([date.astype(object).day == 1 for date in day.astype("datetime64[D]")])
    usual = 100 * np.where(day % 7 < 2, 0.5, 1.0) * np.random.default_rng(0).normal(1, 0.02, 400)
    expected, spread = foreseen((usual + 900 * first)[None], day, 0.01)
    late = slice(200, None)
    assert np.abs(expected[0, late] - usual[late] - 900 * first[late])[~first[late]].max() < 10
    assert np.abs(expected[0, late] - usual[late] - 900 * first[late])[first[late]].max() < 20
    raised = usual.copy()
    raised[250:] += 300
    assert np.all(((raised - foreseen(raised[None], day, 0.01)[0]) / spread)[0, 250:257] > 6)  # as before, for a week
    assert abs(foreseen(raised[None], day, 0.01)[0][0, 290] - raised[290]) < 20  # then it is the new level


def test_two_weeks_are_needed_before_a_day_is_judged() -> None:
    expected, spread = foreseen(np.full((1, 30), 5.0), np.arange(20454, 20484), 0.01)
    assert np.isnan(expected[0, :14]).all()
    assert np.isnan(spread[0, :14]).all()
    np.testing.assert_allclose(expected[0, 14:], 5.0)


# --- one incident for what many scopes show


def moves(*told: tuple[tuple[str, ...], float, int]) -> Moves:
    entities, amounts, begins = zip(*told, strict=True)
    return Moves(list(entities), np.array(amounts), np.array(begins), np.array(begins) + 1)


def test_a_bill_without_dimensions_is_one_series(tmp_path: Path) -> None:
    path, rows = tmp_path / "bill.csv", ["ChargePeriodStart,ChargeCategory,EffectiveCost"]
    costs = [500 if at == 30 else 50 + at * 7919 % 13 / 10 for at in range(40)]
    path.write_text(
        "\n".join([*rows, *(f"{START + timedelta(days=at):%F},Usage,{cost}" for at, cost in enumerate(costs))])
    )
    (incident,) = isang.detect(path).incidents
    assert incident.impact is not None
    assert incident.impact["value"] == pytest.approx(450, abs=10)


def test_it_is_told_at_the_narrowest_scope_that_explains_it() -> None:
    found = moves(
        ((ALL, ALL, ALL), 105.0, 0),
        (("a", ALL, ALL), 101.0, 0),
        (("a", "a1", "vm"), 100.0, 0),
        ((ALL, ALL, "vm"), 103.0, 0),
    ).joined(reach=3)
    assert found == [[2, 0, 3, 1]]


def test_what_many_members_share_is_told_at_their_scope() -> None:
    found = moves(
        ((ALL, ALL, "vm"), 100.0, 0),
        (("a", ALL, "vm"), 40.0, 0),
        (("b", ALL, "vm"), 35.0, 0),
        (("c", ALL, "vm"), 25.0, 1),
    ).joined(reach=3)
    assert found == [[0, 1, 2, 3]]


@pytest.mark.parametrize(
    "other",
    [(("b", ALL, ALL), 100.0, 0), (("a", "a1", "vm"), -90.0, 0), (("a", "a1", "vm"), 90.0, 30)],
    ids=["another customer", "the other way", "another time"],
)
def test_other_things_are_other_incidents(other: tuple[tuple[str, ...], float, int]) -> None:
    assert len(moves((("a", ALL, ALL), 100.0, 0), other).joined(reach=3)) == 2


def test_a_fault_in_one_member_is_one_incident_with_its_money(tmp_path: Path) -> None:
    some = costs()
    some["a", "a2", "vm"][100:103] += 200
    result = judged(some, tmp_path)
    (incident,) = result.incidents
    assert incident.keys == {"customer": "a", "subscription": "a2", "service": "vm"}
    assert incident.scope == "customer / subscription / service"
    assert incident.impact is not None
    assert incident.impact["value"] == pytest.approx(600, abs=40)
    assert incident.direction == "up"
    assert str(incident.start) == "2026-04-11 00:00:00+00:00"
    assert incident.risk_parts["impact"] == pytest.approx(impact_points(600, 360), abs=2)


def test_a_price_that_rises_for_all_is_told_of_the_service(tmp_path: Path) -> None:
    some = costs()
    for member in some:
        if member[2] == "vm":
            some[member][100:104] *= 1.5
    result = judged(some, tmp_path)
    assert result.incidents[0].entity == "service vm"
    assert len(result.incidents) == 1
    drivers = result.incidents[0].drivers
    assert {driver.name.split()[0] for driver in drivers} <= {"customer", "subscription"}


def test_the_parts_of_members_add_up_to_what_the_whole_moved_by(tmp_path: Path) -> None:
    some = costs()
    some["a", "a1", "vm"][100:103] += 300
    some["a", "a2", "vm"][100:103] -= 60
    some["b", "b1", "vm"][100:103] += 250
    (first, *_) = [one for one in judged(some, tmp_path).incidents if one.scope in ("total", "service")]
    moved = sum((driver.actual or 0) - (driver.expected or 0) for driver in first.drivers)
    rows = frame_of(some).filter(pl.col("service") == "vm") if first.scope == "service" else frame_of(some)
    daily = rows.group_by("day").agg(pl.col("cost").sum()).sort("day")["cost"].to_numpy()
    before = np.mean([daily[100 - 7 * week : 103 - 7 * week] for week in range(1, 5)], axis=0)
    assert moved == pytest.approx(float((daily[100:103] - before).sum()))
    assert sum(driver.share for driver in first.drivers) == pytest.approx(1, abs=0.001)


def test_members_whose_costs_cancel_cost_nothing() -> None:
    day = 86_400_000_000
    rows = pl.DataFrame(
        [(at * day, name, cost) for at in range(7) for name, cost in (("a", 5.0), ("b", 5.0))]
        + [(at * day, "b", cost) for at, cost in ((7, 0.1 + 0.2 - 0.3), (8, 0.0))],
        schema=["at", "service", "cost"],
        orient="row",
    )
    found = contributions._compared(rows, "service", 7 * day, 10 * day, day).sort("member")
    assert found["actual"].to_list() == [0.0, 0.0]
    assert found["moved"].to_list() == [-15.0, -15.0]


def test_opposite_moves_that_cancel_are_seen_below(tmp_path: Path) -> None:
    some = costs()
    some["a", "a1", "vm"][100:103] += 80
    some["a", "a2", "vm"][100:103] -= 80
    directions = {(one.keys["subscription"], one.direction) for one in judged(some, tmp_path).incidents}
    assert directions == {("a1", "up"), ("a2", "down")}


def test_impact_is_measured_by_what_all_costs_in_a_day() -> None:
    assert [impact_points(amount, 1000) for amount in (1000, -100, 10, 1e-9, 5000)] == [100, 75, 50, 0, 100]
    assert impact_points(5, 0) == 0


def test_a_bill_without_a_pack_is_judged_as_one(tmp_path: Path) -> None:
    for name, table in bill_files(bills(5, 90, faults=0)).items():
        if name.startswith("focus"):
            table.write_csv(tmp_path / name)
    result = isang.detect(str(tmp_path))
    assert result.run["recognised"]["pack"] == "cost"
    assert result.plan["features"] == {"recent": {}}
    assert result.run["mode"] == "hindsight"


def test_the_newest_days_of_a_bill_are_not_judged_yet(tmp_path: Path) -> None:
    some = costs()
    for values in some.values():
        values[-1] *= 0.3  # what has come of today
        values[-10] += 400
    path = tmp_path / "bill.csv"
    frame_of(some).with_columns(pl.col("day").dt.date()).rename({"day": "Date"}).write_csv(path)
    result = isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS)
    assert {one.direction for one in result.incidents} == {"up"}
    newest = result.scores.filter(pl.col("time") >= START + timedelta(days=DAYS - 2))
    assert set(newest["reason"]) == {"immature"}
    assert newest["score"].null_count() == len(newest)
    now = isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS, mature="1h")
    assert "down" in {one.direction for one in now.incidents}
    assert all(one.provisional for one in now.incidents if one.direction == "down")


def test_only_what_may_still_change_is_provisional(tmp_path: Path) -> None:
    """The last three days are more; one of them is complete."""
    some = costs()
    some["a", "a2", "vm"][-3:] += 200
    path = tmp_path / "bill.csv"
    frame_of(some).with_columns(pl.col("day").dt.date()).rename({"day": "Date"}).write_csv(path)
    (ripe,) = isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS).incidents
    assert not ripe.provisional
    early = isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS, mature="24h")
    assert [one.provisional for one in early.incidents] == [True]
    told = early.anomalies.filter(entity=early.incidents[0].entity).sort("time")
    assert told["provisional"].to_list() == [False, True]


def test_too_few_days_are_told_with_what_the_bill_holds(tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    some = frame_of(costs()).filter(pl.col("day") < START + timedelta(days=9))
    some.with_columns(pl.col("day").dt.date()).rename({"day": "Date"}).write_csv(path)
    with pytest.raises(InputError, match=r"9 days read, 17 needed for a judgement: .* It holds Usage 3,\d{3}\.\d\d\.$"):
        isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS)

    with pytest.raises(InputError, match="9 days read, 17 needed"):
        isang.fit(path, pack="cost", time="Date", value="cost", key=KEYS)


@pytest.mark.parametrize(("mature", "judged"), [("0h", DAYS - 14), ("105d", 1)])
def test_what_is_held_back_may_be_nothing_but_not_all(tmp_path: Path, mature: str, judged: int) -> None:
    path = written(costs(), tmp_path)
    result = isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS, mature=mature)
    assert result.scores.drop_nulls("score")["time"].n_unique() == judged
    with pytest.raises(InputError, match=r"120 days read, 515 needed .* hold back less than --mature 500d\. It holds"):
        isang.detect(path, pack="cost", time="Date", value="cost", key=KEYS, mature="500d")
    with pytest.raises(UsageError, match="--mature: '-1h' is no span"):
        isang.detect(path, pack="cost", mature="-1h")


# --- a model


def model_of(costs: dict[tuple[str, ...], np.ndarray], folder: Path) -> isang.Model:
    return isang.fit(written(costs, folder), pack="cost", time="Date", value="cost", key=KEYS)


def test_a_model_holds_the_newest_days_back_as_its_pack_does(tmp_path: Path) -> None:
    some = costs()
    learnt = model_of(some, tmp_path)
    for values in some.values():
        values[-1] *= 0.3
    later = written(some, tmp_path)
    result = learnt.detect(later)
    assert not result.incidents
    assert set(result.scores.filter(pl.col("time") >= START + timedelta(days=DAYS - 2))["reason"]) == {"immature"}
    assert isang.detect(later, model=learnt, mature="0h").incidents


def test_a_model_of_a_bill_says_of_nothing_that_it_was_never_there(tmp_path: Path) -> None:
    """What was charged on single days is in no series of its own, and must not be new when it is charged daily."""
    rare, member = np.where(np.arange(DAYS) % 40 == 0, 30.0, 0.0), ("b", "b1", "gpu")
    learnt = model_of(costs() | {member: rare}, tmp_path)
    later = costs() | {member: np.where(np.arange(DAYS) < 60, 0.0, 30.0)}
    result = learnt.detect(written(later, tmp_path))
    assert "gpu" in {one.keys["service"] for one in result.incidents}
    assert not [one for one in result.incidents if "novelty" in one.rules or "never" in one.title]
    assert not [told for told in result.run["warnings"] if "never" in told]


def test_a_model_says_which_days_it_could_not_judge_and_what_to_do(tmp_path: Path) -> None:
    learnt = model_of(costs(), tmp_path)
    last = {member: np.where(np.arange(DAYS) < 90, 0.0, values) for member, values in costs().items()}
    result = learnt.detect(written(last, tmp_path))
    told = "the first 14 of 30 days are not judged, as they follow no others: give the months before, too."
    assert told in result.run["warnings"]


def test_a_model_of_a_bill_names_the_column_that_other_costs_lack(tmp_path: Path) -> None:
    learnt = model_of(costs(), tmp_path)
    other = tmp_path / "other.csv"
    pl.read_csv(tmp_path / "bill.csv").rename({"cost": "amount"}).write_csv(other)
    with pytest.raises(InputError, match="the model needs the column 'cost', which is not there"):
        learnt.detect(other)


def test_the_way_back_ends_an_incident_and_is_none(tmp_path: Path) -> None:
    some = costs()
    some["a", "a2", "vm"][60:95] += 200  # five weeks: it has become usual
    (incident,) = judged(some, tmp_path).incidents
    assert incident.direction == "up"
    assert incident.end is not None
    assert incident.start is not None
    assert (incident.start - START).days == 60
    assert (incident.end - START).days == 95
    some["a", "a2", "vm"][95:] -= 60  # lower than before: news
    assert [one.direction for one in judged(some, tmp_path).incidents] == ["up", "down"]


def test_events_are_named_by_the_columns_of_the_bill_and_concern_each_scope_that_holds_them(tmp_path: Path) -> None:
    made = bills(40, 200, faults=40, random_state=3)
    for name, table in bill_files(made).items():
        table.write_csv(tmp_path / name)
    files = sorted(str(path) for path in tmp_path.glob("focus-*.csv"))
    found = isang.evaluate(files, events=str(tmp_path / "events.csv"), detector="robust_zscore")
    (tested,) = [row for row in found.rows if row["reported_on"].startswith("test")]
    assert tested["events"] > 5
    assert tested["event_recall"] > 0.5


def test_events_of_what_the_bill_does_not_hold_are_told_and_count_nothing(tmp_path: Path) -> None:
    some, events = costs(), tmp_path / "events.csv"
    some["b", "b1", "vm"][110:113] += 200
    path = written(some, tmp_path)
    events.write_text("start,end,customer,service\n2026-04-21,2026-04-23,b,vm\n2026-04-21,2026-04-23,nobody,\n")

    def examined() -> isang.Evaluation:
        known = str(events)
        return isang.evaluate(path, pack="cost", value="cost", key=KEYS, events=known, detector="robust_zscore")

    found = examined()
    (tested,) = [row for row in found.rows if row["reported_on"].startswith("test")]
    assert tested["events"] == 1
    told = f"1 of 2 events in {events} name what the bill does not hold (customer nobody): they do not count."
    assert [said.split(": ", 1)[1] for said in found.warnings if "does not hold" in said] == [told]
    events.write_text("start,end,customer,service\n2026-04-21,2026-04-23,b,disk\n")
    none = examined()
    assert [row["event_recall"] for row in none.rows if row["reported_on"] != "calibration"] == [None]
    assert any("1 of 1 events" in said and "(customer b, service disk)" in said for said in none.warnings)


def test_what_still_lasts_when_days_are_not_ripe_yet_is_ongoing(tmp_path: Path) -> None:
    some = costs()
    some["a", "a2", "vm"][-5:] += 200
    (incident,) = judged(some, tmp_path).incidents
    assert incident.ongoing


def test_a_day_that_is_missing_for_all_is_missing(tmp_path: Path) -> None:
    some = costs()
    for values in some.values():
        values[[60, 61]] = 0
    assert judged(some, tmp_path).incidents == ()
    del some["a", "a1", "disk"], some["a", "a1", "vm"], some["b", "b1", "vm"]
    assert judged(some, tmp_path).incidents == ()


# --- hours


def by_hours(path: Path) -> isang.Result:
    """Sixty days of two services, more by day; what `db` costs in two regions is tripled for five hours."""
    random, hours = np.random.default_rng(0), np.arange(24 * 60)
    usual = (1 + 0.8 * np.sin(hours % 24 * np.pi / 12)) * np.where(hours // 24 % 7 < 5, 1.0, 0.6)
    times, parts = [START + timedelta(hours=int(hour)) for hour in hours], []
    for service, region, level, most in (("web", "eu", 20, 1), ("db", "eu", 5, 3), ("db", "us", 3, 3)):
        cost = level * usual * random.normal(1, 0.03, len(hours))
        cost[24 * 50 + 9 : 24 * 50 + 14] *= most
        parts.append(pl.DataFrame({"Date": times, "service": service, "region": region, "Cost": cost}))
    pl.concat(parts).write_csv(path)
    return isang.detect(path, pack="cost", step="1h", key=["service", "region"])


def test_a_bill_is_judged_by_hours_where_it_has_them(tmp_path: Path) -> None:
    (incident,) = by_hours(tmp_path / "hours.csv").incidents
    assert incident.keys == {"service": "db", "region": ALL}
    assert (incident.start, incident.end) == (START + timedelta(days=50, hours=9), START + timedelta(days=50, hours=14))
    assert incident.impact is not None
    assert incident.impact["pct"] == pytest.approx(200, abs=10)


def test_members_are_compared_with_the_same_hours_of_the_weeks_before(tmp_path: Path) -> None:
    (incident,) = by_hours(tmp_path / "hours.csv").incidents
    for driver, share in zip(incident.drivers, (5 / 8, 3 / 8), strict=True):
        assert driver.share == pytest.approx(share, abs=0.03)
        assert driver.actual == pytest.approx(3 * (driver.expected or 0), rel=0.05)


def test_each_hour_is_expected_from_the_same_hour_of_the_days_before() -> None:
    hours = np.arange(24 * 40)
    values = 50 + 20 * np.sin(hours) + np.random.default_rng(0).normal(0, 1, len(hours))
    times = [START + timedelta(hours=int(hour)) for hour in hours]
    grid = lay_out(pl.DataFrame({"time": times, "cost": values}), Columns("time", (), ("cost",)))
    feature = Recent().fit(grid)
    found = feature.transform(grid).expected
    assert found is not None
    days = np.arange(40) + (START - datetime(1970, 1, 1, tzinfo=UTC)).days
    for hour in (0, 7, 23):
        alone, _ = foreseen(values[None, hour::24], days, float(feature.least_[0]))
        np.testing.assert_allclose(found[hour::24, 0], alone[0])


def test_a_step_that_no_day_is_made_of_is_refused() -> None:
    times = [START + timedelta(hours=7 * at) for at in range(100)]
    grid = lay_out(pl.DataFrame({"time": times, "cost": np.ones(100)}), Columns("time", (), ("cost",)))
    with pytest.raises(UsageError, match="put the feature resample, step 1d, before it"):
        Recent().fit(grid)
