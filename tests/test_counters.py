"""Several files of counters joined: a row for each server and slot, whatever one of the files lacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import InputError
from isang.reading import read
from isang.recognise.counters import functions, parted, server_name
from isang.words.reading import Reading

START = datetime(2017, 1, 1)
STEP = timedelta(minutes=5)


def slot(number: int, start: datetime = START) -> str:
    begin = start + number * STEP
    return f"{begin:%Y%m%d_%H%M}-{begin + STEP:%H%M}"


def wide(servers: int, slots: int = 60, start: datetime = START, seed: int = 0, **renamed: str) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    columns: dict[str, Any] = {"Timestamp": [slot(number, start) for number in range(slots)]}
    for server in range(1, servers + 1):
        request = random.poisson(300, slots)
        fail = random.binomial(request, 0.01)
        made = {"Request": request, "Success": request - fail, "Fail": fail, "Session": random.poisson(900, slots)}
        columns |= {f"{server}_{renamed.get(name, name)}": values for name, values in made.items()}
    return pl.DataFrame(columns)


def media(folder: Path, **frames: pl.DataFrame) -> list[str]:
    files = [folder / f"Media_{name}.csv" for name in frames]
    for file, frame in zip(files, frames.values(), strict=True):
        frame.write_csv(file)
    return [str(file) for file in files]


def counters(files: list[str], **options: Any) -> Reading:
    return read(files, pack="counters", **{"apart": True, **options})


@pytest.mark.parametrize(
    ("stems", "told"),
    [
        (["Media_INFO", "Media_LOGIN"], ["INFO", "LOGIN"]),
        (["Media_INFO_2017", "Media_INFO_2018", "Media_MENU_2017"], ["INFO", "INFO", "MENU"]),
        (["a-x-daily", "a-y-daily"], ["x", "y"]),
        (["a", "a b"], ["a", "b"]),
        (["20170101"], ["20170101"]),
        (["one", "two"], ["one", "two"]),
    ],
)
def test_files_are_told_apart_by_the_words_that_differ(stems: list[str], told: list[str]) -> None:
    assert functions(stems) == told


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["1_Request", "2_Request"], [("1", "Request"), ("2", "Request")]),
        (["Request", "Success"], [("", "Request"), ("", "Success")]),
        (["Request_1", "Request_2"], [("1", "Request"), ("2", "Request")]),
        (["web-1 hits", "web-2 hits"], [("web-1", "hits"), ("web-2", "hits")]),
        (
            ["1_Success_Rate", "2_Success_Rate", "1_Request"],
            [("1", "Success_Rate"), ("2", "Success_Rate"), ("1", "Request")],
        ),
        (["1_request", "2_Request"], [("1", "request"), ("2", "request")]),
    ],
)
def test_a_column_is_a_counter_of_a_server(columns: list[str], told: list[tuple[str, str]]) -> None:
    assert list(parted([columns])[0].values()) == told


def test_s2_d7_equal_names_in_several_files_are_kept_apart(tmp_path: Path) -> None:
    frames = {"INFO": wide(2, seed=1), "LOGIN": wide(3, seed=2), "MENU": wide(1, seed=3), "STREAM": wide(1, seed=4)}
    reading = counters(media(tmp_path, **frames))
    assert reading.columns.keys == ("server",)
    assert reading.columns.values == ("Request", "Success", "Fail", "Session")
    assert reading.recognised.meanings == {"Request": "count", "Success": "count", "Fail": "count", "Session": "gauge"}
    assert reading.frame["server"].unique().sort().to_list() == [
        *("INFO_1", "INFO_2", "LOGIN_1", "LOGIN_2", "LOGIN_3", "MENU_1", "STREAM_1")
    ]
    for name, server in (("INFO", 2), ("LOGIN", 3), ("STREAM", 1)):
        own = reading.frame.filter(server=server_name(name, str(server)))
        assert own["Request"].to_list() == frames[name][f"{server}_Request"].to_list()
    assert reading.recognised.step_s == 300.0
    assert reading.recognised.time_format == "YYYYMMDD_HHmm-HHmm"


def test_the_share_of_failures_is_judged_where_it_is_asked_for(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(2, seed=1), LOGIN=wide(1, seed=2))
    reading = counters(files, value=["Request", "Fail", "fail_share"])
    assert reading.columns.values == ("Request", "Fail", "fail_share")
    assert reading.frame["fail_share"].to_list() == pytest.approx(
        (reading.frame["Fail"] / reading.frame["Request"]).to_list()
    )


def test_counters_that_only_rise_are_judged_by_their_rise(tmp_path: Path) -> None:
    """A reset begins from nothing; behind a lost slot nobody knows when it rose."""
    rising = wide(1, slots=200).with_columns(pl.col("1_Request").cum_sum())
    reset = pl.when(pl.int_range(200) >= 120).then(pl.col("1_Request") - rising["1_Request"][119])
    rising = rising.with_columns(reset.otherwise(pl.col("1_Request")).alias("1_Request")).filter(
        pl.int_range(200) != 50
    )
    files = media(tmp_path, INFO=rising, LOGIN=wide(1, slots=200))
    reading = counters(files[:1])
    assert reading.recognised.meanings["Request"] == "cumulative"
    assert any("'Request' only rise: judged is by how much in each slot" in said for said in reading.warnings)
    rises, made = reading.frame["Request"], wide(1, slots=200)["1_Request"]
    assert rises.is_null().arg_true().to_list() == [0, 50]
    assert rises[60] == made[61]
    assert rises[119] == made[120]
    asked = counters(files[:1], meanings={"Request": "gauge"})
    assert asked.frame["Request"].to_list() == rising["1_Request"].to_list()


def test_counts_below_zero_are_missing_and_told(tmp_path: Path) -> None:
    broken = wide(1).with_columns(pl.when(pl.int_range(60) == 5).then(-3).otherwise(pl.col("1_Fail")).alias("1_Fail"))
    reading = counters(media(tmp_path, INFO=wide(1).head(60), LOGIN=broken), meanings={"Fail": "count"})
    assert "counts below zero: 1 in 'Fail'; they count as missing." in reading.warnings
    assert reading.frame["Fail"].null_count() == 1


def test_side_by_side_each_server_and_counter_is_a_column(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(2, seed=1), LOGIN=wide(1, seed=2).tail(50))
    reading = counters(files, apart=False)
    assert reading.columns.keys == ()
    assert reading.columns.values[:5] == (
        "INFO_1 Request",
        "INFO_1 Success",
        "INFO_1 Fail",
        "INFO_1 Session",
        "INFO_2 Request",
    )
    assert reading.columns.values[-1] == "LOGIN_1 Session"
    assert len(reading.frame) == 60
    assert reading.frame["LOGIN_1 Request"].null_count() == 10


def test_s2_d6_a_slot_that_one_file_lacks_is_missing_there_alone(tmp_path: Path) -> None:
    """An inner join would take it from all of them, and shift whatever counts rows."""
    files = media(tmp_path, INFO=wide(1), LOGIN=wide(1).filter(~pl.int_range(60).is_between(10, 12)))
    reading = counters(files)
    sizes = dict(reading.frame["server"].value_counts().iter_rows())
    assert sizes == {"INFO_1": 60, "LOGIN_1": 57}
    assert reading.recognised.gaps == 1
    assert counters(files, apart=False).frame["LOGIN_1 Request"].is_null().arg_true().to_list() == [10, 11, 12]


def test_a_slot_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    frame = wide(1)
    again = frame.slice(5, 3).with_columns(pl.col("1_Request").cast(pl.Int64) + pl.Series([0, 0, 7]))
    files = media(tmp_path, INFO=pl.concat([frame, again], how="vertical_relaxed"), LOGIN=wide(1))
    for apart in (True, False):
        reading = counters(files, apart=apart)
        (said,) = [one for one in reading.warnings if "time of another row" in one]
        assert said.endswith(
            "INFO.csv: 3 rows have the time of another row (first row 61), 1 of them with other values; the last of "
            "each counts."
        )
        column = "Request" if apart else "INFO_1 Request"
        own = reading.frame.filter(server="INFO_1") if apart else reading.frame
        assert len(own) == 60
        assert own.sort("Timestamp")[column][7] == frame["1_Request"][7] + 7


def test_files_of_one_function_follow_each_other(tmp_path: Path) -> None:
    frames = {
        "INFO_2017": wide(1),
        "INFO_2018": wide(1, start=START + 60 * STEP, seed=1),
        "MENU_2017": wide(1, slots=120),
    }
    reading = counters(media(tmp_path, **frames))
    assert dict(reading.frame["server"].value_counts().iter_rows()) == {"INFO_1": 120, "MENU_1": 120}


def test_overlapping_files_of_one_function_count_once(tmp_path: Path) -> None:
    frames = {
        "INFO_2017": wide(1),
        "INFO_2018": wide(1, start=START + 50 * STEP, seed=1),
        "MENU_2017": wide(1, slots=110),
    }
    reading = counters(media(tmp_path, **frames))
    assert dict(reading.frame["server"].value_counts().iter_rows()) == {"INFO_1": 110, "MENU_1": 110}
    assert any("10 slots of INFO stand in several files; the last counts." in said for said in reading.warnings)


def test_a_step_of_its_own_is_refused_unless_rows_are_merged(tmp_path: Path) -> None:
    slow = wide(1).gather_every(12)
    files = media(tmp_path, INFO=wide(1, slots=120), LOGIN=slow)
    with pytest.raises(InputError, match="one every 1 h; merge them to one step with --step"):
        counters(files)
    assert counters(files, step="1h").recognised.entities == 2


def test_intervals_that_are_not_as_long_as_the_step_are_told(tmp_path: Path) -> None:
    times = wide(1)["Timestamp"].to_list()
    times[7] = times[7][:-4] + "2400"
    odd = wide(1).with_columns(pl.Series("Timestamp", times))
    reading = counters(media(tmp_path, INFO=odd, LOGIN=wide(1), MENU=wide(1, start=datetime(2017, 1, 1, 20))))
    (said,) = [one for one in reading.warnings if "as long" in one]
    assert said.endswith(
        "Media_INFO.csv: a row comes every 5 min, but 1 intervals are not as long (row 8: '20170101_0035-2400'); "
        "their beginnings count."
    )
    assert reading.frame.filter(server="INFO_1")["Timestamp"][7] == (START + 7 * STEP).replace(tzinfo=UTC)


def test_a_file_of_another_year_is_told(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(1), LOGIN=wide(1), MENU=wide(1, start=datetime(2015, 1, 1)))
    assert any("Media_MENU.csv: 2015-01-01 to 2015-01-01 lies apart" in said for said in counters(files).warnings)


def test_a_counter_with_another_name_in_one_file_is_told(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(1), LOGIN=wide(1, Request="Req"), MENU=wide(1))
    reading = counters(files)
    (said,) = [one for one in reading.warnings if "renamed?" in one]
    assert "Media_LOGIN.csv: no other file has 'Req'; renamed? Other files have 'Fail', 'Request'" in said
    assert reading.frame.filter(server="LOGIN_1")["Request"].null_count() == 60


def test_a_table_with_a_row_for_each_server_is_taken_as_it_is(tmp_path: Path) -> None:
    long = pl.concat(
        [
            wide(1, seed=at)
            .rename({"1_Request": "Request"})
            .select("Timestamp", pl.lit(f"s{at}").alias("host"), "Request")
            for at in (0, 1)
        ]
    )
    reading = counters(media(tmp_path, ALL=long))
    assert reading.columns.keys == ("host",)
    assert reading.recognised.entities == 2


def test_a_frame_of_counters(tmp_path: Path) -> None:
    reading = read(wide(2), pack="counters", apart=True)
    assert reading.frame["server"].unique().sort().to_list() == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "the file is empty"),
        ("Timestamp,1_Request\n", "a header and no rows"),
        ("a,b\n1,2\n2,3\n3,5\n", "no column of times was found; counters are joined on their times: add --time."),
        ("Timestamp\n" + "\n".join(slot(number) for number in range(9)) + "\n", "no counter beside it"),
    ],
)
def test_one_bad_file_is_one_line_that_names_it(tmp_path: Path, content: str, told: str) -> None:
    files = media(tmp_path, INFO=wide(1))
    bad = tmp_path / "Media_LOGIN.csv"
    bad.write_text(content)
    with pytest.raises(InputError, match=told) as caught:
        counters([*files, str(bad)])
    assert str(caught.value).startswith(str(bad))


def test_cells_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    broken = wide(1).with_columns(
        pl.when(pl.int_range(60) == 7).then(pl.lit("many")).otherwise(pl.col("1_Fail").cast(pl.String)).alias("1_Fail")
    )
    reading = counters(media(tmp_path, INFO=broken, LOGIN=wide(1, seed=3)))
    assert any("'Fail' are no numbers" in said for said in reading.warnings)


def test_where_picks_servers(tmp_path: Path) -> None:
    reading = counters(media(tmp_path, INFO=wide(2), LOGIN=wide(1)), where="server=INFO_2")
    assert reading.frame["server"].unique().to_list() == ["INFO_2"]


def test_other_packs_suggest_this_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="add --pack counters"):
        read(media(tmp_path, INFO=wide(2), LOGIN=wide(3)))


def years(days: int = 731, start: datetime = datetime(2017, 1, 1), hours: int = 6) -> pl.DataFrame:
    time = pl.select(pl.lit(start) + pl.duration(hours=hours) * pl.int_range(days * 24 // hours)).to_series()
    random = np.random.default_rng(0)
    return pl.DataFrame(
        {"Timestamp": time, "1_Request": random.poisson(300, len(time)), "2_Request": random.poisson(50, len(time))}
    )


def test_s2_d5_of_two_years_the_second_is_judged_by_the_first() -> None:
    told = isang.detect(years(730), pack="counters", detector="robust_zscore")
    assert told.run["mode"] == "causal"
    assert told.run["judged_from"] == "2018-01-01T00:00:00+00:00"
    first = told.scores.filter(split="test")["time"].min()
    assert first == datetime(2018, 1, 1, tzinfo=first.tzinfo)
    assert any("the last is judged" in said for said in told.run["warnings"])


@pytest.mark.parametrize(
    ("days", "begins"),
    [(400, None), (729, None), (1100, "2019-01-01T00:00:00+00:00"), (731, "2018-01-01T00:00:00+00:00")],
)
def test_less_than_two_years_are_judged_in_hindsight(days: int, begins: str | None) -> None:
    assert isang.detect(years(days), pack="counters", detector="robust_zscore").run.get("judged_from") == begins


def test_a_server_that_was_not_there_to_learn_from_is_told() -> None:
    late = pl.when(pl.col("Timestamp").dt.year() == 2018).then(pl.col("2_Request"))
    told = [isang.detect(one, pack="counters").run["warnings"] for one in (years().with_columns(late), years())]
    told = [[one for one in said if "judged by all others" in one] for said in told]
    assert told == [["entities without rows to learn from are judged by all others: 2."], []]


def test_another_split_may_be_asked_for() -> None:
    told = isang.detect(years(), pack="counters", detector="robust_zscore", split="60/20/20")
    assert told.run["judged_from"] > "2018-06"
    assert not any("the last is judged" in said for said in told.run["warnings"])


def predicted(frame: pl.DataFrame, folder: Path, **options: Any) -> tuple[isang.Result, pl.DataFrame]:
    told = isang.detect(
        frame, pack="counters", detector="robust_zscore", false_alarms="1/10000rows", predictions=True, **options
    )
    return told, pl.read_csv(told.save(folder / "out") / "predict.csv")


def test_s2_17_d6_d11_one_column_and_a_row_for_each_slot(tmp_path: Path) -> None:
    """Whatever slots are missing, also the first and the last of the year and the one before it."""
    frame = years()
    frame = frame.filter(
        ~pl.col("Timestamp").is_in([datetime(2017, 12, 31, 18), datetime(2018, 1, 1), datetime(2018, 5, 5, 12)])
    )
    frame = frame.filter(pl.col("Timestamp") < datetime(2018, 12, 31, 18))
    frame = frame.with_columns(
        pl.when(pl.col("Timestamp") == datetime(2018, 3, 1, 6))
        .then(900)
        .otherwise(pl.col("2_Request"))
        .alias("2_Request")
    )
    told, table = predicted(frame, tmp_path)
    assert table.columns == ["Prediction"]
    assert len(table) == 365 * 4
    assert table["Prediction"][(31 + 28) * 4 + 1] == 1
    assert table["Prediction"].sum() < 10
    gaps = [one for one in told.skipped if one["file"] == "predict.csv"]
    assert [(one["row"], one["count"]) for one in gaps] == [(1, 3)]
    assert "(gap)" in gaps[0]["reason"]


def test_predictions_in_hindsight_are_of_all_slots(tmp_path: Path) -> None:
    _, table = predicted(years(100), tmp_path)
    assert len(table) == 400


def test_planned_work_is_no_prediction(tmp_path: Path) -> None:
    frame = years(100).with_columns(
        pl.when(pl.int_range(400) == 200).then(900).otherwise(pl.col("1_Request")).alias("1_Request")
    )
    assert predicted(frame, tmp_path)[1]["Prediction"][200] == 1
    work = tmp_path / "work.csv"
    work.write_text(f"start,end,kind\n{frame['Timestamp'][199]},{frame['Timestamp'][201]},planned\n")
    assert predicted(frame, tmp_path, events=str(work))[1]["Prediction"][200] == 0


def test_a_model_of_counters_judges_other_files_of_them(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(2, slots=600), LOGIN=wide(1, slots=600))
    model = isang.fit(files, pack="counters", detector="robust_zscore").save(tmp_path / "model")
    (tmp_path / "new").mkdir()
    later: dict[str, Any] = {"start": START + 600 * STEP, "slots": 80, "seed": 9}
    new = media(tmp_path / "new", INFO=wide(2, **later), LOGIN=wide(1, **later))
    told = isang.detect(new, model=model)
    assert told.columns.values == ("Request", "Success", "Fail", "Session")
    assert told.run["coverage"]["scored"] == 240


def test_the_plan_of_a_run_reruns_it(tmp_path: Path) -> None:
    files = media(tmp_path, INFO=wide(2, slots=300), LOGIN=wide(1, slots=300))
    told = isang.detect(files, pack="counters", detector="robust_zscore")
    again = isang.detect(plan=told.plan)
    assert again.scores["score"].equals(told.scores["score"])
