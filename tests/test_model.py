"""New data against a model: what differs is told, what is missing is refused; the doors `fit`, `load`, `--model`.

The ids are those of the campaign M01-M11: models.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml

import isang
from command import isang as command
from command import lines, refused, servers, write
from isang.errors import InputError, ModelError, UsageError
from models import made, spiked

TRAIN, NEW = made(), spiked(made(100, seed=1, after=500), 130, 900.0)


@pytest.fixture(scope="module")
def model() -> isang.Model:
    return isang.fit(TRAIN, detector="robust_zscore")


def scores(result: isang.Result) -> Any:
    return result.scores["score"].to_numpy()


def notes(model: isang.Model, new: Any) -> list[str]:
    told: list[str] = model.detect(new).run["warnings"]
    return told


# M05: other columns, types, units, zones, entities


def test_m05_data_as_the_model_knows_them_need_no_note(model: isang.Model) -> None:
    assert notes(model, NEW) == []
    assert notes(model, TRAIN) == []


@pytest.mark.parametrize("column", ["time", "host", "cpu", "memory"])
def test_m05_a_missing_column_is_refused_by_its_name(model: isang.Model, column: str) -> None:
    with pytest.raises(InputError) as refused_one:
        model.detect(NEW.drop(column))
    assert f"the model needs the column '{column}', which is not there" in str(refused_one.value)


def test_m05_a_renamed_column_is_refused_with_the_nearest(model: isang.Model) -> None:
    with pytest.raises(InputError, match=r"needs the column 'memory'.*Did you mean 'memory_mb'"):
        model.detect(NEW.rename({"memory": "memory_mb"}))


def test_m05_columns_in_another_order_score_the_same(model: isang.Model) -> None:
    turned = model.detect(NEW.select("memory", "cpu", "host", "time"))
    assert np.array_equal(scores(turned), scores(model.detect(NEW)), equal_nan=True)
    assert turned.run["warnings"] == []


def test_m05_columns_that_the_model_does_not_know_are_ignored_and_named(model: isang.Model) -> None:
    more = NEW.with_columns(
        disk=pl.col("cpu") * 2, zone=pl.lit("eu"), **{f"extra_{at}": pl.lit(1.0) for at in range(6)}
    )
    result = model.detect(more)
    assert np.array_equal(scores(result), scores(model.detect(NEW)), equal_nan=True)
    told = "columns that the model does not know are ignored: disk, zone, extra_0, extra_1, extra_2 and 3 more."
    assert result.run["warnings"] == [told]


def test_m05_numbers_that_came_as_text_are_read_and_told(model: isang.Model) -> None:
    result = model.detect(NEW.with_columns(pl.col("cpu").cast(pl.String)))
    assert result.run["warnings"] == ["columns of numbers came as text, and are read as numbers: cpu."]
    np.testing.assert_allclose(scores(result), scores(model.detect(NEW)))


def test_m05_whole_numbers_in_the_place_of_fractions_are_no_news(model: isang.Model) -> None:
    assert notes(model, NEW.with_columns(pl.col("cpu").round().cast(pl.Int32), pl.col("memory").cast(pl.Float32))) == []


@pytest.mark.parametrize("factor", [1000.0, 1 / 1024, -60.0])
def test_m05_another_unit_is_told_with_both_values(model: isang.Model, factor: float) -> None:
    told = notes(model, NEW.with_columns(pl.col("cpu") * factor))
    assert len(told) == 1
    numbers = r"column 'cpu' is about [\d.,]+ here and was about [\d.,]+ when the model learnt: is it in another unit\?"
    assert re.fullmatch(numbers, told[0])


@pytest.mark.parametrize("factor", [1 / 20, 1 / 4, 0.9, 4.0, 20.0, 0.0])
def test_m05_other_levels_are_for_the_detector_to_judge(model: isang.Model, factor: float) -> None:
    assert notes(model, NEW.with_columns(pl.col("cpu") * factor)) == []


def test_m05_constant_columns_and_zeros_have_no_unit() -> None:
    flat = TRAIN.with_columns(
        cpu=pl.lit(5.0), memory=pl.when(pl.int_range(pl.len()) % 10 == 0).then(3.0).otherwise(0.0)
    )
    model = isang.fit(flat, value=["cpu", "memory"], detector="robust_zscore")
    assert notes(model, flat[:100].with_columns(cpu=pl.lit(5000.0), memory=pl.lit(900.0))) == []


def test_m05_sign_and_spread_do_not_hide_a_unit() -> None:
    """Values around zero: their sizes tell the unit, their median would not."""
    frame = TRAIN.with_columns(pl.col("memory") - 6.0)
    model = isang.fit(frame, detector="robust_zscore")
    assert len(notes(model, frame.with_columns(pl.col("memory") * -1000))) == 1
    assert notes(model, frame) == []


def test_m05_entities_never_seen_are_named(model: isang.Model) -> None:
    names = pl.Series(["aa", "web"]).gather(pl.Series([0] * 100 + [1] * 100))
    told = notes(model, NEW.with_columns(host=names))
    assert told == ["entities that the model never saw are judged by all others: aa."]


def test_m05_another_zone_is_the_same_moment(model: isang.Model) -> None:
    seoul = NEW.with_columns(pl.col("time").dt.convert_time_zone("Asia/Seoul"))
    result = model.detect(seoul)
    assert np.array_equal(scores(result), scores(model.detect(NEW)), equal_nan=True)
    assert result.scores["time"].dtype.time_zone == "UTC"


def test_m05_times_without_a_zone_are_taken_in_that_of_the_model() -> None:
    local = pl.col("time").dt.convert_time_zone("Asia/Seoul").dt.replace_time_zone(None)
    model = isang.fit(TRAIN.with_columns(local), tz="Asia/Seoul", detector="robust_zscore")
    naive = model.detect(NEW.with_columns(local))
    zoned = model.detect(NEW)
    assert np.array_equal(scores(naive), scores(zoned), equal_nan=True)
    assert naive.scores["time"].to_list() == zoned.scores["time"].to_list()


def test_m04_other_releases_of_libraries_are_told(model: isang.Model) -> None:
    assert model.versions["polars"]
    older = replace(model, versions={**model.versions, "polars": "0.1.2", "gone": "1.0"})
    told = notes(older, NEW)
    assert len(told) == 1
    assert told[0].startswith("the model learnt with polars 0.1.2 (now ")


def test_m05_an_empty_column_is_told(model: isang.Model) -> None:
    told = notes(model, NEW.with_columns(memory=pl.lit(None, dtype=pl.Float64)))
    assert "columns without a single number are judged as missing throughout: memory." in told


def test_too_few_rows_for_the_window_of_a_model_are_refused() -> None:
    model = isang.fit(TRAIN, detector="pca_autoencoder:32")
    with pytest.raises(InputError, match=r"^20 rows came and none can be judged: the model looks at 32 rows"):
        model.detect(NEW.filter(pl.col("host") == "web").head(20))


def test_m05_another_step_is_told(model: isang.Model) -> None:
    told = notes(model, NEW.with_columns(pl.col("time") + (pl.col("time") - pl.col("time").min())))
    assert told == ["rows come every 2 h here and came every 1 h when the model learnt."]


def test_a_key_is_found_again_though_the_data_would_not_show_it(model: isang.Model) -> None:
    web = NEW.filter(pl.col("host") == "web")
    result = model.detect(web)
    assert result.run["recognised"]["keys"] == ("host",)
    assert np.array_equal(scores(result), scores(model.detect(NEW))[100:], equal_nan=True)


def test_a_model_without_keys_knows_none(tmp_path: Path) -> None:
    model = isang.fit(TRAIN.filter(pl.col("host") == "web").drop("host"), detector="robust_zscore")
    result = model.detect(NEW.filter(pl.col("host") == "web"))
    assert result.columns.keys == result.run["recognised"]["keys"] == ()
    assert result.run["warnings"] == ["columns that the model does not know are ignored: host."]


def test_files_as_entities_come_again_alone_or_together(tmp_path: Path) -> None:
    names = [write(tmp_path, lines(seed=at), f"{name}.csv") for at, name in enumerate(("web", "db"))]
    model = isang.fit([str(name) for name in names], detector="robust_zscore")
    both, alone = model.detect([str(name) for name in names]), model.detect(str(names[1]))
    assert model.pipeline.columns_.keys == ("file",)
    assert alone.run["warnings"] == both.run["warnings"] == []
    assert np.array_equal(scores(alone), scores(both)[240:], equal_nan=True)
    write(tmp_path, lines(), "mail.csv")
    assert "never saw are judged by all others: mail" in notes(model, str(tmp_path / "mail.csv"))[0]


def test_series_apart_come_again_by_their_columns(tmp_path: Path) -> None:
    model = isang.fit(TRAIN, apart=True, detector="robust_zscore")
    result = model.detect(NEW.with_columns(disk=pl.col("cpu")))
    assert set(result.scores["series"]) == {"cpu", "memory"}
    with pytest.raises(InputError, match="needs the column 'memory'"):
        model.detect(NEW.drop("memory"))
    assert len(notes(model, NEW.with_columns(pl.col("memory") * 1000))) == 1


def test_a_date_and_a_clock_come_again() -> None:
    parted = pl.col("time").dt.strftime("%Y-%m-%d").alias("date"), pl.col("time").dt.strftime("%H:%M").alias("clock")
    model = isang.fit(TRAIN.select(*parted, "host", "cpu"), detector="robust_zscore")
    result = model.detect(NEW.select(*parted, "host", "cpu"))
    assert result.run["warnings"] == []
    assert result.scores["time"].n_unique() == 100


# Python


def test_detect_takes_a_model_or_its_folder(model: isang.Model, tmp_path: Path) -> None:
    folder = model.save(tmp_path / "m")
    results = [model.detect(NEW), isang.detect(NEW, model=model), isang.detect(NEW, model=folder)]
    results.append(isang.load(folder).detect(NEW))
    assert all(np.array_equal(scores(one), scores(results[0]), equal_nan=True) for one in results)
    assert [one.plan["model"] for one in results[1:]] == ["a model that was not saved", str(folder), str(folder)]
    run = results[2].run
    assert run["mode"] == "causal"
    assert run["model"]["path"] == str(folder)
    assert (run["model"]["rows"], run["model"]["format"]) == (1000, 1)
    assert run["model"]["created"] == model.trained.created


def test_filters_are_for_each_run(model: isang.Model) -> None:
    assert len(isang.detect(NEW, model=model).incidents) == 1
    assert len(isang.detect(NEW, model=model, direction="down").incidents) == 0
    assert len(isang.detect(NEW, model=model, since="1h").incidents) == 0


def test_labels_are_measured_against(model: isang.Model) -> None:
    labelled = NEW.with_columns(y=(pl.int_range(pl.len()) == 130).cast(pl.Int8))
    assert isang.detect(labelled, model=model, label="y").run["measured"]["found"] == 1


def test_a_label_that_is_not_there_is_the_fault_of_the_option(model: isang.Model) -> None:
    with pytest.raises(UsageError, match="--label: there is no column 'y'"):
        isang.detect(NEW, model=model, label="y")


def test_a_model_judges_what_the_frame_of_another_library_holds(model: isang.Model) -> None:
    result = isang.detect(NEW.to_pandas(), model=model)
    assert type(result.scores).__module__.startswith("pandas")


@pytest.mark.parametrize("options", [{"train_until": "2026-01-06"}, {"split": "60/20/20"}, {"model": "m"}])
def test_fit_learns_from_all_rows(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="belongs to detect"):
        isang.fit(TRAIN, plan=options)


def test_the_plan_of_a_model_that_was_not_saved_does_not_learn_anew(model: isang.Model) -> None:
    plan = model.detect(NEW).plan
    with pytest.raises(ModelError, match="a model that was not saved is not there"):
        isang.detect(NEW, plan=plan)


# the command


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, lines(), "m.csv")
    return tmp_path


def test_fit_says_what_it_learnt_and_what_to_do_next(metrics: Path) -> None:
    ended = command("fit", "m.csv", "--detector", "robust_zscore")
    assert (ended.code, ended.err) == (0, "")
    for told in ("Time: time", "Values: cpu", "Rows: learnt from 240 rows", "Detector: robust_zscore", "Threshold: "):
        assert told in ended.out
    assert f"Model: {metrics}/isang-model\n" in ended.out
    assert ended.out.endswith("Try: isang detect NEW --model isang-model\n")
    assert sorted(file.name for file in (metrics / "isang-model").iterdir()) == [
        *("checksums.sha256", "golden.safetensors", "manifest.json", "state.safetensors")
    ]


def test_fit_says_how_a_net_was_trained_and_so_does_the_report_of_its_model(metrics: Path) -> None:
    settings = ("--set", "detector.training.epochs=2", "--set", "detector.window_rows=12")
    ended = command("fit", "m.csv", "--detector", "dense_autoencoder", *settings)
    assert ended.code == 0, ended.err
    assert "Training: dense_autoencoder: 2 epochs, all epochs done\n" in ended.out
    judged = command("detect", "m.csv", "--model", "isang-model")
    assert judged.code == 0, judged.err
    assert 'id="figure-training"' in (metrics / "isang-out" / "report.html").read_text()


def test_detect_with_a_model_and_its_plan_again(metrics: Path) -> None:
    command("fit", "m.csv", "--out", "m", "-q", "--detector", "robust_zscore")
    ended = command("detect", "m.csv", "--model", "m", "--out", "one", "--fail-on", "HIGH", "--lang", "en")
    assert ended.code == 1
    assert "Mode: causal" in ended.out
    assert "Model: m · learnt from 240 rows, 2024-01-01 00:00 – 2024-01-10 23:00" in ended.out
    plan = yaml.safe_load((metrics / "one" / "plan.yaml").read_text())
    assert (plan["model"], "detector" in plan, plan["key"]) == ("m", False, [])
    assert command("detect", "--plan", "one/plan.yaml", "--out", "two", "-q").code == 1
    tables = [pl.read_parquet(metrics / name / "scores.parquet") for name in ("one", "two")]
    assert tables[0].equals(tables[1])
    run = json.loads((metrics / "one" / "run.json").read_text())
    assert run["model"]["path"] == "m"
    assert "m · learnt from" not in ended.err
    assert "learnt from 240 rows" in (metrics / "one" / "report.html").read_text()


@pytest.mark.parametrize(
    "options",
    [
        ("--detector", "knn"),
        ("--train-until", "2024-01-05"),
        ("--split", "60/20/20"),
        ("--set", "detector.neighbors=3"),
        ("--set", "rules.limit.above=3"),
        ("--threshold", "fixed:3"),
        ("--false-alarms", "1/day"),
        ("--alerts", "1/day"),
        ("--step", "1h"),
        ("--time", "time"),
        ("--key", "host"),
        ("--value", "cpu"),
        ("--where", "host=a"),
        ("--apart",),
        ("--tz", "UTC"),
        ("--seed", "3"),
    ],
)
def test_what_was_settled_by_fit_cannot_be_told_again(metrics: Path, options: tuple[str, ...]) -> None:
    line = refused(2, "detect", "m.csv", "--model", "m", *options)
    assert "belongs to fit: m has learnt with its own." in line
    assert line.endswith("Leave it out, or learn anew with 'isang fit'.")


def test_json_quiet_and_a_dry_run_work_with_a_model(metrics: Path) -> None:
    command("fit", "m.csv", "-q", "--detector", "robust_zscore")
    ended = command("detect", "m.csv", "--model", "isang-model", "--json", "-q")
    assert len(json.loads(ended.out)["incidents"]) >= 1
    ended = command("detect", "m.csv", "--model", "isang-model", "--dry-run")
    assert yaml.safe_load(ended.out)["model"] == "isang-model"
    assert "as the model learnt" in ended.err
    ended = command("fit", "m.csv", "--dry-run", "--out", "other")
    assert yaml.safe_load(ended.out)["detector"] == "auto"
    assert not (metrics / "other").exists()


def test_fit_in_korean(metrics: Path) -> None:
    assert "240개 행으로 학습" in command("fit", "m.csv", "--lang", "ko", "--detector", "robust_zscore").out


def test_fit_replaces_its_own_folder_and_no_other(metrics: Path) -> None:
    for _ in range(2):
        assert command("fit", "m.csv", "-q", "--detector", "robust_zscore").code == 0
    command("detect", "m.csv", "-q")
    assert "holds no manifest.json of isang" in refused(5, "fit", "m.csv", "--out", "isang-out")
    assert "holds no run.json of isang" in refused(5, "detect", "m.csv", "--out", "isang-model")
    assert "is a result of 'isang detect'" in refused(4, "detect", "m.csv", "--model", "isang-out")


def test_a_missing_column_is_an_error_of_the_input(metrics: Path) -> None:
    servers(metrics)
    command("fit", "servers.csv", "--value", "cpu", "--value", "memory", "-q", "--detector", "robust_zscore")
    assert "the model needs the column 'host'" in refused(3, "detect", "m.csv", "--model", "isang-model")
