"""What the command says and how it ends."""

from __future__ import annotations

import html
import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from command import SPIKE, isang, lines, refused, servers, write
from isang.errors import InputError, IsangError, OutputError, UsageError

FILES = {
    "anomalies.csv",
    "scores.parquet",
    "incidents.json",
    "skipped.json",
    "plan.yaml",
    "report.html",
    "run.json",
}
COMMAND = [sys.executable, "-m", "isang"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def metric(tmp_path: Path) -> Path:
    return write(tmp_path, lines())


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    monkeypatch.setenv("TERM", "dumb")


# help


@pytest.mark.parametrize("verb", [(), ("detect",), ("fit",), ("selftest",), ("show",), ("mine",), ("list",), ("demo",)])
def test_help_fits_eighty_columns(monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = isang(*verb, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert max(map(len, ended.out.split("\n"))) <= 80


def test_help_of_detect_has_panels_and_examples_that_are_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = isang("detect", "-h").out
    for panel in ("Reading", "Learning", "Deciding", "Output and plan"):
        assert f"─ {panel} ─" in said
    examples = [line.strip() for line in said.split("\n") if line.startswith("   isang ")]
    assert examples[0] == "isang detect metrics.csv"
    assert len(examples) == 7


def test_help_loads_none_of_the_heavy_libraries() -> None:
    heavy = "numpy", "polars", "scipy", "sklearn", "plotly", "yaml", "pandas", "narwhals"
    code = (
        "import sys; sys.argv = ['isang', 'detect', '--help']\n"
        "from isang.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_without_a_verb_there_is_help() -> None:
    assert isang().out.rstrip() == isang("--help").out.rstrip()


def test_version() -> None:
    assert re.fullmatch(r"isang \d+\.\d+\S*\n", isang("--version").out)


# errors in options


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["detekt"], "no such command 'detekt'. Did you mean 'detect'?"),
        (["detect", "--fale-alarms", "1"], "no such option '--fale-alarms'. Did you mean '--false-alarms'?"),
        (["detect", "--xyzzy"], "no such option '--xyzzy'. 'isang detect --help' lists them."),
        (["detect", "m.csv", "--lang"], "option '--lang' requires an argument."),
        (["detect", "m.csv", "--lang", "fr"], "invalid value for '--lang': 'fr' is not one of 'en', 'ko'."),
        (["detect", "m.csv", "--seed", "a"], "invalid value for '--seed': "),
        (["detect"], "no input: name a file, '-' for standard input, or a plan with `inputs`."),
        (["detect", "m.csv", "--split", "1/1/1", "--train-until", "2024"], "--train-until and --split say the same"),
        (["detect", "m.csv", "--alerts", "1/day", "--threshold", "3"], "--alerts and --threshold say the same"),
        (["detect", "m.csv", "--alerts", "many"], "--alerts: 'many' is no rate; write 1/week"),
        (["detect", "m.csv", "--since", "soon"], "--since: 'soon' is no span"),
        (["detect", "m.csv", "--min-change", "5x"], "--min-change: '5x' is no share"),
        (["detect", "m.csv", "--min-size", "-1"], "--min-size -1.0: an amount of 0 or more"),
        (["detect", "m.csv", "--top", "0"], "--top 0: a number of incidents, at least 1"),
        (["detect", "m.csv", "--seed", "-1"], "--seed -1: a whole number from 0"),
        (["detect", "m.csv", "--positive", "1"], "--positive names a value of the label column"),
        (["detect", "m.csv", "--detector", "kn"], "'kn' is no member of detectors. Did you mean 'knn'?"),
        (["detect", "m.csv", "--threshold", "quantil:3"], "'quantil' is no member of thresholds. Did you mean"),
        (["list", "detectr"], "'detectr' is no family. Did you mean 'detectors'?"),
        (["show", "--context", "-1"], "invalid value for '--context': "),
        (["show", "1", "--html"], "an ID, --at and --html each show something else"),
        (["show", "--where", "a=b"], "--where names the entity of a moment; give --at as well."),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(arguments: list[str], told: str) -> None:
    assert refused(2, *arguments).startswith(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--key", "hst"], "--key: there is no column 'hst'."),
        (["--where", "cpuu=3"], "--where: there is no column 'cpuu'. Did you mean 'cpu'?"),
        (["--tz", "Mars"], "'Mars' is no time zone. Write it like Asia/Seoul."),
        (["--encoding", "x9"], "'x9' is no encoding"),
        (["--split", "60/20"], "--split 60/20: three shares are needed"),
        (["--split", "a/b/c"], "--split a/b/c: three shares are needed"),
        (["--train-until", "2023-01-10"], "--train-until 2023-01-10 leaves 0 of 240 rows to learn from"),
        (["--train-until", "2024-01-01T05:00"], "--train-until 2024-01-01T05:00 leaves 5 of 240 rows"),
        (
            ["--train-until", "2030-01-01"],
            "--train-until 2030-01-01 leaves 240 of 240 rows to learn from and 0 to judge",
        ),
        (["--train-until", "soon"], "--train-until soon: a date or time in ISO form is needed"),
        (["--since", "10rows"], "--since 10rows needs a time column and a span of time"),
        (["--threshold", "quantile:2"], "nothing can be judged with quantile: q 2 (q is 2; a share"),
        (
            ["--detector", "pca_autoencoder:0"],
            "pca_autoencoder: window_rows is 0; a whole number of at least 1 is needed",
        ),
    ],
)
def test_options_at_odds_with_the_file(metric: Path, out: Path, arguments: list[str], told: str) -> None:
    assert refused(2, "detect", metric, "--out", out, *arguments).startswith(told)
    assert not out.exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError, 2), (InputError, 3), (OutputError, 5), (IsangError, 70), (RuntimeError, 70)],
)
def test_each_error_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, metric: Path, error: type[Exception], code: int
) -> None:
    def fails(*_: object) -> None:
        raise error("went\nwrong \x1b[31m")

    monkeypatch.setattr("isang.api.settle", fails)
    assert "went wrong" in refused(code, "detect", metric)
    assert "\x1b" not in refused(code, "detect", metric)


