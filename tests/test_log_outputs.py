"""What a run writes of logs: lines with their place, files by band of risk, raw lines in report and `isang show`."""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import plotly.graph_objects as go
import polars as pl
import pytest

import isang as package
from command import isang
from isang import excerpts
from isang.excerpts import excerpt
from isang.reports.contents import BANDS
from isang.reports.figures import incident_figures
from isang.reports.lined import lined
from isang.reports.log_section import new_templates
from isang.reports.raw_lines import raw_lines
from isang.reports.risk_files import SUMMARY, TRAINING, risk_writers
from isang.reports.schemas import json_schemas
from isang.reports.volume_chart import volume_figure, volumes
from isang.result import Result

CHROMIUM = shutil.which("chromium")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> \x1b[31m[/x] 결제"
TRACE = (
    "java.lang.IllegalStateException: no answer",
    "\tat shop.Pay.run(Pay.java:7)",
    "Caused by: java.net.ConnectException: refused",
)


def written(folder: Path) -> Path:
    """A day of two logs; at 18:00 one of them fails for three minutes, in words never seen before."""
    app = folder / "app"
    app.mkdir()
    for name, every in (("shop.log", 4), ("stock.log", 7)):
        lines: list[str] = []
        for second in sorted(np.random.default_rng(5).choice(86_400, 86_400 // every, replace=False).tolist()):
            at, turn = BEGIN + timedelta(seconds=second), len(lines)
            said = ("order accepted", "basket of customer shown", "search answered in")[turn % 3]
            lines.append(f"{at:%Y-%m-%d %H:%M:%S},000 INFO [main] shop.Pages - {said} {turn % 977}")
            if name == "shop.log" and 64_800 <= second < 64_980:
                lines.append(f"{at:%Y-%m-%d %H:%M:%S},500 ERROR [main] shop.Pay - cannot pay {turn} {HOSTILE}")
                lines += TRACE
        (app / name).write_bytes("".join(f"{line}\n" for line in lines).encode())
    return app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def out(app: Path) -> Path:
    folder = app.parent / "out"
    assert isang("detect", app, "--out", folder, "-q").code == 0
    return folder


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def incidents(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "incidents.json").read_text())["incidents"]
    return found


def failure(out: Path) -> dict[str, Any]:
    return next(one for one in incidents(out) if "cannot pay" in one["entity"])


def line_at(file: str, offset: int) -> bytes:
    with Path(file).open("rb") as opened:
        opened.seek(offset)
        return opened.readline()


def test_a_flagged_row_says_where_its_line_is(out: Path) -> None:
    row = next(row for row in table(out / "anomalies.csv") if row["log_level"] == "ERROR")
    assert list(row)[-6:] == ["file", "line", "byte_offset", "log_level", "exception", "template_id"]
    assert b"ERROR [main] shop.Pay - cannot pay" in line_at(row["file"], int(row["byte_offset"]))
    whole = Path(row["file"]).read_bytes()
    assert whole[: int(row["byte_offset"])].count(b"\n") + 1 == int(row["line"])
    assert row["exception"] == "ConnectException"
    assert row["template"].endswith("· ConnectException")


def test_templates_are_those_that_mining_gives(app: Path, out: Path) -> None:
    """Of all lines that were read, byte for byte."""
    assert (out / "templates.csv").read_text() == package.mine(app).csv()
    assert sum(int(row["count"]) for row in table(out / "templates.csv")) == len(lines_of(app))
    flagged = {row["template_id"] for row in table(out / "anomalies.csv")} - {""}
    assert flagged <= {row["template_id"] for row in table(out / "templates.csv")}


def test_an_incident_says_where_its_lines_are(out: Path) -> None:
    lines = failure(out)["lines"]
    assert lines
    assert b"cannot pay" in line_at(lines[0]["file"], lines[0]["byte_offset"])
    assert all(line_at(one["file"], one["byte_offset"]).startswith(b"2026-03-01 ") for one in lines)
    jsonschema.validate(json.loads((out / "incidents.json").read_text()), json_schemas()["incidents.schema.json"])


def test_the_risk_of_a_row_is_made_of_anomaly_and_severity(out: Path) -> None:
    parts = failure(out)["risk_parts"]
    assert parts["severity"] == 80.0  # ERROR, and a connection that is refused
    rows = [row for row in table(out / "anomalies.csv") if row["incident"] == failure(out)["id"]]
    risks = [float(row["risk"]) for row in rows if row["entity"] == failure(out)["entity"]]
    assert max(risks) == pytest.approx(0.6 * parts["anomaly"] + 0.4 * parts["severity"], abs=0.1)
    assert max(risks) == failure(out)["risk"]


def test_files_by_band_are_views_of_all_anomalies(out: Path) -> None:
    rows = table(out / "anomalies.csv")
    assert table(out / "anomalies_with_risk.csv") == rows
    for band in BANDS:
        view = out / f"risk_{band.lower()}.csv"
        assert table(view) == [row for row in rows if row["band"] == band]
        assert view.read_text().partition("\n")[0] == (out / "anomalies.csv").read_text().partition("\n")[0]


@pytest.mark.parametrize(
    ("lang", "total", "mean"), [("en", "anomalies: ", "mean risk: "), ("ko", "이상: ", "평균 위험도: ")]
)
def test_the_summary_counts_what_the_table_holds(app: Path, tmp_path: Path, lang: str, total: str, mean: str) -> None:
    assert isang("detect", app, "--out", tmp_path / "out", "-q", "--lang", lang).code == 0
    rows, said = table(tmp_path / "out" / "anomalies.csv"), (tmp_path / "out" / SUMMARY).read_text()
    risks = [float(row["risk"]) for row in rows]
    assert f"{total}{len(rows)}" in said
    assert f"{mean}{sum(risks) / len(risks):.1f}" in said
    for band in BANDS:
        count = sum(row["band"] == band for row in rows)
        told = next(line.split() for line in said.splitlines() if line.startswith(band))
        assert told[1] == str(count)
        assert float(told[2].rstrip("%")) == pytest.approx(100 * count / len(rows), abs=0.51)


def test_other_data_have_none_of_these_files_and_take_their_place(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(out, folder)
    file = tmp_path / "rows.csv"
    file.write_text("value\n" + "".join(f"{number % 7}\n" for number in range(300)))
    assert isang("detect", file, "--out", folder, "-q").code == 0
    assert not (folder / SUMMARY).exists()
    assert "byte_offset" not in (folder / "anomalies.csv").read_text()


def test_the_title_says_how_many_lines_came_and_were_due(out: Path) -> None:
    one = failure(out)
    rows = [row for row in table(out / "anomalies.csv") if row["incident"] == one["id"]]
    came = sum(float(row["value"]) for row in rows if row["entity"] == one["entity"])
    in_all = Path(one["lines"][0]["file"]).read_text().count("cannot pay")
    more = ("", "") if came == in_all else (f" ({in_all} in all)", f" (전체 {in_all}줄)")
    assert one["title"] == f"never seen before: {came:.0f} ERROR lines{more[0]}"
    assert one["text"]["en"].startswith(one["title"] + "\n")
    assert one["text"]["ko"].startswith(f"처음 나타남: ERROR {came:.0f}줄{more[1]}\n")


def test_lines_that_are_missing_are_told_with_what_was_due(tmp_path: Path) -> None:
    app = written(tmp_path)
    log = app / "shop.log"
    kept = [line for line in log.read_text().splitlines(True) if line[:15] != "2026-03-01 12:0" or line[15] > "2"]
    log.write_text("".join(kept))
    assert isang("detect", app, "--out", tmp_path / "out", "-q").code == 0
    one = next(one for one in incidents(tmp_path / "out") if one["start"] == "2026-03-01T12:02:00+00:00")
    assert one["entity"] == "shop.log / all lines"  # when three minutes are silent: one or two may be by chance
    assert one["title"].startswith("0 lines, ")
    assert one["risk_parts"]["severity"] == 20.0  # as INFO
    assert one["risk"] <= 68
    assert one["title"].endswith(" expected")
    rows = [row for row in table(tmp_path / "out" / "anomalies.csv") if row["entity"] == one["entity"]]
    assert {row["byte_offset"] for row in rows if row["incident"] == one["id"]} == {""}


def test_the_terminal_gives_long_templates_a_line_of_their_own(app: Path, tmp_path: Path) -> None:
    said = isang("detect", app, "--out", tmp_path / "out").out
    assert "cannot pay <*> <script>alert(<*>)</script> [/x] 결제 · ConnectException" in said


def test_show_prints_the_raw_lines_around(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    one, whole = failure(out), Path(failure(out)["lines"][0]["file"]).read_text().splitlines()
    said = isang("show", one["id"], "--context", "20", "--out", out).out
    place = one["lines"][0]
    assert f"{place['file']}:{place['line']} (byte {place['byte_offset']})" in said
    assert "\x1b" not in said
    told = said[said.index("The strangest line") :].splitlines()[1:]
    assert len(told) == 41
    for number, line in zip(range(place["line"] - 20, place["line"] + 21), told, strict=True):
        expected = whole[number - 1].replace("\x1b", "").replace("\t", " ")
        assert line.lstrip(" ▶").split("  ", 1) == [str(number), expected]
    assert told[20].startswith("  ▶ ")


@pytest.mark.parametrize("packed", [False, True])
def test_an_excerpt_is_what_stands_in_the_file(out: Path, tmp_path: Path, packed: bool) -> None:
    place = failure(out)["lines"][0]
    if packed:
        file = tmp_path / "shop.log.gz"
        file.write_bytes(gzip.compress(Path(place["file"]).read_bytes()))
        place = {**place, "file": str(file)}
    found = excerpt(place, 5)
    whole = Path(failure(out)["lines"][0]["file"]).read_text().splitlines()
    assert list(found.lines) == whole[place["line"] - 6 : place["line"] + 5]
    assert found.lines[found.at] == whole[place["line"] - 1]


def test_files_that_are_not_there_any_more_are_told(app: Path, tmp_path: Path) -> None:
    copy, out = tmp_path / "app", tmp_path / "out"
    shutil.copytree(app, copy)
    assert isang("detect", copy, "--out", out, "-q").code == 0
    place = failure(out)["lines"][0]
    log = Path(place["file"])
    log.write_bytes(b"x" + log.read_bytes())
    assert "The file has changed since" in isang("show", failure(out)["id"], "--out", out).out
    log.unlink()
    ended = isang("show", failure(out)["id"], "--out", out)
    assert (ended.code, "cannot be read any more" in ended.out) == (0, True)
    assert excerpt({**place, "file": "-"}, 5).trouble == "not_kept"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_shows_raw_lines_that_do_nothing(app: Path, tmp_path: Path, lang: str) -> None:
    out = tmp_path / "out"
    assert isang("detect", app, "--out", out, "-q", "--lang", lang).code == 0
    page = (out / "report.html").read_text()
    place = failure(out)["lines"][0]
    figure = re.search(r'<figure class="raw">.*?</figure>', page[page.index(failure(out)["id"]) :], re.DOTALL)
    assert figure is not None
    assert f"{place['file']}:{place['line']}" in figure[0]
    assert figure[0].count("<span") == 11
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [31m[/x] 결제" in figure[0]
    assert "<script>alert" not in page
    assert "\x1b" not in page


def test_why_there_are_no_raw_lines_is_said_in_both_languages(out: Path) -> None:
    gone = excerpt({**failure(out)["lines"][0], "file": "/nowhere/<b>.log"}, 5)
    assert "/nowhere/&lt;b&gt;.log" in raw_lines(gone, "en")
    assert "The file cannot be read any more." in raw_lines(gone, "en")
    assert "파일을 더 이상 읽을 수 없습니다." in raw_lines(gone, "ko")


@pytest.fixture(scope="module")
def result(app: Path) -> Result:
    return package.detect(str(app))


def lines_of(app: Path) -> list[str]:
    """The first lines of all records."""
    return [line for log in sorted(app.iterdir()) for line in log.read_text().split("\n") if line.startswith("2026")]


def test_volumes_count_every_line_at_its_level_and_time(app: Path, result: Result) -> None:
    counted, width = volumes(result)
    lines = lines_of(app)
    assert counted["ERROR"].sum() == sum(" ERROR [" in line for line in lines)
    assert counted["INFO"].sum() == sum(" INFO [" in line for line in lines)
    for number in (0, 100, len(counted) - 1):
        begin = counted["time"][number]
        ends = [f"{at:%Y-%m-%d %H:%M:%S}" for at in (begin, begin + width)]
        assert counted["INFO"][number] == sum(ends[0] <= line[:19] < ends[1] for line in lines if " INFO [" in line)


def test_the_chart_of_volumes_shows_grave_lines_by_themselves(result: Result) -> None:
    figure = volume_figure(result)
    assert [(trace.name, trace.yaxis) for trace in figure.data] == [("ERROR", "y"), ("INFO", "y"), ("ERROR", "y2")]
    assert len(figure.layout.shapes) == len(result.incidents)


def test_new_templates_are_told_with_all_their_lines(app: Path, result: Result) -> None:
    found = new_templates(result).to_dicts()
    assert [one["template"].startswith("cannot pay") for one in found] == [True]
    assert found[0]["total"] == sum("cannot pay" in line for line in lines_of(app))


def test_what_logs_hold_stands_in_the_account(app: Path, out: Path) -> None:
    run = json.loads((out / "run.json").read_text())
    assert run["logs"]["records"] == len(lines_of(app))
    assert sum(run["logs"]["levels"].values()) == len(lines_of(app))
    jsonschema.validate(run, json_schemas()["run.schema.json"])
    assert f"{len(lines_of(app)):,} lines read" in isang("detect", app, "--out", out).out


def test_an_incident_that_ended_before_the_logs_did_is_over(out: Path) -> None:
    """Its kind of line has no row after it, as there was none."""
    assert failure(out)["end"] < "2026-03-01T19"
    assert not failure(out)["ongoing"]


def test_lines_of_a_kind_are_bars_and_slots_without_them_are_not_shaded(result: Result) -> None:
    one = next(one for one in result.incidents if "cannot pay" in one.entity)
    figure = incident_figures(result, [one])[0]
    bars = [trace for trace in figure.data if isinstance(trace, go.Bar)]
    assert len(bars) == 1
    assert bars[0].width == 60_000
    assert max(bars[0].y) > 9
    assert not [shape for shape in figure.layout.shapes if shape.name == "no data"]
    assert figure.layout.xaxis.range[0] <= "2026-03-01T13:00:00"


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_nothing_in_a_line_runs_in_a_browser(out: Path, tmp_path: Path) -> None:
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=10000", "--dump-dom", (out / "report.html").as_uri(),
    ]  # fmt: skip
    document = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    volumes_box = document[document.index('data-figure="figure-volumes"') :]
    assert 'class="main-svg"' in volumes_box[: volumes_box.index("</section>")]
    assert html.escape("<script>alert(1)</script>", quote=False) in document
    assert "<script>alert" not in document


def test_how_nets_were_trained_is_a_line_an_epoch(result: Result, tmp_path: Path) -> None:
    assert TRAINING not in risk_writers(result, "en")
    epoch = {"loss": 0.5, "validation_loss": None, "learning_rate": 0.001}
    net = {"block": 2, "detector": "deep_log", "stopped": "all epochs done", "epochs": [epoch, {**epoch, "loss": 0.25}]}
    trained = replace(result, run={**result.run, "training": [net]})
    risk_writers(trained, "en")[TRAINING](tmp_path / TRAINING)
    assert (tmp_path / TRAINING).read_text().splitlines() == [
        "deep_log block 2 epoch 1 loss=0.5 learning_rate=0.001",
        "deep_log block 2 epoch 2 loss=0.25 learning_rate=0.001",
        "deep_log block 2 stopped: all epochs done",
    ]


def test_the_training_log_is_dated_by_when_the_run_began(app: Path, out: Path, tmp_path: Path) -> None:
    """S3-14; the next run's takes its place."""
    run = json.loads((out / "run.json").read_text())
    [log] = out.glob("loganomaly_training_*.log")
    assert log.name == f"loganomaly_training_{datetime.fromisoformat(run['logs']['read_at']):%Y%m%d_%H%M%S}.log"
    told = log.read_text().splitlines()
    assert told[1] == f"read 2 logs, {run['logs']['records']} lines, {run['logs']['templates']} templates"
    assert told[2] == 'order of lines learnt by "log_anomaly"'
    assert [line.split()[1] for line in told if line.startswith("stage ")] == ["read", "judge"]
    assert isang("fit", app, "--out", tmp_path / "model", "-q").code == 0
    assert isang("detect", app, "--model", tmp_path / "model", "--out", tmp_path / "judged", "-q").code == 0
    [judged] = (tmp_path / "judged").glob("loganomaly_training_*.log")
    assert f'order of lines learnt by "{tmp_path / "model"}"' in judged.read_text().splitlines()
    folder = tmp_path / "out"
    shutil.copytree(out, folder)
    (folder / log.name).rename(folder / "loganomaly_training_20200101_000000.log")
    assert isang("detect", app, "--out", folder, "-q").code == 0
    assert [file.name for file in folder.glob("loganomaly_*")] != ["loganomaly_training_20200101_000000.log"]
    (folder / "loganomaly_training_mine.log").write_text("")
    assert "would be lost" in isang("detect", app, "--out", folder, "-q").err


def test_a_column_named_severity_in_other_data_grades_nothing(tmp_path: Path) -> None:
    file, out = tmp_path / "alerts.csv", tmp_path / "out"
    rows = [f"{'high' if number % 9 else 'low'},{900 if number == 200 else number % 7}\n" for number in range(300)]
    file.write_text("severity,latency\n" + "".join(rows))
    assert isang("detect", file, "--out", out, "-q").code == 0
    assert [set(one["risk_parts"]) for one in incidents(out)] == [{"anomaly"}] * len(incidents(out))
    assert len(incidents(out)) > 0


def test_a_report_does_not_unpack_far_into_a_file(app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for log in app.iterdir():
        (tmp_path / f"{log.name}.gz").write_bytes(gzip.compress(log.read_bytes()))
    told = {}
    for far in (30_000_000, 1000):
        monkeypatch.setattr(excerpts, "_FAR", far)
        found = package.detect(str(tmp_path))
        told[far] = next(found.excerpts[one.id] for one in found.incidents if "cannot pay" in one.entity)
    assert "cannot pay" in told[30_000_000].lines[told[30_000_000].at]
    assert (told[1000].lines, told[1000].trouble) == ((), "far")
    assert "is packed" in raw_lines(told[1000], "en")


def test_a_result_of_a_pipeline_that_was_told_of_no_source_is_drawn() -> None:
    frame = pl.DataFrame({"value": [float(number % 7) for number in range(300)]})
    frame[200, "value"] = 900.0
    found = package.Pipeline(values=["value"], features={}, rules={}).fit_detect(frame)
    assert found.figure().data


def test_lines_out_of_their_order_are_told_as_such(result: Result) -> None:
    """As many as were due, some of them odd; once more come than can be expected, that is what is told."""
    one = next(one for one in result.incidents if "cannot pay" in one.entity)
    row = result.anomalies.filter(incident=one.id, row=one.peak_row).with_columns(rules=pl.lit(""), value=pl.lit(9.0))
    known, frame = replace(one, rules=()), result.frame.with_columns(odd=pl.lit(2))
    as_due, more = (row.with_columns(expected=pl.lit(due), upper=pl.lit(due + 5)) for due in (8.0, 1.0))
    for rows, en, ko in (
        (as_due, "2 of 9 ERROR lines out of their usual order", "ERROR 9줄 중 2줄의 순서가 평소와 다름"),
        (more, "9 ERROR lines, 1 expected", "ERROR 9줄, 예상 1줄"),
    ):
        said = lined(replace(result, frame=frame, anomalies=rows, incidents=(known,)))[0]
        assert (said.title, said.text["ko"].partition("\n")[0]) == (en, ko)
