"""docs/faults.md says what happens: each line of its table is tried, and ends with the exit code that stands there."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from command import isang as command
from isang.cli import app
from isang.errors import IsangError
from models import with_arrays, with_manifest

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
_ROW = re.compile(r"^\| (?P<input>[^|]+) \| (?P<happens>[^|]+) \| (?P<exit>\d+) \|$", re.MULTILINE)
TABLE = {row["input"]: int(row["exit"]) for row in _ROW.finditer(PAGE.read_text(encoding="utf-8"))}

LINES = ["time,value"] + [f"2026-01-05T{at // 60:02d}:{at % 60:02d}:00Z,{50 + at * 7919 % 13}" for at in range(400)]
GOOD = "\n".join(LINES) + "\n"
LASTING = "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,BilledCost\n" + "".join(
    f"2026-01-{at:02d}T00:00:00Z,2026-01-{at + 1:02d}T00:00:00Z,Usage,5\n" for at in range(1, 31)
)
FOCUS = "ChargePeriodStart,ChargeCategory,BilledCost\n" + "".join(f"2026-01-{at:02d},Usage,5\n" for at in range(1, 31))


def file(content: str | bytes, name: str = "bad.csv") -> Callable[[Path], list[str]]:
    """Writes one file and names it."""

    def make(folder: Path) -> list[str]:
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
        return [name]

    return make


def good(*options: str) -> Callable[[Path], list[str]]:
    return lambda folder: [*file(GOOD)(folder), *options]


def changed(row: int, cells: str) -> str:
    return "\n".join([*LINES[:row], cells, *LINES[row + 1 :]])


def judged_by(change: Callable[[Path], object], data: str = GOOD) -> Callable[[Path], list[str]]:
    """A model of the good file, changed, to judge `data`."""

    def make(folder: Path) -> list[str]:
        command("fit", *file(GOOD)(folder), "--detector", "robust_zscore", "--out", "model", "-q")
        change(folder / "model")
        return [*file(data)(folder), "--model", "model"]

    return make


def instead(make: Callable[[Path], object]) -> Callable[[Path], list[str]]:
    """Something else in the place of a model."""

    def made(folder: Path) -> list[str]:
        named = file(GOOD)(folder)
        make(folder / "model")
        return [*named, "--model", "model"]

    return made


def other_scale(arrays: dict[str, Any]) -> None:
    arrays["/learner_/detector_/scale_/spread"] *= 2


def occupied(folder: Path) -> list[str]:
    (folder / "full").mkdir()
    (folder / "full" / "thesis.txt").touch()
    return good("--out", "full")(folder)


def empty_folder(folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    return ["empty"]


LOG_LINE = "2026-01-02 03:04:05.000 INFO [main] c.e.Shop - order 7 was found\n"

# For each line of the page one input or more that it speaks of.
INPUTS: dict[str, list[Callable[[Path], list[str]]]] = {
    "no such file": [lambda folder: ["nowhere.csv"]],
    "an empty folder, a folder that holds no bill, a binary file": [
        empty_folder,
        lambda folder: ["."],
        file(bytes(range(256)) * 20),
    ],
    "an empty file, a header only": [file(""), file("time,value\n")],
    "fewer than 10 rows with values": [file("\n".join(LINES[:6]))],
    "no column of numbers": [file("time,name\n" + "\n".join(f"2026-01-05T00:{at:02d}:00Z,x{at}" for at in range(40)))],
    "a .gz that is cut off": [file(gzip.compress(GOOD.encode())[:-50], "bad.csv.gz")],
    "a damaged Parquet file": [file(b"PAR1" + b"x" * 100, "bad.parquet")],
    "a bill of credits alone, or a table without costs with `--pack cost`": [
        file(FOCUS.replace("Usage", "Credit")),
        good("--pack", "cost"),
    ],
    "a bill of fewer than 15 days before those that `--mature` holds back": [
        file(FOCUS.partition("2026-01-10")[0]),
        lambda folder: [*file(FOCUS)(folder), "--mature", "500d"],
    ],
    "hours (`--step 1h`) asked of a bill whose times are dates alone, a label of a bill": [
        lambda folder: [*file(FOCUS)(folder), "--step", "1h"],
        lambda folder: [*file(FOCUS)(folder), "--label", "ChargeCategory"],
    ],
    "hours asked of charges that last a day, from one hour to another": [
        lambda folder: [*file(LASTING)(folder), "--step", "1h"],
    ],
    "a Prometheus answer that reports an error": [file('{"status":"error","errorType":"bad_data"}', "bad.json")],
    "several files with different columns": [
        lambda folder: [*file(GOOD)(folder), *file("a,b\n1,2\n", "b.csv")(folder)]
    ],
    "a constant column": [file(re.sub(r",\d+\n", ",7\n", GOOD))],
    "empty cells, NaN, inf, words or NUL bytes between numbers": [
        file(changed(200, f"2026-01-05T03:19:00Z,{cell}")) for cell in ("", "NaN", "inf", "word", "5\0")
    ],
    "rows with too many or too few cells": [file(changed(200, cells)) for cells in ("2026-01-05T03:19:00Z,1,2,3", "5")],
    "rows out of order, times that repeat": [
        file("\n".join([LINES[0], *LINES[:0:-1]])),
        file(changed(200, LINES[199])),
    ],
    "BOM, CP949, EUC-KR, UTF-16": [
        file(GOOD.replace("value", "값").encode(codec)) for codec in ("utf-8-sig", "cp949", "utf-16")
    ],
    "an unknown option, column, member or plan key": [
        good("--detectr", "knn"),
        good("--key", "host"),
        good("--detector", "kn"),
        good("--set", "detectr=knn"),
    ],
    "two options that set the same thing": [good("--alerts", "1/week", "--false-alarms", "1/week")],
    "logs whose lines all came within a few slots of time": [file(LOG_LINE * 1000, "app.log")],
    "less `--memory` than logs of that size need": [
        lambda folder: [*file(LOG_LINE * 1000, "app.log")(folder), "--memory", "20MB"]
    ],
    "a parameter out of its range, a device that is not there": [
        good("--detector", "pca_autoencoder:0"),
        good("--detector", "dense_autoencoder", "--set", "detector.training.epochs=0"),
        good("--detector", "dense_autoencoder", "--set", "detector.training.device=warp"),
    ],
    "a series shorter than the window of its detector": [good("--detector", "lstm_autoencoder:500")],
    "data without a column of the model": [
        judged_by(lambda folder: None, data="time,memory\n" + GOOD.partition("\n")[2])
    ],
    "a model that is a pickle, a zip, a plain file, an empty folder, a result of `detect`": [
        instead(lambda model: model.write_bytes(b"\x80\x04N.")),
        instead(lambda model: model.write_bytes(b"PK\x03\x04")),
        instead(Path.touch),
        instead(Path.mkdir),
        instead(lambda model: command("detect", "bad.csv", "--out", model, "-q")),
    ],
    "a model folder with a byte changed, a file missing, one too many, or a link": [
        judged_by(lambda model: (model / "manifest.json").write_text("{}")),
        judged_by(lambda model: (model / "state.safetensors").unlink()),
        judged_by(lambda model: (model / "more.py").touch()),
        judged_by(lambda model: (model / "more.py").symlink_to("/etc/passwd")),
    ],
    "a model of a newer format, with an unknown member, or that does not score its golden rows as it did": [
        judged_by(lambda model: with_manifest(model, lambda told: told.update(format=2))),
        judged_by(
            lambda model: with_manifest(model, lambda told: told["pipeline"]["decision_"]["rule"].update(name="x"))
        ),
        judged_by(lambda model: with_arrays(model, other_scale)),
    ],
    "an option of `fit` beside `--model`": [good("--model", "model", "--detector", "knn")],
    "an output folder that holds something else": [occupied],
}


def test_every_line_of_the_page_is_tried() -> None:
    assert list(TABLE) == list(INPUTS)


@pytest.mark.parametrize(("line", "make"), [(line, make) for line, makers in INPUTS.items() for make in makers])
def test_bad_input_ends_as_the_page_says(
    line: str, make: Callable[[Path], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["detect", *make(tmp_path)])
    code = done.exception.exit_code if isinstance(done.exception, IsangError) else done.exit_code
    assert code == TABLE[line], (done.exception, done.output)
    assert (tmp_path / "isang-out").exists() == (code == 0)
