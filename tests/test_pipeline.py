"""The pipeline through its public doors: nothing leaks, order and kind of frame do not matter, faults are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from isang.errors import InputError, UsageError
from isang.pipeline import Pipeline
from isang.result import Result
from isang.synthetic import Fault, Made, series
from isang.words.frame import Floats
from isang.words.incident import Incident
from isang.words.native import to_polars

START = datetime(2026, 1, 5, tzinfo=UTC)
ZSCORE: dict[str, Any] = {"time": "time", "detector": "robust_zscore"}


def noise(rows: int, *, columns: int = 1, seed: int = 0, step: timedelta = timedelta(minutes=5)) -> pl.DataFrame:
    values = np.random.default_rng(seed).normal(50, 2, (rows, columns))
    times = pl.Series("time", [START + row * step for row in range(rows)], dtype=pl.Datetime("us", "UTC"))
    return pl.DataFrame([times, *(pl.Series(f"value_{at}", values[:, at]) for at in range(columns))])


def changed(frame: pl.DataFrame, rows: Sequence[int], value: float | None, column: str = "value_0") -> pl.DataFrame:
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()).is_in(list(rows))).then(value).otherwise(column).alias(column)
    )


def scores_of(result: Result) -> Floats:
    return np.asarray(result.scores["score"].to_numpy())


def cuts_of(frame: pl.DataFrame, *rows: int) -> Any:
    return tuple(int(frame["time"][row].timestamp() * 1e6) for row in rows)


# --- nothing leaks


@pytest.mark.parametrize("detector", ["robust_zscore", {"name": "pca_autoencoder", "window_rows": 6}])
def test_causal_the_judged_rows_teach_nothing(detector: Any) -> None:
    frame = noise(600, columns=2)
    other = changed(frame, range(450, 600), 500.0)
    cuts = cuts_of(frame, 300, 450)
    one, two = (Pipeline(time="time", detector=detector).fit_detect(data, cuts=cuts) for data in (frame, other))
    assert one.run["thresholds"][0]["value"] == two.run["thresholds"][0]["value"]
    np.testing.assert_array_equal(scores_of(one)[:450], scores_of(two)[:450])
    assert not np.allclose(scores_of(one)[450:], scores_of(two)[450:])


def test_causal_the_calibration_rows_teach_the_threshold_and_nothing_else() -> None:
    frame = noise(600)
    other = changed(frame, range(300, 450, 2), 80.0)
    cuts = cuts_of(frame, 300, 450)
    one, two = (Pipeline(**ZSCORE).fit_detect(data, cuts=cuts) for data in (frame, other))
    np.testing.assert_array_equal(scores_of(one)[450:], scores_of(two)[450:])
    assert two.run["thresholds"][0]["value"] > one.run["thresholds"][0]["value"]


def test_causal_training_rows_are_not_judged_by_what_they_taught() -> None:
    frame = changed(noise(600), [100, 400, 500], 90.0)
    result = Pipeline(**ZSCORE).fit_detect(frame, cuts=cuts_of(frame, 300, 450))
    assert result.scores["split"].to_list() == ["train"] * 300 + ["calibration"] * 150 + ["test"] * 150
    assert not result.scores["scored"][:300].any()
    assert result.scores["flag"].arg_true().to_list() == [500]
    assert result.run["mode"] == "causal"


@pytest.mark.parametrize(
    "detector", ["robust_zscore", "knn", {"name": "ensemble", "members": ["robust_zscore", "knn"]}]
)
def test_in_hindsight_no_row_teaches_the_judge_of_its_block(detector: Any) -> None:
    """Rows 200 to 299 are the third block of five: strange ones there leave the others there as they were."""
    frame, strange = noise(500, columns=2), [210, 230, 250, 290]
    other = changed(frame, strange, 1e6)
    one, two = (scores_of(Pipeline(time="time", detector=detector).fit_detect(data)) for data in (frame, other))
    same_block = np.setdiff1d(np.arange(200, 300), strange)
    np.testing.assert_array_equal(one[same_block], two[same_block])
    assert not np.array_equal(one[:200], two[:200])  # they do teach the judges of the other blocks


def test_in_hindsight_every_row_may_be_flagged() -> None:
    frame = changed(noise(1000), [3, 500, 996], 90.0)
    result = Pipeline(**ZSCORE).fit_detect(frame)
    assert set(result.scores["split"]) == {"hindsight"}
    assert result.run["mode"] == "hindsight"
    assert {3, 500, 996} <= set(result.scores["flag"].arg_true())


def test_fit_then_detect_is_what_cuts_do_at_once() -> None:
    frame = changed(noise(800), [700], 90.0)
    at_once = Pipeline(**ZSCORE).fit_detect(frame, cuts=cuts_of(frame, 450, 600))
    in_turn = Pipeline(**ZSCORE).fit(frame[:600]).detect(frame[600:])
    np.testing.assert_allclose(scores_of(at_once)[600:], scores_of(in_turn))
    assert at_once.incidents[0].id == in_turn.incidents[0].id


# --- scikit-learn's doors


@pytest.fixture(scope="module")
def fitted() -> Pipeline:
    return Pipeline(**ZSCORE).fit(noise(800, columns=2))


@pytest.fixture(scope="module")
def fresh() -> pl.DataFrame:
    frame = changed(noise(200, columns=2, seed=9), [50, 51, 120], 90.0)
    return changed(changed(frame, [70], None), [70], None, "value_1")


def test_predict_says_what_detect_flags(fitted: Pipeline, fresh: pl.DataFrame) -> None:
    flagged = fitted.detect(fresh).scores["flag"].to_numpy()
    predicted = fitted.predict(fresh)
    assert set(predicted) == {-1, 1}
    assert np.array_equal(predicted == -1, flagged)
    assert np.array_equal(fitted.decision_function(fresh) < 0, flagged)
    assert np.flatnonzero(flagged).tolist() == [50, 51, 120]


def test_unscored_rows_count_as_usual(fitted: Pipeline, fresh: pl.DataFrame) -> None:
    row = fitted.detect(fresh).scores.row(70, named=True)
    assert (row["scored"], row["reason"], row["score"], row["flag"]) == (False, "missing", None, False)
    assert fitted.predict(fresh)[70] == 1
    assert np.isnan(fitted.score_samples(fresh)[70])


def test_score_samples_are_the_scores_with_their_sign_turned(fitted: Pipeline, fresh: pl.DataFrame) -> None:
    np.testing.assert_array_equal(-fitted.score_samples(fresh), scores_of(fitted.detect(fresh)))


def test_a_pipeline_that_is_not_fitted_says_so() -> None:
    for ask in ("detect", "predict", "decision_function", "score_samples"):
        with pytest.raises(NotFittedError):
            getattr(Pipeline(**ZSCORE), ask)(noise(50))


def test_a_clone_learns_the_same(fitted: Pipeline, fresh: pl.DataFrame) -> None:
    again = clone(fitted).fit(noise(800, columns=2))
    np.testing.assert_array_equal(again.score_samples(fresh), fitted.score_samples(fresh))


def test_judging_teaches_nothing(fitted: Pipeline, fresh: pl.DataFrame) -> None:
    before = fitted.score_samples(fresh)
    fitted.detect(changed(fresh, range(200), 1e6))
    np.testing.assert_array_equal(fitted.score_samples(fresh), before)


# --- what comes in


KINDS = {
    "polars": lambda frame: frame,
    "pandas": lambda frame: frame.to_pandas(),
    "arrow": lambda frame: frame.to_arrow(),
    "naive times": lambda frame: frame.with_columns(pl.col("time").dt.replace_time_zone(None)),
    "milliseconds": lambda frame: frame.with_columns(pl.col("time").dt.cast_time_unit("ms")),
    "another zone": lambda frame: frame.with_columns(pl.col("time").dt.convert_time_zone("Asia/Seoul")),
    "32 bits": lambda frame: frame.with_columns(pl.col("value_1").cast(pl.Float32).cast(pl.Float64), pl.col("value_0")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_frame_gives_the_same_scores(kind: str) -> None:
    frame = changed(noise(300, columns=2), [100], None)
    wanted = scores_of(Pipeline(**ZSCORE).fit_detect(frame))
    given = KINDS[kind](frame)
    result = Pipeline(**ZSCORE).fit_detect(given)
    assert type(result.scores) is type(given)
    found = np.asarray(to_polars(result.scores)["score"].to_numpy())
    np.testing.assert_allclose(found, wanted, rtol=1e-4 if kind == "32 bits" else 1e-12)


def test_numpy_gives_the_scores_of_a_frame_without_time() -> None:
    frame = noise(300, columns=2).drop("time")
    wanted = scores_of(Pipeline(detector="knn").fit_detect(frame))
    np.testing.assert_array_equal(scores_of(Pipeline(detector="knn").fit_detect(frame.to_numpy())), wanted)


@pytest.mark.parametrize("detector", ["robust_zscore", {"name": "pca_autoencoder", "window_rows": 6}])
def test_shuffled_rows_get_their_own_scores(detector: Any) -> None:
    frame = noise(300, columns=2).with_columns(pl.lit("a").alias("host"))
    both = pl.concat([frame, noise(300, columns=2, seed=1).with_columns(pl.lit("b").alias("host"))])
    order = np.random.default_rng(0).permutation(600)
    judge = Pipeline(time="time", keys=["host"], detector=detector)
    straight, shuffled = judge.fit_detect(both), judge.fit_detect(both[order])
    np.testing.assert_array_equal(scores_of(shuffled), scores_of(straight)[order])
    assert shuffled.scores["row"].to_list() == list(range(1, 601))
    assert shuffled.scores["time"].to_list() == both["time"][order].to_list()
    assert [incident.id for incident in shuffled.incidents] == [incident.id for incident in straight.incidents]


def test_duplicate_times_are_each_judged() -> None:
    frame = noise(400)
    doubled = pl.concat([frame, changed(frame, [200], 95.0)])
    result = Pipeline(**ZSCORE).fit_detect(doubled)
    assert result.scores["scored"].all()
    assert scores_of(result)[600] > 3 * scores_of(result)[200]


def test_nan_and_infinity_are_missing_values() -> None:
    frame = noise(300, columns=3)
    holes = [changed(frame, [40, 90], hole, "value_1") for hole in (np.nan, np.inf, -np.inf, None)]
    found = [scores_of(Pipeline(**ZSCORE).fit_detect(data)) for data in holes]
    assert np.isfinite(found[0]).all()
    for scores in found[1:]:
        np.testing.assert_array_equal(scores, found[0])


def test_whole_numbers_and_booleans_are_values_and_text_is_not() -> None:
    frame = noise(100).with_columns(pl.int_range(pl.len()).alias("count"), pl.lit("x").alias("name"))
    assert Pipeline(**ZSCORE).fit_detect(frame).columns.values == ("value_0", "count")
    assert Pipeline(**ZSCORE, values=["count"]).fit_detect(frame).columns.values == ("count",)


def test_an_unknown_column_is_said() -> None:
    with pytest.raises(InputError, match="column 'cpu' is not in the frame"):
        Pipeline(**ZSCORE, values=["cpu"]).fit_detect(noise(100))


def test_a_key_without_a_value_is_an_entity_of_its_own() -> None:
    frame = noise(120).with_columns(pl.Series("host", ["a", None, 3 * "b"] * 40))
    result = Pipeline(**ZSCORE, keys=["host"]).fit_detect(frame)
    assert result.scores["scored"].all()
    assert set(result.scores["host"]) == {"a", "", "bbb"}


@pytest.mark.parametrize("rows", [1, 5, 9])
def test_too_few_rows_are_refused_in_one_line(rows: int) -> None:
    with pytest.raises(InputError, match=f"^{rows} rows with values came; at least 10 are needed") as caught:
        Pipeline(**ZSCORE).fit_detect(noise(rows))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rows", [10, 25, 60, 99, 100, 130, 200, 400])
def test_from_ten_rows_on_there_is_an_answer(rows: int) -> None:
    for result in (Pipeline(time="time").fit_detect(noise(rows)), Pipeline().fit_detect(noise(rows).drop("time"))):
        assert result.scores["scored"].any()
        assert (
            result.run["thresholds"][0]["value"] is not None
            or "too few to set a threshold" in result.run["warnings"][0]
        )


def test_an_unknown_member_is_said() -> None:
    with pytest.raises(UsageError, match="Did you mean 'knn'"):
        Pipeline(time="time", detector="knm").fit_detect(noise(100))


# --- what is not scored


@pytest.fixture(scope="module")
def holed() -> pl.DataFrame:
    """Scored with windows of 8: starts, gaps and a stretch of five rows between two gaps."""
    rows = noise(400).with_row_index("n")
    absent = [*range(100, 103), *range(200, 203), *range(208, 211)]
    return rows.filter(~pl.col("n").is_in(absent))


def test_every_row_without_a_score_has_its_reason(holed: pl.DataFrame) -> None:
    pipeline = Pipeline(
        time="time", values=["value_0"], detector={"name": "pca_autoencoder", "window_rows": 8}, features={"season": {}}
    )
    frame = changed(holed, [320], None)
    result = pipeline.fit_detect(frame, cuts=cuts_of(frame, 20, 60))
    reason = dict(zip(holed["n"], result.scores["reason"], strict=True))
    assert {number for number in reason if reason[number] == "gap"} >= {103, 109, 211, 217}
    assert [reason[number] for number in (102 + 8, 199, 218, 399)] == [None] * 4
    assert {reason[number] for number in range(203, 208)} == {"too_short"}
    assert result.run["coverage"]["unscored"]["missing"] == 1
    judged = result.scores.filter(pl.col("split") != "train")
    assert (judged["reason"].is_null() == judged["scored"]).all()


def test_the_first_rows_of_each_entity_warm_up() -> None:
    frame = pl.concat([noise(60, seed=n).with_columns(pl.lit(f"{n}").alias("host")) for n in range(3)])
    detector = {"name": "pca_autoencoder", "window_rows": 5}
    pipeline = Pipeline(time="time", keys=["host"], detector=detector, features={"season": {}}).fit(frame)
    reason = pipeline.detect(frame).scores["reason"].to_list()
    assert [reason[60 * n : 60 * n + 5] for n in range(3)] == [["warm_up"] * 4 + [None]] * 3


def test_short_gaps_are_filled_but_never_judged() -> None:
    frame = noise(300).filter(~pl.int_range(pl.len()).is_in([100, 101]))
    result = Pipeline(time="time", detector={"name": "pca_autoencoder", "window_rows": 8}).fit(frame).detect(frame)
    assert len(result.scores) == 298
    assert result.scores["reason"][100] is None


# --- what is found


@pytest.mark.parametrize(
    ("fault", "direction"),
    [
        (Fault("spike", row=700, size=15), "up"),
        (Fault("dip", row=700, rows=2, size=15), "down"),
        (Fault("level_shift", row=700, rows=20, size=9), "up"),
        (Fault("level_shift", row=700, rows=20, size=-9), "down"),
    ],
)
@pytest.mark.parametrize(("detector", "columns"), [("auto", 1), ("robust_zscore", 1), ("robust_zscore", 3)])
def test_a_planted_fault_is_the_first_incident(fault: Fault, direction: str, detector: str, columns: int) -> None:
    made = series(rows=1344, step="30min", columns=columns, faults=[replace(fault, column=columns // 2)])
    first = riskiest(made, detector)
    assert first.start is not None
    assert abs(first.start - made.events["start"][0]) <= timedelta(minutes=30)
    assert first.first_row <= fault.row + 1 <= first.last_row
    assert abs(first.peak_row - 1 - fault.row) <= 20
    assert (first.direction, first.drivers[0].name) == (direction, "value" if columns == 1 else "value_2")
    assert first.band == "CRITICAL"


@pytest.mark.parametrize("detector", ["knn", {"name": "pca_autoencoder", "window_rows": 8}])
def test_shapes_and_neighbours_name_the_column_too(detector: Any) -> None:
    made = series(rows=480, step="1h", columns=3, faults=[Fault("level_shift", row=300, rows=10, size=12, column=2)])
    first = riskiest(made, detector)
    assert (first.direction, first.drivers[0].name) == ("up", "value_3")
    assert first.first_row <= 301 <= first.last_row


def riskiest(made: Made, detector: Any = "auto") -> Incident:
    return Pipeline(time="time", keys=made.columns.keys, detector=detector).fit_detect(made.frame).incidents[0]


def test_a_spike_in_one_week_is_found() -> None:
    """Where no workday could be learnt yet, and the weekend is strange by itself."""
    for seed in range(2):
        made = series(rows=2016, faults=[Fault("spike", row=1000, size=12)], random_state=seed)
        result = Pipeline(time="time").fit_detect(made.frame)
        assert any(incident.first_row <= 1001 <= incident.last_row for incident in result.incidents)


def test_silence_is_an_incident_with_its_beginning() -> None:
    made = series(rows=1344, step="30min", faults=[Fault("missing_block", row=700, rows=48)])
    frame = made.frame.drop_nulls()
    result = Pipeline(time="time").fit_detect(frame)
    silent = [incident for incident in result.incidents if "silence" in incident.rules]
    assert len(silent) == 1
    assert silent[0].start == made.frame["time"][699]
    assert silent[0].first_row == 701
    assert "no data for 1 d" in silent[0].title


def test_the_entity_of_a_fault_is_named() -> None:
    made = series(rows=300, step="1h", entities=12, faults=[Fault("level_shift", row=150, rows=5, size=12, entity=7)])
    first = riskiest(made)
    assert (first.keys, first.entity, first.scope) == ({"entity": "entity_08"}, "entity_08", "entity")
    assert made.frame["entity"][first.first_row - 1] == "entity_08"


@pytest.mark.parametrize("left_out", [[], ["host-b"], ["host-a", "host-c"], ["host-a", "host-b", "host-c"]])
def test_entities_keep_what_was_learnt_of_them_whichever_come_again(left_out: list[str]) -> None:
    """Three hosts on levels far apart, and one never seen that stands first in the alphabet."""
    hosts = {"host-a": 0, "host-b": 1000, "host-c": -5000}
    parts = [noise(600, seed=at).with_columns(pl.lit(host).alias("host")) for at, host in enumerate(hosts)]
    both = pl.concat([part.with_columns(pl.col("value_0") + hosts[part["host"][0]]) for part in parts])
    pipeline = Pipeline(keys=["host"], values=["value_0"], **ZSCORE).fit(both)
    new = noise(600).with_columns(pl.lit("aardvark").alias("host"))
    known = both.filter(~pl.col("host").is_in(left_out))
    result = pipeline.detect(pl.concat([known, new]))
    lower, upper = (band["value_0"].to_numpy()[: len(known)] for band in (result.lower, result.upper))
    inside = (lower <= known["value_0"].to_numpy()) & (known["value_0"].to_numpy() <= upper)
    assert inside.sum() >= 0.98 * len(known)
    assert {incident.keys["host"] for incident in result.incidents} <= {"aardvark"}
    told = pipeline.detect(both).scores.filter(~both["host"].is_in(left_out))["score"]
    np.testing.assert_array_equal(scores_of(result)[: len(known)], told.to_numpy())


def test_thousands_of_rows_in_small_entities_are_judged_together() -> None:
    made = series(
        rows=60,
        step="1h",
        entities=200,
        daily=0,
        weekly=0,
        faults=[Fault("level_shift", row=30, rows=6, size=12, entity=17)],
    )
    result = Pipeline(time="time", keys=["entity"]).fit_detect(made.frame)
    assert result.incidents[0].keys == {"entity": "entity_018"}
    assert len(result.incidents) <= 3
    assert result.scores["scored"].mean() > 0.9


@pytest.mark.parametrize("value", [0.0, 7.0, -1e9])
def test_a_flat_series_has_no_incident(value: float) -> None:
    for frame in (
        noise(600).with_columns(pl.lit(value).alias("value_0")),
        noise(600, columns=2).with_columns(pl.lit(value).alias("value_1")),
    ):
        result = Pipeline(time="time", threshold={"name": "false_alarms", "rate": "1/1000rows"}).fit_detect(
            frame[:, :2]
        )
        assert all(driver.name != "value_1" for incident in result.incidents for driver in incident.drivers[:1])
        assert len(result.incidents) <= (0 if frame.width == 2 else 2)


@pytest.mark.parametrize("value", [1.0, -50.0])
def test_one_value_that_breaks_a_flat_series_is_found(value: float) -> None:
    frame = changed(noise(1000).with_columns(pl.lit(5.0).alias("value_0")), [600], value)
    result = Pipeline(time="time").fit_detect(frame)
    assert [incident.first_row <= 601 <= incident.last_row for incident in result.incidents] == [True]


HEAVY = pytest.mark.xfail(
    reason="distances in the tails of noise grow faster than a tail of shape 0.35: four times as many"
)


@pytest.mark.parametrize("detector", ["robust_zscore", "auto", "isolation_forest", pytest.param("knn", marks=HEAVY)])
def test_noise_has_no_more_false_alarms_than_twice_what_was_asked(detector: str) -> None:
    """Five seeds, two weeks each, one a week: ten were asked for."""
    judge: Any = {"name": detector, "trees": 10} if detector == "isolation_forest" else detector
    told = [
        Pipeline(time="time", detector=judge).fit_detect(noise(2016, seed=seed, step=timedelta(minutes=10))).incidents
        for seed in range(5)
    ]
    assert sum(map(len, told)) <= 20


def test_a_huge_value_does_not_hide_the_next_largest() -> None:
    frame = changed(changed(noise(1000), [300], 1e300), [600], 90.0)
    result = Pipeline(**ZSCORE).fit_detect(frame)
    assert {300, 600} <= set(result.scores["flag"].arg_true())


def test_the_same_seed_gives_the_same_scores() -> None:
    frame, forest = noise(300, columns=2), {"name": "isolation_forest", "trees": 10}
    one, two, other = (
        Pipeline(time="time", detector=forest, random_state=seed).fit_detect(frame) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(scores_of(one), scores_of(two))
    assert not np.array_equal(scores_of(one), scores_of(other))


# --- the band


def test_the_band_is_in_the_order_and_units_of_the_caller() -> None:
    made = series(rows=672, step="1h")
    order = np.random.default_rng(0).permutation(672)
    straight, shuffled = (Pipeline(**ZSCORE).fit_detect(frame) for frame in (made.frame, made.frame[order]))
    for band in ("expected", "lower", "upper"):
        found = getattr(shuffled, band)["value"].to_numpy()
        np.testing.assert_allclose(found, getattr(straight, band)["value"].to_numpy()[order])
    inside = made.frame["value"].is_between(straight.lower["value"], straight.upper["value"])
    assert inside.mean() > 0.95  # type: ignore[operator]


def test_without_a_feature_that_gives_one_there_is_no_band() -> None:
    result = Pipeline(**ZSCORE, features={}).fit_detect(noise(200))
    assert result.expected.is_empty()
    assert result.lower.is_empty()


def test_resampled_rows_get_the_score_of_their_slot() -> None:
    frame = noise(1200)
    features = {"resample": {"step": "1h"}, "season": {}}
    result = Pipeline(**ZSCORE, features=features).fit_detect(frame)
    scores = scores_of(result)
    assert len(scores) == 1200
    assert (scores.reshape(-1, 12) == scores.reshape(-1, 12)[:, :1]).all()
    assert len(np.unique(scores)) > 90


def test_a_regular_series_is_none_of_the_tables_even_where_its_noise_is_white() -> None:
    result = Pipeline(time="time").fit_detect(noise(600, columns=3))
    assert result.run["detector"]["members"] == ["robust_zscore", "pca_autoencoder"]


def test_rows_of_the_other_parts_are_no_short_stretches() -> None:
    """Training on less than half of the rows leaves walls in the place of the others; the stretches are long."""
    frame = noise(1000)
    cut = [int(frame["time"].dt.epoch("us")[row]) for row in (400, 700)]
    result = Pipeline(time="time").fit_detect(frame, cuts=(cut[0], cut[1]))
    assert result.run["detector"]["members"] == ["robust_zscore", "pca_autoencoder"]


def test_rows_without_time_that_do_not_resemble_their_neighbours_are_a_table() -> None:
    rows = np.random.default_rng(0).normal(size=(400, 3))
    assert Pipeline().fit_detect(rows).run["detector"]["members"] == ["hbos", "robust_mahalanobis", "knn"]
