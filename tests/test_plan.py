"""Plans: what can be written, what is wrong with it, and that a plan reruns its result exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml

from command import isang, lines, refused, servers, write
from isang.catalogue import FAMILIES, members
from isang.errors import UsageError
from isang.family import build, describe, member, names
from isang.plan import Plan
from isang.settling import load_plan, make_plan
from isang.specs import changed, check_member, in_words, spec


def plan_file(folder: Path, text: str | bytes) -> Path:
    file = folder / "plan.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


# members in plans


@pytest.mark.parametrize(
    ("family", "written", "wanted"),
    [
        ("detectors", "knn", {"name": "knn"}),
        ("detectors", "knn:3", {"name": "knn", "neighbors": 3}),
        ("detectors", "knn, auto", {"name": "ensemble", "members": [{"name": "knn"}, {"name": "auto"}]}),
        ("detectors", {"neighbors": 3}, {"name": "auto", "neighbors": 3}),
        ("detectors", {"name": "knn", "neighbors": 3}, {"name": "knn", "neighbors": 3}),
        ("thresholds", "quantile:0.99", {"name": "quantile", "q": 0.99}),
        ("thresholds", "3.5", {"name": "fixed", "value": 3.5}),
        ("thresholds", "alerts:3/week", {"name": "alerts", "rate": "3/week"}),
    ],
)
def test_short_forms(family: str, written: Any, wanted: dict[str, Any]) -> None:
    assert spec(family, written) == wanted


@pytest.mark.parametrize(
    ("family", "wanted", "told"),
    [
        ("detectors", {"name": "knm"}, "'knm' is no member of detectors. Did you mean 'knn'?"),
        ("detectors", {"name": "knn", "neighbours": 3}, "knn has no parameter 'neighbours'. Did you mean 'neighbors'?"),
        (
            "detectors",
            {"name": "knn", "neighbors": "x"},
            "knn: neighbors is 'x'; a whole number of at least 1 is needed.",
        ),
        (
            "detectors",
            {"name": "knn", "neighbors": 2.5},
            "knn: neighbors is 2.5; a whole number of at least 1 is needed.",
        ),
        (
            "detectors",
            {"name": "knn", "neighbors": True},
            "knn: neighbors is True; a whole number of at least 1 is needed.",
        ),
        (
            "detectors",
            {"name": "auto", "window_rows": 5},
            "window_kmeans have: add --detector with one of them.",
        ),
        ("detectors", {"name": "auto", "trees": 5}, "isolation_forest has: add --detector isolation_forest."),
        ("detectors", {"name": "ensemble", "members": ["knm"]}, "'knm' is no member of detectors."),
        ("detectors", {"name": "ensemble"}, "ensemble needs its parameter 'members', which has no default."),
        ("thresholds", {"name": "false_alarms", "q": 0.5}, "quantile has: write --threshold quantile:VALUE."),
        ("thresholds", {"name": "quantile", "q": "x"}, "quantile: q is 'x'; a number is needed."),
        ("features", {"name": "seasn"}, "'seasn' is no member of features. Did you mean 'season'?"),
        ("rules", {"name": "limit", "above": "high"}, "limit: above is 'high'; a number is needed."),
    ],
)
def test_what_is_wrong_with_a_member(family: str, wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_member(family, wanted)
    assert told in str(caught.value)


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "sources"])
def test_the_types_of_every_parameter_can_be_told(family: str) -> None:
    for name in names(family):
        hints = get_type_hints(member(family, name).__init__)
        for parameter in describe(family, name).parameters:
            if hints[parameter] is not Any:
                assert in_words(hints[parameter]) != "something else", f"{name}.{parameter}"


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in ("sources", "llms")])
def test_every_member_passes_with_its_defaults(family: str) -> None:
    for one in members(family)[family]:
        if "required" not in one.parameters.values():
            check_member(family, {"name": one.name})
            built = build(family, one.name).get_params(deep=False)
            assert changed(family, {"name": one.name, **built}) == []


def test_what_was_changed_is_named() -> None:
    assert changed("detectors", {"name": "knn", "neighbors": 3, "most_rows": 10_000}) == ["knn: neighbors 3"]


# options over a plan over the pack


def test_the_pack_gives_what_is_not_told() -> None:
    plan = make_plan({}, {})
    assert plan.features == {"fill": {"max_rows": 5}, "season": {}}
    assert make_plan({}, {"features": {}}).features == {}


def test_changes_win_over_options_over_the_plan() -> None:
    base = {"seed": 1, "top": 1, "lang": "ko"}
    plan = make_plan({"seed": 2, "top": 2}, base, ["seed=3"])
    assert (plan.seed, plan.top, plan.lang) == (3, 2, "ko")


def test_an_option_displaces_its_rivals_of_the_plan() -> None:
    plan = make_plan({"alerts": "1/day", "split": "1/1/1"}, {"false_alarms": "1/week", "train_until": "2024"})
    assert (plan.false_alarms, plan.alerts, plan.train_until) == (None, "1/day", None)


@pytest.mark.parametrize(
    ("change", "key", "wanted"),
    [
        ("detector.neighbors=3", "detector", {"name": "knn", "neighbors": 3}),
        ("features.fill.max_rows=9", "features", {"fill": {"max_rows": 9}, "season": {}}),
        ("rules.limit.above=9.5", "rules", {"silence": {"steps": 10}, "limit": {"above": 9.5}}),
        ("rules={}", "rules", {}),
        ("threshold=quantile:0.9", "threshold", "quantile:0.9"),
        ("value=[a, b]", "value", ["a", "b"]),
        ("key=host", "key", ["host"]),
        ("time=5", "time", "5"),
        ("train_until=2024-01-20", "train_until", "2024-01-20"),
        ("apart=true", "apart", True),
        ("top=null", "top", None),
    ],
)
def test_any_path_of_the_plan_can_be_set(change: str, key: str, wanted: Any) -> None:
    assert getattr(make_plan({"detector": "knn"}, {}, [change]), key) == wanted


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("detectr=knn", "--set detectr=knn: a plan has no 'detectr'. Did you mean 'detector'?"),
        ("rules.limt.above=3", "'limt' is no member of rules. Did you mean 'limit'?"),
        ("detector.windw_rows=3", "has no parameter 'windw_rows'"),
        ("seed", "--set seed: write PATH=VALUE"),
        ("=3", "--set =3: write PATH=VALUE"),
        ("detector.=3", "--set detector.=3: write PATH=VALUE"),
        ("out=[1", "'[1' cannot be read as a value"),
        ("out=!!python/object/apply:os.system [id]", "aliases and tags are not read"),
        ("top=x", "top is 'x'; a whole number is needed."),
        ("lang=fr", "lang is 'fr'; one of en, ko is needed."),
        ("seed.x=3", "--set: 0 has nothing inside that could be set."),
        ("strict=maybe", "strict is 'maybe'; true or false is needed."),
    ],
)
def test_what_cannot_be_set(change: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_plan({"seed": 0}, {}, [change])
    assert told in str(caught.value)


# files


def test_a_plan_file_gives_its_keys(tmp_path: Path) -> None:
    file = plan_file(
        tmp_path, "\ufeffschema: 1\ninputs: m.csv\ntop: 3\ntime: 5\nkey: [1, yes]\ntrain_until: 2024-01-20\n"
    )
    plan = make_plan({}, load_plan(file))
    assert (plan.inputs, plan.top, plan.time, plan.key) == (["m.csv"], 3, "5", ["1", "true"])
    assert plan.train_until == "2024-01-20"


BOMB = "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\ninputs: [*c, *c]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("top: 1\ndetectr: knn\n", ", line 2: unknown key 'detectr'. Did you mean 'detector'?"),
        ("top: 1\nseed: many\n", ", line 2: seed is 'many'; a whole number is needed."),
        ("features: [season]\n", ", line 1: features is ['season']; a mapping is needed."),
        ("top: 1\ntop: 2\n", ", line 2: key 'top' stands twice."),
        ("detector: {name: knn, name: auto}\n", ", line 1: key 'name' stands twice."),
        ("detector:\n\tname: knn\n", ", line 2, column 1: no valid YAML: found character '\\t'"),
        ("key: [a\n", ", line 2, column 1: no valid YAML: expected ',' or ']'"),
        (BOMB, ", line 2: aliases and tags are not read."),
        ('out: !!python/object/apply:os.system ["touch x"]\n', ", line 1: aliases and tags are not read."),
        ("? [a]\n: b\n", ", line 1"),
        ("train_until: 2024-99-99\n", ": no valid YAML"),
        ("", ": the plan is empty"),
        ("# only a comment\n", ": the plan is empty"),
        ("- knn\n", ": a mapping of keys to values is needed"),
        ("schema: 2\n", ": schema 2 came; this version reads plans of schema 1."),
        ("detector: {name: knn, neighbours: 3}\n", ": knn has no parameter 'neighbours'. Did you mean 'neighbors'?"),
        ("alerts: 1/day\nthreshold: 3\n", ": --alerts and --threshold say the same thing in two ways"),
        ("[" * 500_000, ", line 1: nested too deeply for a plan."),
        (b"\xff\xfe\x00a", " cannot be read: not UTF-8."),
        (b"top: \x00", ": no valid YAML"),
        ("#" * 1_000_001, " is larger than 1 MB: that is no plan."),
    ],
)
def test_c01_what_is_wrong_with_a_file(tmp_path: Path, text: str | bytes, told: str) -> None:
    file = plan_file(tmp_path, text)
    line = refused(2, "detect", "m.csv", "--plan", file)
    assert f"{file}{told}" in line
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("name", "told"), [("none.yaml", "No such file or directory"), ("", "Is a directory")])
def test_c01_a_plan_that_cannot_be_read(tmp_path: Path, name: str, told: str) -> None:
    assert told in refused(2, "detect", "m.csv", "--plan", tmp_path / name)


def test_the_yaml_of_a_plan_is_the_plan(tmp_path: Path) -> None:
    plan = make_plan({"inputs": ["a: b.csv"], "key": ["서버", "on", "5"], "out": "x y", "detector": "knn:3"}, {})
    assert make_plan({}, load_plan(plan_file(tmp_path, plan.as_yaml()))) == plan


# what options set of features


def test_the_longest_gap_and_the_calendar_are_set_of_their_features() -> None:
    plan = make_plan({"pack": "counters", "max_fill": "30min", "holidays": "kr"}, {})
    assert plan.feature_specs() == {
        "season": {"holidays": "kr"},
        "fill": {"by": "usual", "max_rows": 6, "longest": "30min"},
    }
    assert make_plan({}, {"pack": "counters", "max_fill": "2rows"}).feature_specs()["fill"]["longest"] == "2rows"


@pytest.mark.parametrize(
    ("told_so", "wanted"),
    [
        ({"pack": "counters", "lang": "ko"}, "KR"),
        ({"pack": "counters", "lang": "ko", "holidays": "JP"}, "JP"),
        ({"pack": "counters", "lang": "ko", "holidays": None}, None),
        ({"pack": "counters", "lang": "ko", "features": {"fill": {}}}, None),
        ({"pack": "counters"}, None),
        ({"lang": "ko"}, None),
        ({"preset": "s2", "lang": "ko"}, None),
    ],
)
def test_counters_told_in_korean_have_korean_holidays(told_so: dict[str, Any], wanted: str | None) -> None:
    assert make_plan(told_so, {}).holidays == make_plan({}, told_so).holidays == wanted


@pytest.mark.parametrize(
    ("told_so", "told"),
    [
        ({"max_fill": "30min"}, "--max-fill belongs to pack counters: add --pack counters."),
        (
            {"pack": "process", "max_fill": "30min"},
            "--max-fill belongs to pack counters: leave it out, or in place of process say --pack counters.",
        ),
        ({"preset": "s2", "max_fill": "30min"}, "--max-fill is about the feature fill, which the plan leaves out."),
        ({"pack": "counters", "max_fill": "long"}, "--max-fill: 'long' is no span;"),
        ({"model": "m", "max_fill": "30min"}, "--max-fill belongs to fit: m has learnt with its own."),
        ({"model": "m", "holidays": "KR"}, "--holidays belongs to fit: m has learnt with its own."),
        ({"preset": "s1", "holidays": "KR"}, "--holidays is about the feature season, which the plan leaves out."),
        (
            {"holidays": "KO"},
            "--holidays: the holidays of 'KO' are not known; write the code of a country, such as KOR, XK,",
        ),
        ({"holidays": "?"}, "write the code of a country, such as KR, US, DE."),
    ],
)
def test_options_of_features_that_cannot_be_met(told_so: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_plan(told_so, {})
    assert told in str(caught.value)


# rerunning


def told(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "incidents.json").read_bytes(), (folder / "scores.parquet").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--label", "is_anomaly", "--train-until", "2024-01-05"],
        ["--apart", "--where", "host=web-2", "--seed", "7", "--detector", "isolation_forest:10"],
        ["--set", "features.fill.max_rows=2", "--set", "rules.limit.above=150", "--threshold", "quantile:0.99"],
        ["--detector", "knn,robust_zscore", "--value", "cpu", "--top", "1", "--tz", "Asia/Seoul", "--step", "2h"],
        ["--split", "50/30/20", "--alerts", "3/day", "--lang", "ko", "--min-size", "1"],
    ],
)
def test_the_plan_of_a_result_reruns_it_exactly(tmp_path: Path, options: list[str]) -> None:
    file, out = servers(tmp_path), tmp_path / "out"
    quick = [] if "--detector" in options else ["--detector", "robust_zscore"]
    first = isang("detect", file, "--out", out, "-q", *quick, *options)
    assert (first.code, first.err) == (0, "")
    before, plan = told(out), (out / "plan.yaml").read_bytes()
    assert isang("detect", "--plan", out / "plan.yaml", "-q").code == 0
    assert told(out) == before
    assert (out / "plan.yaml").read_bytes() == plan


def test_several_files_are_rerun(tmp_path: Path) -> None:
    files, out = [write(tmp_path, lines(seed=at), f"{at}.csv") for at in range(2)], tmp_path / "out"
    isang("detect", *files, "--out", out, "-q", "--detector", "robust_zscore")
    before = told(out)
    assert isang("detect", "--plan", out / "plan.yaml", "-q").code == 0
    assert told(out) == before


def test_what_was_recognised_stands_in_the_plan(tmp_path: Path) -> None:
    file, out = servers(tmp_path), tmp_path / "out"
    isang("detect", file, "--out", out, "-q", "--detector", "robust_zscore")
    plan = yaml.safe_load((out / "plan.yaml").read_text())
    wanted = {"pack": "series", "time": "time", "key": ["host"], "value": ["cpu", "memory"], "tz": "UTC", "schema": 1}
    assert {key: plan[key] for key in wanted} == wanted
    assert set(plan) - {"schema"} <= set(Plan.model_fields)


def test_an_option_wins_over_what_a_preset_says_in_another_way() -> None:
    assert make_plan({"preset": "s1", "false_alarms": "2/week"}, {}).threshold_spec() == {
        "name": "false_alarms",
        "rate": "2/week",
    }
    assert make_plan({"preset": "s1", "detector": "knn"}, {}).detector == "knn"
    assert make_plan({}, {"preset": "s1", "detector": "knn"}).detector == "knn"


@pytest.mark.parametrize(("written", "meant"), [("1e-3", 1e-3), ("2E5", 2e5), ("1.5e-3", 1.5e-3)])
def test_powers_of_ten_are_numbers_with_or_without_a_point(written: str, meant: float) -> None:
    plan = make_plan({"detector": "pca_autoencoder"}, {}, ["min_size=" + written])
    assert plan.min_size == pytest.approx(meant)
