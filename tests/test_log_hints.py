"""What looks like lines of a log, and is read as none or too short, is told in words of logs."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

import isang
from command import refused
from isang.errors import InputError
from isang.excerpts import excerpt

TWO = "2026-01-01 10:00:00 INFO one thing\n2026-01-01 10:00:01 INFO another\n"
TEXT = "once upon a time\nthere was a text\nwithout any times\n"


@pytest.mark.parametrize("data", [TWO, TEXT, "2026-01-01 10:00:00 INFO hello\n", "hello world\n"])
def test_a_text_that_is_no_table_may_be_a_log(tmp_path: Path, data: str) -> None:
    file = tmp_path / "some.log"
    file.write_text(data)
    assert refused(3, "detect", file).endswith(" Of logs say --pack logs.")
    told = refused(3, "detect", file, "--pack", "logs")
    assert "of numbers" not in told
    assert "isang mine" in told


def test_a_table_of_texts_from_python_and_a_named_pack_are_no_logs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a column of numbers is needed\.$"):
        isang.detect(pl.DataFrame({"a": ["x", "y"] * 20}))
    file = tmp_path / "rows.csv"
    file.write_text(TEXT)
    assert refused(3, "detect", file, "--pack", "series").endswith("a column of numbers is needed.")


def test_standard_input_is_named(tmp_path: Path) -> None:
    assert refused(3, "detect", "-", stdin=TWO.encode()).startswith("-: no column of numbers to judge: ")
    one = refused(3, "detect", "-", "--pack", "logs", stdin=TWO[:35].encode())
    assert one.startswith("-: 1 line (templates: 1) came within few slots of 1 s; ")


def test_folders_without_logs_say_what_is_needed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "x.bin").write_bytes(bytes(range(9)) * 500)
    assert "a folder of logs" in refused(3, "detect", tmp_path / "empty")
    told = refused(3, "detect", tmp_path / "noise", "--pack", "logs")
    assert told.endswith("no logs found: " + str(tmp_path / "noise" / "x.bin") + ": looks like a binary file; no log.")


def test_the_line_of_a_packed_log_that_is_cut_off_is_still_read(tmp_path: Path) -> None:
    """As far as it was read when it was judged; before, that was told as a file that is gone."""
    lines = [f"2026-01-01 10:00:{at % 60:02d} INFO line {at * 7919 % 10_007} of many\n" for at in range(3000)]
    whole = "".join(lines).encode()
    file = tmp_path / "app.log.gz"
    file.write_bytes(gzip.compress(whole)[:-40])
    offset = len("".join(lines[:2900]).encode())
    found = excerpt({"file": str(file), "line": 2901, "byte_offset": offset}, 500)
    assert found.trouble == ""
    assert found.lines[found.at] == lines[2900].rstrip()
    beyond = excerpt({"file": str(file), "line": 9999, "byte_offset": len(whole) + 10}, 5)
    assert beyond.trouble == "changed"
