"""`isang selftest`: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import yaml

from command import isang, lines, refused, write
from isang.reports.trials_files import FILES
from isang.synthetic import series

QUICK = ("--detector", "robust_zscore")
STAMP = "%Y-%m-%dT%H:%M:%SZ"


@pytest.fixture(scope="module")
def metric(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven weeks of hourly rows."""
    file = tmp_path_factory.mktemp("data") / "metric.csv"
    series(1200, step="1h").frame.write_csv(file, datetime_format=STAMP)
    return file


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.setenv("TERM", "dumb")


def test_a_test_that_is_passed(metric: Path, out: Path) -> None:
    ended = isang("selftest", metric, "--out", out, *QUICK)
    assert (ended.code, ended.err) == (0, "")
    assert {file.name for file in out.iterdir()} == set(FILES)
    said = ended.out.split("\n")
    for line in ("Pack: series", "Threshold: ", "Faults tried: 690 · in 360 rows, ", "Self-test passed", "Report: "):
        assert any(one.startswith(line) for one in said), line
    assert re.search(r"^spike +\d+% +\d+% +100% +at once$", re.sub(r" +$", "", ended.out, flags=re.M), re.M)
    assert said[-2] == f"Try: isang fit {metric}"


def test_a_test_that_is_failed_ends_with_1_and_says_why(metric: Path, out: Path) -> None:
    ended = isang("selftest", metric, "--out", out, *QUICK, "--require", "spike=100%,level_shift=10%")
    assert ended.code == 1
    assert re.search(r"not met +spike +\d+% of 60 caught at 5 spreads or more +at least 100%", ended.out)
    assert re.search(r"\nmet +level shift ", ended.out)
    assert "Note: A fault is missed where values swing as far by themselves" in ended.out
    assert ended.out.split("\n")[-2] == f"Try: isang selftest --plan {out}/plan.yaml --false-alarms 7/week"
    assert json.loads((out / "selftest.json").read_text())["exit"] == 1


def test_the_command_that_it_suggests_runs(metric: Path, out: Path) -> None:
    said = isang("selftest", metric, "--out", out, *QUICK, "--require", "spike=100%").out
    again = isang(*shlex.split(said.split("\n")[-2].removeprefix("Try: isang ")))
    assert json.loads((out / "selftest.json").read_text())["false_alarms"]["requested"] == "7/week"
    assert again.err == ""


def test_too_many_incidents_are_to_be_looked_at(tmp_path: Path, out: Path) -> None:
    frame = series(1200, step="1h").frame
    often = pl.int_range(pl.len()).is_between(860, 1190) & (pl.int_range(pl.len()) % 20 == 0)
    spiky = frame.with_columns(pl.when(often).then(pl.col("value") + 40).otherwise(pl.col("value")))
    spiky.write_csv(tmp_path / "spiky.csv", datetime_format=STAMP)
    ended = isang("selftest", tmp_path / "spiky.csv", "--out", out, *QUICK)
    assert ended.code == 1
    assert re.search(
        r"not met +False alarms +\d+ in the last part, .* a week \(.*\) +at most 4, twice 1/week", ended.out
    )
    assert "name the column that marks them with --label" in re.sub(r"\s+", " ", ended.out)
    suggested = ended.out.split("\n")[-2].removeprefix("Try: ")
    assert suggested == f"isang detect --plan {out}/plan.yaml --out isang-out"
    looked = isang(*shlex.split(suggested)[1:-1], tmp_path / "looked")
    assert (looked.code, looked.err) == (0, "")


def test_its_plan_repeats_it(metric: Path, out: Path, tmp_path: Path) -> None:
    isang("selftest", metric, "--out", out, *QUICK, "--require", "90%,drift=50%", "--seed", "3", "-q")
    plan = yaml.safe_load((out / "plan.yaml").read_text())
    assert (plan["require"], plan["split"], plan["seed"], plan["out"]) == ("90%,drift=50%", "50/20/30", 3, str(out))
    again = isang("selftest", "--plan", out / "plan.yaml", "--out", tmp_path / "again", "-q")
    assert again.out == ""
    assert (tmp_path / "again" / "selftest.csv").read_bytes() == (out / "selftest.csv").read_bytes()


