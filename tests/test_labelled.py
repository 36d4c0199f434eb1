"""A result against a label column."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import InputError
from isang.labelled import labels_of


@pytest.mark.parametrize(
    ("values", "positive", "chosen", "truth"),
    [
        ([0, 0, 1], None, "1", [0, 0, 1]),
        ([0.0, 0.0, 1.0], "1", "1", [0, 0, 1]),
        ([0.0, 0.0, 1.0], "1.0", "1", [0, 0, 1]),
        ([0, 0, 1], "0", "0", [1, 1, 0]),
        (["ok", None, "ok", "bad"], None, "bad", [0, 0, 0, 1]),
        ([False, True, False], None, "true", [0, 1, 0]),
        (["a", "b", "c"], "c", "c", [0, 0, 1]),
        ([0.5, 1.5, 0.5], "1.5", "1.5", [0, 1, 0]),
    ],
)
def test_which_rows_are_events(values: list[Any], positive: str | None, chosen: str, truth: list[int]) -> None:
    labels = labels_of(pl.Series("y", values), positive)
    assert labels.positive == chosen
    assert labels.truth.astype(int).tolist() == truth


@pytest.mark.parametrize(
    ("values", "positive", "told"),
    [
        (["a", "b", "c"], None, "holds 3 values ('a', 'b', 'c'); name the one of an event with --positive."),
        ([1, 1], None, "holds 1 values ('1'); two values are needed"),
        ([None, None], None, "holds no value; two values are needed"),
        ([0, 1], "yes", "has no value 'yes'; it holds 2 values ('"),
    ],
)
def test_labels_that_say_nothing(values: list[Any], positive: str | None, told: str) -> None:
    with pytest.raises(InputError) as caught:
        labels_of(pl.Series("y", values).sort(nulls_last=True), positive)
    assert told in str(caught.value)


def frame(events: list[int], spikes: list[int], rows: int = 400, days: float = 14) -> pl.DataFrame:
    values = np.random.default_rng(0).normal(50, 1, rows)
    values[spikes] = 200
    step = pl.duration(seconds=round(days * 86_400 / rows))
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + step * pl.int_range(rows)
    return pl.DataFrame({"v": values, "y": np.isin(np.arange(rows), events).astype(int)}).with_columns(time=time)


def test_events_found_and_false_alarms_a_week() -> None:
    made = frame(events=[100, 101, 102, 200, 300], spikes=[101, 300, 350])
    known = isang.detect(made, label="y", detector="robust_zscore", alerts="20/week").run["measured"]
    assert (known["events"], known["found"]) == (3, 2)
    told = isang.detect(made, label="y", detector="robust_zscore", threshold="fixed:20").run["measured"]
    assert told == {
        "label": "y",
        "positive": "1",
        "events": 3,
        "found": 2,
        "incidents": 3,
        "false_alarms": 1,
        "false_alarms_per_week": pytest.approx(0.5, abs=0.01),
        "reported_on": "hindsight",
        "conclusion": None,
        "conclusion_text": None,
    }


def test_only_the_judged_part_counts() -> None:
    made = frame(events=[100, 300], spikes=[100, 300])
    told = isang.detect(made, label="y", detector="robust_zscore", threshold="fixed:20", split="40/20/40")
    assert told.run["measured"]["events"] == told.run["measured"]["found"] == 1
    assert told.run["measured"]["reported_on"] == "test"


def test_rows_in_any_order_are_the_same_events() -> None:
    made = frame(events=[100, 101, 102, 300], spikes=[101, 300])
    options: dict[str, Any] = {"label": "y", "detector": "robust_zscore", "threshold": "fixed:20"}
    mixed = isang.detect(made.sample(fraction=1, shuffle=True, seed=1), **options)
    assert mixed.run["measured"] == isang.detect(made, **options).run["measured"]


def test_the_same_time_in_two_entities_is_two_events() -> None:
    parts = [frame(events=[100], spikes=[100]).with_columns(host=pl.lit(host)) for host in "ab"]
    known = isang.detect(pl.concat(parts), key="host", value="v", label="y", detector="robust_zscore", threshold="20")
    assert (known.run["measured"]["events"], known.run["measured"]["found"]) == (2, 2)


def test_without_time_there_is_no_rate() -> None:
    made = frame(events=[100], spikes=[100]).drop("time")
    known = isang.detect(made, label="y", detector="robust_zscore", threshold="fixed:20").run["measured"]
    assert known["false_alarms_per_week"] is None


def test_labels_are_looked_at_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.running.pipeline_of", None)
    made = frame(events=[], spikes=[])
    with pytest.raises(InputError, match="label column 'y' holds 1 values"):
        isang.detect(made, value="v", label="y")