def test_an_internal_error_says_how_to_see_more(monkeypatch: pytest.MonkeyPatch, metric: Path) -> None:
    monkeypatch.setattr("isang.api.settle", None)
    assert refused(70, "detect", metric).endswith("Run again with --debug and report it.")
    shown = isang("detect", metric, "--debug")
    assert shown.code == 70
    assert "Traceback" in shown.err
    assert shown.err.split("\n")[-2].startswith("isang: internal error: TypeError")


def test_debug_shows_where_an_error_of_the_user_came_from(tmp_path: Path) -> None:
    shown = isang("detect", tmp_path / "none.csv", "--debug")
    assert shown.code == 3
    assert "Traceback" in shown.err


def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch, metric: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("isang.api.settle", interrupted)
    ended = isang("detect", metric)
    assert (ended.code, ended.out, ended.err.lstrip("\n")) == (130, "", "isang: interrupted; nothing was written.\n")


def test_memory_that_runs_out_is_one_line(monkeypatch: pytest.MonkeyPatch, metric: Path) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("isang.api.settle", full)
    assert refused(70, "detect", metric).startswith("out of memory")


# detect


def test_a_file_gives_a_folder_and_a_few_lines(metric: Path, out: Path) -> None:
    ended = isang("detect", metric, "--out", out)
    assert (ended.code, ended.err) == (0, "")
    assert {file.name for file in out.iterdir()} == FILES
    assert "Time: time · YYYY-MM-DD HH:MM:SS · UTC · one row every 1 h" in ended.out
    assert "1 × CRITICAL" in ended.out
    assert re.search(r"CRITICAL 100 +2024-01-07 06:00 +cpu 190, usually", ended.out)
    assert f"Report: {out}/report.html" in ended.out
    assert json.loads((out / "run.json").read_text())["command"] == f"isang detect {metric} --out {out}"


def test_the_suggested_command_works_where_it_was_suggested(metric: Path, out: Path) -> None:
    said = isang("detect", metric, "--out", out).out
    command = said.split("Try: isang ")[1].split("\n")[0].split()
    assert command[-2:] == ["--out", str(out)]
    assert isang(*command).code == 0
    assert html.escape(shlex.join(["isang", *command])) in (out / "report.html").read_text()


def test_json_is_the_file_and_nothing_else(metric: Path, out: Path) -> None:
    ended = isang("detect", metric, "--out", out, "--json")
    assert ended.out == (out / "incidents.json").read_text()
    assert "1 × CRITICAL" in ended.err
    assert isang("detect", metric, "--out", out, "--json", "-q").err == ""


def test_quiet_says_nothing(metric: Path, out: Path) -> None:
    ended = isang("detect", metric, "--out", out, "--quiet")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (out / "run.json").exists()


def test_a_dash_reads_standard_input(metric: Path, tmp_path: Path) -> None:
    isang("detect", metric, "--out", tmp_path / "file", "-q")
    piped = isang("detect", "-", "--out", tmp_path / "pipe", "--json", stdin=metric.read_bytes())
    assert piped.out == (tmp_path / "file" / "incidents.json").read_text()
    assert json.loads((tmp_path / "pipe" / "run.json").read_text())["inputs"][0]["path"] == "-"
    assert refused(3, "detect", "-") == "-: the file is empty; a header and rows are needed."


def test_several_files_are_entities_of_one_result(tmp_path: Path, out: Path) -> None:
    files = [
        write(tmp_path, lines(), "a.csv"),
        write(tmp_path, [row for row in lines(seed=1) if ",190" not in row], "b.csv"),
    ]
    isang("detect", *files, "--out", out, "-q")
    assert {one["entity"] for one in json.loads((out / "incidents.json").read_text())["incidents"]} == {"a"}
    assert [one["path"] for one in json.loads((out / "run.json").read_text())["inputs"]] == [str(f) for f in files]


