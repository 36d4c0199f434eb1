"""`isang mine` and `isang.mine`: logs in, a table of templates out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
from pathlib import Path

import polars as pl
import pytest

import isang
from command import isang as run
from command import refused
from isang.errors import InputError, OutputError, UsageError
from isang.reports.contents import TEMPLATES

NAMES = ["ada", "bob", "cyd", "dan", "eve"]
COLUMNS = [
    *("template_id", "count", "share", "first_time", "last_time", "log_level"),
    *("template", "example", "file", "line", "merged_from"),
]


def test_the_columns_are_those_that_the_docs_list(log: Path) -> None:
    assert isang.mine(log).table.columns == [field.name for field in TEMPLATES]


def line(second: int, level: str, message: str) -> str:
    return f"2026-01-02 03:04:{second:02}.000 [main] {level} c.e.Shop - {message}\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    logins = "".join(line(second, "INFO", f"user {name} logged in") for second, name in enumerate(NAMES))
    path.write_text(
        logins + line(9, "ERROR", "order 7 failed") + "\tat a.B.c(B.java:1)\n" + line(10, "WARN", "order 8 failed")
    )
    return path


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_of_a_log(log: Path) -> None:
    mined = isang.mine(log)
    assert (mined.records, mined.table.columns) == (7, COLUMNS)
    logins, orders = mined.table.to_dicts()
    assert (logins["template"], logins["count"], logins["log_level"]) == ("user <*> logged in", 5, "INFO")
    assert (logins["example"], logins["line"], logins["file"]) == ("user ada logged in", 1, str(log))
    assert logins["share"] == pytest.approx(5 / 7)
    assert len(logins["merged_from"]) == 4
    assert (orders["template"], orders["line"], orders["log_level"]) == ("order <*> failed", 6, "ERROR")
    assert [orders[name].isoformat() for name in ("first_time", "last_time")] == [
        "2026-01-02T03:04:09+00:00",
        "2026-01-02T03:04:10+00:00",
    ]


def test_several_files_folders_and_packed_ones_are_one_table(log: Path) -> None:
    (log.parent / "app.log.1.gz").write_bytes(gzip.compress(line(0, "INFO", "started 1").encode()))
    whole = isang.mine(log.parent)
    assert (whole.records, len(whole.table)) == (8, 3)
    assert isang.mine([log, log.parent / "app.log.1.gz"]).table.equals(whole.table)


def test_blocks_of_files_count_their_lines_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.sources._log_blocks.blocks_of.__defaults__", (200,))
    path = tmp_path / "a.log"
    path.write_text(
        "".join(line(second, "INFO", f"tick {second}") for second in range(40)) + line(41, "INFO", "the end")
    )
    found = isang.mine(path).table.filter(pl.col("template") == "the end")
    assert found["line"].to_list() == [41]


def test_standard_output_is_the_table(log: Path) -> None:
    ended = run("mine", log)
    assert (ended.code, ended.err) == (0, "7 records, 2 templates\n")
    assert [(row["template"], row["count"]) for row in table(ended.out)] == [
        ("user <*> logged in", "5"),
        ("order <*> failed", "2"),
    ]
    told = json.loads(run("mine", log, "--json").out)
    assert (told["schema"], told["records"], len(told["templates"])) == (1, 7, 2)
    assert list(told["templates"][0]) == COLUMNS
    assert told["templates"][1]["first_time"] == "2026-01-02T03:04:09.000000+00:00"


def test_standard_input_is_read(log: Path) -> None:
    assert len(table(run("mine", "-", stdin=log.read_bytes()).out)) == 2


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
def test_a_file_is_written(log: Path, tmp_path: Path, name: str) -> None:
    ended = run("mine", log, "--out", tmp_path / name)
    assert (ended.code, ended.out) == (0, "")
    text = (tmp_path / name).read_text()
    assert len(table(text) if name == "t.csv" else json.loads(text)["templates"]) == 2
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_own_masks_and_protected_words(log: Path) -> None:
    ended = run("mine", log, "--mask", "who=user [a-z]+", "--protect", "7", "--quiet")
    assert [row["template"] for row in table(ended.out)] == ["<who> logged in", "order 7 failed", "order <*> failed"]
    assert isang.mine(log, mask={"who": "user [a-z]+"}, protect="7").table["template"].to_list()[0] == "<who> logged in"


def test_beyond_most_there_is_other(log: Path) -> None:
    found = [(row["template_id"] == "other", row["count"]) for row in table(run("mine", log, "--most", 1).out)]
    assert found == [(True, "6"), (False, "1")]


@pytest.mark.parametrize(
    ("code", "arguments", "told"),
    [
        (2, [], "no input: name log files"),
        (2, ["LOG", "--mask", "x"], "--mask 'x': NAME=PATTERN is needed"),
        (2, ["LOG", "--mask", "x=("], "--mask x: '(' is no pattern"),
        (2, ["LOG", "--most", "0"], "most"),
        (2, ["LOG", "--out", "a.txt"], "ends in .csv or .json"),
        (3, ["none.log"], "none.log"),
        (5, ["LOG", "--out", "no/where.csv"], "cannot write no/where.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    log: Path, monkeypatch: pytest.MonkeyPatch, code: int, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(log.parent)
    assert told in refused(code, "mine", *(str(log) if one == "LOG" else one for one in arguments))


def test_the_door_raises_what_the_command_says(log: Path) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        isang.mine(log, most=0)
    with pytest.raises(InputError):
        isang.mine(log.parent / "none.log")
    with pytest.raises(OutputError):
        isang.mine(log).save(log.parent / "no" / "t.csv")


HOSTILE = [
    "<script>alert(1)</script> {n}",
    "\x1b[31mred\x1b[0m {n}",
    "[/x] {n}",
    "=1+1 {n}",
    "한글 {n} 처리",
    "\x07bell {n}",
]


def test_what_is_hostile_is_shown_inert(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("".join(line(n, "INFO", text.replace("{n}", str(n))) for text in HOSTILE for n in (1, 2)))
    ended = run("mine", path)
    assert not {"\x1b", "\x07", "\x00"} & set(ended.out)
    found = {row["template"]: row["count"] for row in table(ended.out)}
    assert found == dict.fromkeys(
        ["<script>alert(<*>)</script> <*>", "red <*>", "[/x] <*>", "'=<*> <*>", "한글 <*> 처리", "bell <*>"], "2"
    )


def test_odd_logs_are_counted_and_named(tmp_path: Path) -> None:
    (tmp_path / "good.log").write_text(line(1, "INFO", "fine 1"))
    (tmp_path / "picture.log").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (tmp_path / "wide.log").write_bytes(
        line(1, "INFO", "x" * 10_000_000).encode() + line(2, "INFO", "nul \0 byte").encode()
    )
    ended = run("mine", tmp_path)
    assert ended.code == 0
    assert "picture.log" in ended.err
    assert ended.err.endswith("3 records, 3 templates\n")


def test_progress_is_told_to_those_who_listen(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "isang")
    isang.mine(log)
    assert [record.getMessage().partition(" a second")[0].split(", ")[0] for record in caplog.records] == [
        f"{log}: 7 records"
    ]
