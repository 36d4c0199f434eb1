"""Names of logs and of who judged them, as screen and page show them in both languages; tables keep theirs."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from command import isang
from isang.logs.summed import TEXTS
from isang.reports.scoped import called
from isang.specs import lines_told
from test_log_outputs import written


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of two logs, of which one says nothing for three minutes."""
    app = written(tmp_path_factory.mktemp("silent"))
    log = app / "shop.log"
    lines = log.read_text().splitlines(True)
    log.write_text("".join(line for line in lines if line[:15] != "2026-03-01 12:0" or line[15] > "2"))
    return app


@pytest.mark.parametrize(
    ("lang", "name", "order"), [("en", "all lines", "order of lines"), ("ko", "전체 줄", "줄 순서")]
)
def test_sums_of_kinds_and_the_detector_of_lines_are_told_in_the_language(
    silent: Path, tmp_path: Path, lang: str, name: str, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = tmp_path / "out"
    screen = isang("detect", silent, "--out", out, "--lang", lang).out
    with (out / "anomalies.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    rank = next(row["incident"] for row in rows if row["template"] == "all lines")
    assert name in [line.strip() for line in screen.splitlines()]
    page = (out / "report.html").read_text()
    for shown in (screen, page):
        assert f"{order}: log_anomaly" in shown
    told = isang("show", rank, "--out", out, "--lang", lang).out
    assert f"shop.log / {name}" in told.splitlines()[0]
    assert f">shop.log / {name}<" in page
    if lang == "ko":
        assert not [shown for shown in (screen, page, told) if "all lines" in shown]


def test_the_moment_of_a_line_is_that_of_its_slot(silent: Path, tmp_path: Path) -> None:
    """Not of the nearest one; the last slot goes on after it began."""
    out = tmp_path / "out"
    assert isang("detect", silent, "--out", out, "-q").code == 0
    own = pl.read_parquet(out / "scores.parquet").filter(log="shop.log", template="all lines").sort("time")
    where = ("--where", "log=shop.log", "--where", "template=all lines", "--context", "0", "--out", out)
    for number in (5, len(own) - 1):
        began = own["time"][number]
        told = isang("show", "--at", f"{began + timedelta(seconds=50):%Y-%m-%dT%H:%M:%S}", *where).out
        assert told.startswith(f"{began:%Y-%m-%d %H:%M} (row {own['row'][number]:,})")
    late = isang("show", "--at", f"{began + timedelta(seconds=70):%Y-%m-%dT%H:%M:%S}", *where)
    assert "lies outside the data" in late.err


def test_names_of_logs_are_told_as_they_are_but_for_sums() -> None:
    assert [called(f"a.log / {name}", "logs", "en") for name in TEXTS.values()] == [
        f"a.log / {name}" for name in TEXTS.values()
    ]
    assert called("late lines", "logs", "ko") == "늦은 줄"
    assert called("lines with an exception", "logs", "ko") == "예외가 있는 줄"
    for template in ("total", "region east", "3 others", "order <*> / all lines of it"):
        assert called(template, "logs", "ko") == template
    assert called("region east", "cost", "ko") != "region east"
    assert called("all lines", "series", "ko") == "all lines"


@pytest.mark.parametrize(
    ("written", "name", "members"),
    [
        ("log_anomaly", "log_anomaly", ["log_anomaly"]),
        ("isolation_forest", "isolation_forest", ["isolation_forest"]),
        ("ensemble", "ensemble", ["log_anomaly", "isolation_forest"]),
        ("log_anomaly,deep_log", "ensemble", ["log_anomaly", "deep_log"]),
        ({"name": "log_anomaly", "window_rows": 15}, "log_anomaly", ["log_anomaly"]),
    ],
)
def test_who_judges_the_order_of_lines_is_named_as_asked_for(written: object, name: str, members: list[str]) -> None:
    assert lines_told(written) == {"name": name, "members": members}


def test_a_model_says_who_judged_the_order_of_lines(silent: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "model", tmp_path / "out"
    learnt = isang("fit", silent, "--detector", "isolation_forest", "--out", model).out
    judged = isang("detect", silent, "--model", model, "--out", out).out
    for shown in (learnt, judged):
        assert "order of lines: isolation_forest" in " ".join(shown.split())