@pytest.mark.parametrize(("band", "code"), [("CRITICAL", 1), ("INFO", 1)])
def test_fail_on_is_exit_1_and_writes_all_the_same(metric: Path, out: Path, band: str, code: int) -> None:
    assert isang("detect", metric, "--out", out, "--fail-on", band, "-q").code == code
    run = json.loads((out / "run.json").read_text())
    assert run["exit"] == code
    assert {file.name for file in out.iterdir()} == FILES


def test_fail_on_nothing_is_exit_0(tmp_path: Path, out: Path) -> None:
    calm = write(tmp_path, lines(rows=SPIKE - 30))
    ended = isang("detect", calm, "--out", out, "--fail-on", "HIGH")
    assert ended.code == 0
    assert "Nothing stands out" in ended.out
    assert "--false-alarms 7/week" in ended.out


def test_a_dry_run_prints_the_plan_and_writes_nothing(metric: Path, out: Path) -> None:
    ended = isang("detect", metric, "--out", out, "--dry-run", "--alerts", "3/week")
    assert ended.code == 0
    assert ended.out.startswith("schema: 1\ninputs:\n")
    assert "alerts: 3/week\n" in ended.out
    assert "Time: time" in ended.err
    assert not out.exists()


def test_a_dry_run_is_a_plan_that_runs(metric: Path, out: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(isang("detect", metric, "--out", out, "--dry-run").out)
    assert isang("detect", "--plan", file, "-q").code == 0
    assert (out / "run.json").exists()


def test_options_that_choose_incidents(tmp_path: Path, out: Path) -> None:
    file = servers(tmp_path)

    def told(*options: str) -> list[str]:
        isang("detect", file, "--out", out, "-q", "--detector", "robust_zscore", "--value", "cpu", *options)
        return [one["title"] for one in json.loads((out / "incidents.json").read_text())["incidents"]]

    everything = told("--alerts", "20/week")
    assert len(everything) > 2
    assert told("--alerts", "20/week", "--top", "2") == everything[:2]
    assert told("--alerts", "20/week", "--min-size", "100") == everything[:1]
    assert told("--alerts", "20/week", "--min-change", "200%") == everything[:1]
    assert everything[0] not in told("--alerts", "20/week", "--direction", "down")
    assert everything[0] not in told("--alerts", "20/week", "--since", "24h")
    assert told("--where", "host=web-1", "--min-size", "100") == []


def test_labels_are_measured_and_told(tmp_path: Path, out: Path) -> None:
    told = ("--label", "is_anomaly", "--positive", "1", "--detector", "robust_zscore")
    ended = isang("detect", servers(tmp_path), "--out", out, *told)
    assert "Against the labels: 1 of 1 events found · " in ended.out
    assert "on all rows, in hindsight" in ended.out
    measured = json.loads((out / "run.json").read_text())["measured"]
    assert (measured["events"], measured["found"], measured["positive"]) == (1, 1, "1")
    assert "1 of 1 events found" in (out / "report.html").read_text()


def test_korean(metric: Path, out: Path) -> None:
    said = isang("detect", metric, "--out", out, "--lang", "ko").out
    assert "이상 상황" in said
    assert "이상 상황" in (out / "report.html").read_text()
    assert "평소" in isang("show", "1", "--out", out).out


# the other verbs


def test_list_names_every_member_with_its_parameters() -> None:
    said = isang("list").out
    assert "pca_autoencoder" in said
    assert "false_alarms" in said
    assert "estimator=required" in isang("list", "detectors").out
    assert "thresholds" not in isang("list", "detectors").out


def test_the_demo_finds_its_incidents(tmp_path: Path) -> None:
    ended = isang("demo", "--out", tmp_path / "d", "--lang", "ko")
    assert ended.code == 0
    assert (tmp_path / "d" / "shop.csv").exists()
    assert "결제-서버" in ended.out
    assert "CRITICAL" in ended.out


def test_the_demo_overwrites_nothing_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("mine")
    assert "would be overwritten" in refused(5, "demo", "--out", tmp_path)
    assert (tmp_path / "shop.csv").read_text() == "mine"


# terminals and pipes


def test_progress_shows_on_a_terminal_and_nowhere_else(metric: Path, out: Path) -> None:
    controller, terminal = pty.openpty()
    work = [*COMMAND, "detect", str(metric), "--out", str(out), "--json"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    done = subprocess.run(work, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=True)
    os.close(terminal)
    shown = b""
    while piece := _read(controller):
        shown += piece
    assert "240 rows read" in shown.decode()
    assert done.stdout.decode() == (out / "incidents.json").read_text()
    assert "rows read" not in isang("detect", metric, "--out", out).err


def _read(controller: int) -> bytes:
    try:
        return os.read(controller, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
