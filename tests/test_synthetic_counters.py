"""The made farm of counters: as its files stand, what is usual, and that incidents touch nothing but their rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import isang
from isang.event_files import periods_of
from isang.synthetic import Made, counter_files, counters
from isang.words.frame import Floats

COUNTERS = ["Request", "Success", "Fail", "Session"]
SLOTS = 28 * 288


@pytest.fixture(scope="module")
def farm() -> Made:
    return counters(days=28, incidents_a_year=400)


@pytest.fixture(scope="module")
def quiet() -> Made:
    return counters(days=28, incidents_a_year=0)


@pytest.fixture(scope="module")
def both(farm: Made, quiet: Made) -> pl.DataFrame:
    """Each row with and without incidents, `changed` where they differ, `known` where an event of any kind says so."""
    joined = quiet.frame.join(farm.frame, on=["time", "server"], how="left", suffix="_then", maintain_order="left")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_then")) for name in COUNTERS)
    known = pl.any_horizontal(
        (pl.col("server") == event["server"]) & pl.col("time").is_between(event["start"], event["end"])
        for event in farm.events.iter_rows(named=True)
    )
    return joined.with_columns(changed=changed, known=known)


def load(data: Made, function: str, counter: str = "Request") -> Floats:
    """(slots,) what the servers of a function count together; NaN where a slot is absent."""
    summed = data.frame.filter(pl.col("server").str.starts_with(function)).group_by("time").agg(pl.col(counter).sum())
    whole = pl.DataFrame({"time": data.frame["time"].unique().sort()}).join(summed, on="time", how="left")
    return whole.sort("time")[counter].to_numpy().astype(np.float64)


def test_two_years_hold_every_slot_but_the_absent_ones() -> None:
    data = counters(servers=(1, 1, 1, 1), incidents_a_year=0)
    time = data.frame["time"]
    assert (time.min(), time.max()) == (datetime(2017, 1, 1, tzinfo=UTC), datetime(2018, 12, 31, 23, 55, tzinfo=UTC))
    assert time.n_unique() == 210_240  # a slot is absent in one function, not in all
    assert data.frame["server"].unique().sort().to_list() == ["INFO", "LOGIN", "MENU", "STREAM"]
    assert 0.9985 < len(data.frame) / (4 * 210_240) < 0.9998
    yearly = data.frame.group_by(time.dt.year()).agg(pl.col("Request").mean()).sort("time")["Request"].to_list()
    assert yearly[1] / yearly[0] == pytest.approx(1.22, rel=0.03)
    stamps = counter_files(data)["Media_LOGIN.csv"]
    assert stamps.columns == ["Timestamp", *COUNTERS]
    assert (stamps["Timestamp"][0], stamps["Timestamp"][-1]) == ("20170101_0000-0005", "20181231_2355-0000")


def test_the_files_are_laid_out_as_the_collectors_do(farm: Made) -> None:
    files = counter_files(farm)
    assert list(files) == [*(f"Media_{name}.csv" for name in ("INFO", "LOGIN", "MENU", "STREAM")), "events.csv"]
    assert files["Media_MENU.csv"].columns == ["Timestamp", *(f"{n}_{name}" for n in (1, 2, 3) for name in COUNTERS)]
    assert [len(file.columns) for file in files.values()] == [13, 17, 13, 13, 5]
    for name, file in files.items():
        if name != "events.csv":
            assert set(file.dtypes[1:]) == {pl.Int64()}
            assert file["Timestamp"].is_sorted()
            assert 0.95 < len(file) / SLOTS < 1
    assert files["events.csv"].columns == ["start", "end", "server", "kind", "note"]


def test_a_file_says_what_the_frame_says(farm: Made) -> None:
    file, own = counter_files(farm)["Media_LOGIN.csv"], farm.frame.filter(server="LOGIN_2")
    begins = file["Timestamp"].str.slice(0, 13).str.to_datetime("%Y%m%d_%H%M", time_unit="us", time_zone="UTC")
    assert begins.to_list() == own["time"].to_list()
    assert file["2_Session"].cast(pl.Float64).to_list() == own["Session"].to_list()


def test_the_files_are_read(farm: Made, tmp_path: Path) -> None:
    for name, file in counter_files(farm).items():
        file.write_csv(tmp_path / name)
    reading = isang.read(tmp_path / "Media_LOGIN.csv")
    assert reading.frame[reading.columns.time or ""].to_list() == farm.frame.filter(server="LOGIN_1")["time"].to_list()
    periods = periods_of(str(tmp_path / "events.csv"), isang.read(farm.frame, key="server"))
    told = [(period.start, period.end, period.kind, period.keys["server"]) for period in periods]
    micros = pl.col("start", "end").dt.epoch("us")
    assert told == farm.events.select(micros, "kind", "server").rows()


def test_the_same_seed_gives_the_same_files_and_another_others(farm: Made) -> None:
    again, other = (counter_files(counters(28, incidents_a_year=400, random_state=seed)) for seed in (0, 1))
    for name, file in counter_files(farm).items():
        assert_frame_equal(file, again[name])
        assert not file.equals(other[name])


def test_incidents_change_their_rows_and_no_other(both: pl.DataFrame) -> None:
    assert not both.filter("changed", ~pl.col("known")).height
    assert both.filter("known")["changed"].mean() > 0.95  # type: ignore[operator]


def test_every_event_changes_something(farm: Made, both: pl.DataFrame) -> None:
    changed = both.filter("changed")
    for event in farm.events.iter_rows(named=True):
        inside = pl.col("time").is_between(event["start"], event["end"])
        assert changed.filter(inside, server=event["server"]).height, event


def test_requests_succeed_or_fail_but_for_stuck_counters(farm: Made, both: pl.DataFrame) -> None:
    broken = farm.frame.filter(pl.col("Request") != pl.col("Success") + pl.col("Fail"))
    stuck = farm.events.filter(fault="stuck_counter", column="Success")
    assert len(broken) > 0
    assert broken.join(stuck, on="server").filter(pl.col("time").is_between("start", "end")).height == len(broken)
    assert farm.frame.select(pl.min_horizontal(COUNTERS).min()).item() >= 0


def test_all_kinds_happen_and_crowds_are_planned(farm: Made) -> None:
    happened = farm.events.unique(["start", "fault"])
    counts = dict(happened["fault"].value_counts().rows())
    assert counts.pop("flash_crowd") == 2  # in two decks of 15
    assert len(counts) == 7
    assert sum(counts.values()) + 2 == round(400 * 28 / 365)
    assert farm.events.filter(kind="planned")["fault"].unique().to_list() == ["flash_crowd"]
    assert farm.events.filter(fault="failed_logins")["server"].str.starts_with("LOGIN").all()


def test_an_incident_of_several_servers_is_an_event_of_each(farm: Made) -> None:
    of_function = pl.col("server").str.split("_").list.first()
    errors = farm.events.filter(fault="configuration_error").group_by("start").agg(of_function.unique(), pl.len())
    servers = {"INFO": 3, "LOGIN": 4, "MENU": 3, "STREAM": 3}
    assert [len(names) for names in errors["server"]] == [1] * len(errors)
    assert all(servers[row["server"][0]] == row["len"] for row in errors.iter_rows(named=True))
    assert set(farm.events.filter(fault="flash_crowd").group_by("start").len()["len"]) == {10}


def test_a_lost_collector_leaves_no_rows_or_empty_cells(farm: Made) -> None:
    lost = farm.events.filter(fault="lost_collector").group_by("start", "end").agg(pl.col("server"))
    assert {len(servers) > 1 for servers in lost["server"]} == {True, False}
    for start, end, servers in lost.iter_rows():
        during = farm.frame.filter(pl.col("time").is_between(start, end), pl.col("server").is_in(servers))
        assert during.select(pl.all_horizontal(pl.col(COUNTERS).is_null()).all()).item()
        assert bool(len(during)) == (len(servers) == 1)


def test_clean_days_hold_no_incident() -> None:
    data = counters(days=28, incidents_a_year=400, clean_days=14)
    assert data.events["start"].min() >= datetime(2017, 1, 15, tzinfo=UTC)  # type: ignore[operator]
    assert len(data.events.unique(["start", "fault"])) == round(400 * 14 / 365)


def test_slots_are_absent_from_one_file_and_not_the_others(quiet: Made) -> None:
    times = {name: set(file["Timestamp"]) for name, file in counter_files(quiet).items() if name != "events.csv"}
    whole = set.union(*times.values())
    absent = [whole - one for one in times.values()]
    assert len(whole) == SLOTS
    assert all(1 <= len(slots) <= 30 for slots in absent)
    assert not set.intersection(*absent)
    assert not quiet.truth.any()


def test_hours_and_days_differ_by_function(quiet: Made) -> None:
    hour, weekend = np.arange(SLOTS) // 12 % 24, np.isin(np.arange(SLOTS) // 288 % 7, (0, 6))  # the first is a Sunday
    peaks, weekends = {}, {}
    for function in ("INFO", "LOGIN", "MENU", "STREAM"):
        requests = load(quiet, function)
        peaks[function] = int(np.argmax([np.nanmean(requests[hour == at]) for at in range(24)]))
        weekends[function] = np.nanmean(requests[weekend]) / np.nanmean(requests[~weekend])
        assert np.nanmean(requests[hour == 4]) < 0.2 * np.nanmean(requests[hour == peaks[function]])
    assert peaks["INFO"] in range(9, 17)
    assert 19 <= peaks["LOGIN"] <= peaks["MENU"] < peaks["STREAM"] <= 22
    assert weekends["INFO"] < 0.9 < 1.1 < weekends["STREAM"]


@pytest.mark.parametrize(("function", "lag"), [("MENU", 1), ("STREAM", 3)])
def test_what_people_do_shows_later_in_menus_and_streams(quiet: Made, function: str, lag: int) -> None:
    first, later = (np.diff(np.log(load(quiet, name) + 1)) for name in ("LOGIN", function))
    alike = []
    for apart in range(7):
        pair = np.stack([first[: len(first) - apart], later[apart:]])
        pair = pair[:, np.isfinite(pair).all(axis=0)]
        alike.append(np.corrcoef(pair)[0, 1])
    assert int(np.argmax(alike)) == lag


def test_counts_vary_more_than_poissons_and_seldom_fail(quiet: Made) -> None:
    usual = quiet.frame.filter(server="MENU_1")
    steps, mean = usual["Request"].diff().drop_nulls(), usual["Request"].mean()
    assert steps.var() / 2 > 2 * mean  # type: ignore[operator]
    assert (usual["Fail"] == 0).mean() > 0.7  # type: ignore[operator]
    assert (quiet.frame["Fail"] == 0).mean() > 0.7  # type: ignore[operator]


def test_sessions_follow_what_succeeds(quiet: Made) -> None:
    stream = quiet.frame.filter(server="STREAM_2")
    session, success = stream["Session"].to_numpy(), stream["Success"].to_numpy()
    assert session.sum() / success.sum() == pytest.approx(12, rel=0.01)
    assert np.corrcoef(session[12:], success[:-12])[0, 1] > 0.9


def test_a_holiday_is_lived_as_a_sunday() -> None:
    """2017-05-03 was Buddha's birthday, a Wednesday."""
    made = counters(days=130, incidents_a_year=0).frame.filter(server="STREAM_1")
    noon = made.filter(pl.col("time").dt.hour() == 12).group_by(pl.col("time").dt.date()).agg(pl.col("Request").mean())
    level = dict(noon.iter_rows())
    workdays = [level[date(2017, 4, day)] for day in (19, 26)]
    assert level[date(2017, 5, 3)] > 1.3 * max(workdays)


def test_a_function_without_a_server_is_refused() -> None:
    with pytest.raises(ValueError, match="each of INFO, LOGIN, MENU, STREAM needs one"):
        counters(days=2, servers=(1, 0, 1, 1))