def test_its_usual_folder_is_not_that_of_detect(metric: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    isang("selftest", metric, *QUICK, "-q")
    assert [folder.name for folder in tmp_path.iterdir()] == ["isang-selftest"]


def test_json_is_exactly_the_file_and_all_else_goes_to_standard_error(metric: Path, out: Path) -> None:
    ended = isang("selftest", metric, "--out", out, *QUICK, "--json")
    assert ended.out == (out / "selftest.json").read_text(encoding="utf-8")
    assert "Self-test passed" in ended.err
    silent = isang("selftest", metric, "--out", out, *QUICK, "--json", "--quiet")
    assert (json.loads(silent.out)["passed"], silent.err) == (True, "")


def test_a_dry_run_tells_the_parts_and_tries_nothing(metric: Path, out: Path) -> None:
    ended = isang("selftest", metric, "--out", out, "--dry-run")
    assert yaml.safe_load(ended.out)["split"] == "50/20/30"
    assert "Pack: series" in ended.err
    assert not out.exists()


def test_it_speaks_korean(metric: Path, out: Path) -> None:
    ended = isang("selftest", metric, "--out", out, *QUICK, "--lang", "ko")
    assert "자가 시험 통과" in ended.out
    assert re.search(
        r"충족 +오경보 +마지막 구간 \d+건, 주당 [\d.]+건 \([\d.]+~[\d.]+\) +최대 4건 \(요청 1/week의 두 배\)", ended.out
    )
    assert '<html lang="ko">' in (out / "report.html").read_text(encoding="utf-8")


def test_a_model_is_tried(metric: Path, out: Path, tmp_path: Path) -> None:
    isang("fit", metric, *QUICK, "--out", tmp_path / "model", "-q")
    ended = isang("selftest", metric, "--model", tmp_path / "model", "--out", out)
    assert (ended.code, ended.err) == (0, "")
    assert f"Model: {tmp_path}/model · learnt from 1,200 rows" in ended.out
    assert ended.out.split("\n")[-2] == f"Try: isang detect NEW --model {tmp_path}/model"
    told = "--detector belongs to fit"
    assert refused(2, "selftest", metric, "--model", tmp_path / "model", *QUICK).startswith(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--require", "90"], "--require: '90' asks for no share; write 70%, spike=90%"),
        (["--require", "spyke=9%"], "--require: 'spyke' is no fault. Did you mean 'spike'?"),
        (["--split", "60/40"], "--split 60/40: three shares are needed"),
        (["--since", "24h"], "no such option '--since'."),
        (["--top", "3"], "no such option '--top'."),
        (["--alerts", "1/week", "--threshold", "3"], "--alerts and --threshold say the same thing"),
    ],
)
def test_what_makes_no_sense_is_one_line(metric: Path, out: Path, arguments: list[str], told: str) -> None:
    assert refused(2, "selftest", metric, "--out", out, *arguments).startswith(told)
    assert not out.exists()


def test_what_cannot_be_tried_is_one_line_that_names_the_file(tmp_path: Path, out: Path) -> None:
    file = write(tmp_path, lines(rows=120))
    told = refused(3, "selftest", file, "--out", out, *QUICK)
    assert told.startswith(f"{file}: 120 rows came, and the part that sets the threshold holds 24 that are scored;")


def test_a_folder_that_is_not_a_self_test_is_refused_before_anything_is_tried(metric: Path, out: Path) -> None:
    isang("detect", metric, "--out", out, *QUICK, "-q")
    assert "holds no selftest.json of isang: nothing was replaced" in refused(5, "selftest", metric, "--out", out)
    assert (out / "run.json").exists()


def test_a_terminal_shows_how_far_it_is(metric: Path, out: Path) -> None:
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "isang", "selftest", str(metric), "--out", str(out), *QUICK]
    settings = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stderr=terminal, stdout=subprocess.DEVNULL, env=settings) as running:
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            shown += part
            if not part:
                break
    os.close(master)
    assert running.returncode == 0
    assert b"of 690 faults tried" in shown
