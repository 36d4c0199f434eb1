"""Times in all their ways of writing (cases F17 and F18 of faults.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isang.errors import UsageError
from isang.timestamps import Times, check_zone, find_format, parse_times

START = datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)


def parsed(values: Sequence[object], tz: str | None = None) -> Times:
    column = pl.Series("t", values)
    assert find_format(column) is not None
    return parse_times(column, tz)


def told(values: Sequence[object], tz: str | None = None) -> list[str | None]:
    return [None if stamp is None else stamp.isoformat() for stamp in parsed(values, tz).stamps.to_list()]


@pytest.mark.parametrize(
    ("values", "first", "name"),
    [
        (["2024-03-04 05:06:07", "2024-03-04 05:07:07"], "2024-03-04T05:06:07", "YYYY-MM-DD HH:MM:SS"),
        (["2024-03-04T05:06", "2024-03-04T05:07"], "2024-03-04T05:06:00", "YYYY-MM-DDTHH:MM"),
        (["2024-03-04T05:06:07Z"], "2024-03-04T05:06:07", "YYYY-MM-DDTHH:MM:SS zone"),
        (["2024-03-04T05:06:07.25+09:00"], "2024-03-03T20:06:07.250000", "YYYY-MM-DDTHH:MM:SS zone"),
        (["2024-03-04 05:06:07 +0900"], "2024-03-03T20:06:07", "YYYY-MM-DD HH:MM:SS zone"),
        (["2024-03-04 05:06:07,125"], "2024-03-04T05:06:07.125000", "YYYY-MM-DD HH:MM:SS"),
        (["2024-03-04 05:06:07 UTC"], "2024-03-04T05:06:07", "YYYY-MM-DD HH:MM:SS UTC"),
        (["2024-03-04", "2024-03-05"], "2024-03-04T00:00:00", "YYYY-MM-DD"),
        (["2024/3/4 5:06"], "2024-03-04T05:06:00", "YYYY/MM/DD HH:MM"),
        (["5/1/99 0:00", "5/13/99 0:02"], "1999-05-01T00:00:00", "M/D/YY H:MM"),
        (["3/4/2024", "3/14/2024"], "2024-03-04T00:00:00", "M/D/YYYY"),
        (["04/03/2024 05:06:07", "14/03/2024 05:06:07"], "2024-03-04T05:06:07", "D/M/YYYY H:MM:SS"),
        (["3/14/2024 1:05 PM"], "2024-03-14T13:05:00", "M/D/YYYY H:MM AM/PM"),
        (["04.03.2024 05:06"], "2024-03-04T05:06:00", "DD.MM.YYYY HH:MM"),
        (["2024-03-04 오후 5:06"], "2024-03-04T17:06:00", "YYYY-MM-DD H:MM AM/PM"),
        (["2024. 3. 4. 오전 5:06:07"], "2024-03-04T05:06:07", "YYYY.MM.DD H:MM:SS AM/PM"),
        (["2024년 3월 4일"], "2024-03-04T00:00:00", "YYYY.MM.DD"),
        (["20240304_0500-0505", "20240304_0505-0510"], "2024-03-04T05:00:00", "YYYYMMDD_HHmm-HHmm"),
        (["20240304", "20240305"], "2024-03-04T00:00:00", "YYYYMMDD"),
        ([20240304, 20240305], "2024-03-04T00:00:00", "YYYYMMDD"),
        (["20240304050607"], "2024-03-04T05:06:07", "YYYYMMDDHHmmSS"),
        (["04/Mar/2024:05:06:07 +0000"], "2024-03-04T05:06:07", "DD/Mon/YYYY:HH:MM:SS zone"),
        ([1709528767, 1709528827], "2024-03-04T05:06:07", "epoch seconds"),
        (["1709528767", "1709528827"], "2024-03-04T05:06:07", "epoch seconds"),
        ([1709528767.5], "2024-03-04T05:06:07.500000", "epoch seconds"),
        ([1709528767125], "2024-03-04T05:06:07.125000", "epoch milliseconds"),
        ([1709528767125250], "2024-03-04T05:06:07.125250", "epoch microseconds"),
        ([1709528767125250999], "2024-03-04T05:06:07.125250", "epoch nanoseconds"),
        ([datetime(2024, 3, 4, 5, 6, 7)], "2024-03-04T05:06:07", "datetime"),
        ([datetime(2024, 3, 4).date()], "2024-03-04T00:00:00", "date"),
    ],
)
def test_ways_of_writing(values: list[object], first: str, name: str) -> None:
    times = parsed(values)
    assert told(values)[0] == f"{first}+00:00"
    assert times.format == name
    assert not len(times.bad)
    assert not times.warnings


@pytest.mark.parametrize(
    "values", [["a", "b"], ["12:30", "12:31"], [1.5, 2.5], [104, 100], [None, None], [True, False]]
)
def test_what_is_no_time(values: list[object]) -> None:
    column = pl.Series("t", values)
    assert find_format(column) is None
    with pytest.raises(UsageError, match="column 't' holds no times"):
        parse_times(column)


def test_midnight_at_the_end_of_the_day_and_leap_seconds() -> None:
    assert told(["2024-12-31 24:00", "2025-01-01 00:05"])[0] == "2025-01-01T00:00:00+00:00"
    assert told(["2024-12-31 24:00:00", "2025-01-01 00:05:00"])[0] == "2025-01-01T00:00:00+00:00"
    assert told(["20241231_2400-0005", "20250101_0005-0010"])[0] == "2025-01-01T00:00:00+00:00"
    assert told(["2016-12-31 23:59:60"])[0] == "2017-01-01T00:00:00+00:00"


def test_what_cannot_be_read_or_is_out_of_range_is_bad() -> None:
    good = ["2024-03-04", "2024-03-05", "2024-03-06"] * 10
    times = parsed([*good, "soon", None, "", "1500-01-01", "2300-01-01", "2024-02-30"])
    assert times.bad.tolist() == [30, 31, 32, 33, 34, 35]
    assert times.stamps.null_count() == 6
    far = parsed([1709528767] * 20 + [10**16, -(10**18)])
    assert far.bad.tolist() == [20, 21]


def test_other_formats_in_the_same_column_are_read_and_counted() -> None:
    times = parsed(["2024-03-04 05:06:07"] * 50 + ["2024-03-05", "2024-03-05 00:00:00.5", "3/14/2024 00:00"])
    assert not len(times.bad)
    assert [warning[:8] for warning in times.warnings] == ["1 times ", "1 times "]


def test_day_or_month_is_told_where_nothing_decides() -> None:
    times = parsed(["01/02/2024", "01/03/2024"])
    assert times.format == "M/D/YYYY"
    assert "could be day/month or month/day" in times.warnings[0]
    in_order = parsed(["11/01/2024", "12/01/2024", "01/02/2024"])
    assert in_order.format == "D/M/YYYY"
    assert in_order.warnings
    assert parsed(["13/02/2024"] * 9 + ["02/13/2024"]).bad.tolist() == [9]


def test_f18_gaps_and_repeated_hours_of_clock_changes() -> None:
    times = parsed(["2026-03-08 02:30", "2026-11-01 01:30", "2026-07-01 00:00"], "America/New_York")
    assert [stamp.isoformat() for stamp in times.stamps] == [
        "2026-03-08T03:30:00-04:00",
        "2026-11-01T01:30:00-04:00",
        "2026-07-01T00:00:00-04:00",
    ]
    assert [warning[:27] for warning in times.warnings] == [
        "1 times do not exist in Ame",
        "1 times exist twice in Amer",
    ]
    assert told(["1987-05-10 02:30"], "Asia/Seoul") == ["1987-05-10T03:30:00+10:00"]


def test_zoned_times_are_moved_to_the_zone_asked_for() -> None:
    assert told(["2024-03-04T00:00:00Z"], "Asia/Seoul") == ["2024-03-04T09:00:00+09:00"]
    stamps = pl.Series("t", [START]).dt.convert_time_zone("Asia/Seoul")
    assert parse_times(stamps).stamps.to_list() == [START]


def test_an_unknown_zone_names_the_nearest() -> None:
    assert check_zone(None) == "UTC"
    with pytest.raises(UsageError, match="Did you mean 'Asia/Seoul'"):
        check_zone("Asia/Soul")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1700, 1, 1), datetime(2260, 1, 1)), min_size=1, max_size=5),
    st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y/%m/%d %H:%M:%S.%f"]),
)
def test_what_is_written_is_read_back(stamps: list[datetime], written: str) -> None:
    texts = [stamp.strftime(written).replace(stamp.strftime("%Y"), f"{stamp.year:04}", 1) for stamp in stamps]
    assert parse_times(pl.Series("t", texts)).stamps.to_list() == [stamp.replace(tzinfo=UTC) for stamp in stamps]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 * 10**9), st.sampled_from([1, 10**3, 10**6, 10**9]))
def test_epochs_are_read_back_whatever_their_unit(seconds: int, unit: int) -> None:
    seconds += 10**8
    wanted = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert parse_times(pl.Series("t", [seconds * unit]), form=None).stamps.to_list() == [wanted]
