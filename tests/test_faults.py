"""Bad input end to end: the exit code, one line that names file, place, reason and remedy, nothing torn, all counted.

The ids are those of the campaign F01-F24: files and tables.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from command import SPIKE, STEPS, isang, level_at, lines, refused, write
from isang.cli import main
from isang.reports.lock import locked
from isang.reports.tables import write_inert

QUICK = ("--detector", "robust_zscore", "-q")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def metric(tmp_path: Path) -> Path:
    return write(tmp_path, lines())


def run(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "run.json").read_text())
    return found


def skipped(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "skipped.json").read_text())["skipped"]
    return found


def scores(out: Path) -> pl.DataFrame:
    return pl.read_parquet(out / "scores.parquet")


def judged(file: Path, out: Path, *options: str) -> dict[str, Any]:
    """The account of a run that ends well, with its spike found and every score finite or null with a reason."""
    ended = isang("detect", file, "--out", out, *QUICK, *options)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    told = scores(out)
    assert told["score"].is_nan().sum() == 0
    assert told.filter(pl.col("score").is_null() & pl.col("reason").is_null()).is_empty()
    assert not told["score"].is_infinite().any()
    return run(out)


def titles(out: Path) -> list[str]:
    return [one["title"] for one in json.loads((out / "incidents.json").read_text())["incidents"]]


# what cannot be judged


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "the file is empty; a header and rows are needed."),
        ("time,cpu\n", "a header and no rows."),
        ("\n\n\n", "m.csv: "),
        ("time,cpu\n2024-01-01,3\n", "at least 10 are needed to learn what is usual."),
        ("\n".join(lines()[:6]), "5 rows with values came; at least 10 are needed"),
        ("\n".join(["time,cpu", *(f"2024-01-{i:02},word" for i in range(1, 29))]), "no column of numbers to judge"),
        ("\n".join(["time,cpu", *(f"2024-01-{i:02}," for i in range(1, 29))]), "'cpu' is set aside (empty)"),
    ],
)
def test_f06_f10_too_little(tmp_path: Path, out: Path, data: str, told: str) -> None:
    file = tmp_path / "m.csv"
    file.write_text(data)
    line = refused(3, "detect", file, "--out", out)
    assert line.startswith(f"{file}: ")
    assert told in line
    assert not out.exists()


@pytest.mark.parametrize("rows", [10, 15, 20])
def test_f06_few_rows_are_ranked_and_nothing_is_flagged(tmp_path: Path, out: Path, rows: int) -> None:
    file = write(tmp_path, lines(rows=rows))
    said = isang("detect", file, "--out", out).out
    assert "ranking only" in said or "Nothing stands out" in said
    assert scores(out)["flag"].sum() == 0


def test_f10_a_constant_column_is_calm(tmp_path: Path, out: Path) -> None:
    flat = write(tmp_path, [lines()[0], *(row.split(",")[0] + ",5" for row in lines()[1:])])
    account = judged(flat, out)
    assert titles(out) == []
    assert account["counts"]["flagged_rows"] == 0
    assert len(account["warnings"]) <= 2


def test_f10_constant_empty_and_doubled_columns_change_nothing(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    wide = write(tmp_path, ["time,cpu,flat,none", *(f"{row},7," for row in lines()[1:])], "wide.csv")
    account = judged(wide, out)
    assert {one["column"] for one in account["recognised"]["set_aside"]} == {"flat", "none"}
    assert titles(out) == titles(tmp_path / "usual")


# F01-F05: bytes and rows


def test_f01_a_mark_at_the_beginning_is_nothing(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    account = judged(write(tmp_path, lines(), "bom.csv", "utf-8-sig"), out)
    assert account["recognised"]["time"] == "time"
    assert scores(out).equals(scores(tmp_path / "usual"))


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-16-le"])
def test_f02_korean_headers_in_another_encoding_give_the_same_bytes(tmp_path: Path, out: Path, encoding: str) -> None:
    korean = ["시간,서버,뷁온도"] + [
        row.replace(",", f",{'가' if at % 2 else '나'},") for at, row in enumerate(lines()[1:])
    ]
    judged(write(tmp_path, korean, "utf8.csv"), tmp_path / "utf8")
    (tmp_path / "utf8").rename(tmp_path / "twin")
    (tmp_path / "utf8.csv").rename(tmp_path / "other.csv")
    account = judged(write(tmp_path, korean, "utf8.csv", encoding), tmp_path / "utf8")
    assert account["inputs"][0]["encoding"].lower().replace("_", "-").startswith(encoding[:5])
    assert "뷁온도" in titles(tmp_path / "utf8")[0]
    for name in ("scores.parquet", "incidents.json", "anomalies.csv"):
        assert (tmp_path / "utf8" / name).read_bytes() == (tmp_path / "twin" / name).read_bytes()


def mixed(folder: Path) -> Path:
    """UTF-8 rows, and one in CP949."""
    rows = [row.encode() for row in ["시간,온도,비고", *(f"{row},정상" for row in lines()[1:])]]
    rows[100] = rows[100].decode().encode("cp949")
    file = folder / "mixed.csv"
    file.write_bytes(b"\n".join(rows))
    return file


def test_f03_a_row_of_another_encoding_is_counted_with_its_place(tmp_path: Path, out: Path) -> None:
    account = judged(mixed(tmp_path), out)
    assert account["coverage"]["skipped"] == 1
    assert len(skipped(out)) == 1
    assert skipped(out)[0]["row"] == 100 or skipped(out)[0]["byte_offset"]
    assert "1 skipped" in isang("detect", mixed(tmp_path), "--out", out, *QUICK[:2]).out


def test_f03_strict_stops_there(tmp_path: Path, out: Path) -> None:
    file = mixed(tmp_path)
    assert refused(3, "detect", file, "--out", out, "--strict").startswith(f"{file}: ")
    assert not out.exists()


def test_f04_a_nul_byte_spoils_its_cell_only(tmp_path: Path, out: Path) -> None:
    rows = lines()
    rows[31] = rows[31].replace(".", "\0.")
    account = judged(write(tmp_path, rows), out)
    assert account["coverage"]["unscored"] == {"missing": 1}
    assert "cpu" in titles(out)[0]


def test_f05_ragged_rows_and_an_open_quote_are_counted(tmp_path: Path, out: Path) -> None:
    rows = lines()
    rows[30] += ",9,9"
    rows[50] = "2024"
    rows[70] = rows[70].replace(",", ',"')
    account = judged(write(tmp_path, rows), out)
    assert account["coverage"]["skipped"] == sum(one["count"] for one in skipped(out)) == 3
    assert account["coverage"]["rows"] == STEPS - 3
    assert "cpu" in titles(out)[0]


# F07: names


HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "[/x][red]", "\x1b[31mred\x1b]0;t\x07", "{{7*7}}", "a.b"]


def hostile(folder: Path) -> Path:
    header = ",".join(f'"{name}"' for name in ["time", *HOSTILE])
    rows = [
        f"{row.split(',')[0]}," + ",".join(f"{level_at(i, at)}" for at in range(len(HOSTILE)))
        for i, row in enumerate(lines()[1:])
    ]
    return write(folder, [header, *rows], "<b>$(id).csv")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_f07_hostile_names_are_inert_everywhere(tmp_path: Path, out: Path, lang: str) -> None:
    ended = isang("detect", hostile(tmp_path), "--out", out, "--detector", "robust_zscore", "--lang", lang)
    assert ended.code == 0
    assert "\x1b" not in ended.out + ended.err
    assert "\x07" not in ended.out + ended.err
    assert "[/x][red]" in ended.out
    assert run(out)["recognised"]["values"] == HOSTILE
    page = (out / "report.html").read_text()
    assert "<script>alert" not in page
    assert "<b>$(id)" not in page
    written = (out / "anomalies.csv").read_text()
    assert not {"\x1b", "\x07"} & {*written}
    for line in written.split("\n"):
        assert not any(cell.startswith(("=", "+", "@", '"=')) for cell in line.split(","))
    for verb in (["show"], ["show", "1"], ["detect", hostile(tmp_path), *QUICK[:2], "--apart"]):
        assert "\x1b" not in isang(*verb, "--out", out).out


def test_f07_tables_hold_no_control_characters_and_no_formula_behind_one(tmp_path: Path) -> None:
    texts = ["\x1b=cmd", "\x07x", "\t=1", "a\nb", "ok\u202e", "=1", None, "한글 é"]
    write_inert(pl.DataFrame({"a": texts, "a\x1b": "-"}), tmp_path / "a.csv")
    told = ["'=cmd", "x", "' =1", "a b", "ok", "'=1", "", "한글 é"]
    assert (tmp_path / "a.csv").read_text().splitlines() == ["a 0,a 1", *(f"{one},'-" for one in told)]


def test_f07_hostile_names_in_errors(tmp_path: Path, out: Path) -> None:
    line = refused(2, "detect", hostile(tmp_path), "--out", out, "--value", "\x1b[31mx\n[/y]")
    assert "\x1b" not in line
    assert "there is no column" in line
    assert "\x1b" not in refused(3, "detect", tmp_path / "\x1b[2Jnone\n.csv")


def test_f07_doubled_and_empty_names_are_told_apart_and_told(tmp_path: Path, out: Path) -> None:
    rows = ["time,cpu,cpu,", *(f"{row},{i % 7},{i % 5}" for i, row in enumerate(lines()[1:]))]
    account = judged(write(tmp_path, rows), out)
    names = account["recognised"]["values"] + [one["column"] for one in account["recognised"]["set_aside"]]
    assert len(set(names)) == len(names) == 3
    assert any("cpu" in warning for warning in account["warnings"])


# F08, F09, F11: cells


def test_f08_text_late_in_a_column_is_a_missing_cell(tmp_path: Path, out: Path) -> None:
    rows = lines()
    rows[-3] = rows[-3].split(",")[0] + ",offline"
    account = judged(write(tmp_path, rows), out)
    assert account["coverage"]["unscored"] == {"missing": 1}
    assert any("offline" in warning for warning in account["warnings"])


def test_f09_odd_numbers_are_scored_or_missing_with_a_reason(tmp_path: Path, out: Path) -> None:
    rows, odd = lines(), ["nan", "inf", "-inf", "1e400", "", "-0.0", "5e-324", "9007199254740993"]
    for at, cell in enumerate(odd):
        rows[20 + 5 * at] = rows[20 + 5 * at].split(",")[0] + f",{cell}"
    account = judged(write(tmp_path, rows), out)
    assert account["coverage"]["unscored"] == {"missing": 5}
    json.loads((out / "incidents.json").read_text(), parse_constant=pytest.fail)


def test_f09_numbers_as_people_write_them(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    rows = [row.replace(".", ",").replace(",", ";", 1) for row in lines()]
    judged(write(tmp_path, rows, "comma.csv"), out)
    assert scores(out)["score"].equals(scores(tmp_path / "usual")["score"])


def test_f11_one_huge_value_leaves_the_others_their_ranks(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    rows = lines()
    rows[41] = rows[41].split(",")[0] + ",1e300"
    judged(write(tmp_path, rows, "huge.csv"), out)
    before, after = (scores(folder).filter(pl.col("row") != 41) for folder in (tmp_path / "usual", out))
    assert scores(out)["score"].arg_max() == 40
    assert after["score"].arg_max() == before["score"].arg_max() == SPIKE - 1
    assert after.select(pl.corr(pl.lit(before["score"].rank()), pl.col("score").rank())).item() > 0.9


# F12, F13, F15, F16: packs and places


def test_f12_packs(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    half = sum(map(len, lines()[:100])) + 100
    whole = metric.read_bytes()
    joined = tmp_path / "joined.csv.gz"
    joined.write_bytes(gzip.compress(whole[:half]) + gzip.compress(whole[half:]))
    judged(joined, out)
    assert scores(out).equals(scores(tmp_path / "usual"))
    plain = tmp_path / "packed.csv"
    plain.write_bytes(gzip.compress(whole))
    judged(plain, out)
    assert scores(out).equals(scores(tmp_path / "usual"))


@pytest.mark.parametrize("name", ["m.csv.gz", "m.parquet"])
def test_f12_f13_cut_off_files_leave_the_old_result(tmp_path: Path, out: Path, metric: Path, name: str) -> None:
    judged(metric, out)
    before = (out / "run.json").read_bytes()
    file = tmp_path / name
    if name.endswith("gz"):
        file.write_bytes(gzip.compress(metric.read_bytes()))
    else:
        pl.read_csv(metric).write_parquet(file)
    file.write_bytes(file.read_bytes()[:-200])
    assert refused(3, "detect", file, "--out", out).startswith(f"{file}: ")
    assert (out / "run.json").read_bytes() == before


def test_f16_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("nowhere")
    (tmp_path / "ring").symlink_to("ring")
    (tmp_path / "metrics.csv").write_text("")
    random_bytes = random.Random(0).randbytes(5000)  # noqa: S311
    (tmp_path / "noise.csv").write_bytes(random_bytes)
    (tmp_path / "empty").mkdir()
    told = {
        ".": "is a directory; name its files",
        "empty": "a folder without a file; name a file, or a folder of logs or of a bill.",
        "link.csv": "is a link to nowhere, which does not exist.",
        "ring": "cannot be read",
        "metrik.csv": f"not found. Did you mean '{tmp_path}/metrics.csv'?",
        "none/m.csv": "not found: there is no folder",
        "noise.csv": "looks like a binary file.",
        "/dev/zero": "is a device or socket",
    }
    for name, reason in told.items():
        assert reason in refused(3, "detect", tmp_path / name), name


def test_f16_a_pipe_and_odd_names_are_read(tmp_path: Path, out: Path, metric: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=(tmp_path / "fifo").write_bytes, args=(metric.read_bytes(),))
    writer.start()
    judged(tmp_path / "fifo", out)
    writer.join()
    assert "cpu 190" in titles(out)[0]
    judged(write(tmp_path, lines(), f"빈 칸\n{'가' * 70}.csv"), out)
    assert "cpu 190" in titles(out)[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; test_sources has the message")
def test_f16_no_permission(metric: Path) -> None:
    metric.chmod(0)
    assert "no permission to read it" in refused(3, "detect", metric)


# F17, F18: times


def test_f17_doubled_and_unsorted_rows_are_judged_in_time(tmp_path: Path, out: Path, metric: Path) -> None:
    judged(metric, tmp_path / "usual")
    head, *body = lines()
    account = judged(write(tmp_path, [head, *body[::-1], *body[5:20]], "mixed.csv"), out)
    assert account["coverage"]["rows"] == STEPS + 15
    assert titles(out)[0] == titles(tmp_path / "usual")[0]
    assert any("order" in warning for warning in account["warnings"])
    assert "rows with the time of another row: 15; all of them are judged." in account["warnings"]


def test_f17_times_that_are_none_are_counted(tmp_path: Path, out: Path) -> None:
    rows = lines()
    for at, time in ((30, "2024-13-45 99:00:00"), (60, ""), (90, "soon")):
        rows[at] = f"{time},50"
    account = judged(write(tmp_path, rows), out)
    assert account["coverage"]["skipped"] == sum(one["count"] for one in skipped(out)) == 3
    assert {one["file"] for one in skipped(out)} == {str(tmp_path / "m.csv")}


@pytest.mark.parametrize(("day", "said"), [("2026-03-05", "do not exist"), ("2026-10-29", "exist twice")])
def test_f18_clock_changes_are_told(tmp_path: Path, out: Path, day: str, said: str) -> None:
    file = write(tmp_path, lines(start=datetime.fromisoformat(day)))
    account = judged(file, out, "--tz", "America/New_York")
    assert account["recognised"]["tz"] == "America/New_York"
    assert any(said in warning for warning in account["warnings"])
    assert "cpu 190" in titles(out)[0]
    start = json.loads((out / "incidents.json").read_text())["incidents"][0]["start"]
    local = datetime.fromisoformat(day) + timedelta(hours=SPIKE)
    assert datetime.fromisoformat(start).replace(tzinfo=None) == local


# F19-F23: the folder of the results


@pytest.mark.parametrize("place", ["file", "foreign"])
def test_a_folder_that_is_not_ours_is_refused_before_the_work(
    tmp_path: Path, metric: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("isang.intake.read", None)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    assert "choose another --out" in refused(5, "detect", metric, "--out", tmp_path / place)
    assert (tmp_path / "foreign" / "thesis.txt").read_text() == "mine"


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system needs root; the limit on file size is tested in its place")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_f19_a_full_disk(full_disk: Path, metric: Path) -> None:
    line = refused(5, "detect", metric, "--out", full_disk / "out")
    assert line.startswith(f"cannot write {full_disk}/out: No space left on device.")
    assert list(full_disk.iterdir()) == []


def test_f19_no_room_for_the_new_result_leaves_the_old_one(metric: Path, out: Path) -> None:
    judged(metric, out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        line = refused(5, "detect", metric, "--out", out, "--alerts", "9/week")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "What stood there is untouched" in line
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert {file.name for file in out.parent.iterdir()} == {"m.csv", "out"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("stage", ["isang.intake.read", "isang.reports.swap._flush"])
def test_f21_signals_leave_nothing_behind(
    metric: Path, out: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int, stage: str
) -> None:
    judged(metric, out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}

    def struck(*_: object, **__: object) -> None:
        os.kill(os.getpid(), number)

    monkeypatch.setattr(stage, struck)
    ended = isang("detect", metric, "--out", out)
    assert (ended.code, ended.out) == (code, "")
    assert "Traceback" not in ended.err
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert {file.name for file in out.parent.iterdir()} == {"m.csv", "out"}


def test_f21_whoever_reads_may_leave(metric: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = f"{sys.executable} -m isang list | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "detectors\n", "")


def test_f22_a_second_run_names_the_first(metric: Path, out: Path) -> None:
    with locked(out.with_name(f".{out.name}.lock")):
        line = refused(5, "detect", metric, "--out", out)
    assert f"another run (pid {os.getpid()}) is writing there now" in line
    assert not out.exists()


# F24: surroundings


def test_f24_a_poor_terminal_gives_the_same_bytes(tmp_path: Path) -> None:
    file = write(tmp_path, ["시간,온도", *lines()[1:]], "온도.csv")
    work = ["detect", "온도.csv", "--out", "out", "--detector", "robust_zscore"]
    poor = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TERM": "dumb", "COLUMNS": "20", "PYTHONUTF8": "0"}
    poor |= {"PYTHONCOERCECLOCALE": "0", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-m", "isang", *work], cwd=tmp_path, env=poor, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    judged(file, tmp_path / "usual")
    for name in ("scores.parquet", "incidents.json", "anomalies.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "usual" / name).read_bytes()


@pytest.mark.parametrize("options", [(), ("--json",), ("--dry-run",)])
def test_f24_a_closed_output(metric: Path, out: Path, options: tuple[str, ...]) -> None:
    with pytest.MonkeyPatch.context() as patched, pytest.raises(SystemExit) as ended:  # noqa: PT012
        patched.setattr(sys, "stdout", None)
        patched.setattr(sys, "stderr", None)
        patched.setattr(sys, "argv", ["isang", "detect", str(metric), "--out", str(out), *QUICK[:2], *options])
        main()
    assert ended.value.code == 0
    assert out.exists() is ("--dry-run" not in options)
