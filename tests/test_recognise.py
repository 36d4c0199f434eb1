"""What columns are taken for: numbers, time, keys, labels, values, and what is set aside."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isang.errors import InputError, UsageError
from isang.reading import read
from isang.recognise.names import is_label_name, is_time_name, words
from isang.recognise.numbers import NEEDED_SHARE, is_numeric, to_numbers
from isang.words.reading import Reading, Recognised

MINUTES = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 1, 2), "1m", eager=True).to_list()
N = 60


def panel(**columns: Any) -> pl.DataFrame:
    """Times of N minutes, and columns that repeat to that length."""
    rows = max(N, *(len(values) for values in columns.values()))
    times = [str(MINUTES[i % N]) for i in range(rows)]
    return pl.DataFrame({"time": times} | {n: (list(v) * rows)[:rows] for n, v in columns.items()}, strict=False)


def noise(rows: int = N, seed: int = 0) -> list[float]:
    return [math.sin(seed + 7.3 * i * i) for i in range(rows)]


def found(frame: pl.DataFrame, **options: Any) -> Recognised:
    return read(frame, **options).recognised


def aside(recognised: Recognised) -> dict[str, str]:
    return {one.column: one.reason for one in recognised.set_aside}


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1", " 2.5 ", "-3e2", "+4", ".5", "-0.0"], [1, 2.5, -300, 4, 0.5, 0]),
        (["1,234", "1,234,567.5", "-1,000", "12"], [1234, 1234567.5, -1000, 12]),
        (["₩1,234", "$5", "-$5", "€ 7", "1,234원", "(5)"], [1234, 5, -5, 7, 1234, -5]),
        (["45%", "4.5 %"], [45, 4.5]),
        (["1", "", "NA", "n/a", "null", "NaN", "-", "?", None], [1, *[None] * 8]),
        (["True", "false", "TRUE"], [1, 0, 1]),
        (["5e-324", "1e308", "9007199254740993"], [5e-324, 1e308, 9007199254740992]),
    ],
)
def test_f09_cells_become_numbers_by_the_policy(cells: list[str], numbers: list[float | None]) -> None:
    result = to_numbers(pl.Series("v", cells))
    assert result is not None
    assert result.values.to_list() == numbers
    assert is_numeric(result)
    assert not len(result.wrong)
    assert not len(result.infinite)


def test_f09_infinite_and_too_large_cells_are_missing_and_counted() -> None:
    result = to_numbers(pl.Series("v", ["1", "inf", "-Infinity", "1e400"]))
    assert result is not None
    assert result.values.to_list() == [1, None, None, None]
    assert result.infinite.to_list() == [1, 2, 3]


@pytest.mark.parametrize("wrong", ["1,23", "1 2", "12ms", "0x10", "1_000", "1.2.3", "--5", "5-", "1\0"])
def test_what_is_no_number_is_wrong_never_another_number(wrong: str) -> None:
    result = to_numbers(pl.Series("v", [*["1"] * 99, wrong]))
    assert result is not None
    assert result.values.to_list() == [*[1.0] * 99, None]
    assert result.wrong.to_list() == [99]


@settings(max_examples=100, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_written_is_read_back(number: float) -> None:
    result = to_numbers(pl.Series("v", [repr(number)]))
    assert result is not None
    assert result.values.to_list() == [number]


@pytest.mark.parametrize(("wrong", "numeric"), [(5, True), (6, False)])
def test_f08_a_column_is_numeric_from_95_percent_on(wrong: int, numeric: bool) -> None:
    values = [str(i) for i in range(100 - wrong)] + ["broken"] * wrong
    frame = pl.DataFrame({"v": values + [""] * 50, "other": noise(150)})
    reading = read(frame)
    assert ("v" in reading.columns.values) is numeric
    assert NEEDED_SHARE == 0.95
    if numeric:
        assert reading.warnings == (
            "5 cells of column 'v' are no numbers (the first is 'broken' in row 96); they count as missing.",
        )
    else:
        assert aside(reading.recognised)["v"] == "text; 94% of its filled cells are numbers, 95% are needed"


def test_names_are_cut_into_words() -> None:
    assert words("ChargePeriodStart") == ["charge", "period", "start"]
    assert is_time_name("@timestamp")
    assert is_time_name("TimeStamp")
    assert not is_time_name("response_time")
    assert [is_label_name(n) for n in ("label", "is_anomaly", "y", "Y", "anomaly_label", "yaw", "labelled_count")] == [
        *[True] * 5,
        *[False] * 2,
    ]


@pytest.mark.parametrize(
    "name", ["label", "Label", "y", "target", "class", "anomaly", "is_anomaly", "fault", "outlier"]
)
@pytest.mark.parametrize("two", [[0, 1], [-1, 1], [False, True], ["normal", "bad"], ["0.0", "1.0"], [0, 0]])
def test_label_like_columns_are_set_aside_with_the_option_that_uses_them(name: str, two: list[Any]) -> None:
    frame = panel(v=noise(), **{name: two})
    recognised = found(frame)
    assert recognised.values == ("v",)
    assert aside(recognised) == {name: f"looks like labels; not used; add `--label {name}` to measure"}
    used = found(frame, label=name)
    assert used.labels == (name,)
    assert not used.set_aside


def test_classes_under_a_label_name_are_no_values_but_a_measured_y_is() -> None:
    assert "class" in aside(found(panel(v=noise(), **{"class": [0, 1, 2, 3]})))
    assert found(panel(v=noise(), y=noise(seed=1))).values == ("v", "y")
    assert found(panel(v=noise(), switch=[0, 1])).values == ("v", "switch")


def test_constants_row_numbers_identifiers_and_texts_are_set_aside_with_reasons() -> None:
    frame = panel(
        v=noise(),
        flat=[3],
        none=[None],
        blank=[""],
        index=range(N),
        other_count=range(5, N + 5),
        order_id=[7, 3, 9, 1],
        name=["web"],
        uuid=[f"u{i}" for i in range(N)],
        state=["on", "off", "on"],
    )
    recognised = found(frame)
    assert recognised.values == ("v",)
    reasons = aside(recognised)
    assert reasons["flat"] == "constant"
    assert reasons["none"] == "empty"
    assert reasons["index"] == reasons["other_count"] == "row number"
    assert reasons["order_id"] == "identifier, by its name"
    assert reasons["name"] == "constant text"
    assert reasons["uuid"].startswith("identifier: a different text")
    assert reasons["state"].endswith("add `--key state` to judge each alone")
    assert set(reasons) == set(frame.columns) - {"time", "v"}


@pytest.mark.parametrize(("values", "judged"), [([3], "v"), (range(N), "v")])
def test_f10_a_constant_or_counter_alone_is_judged(values: Any, judged: str) -> None:
    assert found(panel(v=values)).values == (judged,)


def test_of_constants_and_counters_the_counter_is_judged_and_labels_never() -> None:
    assert found(panel(flat=[3], n=range(N))).values == ("n",)
    with pytest.raises(InputError, match="'label' is set aside \\(looks like labels"):
        read(panel(label=[0, 1]))


def test_keys_are_found_by_repeated_times() -> None:
    servers = [f"s{i // N}" for i in range(3 * N)]
    recognised = found(panel(server=servers, v=noise(3 * N)))
    assert recognised.keys == ("server",)
    assert recognised.keys_reason == "times repeat, and 'server' tells their rows apart"
    assert (recognised.entities, recognised.step_s, recognised.gaps) == (3, 60.0, 0)


def test_the_smallest_set_of_keys_is_taken_and_what_is_not_needed_set_aside() -> None:
    parts = [(h, d) for h in ("h1", "h2") for d in ("c", "d", "e")]
    columns = {"host": [h for h, _ in parts for _ in range(N)], "disk": [d for _, d in parts for _ in range(N)]}
    recognised = found(panel(**columns, note=["x", "y"], v=noise(6 * N)))
    assert set(recognised.keys) == {"host", "disk"}
    assert "note" in aside(recognised)
    alone = found(panel(**columns, node=[h + d for h, d in parts for _ in range(N)], v=noise(6 * N)))
    assert alone.keys == ("node",)


def test_integers_name_entities_only_where_rows_come_as_a_panel() -> None:
    numbers = [i // N for i in range(4 * N)]
    assert found(panel(machine=numbers, v=noise(4 * N))).keys == ("machine",)
    doubled = panel(v=noise(), count=[i * 37 % 101 for i in range(N)])
    doubled = pl.concat([doubled, doubled.head(3).with_columns(count=pl.lit(5, pl.Int64))])
    reading = read(doubled)
    assert reading.columns.keys == ()
    assert reading.warnings[0] == "rows with the time of another row: 3; all of them are judged."


def test_a_state_that_changes_in_time_is_no_key_and_doubled_rows_do_not_make_it_one() -> None:
    frame = panel(state=["on"] * 20 + ["off"] * 10, v=noise())
    assert found(frame).keys == ()
    assert found(pl.concat([frame, frame.head(2).with_columns(state=pl.lit("new"))])).keys == ()


def test_entities_that_report_at_their_own_times_are_found_by_their_own_step() -> None:
    times = [f"2024-01-01 {i // 60:02}:{i % 60:02}:{second:02}" for i in range(N) for second in (0, 13)]
    frame = pl.DataFrame({"time": times, "server": ["a", "b"] * N, "v": noise(2 * N)})
    recognised = found(frame)
    assert recognised.keys == ("server",)
    assert recognised.step_s == 60


def test_the_best_of_several_times_is_taken() -> None:
    days = [f"2024-01-{1 + i % 28:02}" for i in range(N)]
    frame = pl.DataFrame(
        {
            "BillingPeriodStart": ["2024-01-01"] * N,
            "ChargePeriodEnd": days,
            "ChargePeriodStart": days,
            "v": noise(),
        }
    )
    recognised = found(frame)
    assert recognised.time == "ChargePeriodStart"
    assert set(aside(recognised)) == {"BillingPeriodStart", "ChargePeriodEnd"}
    assert found(frame, time="ChargePeriodEnd").time == "ChargePeriodEnd"


def test_numbers_are_times_by_name_or_by_regular_steps_only() -> None:
    regular = [1_700_000_000 + 60 * i for i in range(N)]
    odd = [1_700_000_000 + 977 * i * i for i in range(N)]
    assert found(pl.DataFrame({"a": regular, "v": noise()})).time == "a"
    assert found(pl.DataFrame({"ts": odd, "v": noise()})).time == "ts"
    assert found(pl.DataFrame({"bytes_total": odd, "v": noise()})).time is None
    assert found(pl.DataFrame({"time": [1.5e9 + 3600 * i for i in range(N)], "v": noise()})).step_s == 3600


def test_options_override_what_would_be_found() -> None:
    frame = panel(server=["a", "b"], v=noise(), flat=[3], code=["1", "2", "x"])
    assert found(frame, value="flat").values == ("flat",)
    assert found(frame, key=["server"]).keys == ("server",)
    assert found(frame, key="flat", value=["v"]).keys == ("flat",)
    assert aside(found(frame, value=["flat"]))["v"] == "not among the values asked for"
    reading = read(frame, value=["code"])
    assert reading.frame["code"].null_count() == N // 3
    with pytest.raises(InputError, match="column 'server' holds no numbers"):
        read(frame, value=["server"])
    with pytest.raises(UsageError, match="column 'server' holds no times"):
        read(frame, time="server")


@pytest.mark.parametrize("option", ["time", "key", "value", "label", "where"])
def test_an_option_that_names_an_unknown_column_names_the_nearest(option: str) -> None:
    asked: dict[str, Any] = {option: "servr=1" if option == "where" else "servr"}
    with pytest.raises(UsageError, match=rf"--{option}: there is no column 'servr'. Did you mean 'server'\?"):
        read(panel(server=["a"], v=noise()), **asked)


def test_gaps_repeats_and_unsorted_rows_are_counted() -> None:
    frame = panel(v=noise()).filter(~pl.int_range(pl.len()).is_in([10, 11, 40]))
    frame = pl.concat([frame.tail(5), frame.head(-5), frame.tail(1)])
    reading: Reading = read(frame)
    assert reading.recognised.gaps == 2
    assert reading.recognised.step_s == 60
    assert [warning[:43] for warning in reading.warnings] == [
        "rows with the time of another row: 1; all o",
        "rows earlier than the row before them: 1; r",
    ]


def test_an_example_file_says_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    panel(server=[f"s{i // N}" for i in range(2 * N)], v=noise(2 * N), label=[0, 0, 1]).write_csv(file)
    recognised = found(file)  # type: ignore[arg-type]
    assert (recognised.pack, recognised.pack_reason) == ("series", "numbers over time")
    assert (recognised.time, recognised.time_format, recognised.tz) == ("time", "YYYY-MM-DD HH:MM:SS", "UTC")
