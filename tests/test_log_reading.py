"""Logs as they come: records joined, windows that add up, odd bytes, rotated and packed files, what is no log."""

from __future__ import annotations

import builtins
import gzip
import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from isang.errors import InputError, UsageError
from isang.logs import lines, records
from isang.logs.finding import SAMPLE_BYTES, Layout, find_layout
from isang.logs.formats import FORMATS, TIME_FIRST
from isang.logs.lines import CUT, KOREAN, NEITHER, ZEROS, Window, lines_of
from isang.logs.records import read_records
from isang.sources import _log_blocks
from isang.sources._log_blocks import Block, Part, Wish, blocks_of, changed, read_block, sampled
from isang.sources._log_context import RawLine, lines_around, spooled
from isang.sources._log_files import LogFile, is_log_path, log_files, rotation
from isang.sources._stdin import pieces
from isang.words.reading import Skipped
from oracles import log_records, quick

WRITTEN = datetime(2026, 6, 1, 12)
LOGBACK = next(form for form in FORMATS if form.name == "logback")
LAYOUT = Layout(LOGBACK, "date and time")
HEAD = "2026-01-02 03:04:05.678 [main] ERROR c.e.Shop - "
TRACE = """boom
java.lang.IllegalStateException: Transaction closed
\tat com.example.Shop.handle(Shop.java:12)
\tSuppressed: java.io.EOFException: no
Caused by: org.x.DataIntegrityViolationException: SQL
\tat com.example.Shop.save(Shop.java:99)
\t... 12 more
Caused by: java.net.ConnectException: refused
\t... 3 more
"""
PYTHON = """boom
Traceback (most recent call last):
  File "a.py", line 1, in <module>
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in f
shop.errors.OrderError: y
"""


def read(data: bytes, layout: Layout | None = None, **more: Any) -> pl.DataFrame:
    return read_records(Window(data, 0, len(data)), layout or find_layout(data, whole=True), WRITTEN, **more).frame


def log(count: int = 100, first: int = 0) -> bytes:
    times = [f"2026-01-02 03:{number // 60:02}:{number % 60:02}.000" for number in range(first, first + count)]
    texts = [f"{time} [t-{number % 3}] INFO  c.e.Shop - order {number}\n" for number, time in enumerate(times, first)]
    return "".join(texts).encode()


def opened(*paths: Path | str, **more: Any) -> list[LogFile]:
    return log_files([str(path) for path in paths], **more)[0]


def parts(file: LogFile, size: int = 1 << 24, wish: Wish = Wish()) -> list[Part]:  # noqa: B008
    return [part for block in blocks_of([file], size) for part in read_block(file, block, wish, size)]


def joined(found: list[Part]) -> pl.DataFrame:
    """The frames of all parts, lines counted from the beginning of the file."""
    before, frames = 0, []
    for part in found:
        frames.append(part.frame.with_columns(pl.col("line") + before))
        before += part.newlines
    return pl.concat(frames)


def skipped(found: list[Part]) -> list[Skipped]:
    return [one for part in found for one in part.skipped]


# --- records


def test_following_lines_belong_to_their_record() -> None:
    data = (HEAD + TRACE + HEAD + "fine\n").encode()
    found = read(data, LAYOUT)
    assert found["lines"].to_list() == [9, 1]
    assert found["line"].to_list() == [0, 9]
    assert found["offset"].to_list() == [0, data.rfind(HEAD.encode())]
    assert found["message"].to_list() == ["boom", "fine"]
    assert found["exception"].to_list() == ["java.lang.IllegalStateException", None]
    assert found["cause"].to_list() == ["java.net.ConnectException", None]


def test_of_python_the_last_exception_was_raised_and_the_first_is_its_root() -> None:
    found = read((HEAD + PYTHON).encode(), LAYOUT).row(0, named=True)
    assert (found["exception"], found["cause"]) == ("shop.errors.OrderError", "KeyError")


@pytest.mark.parametrize(
    ("told", "exception"),
    [
        ("failed: java.net.SocketTimeoutException: Read timed out", "java.net.SocketTimeoutException"),
        ("caught ValueError in f", "ValueError"),
        ("Error: disk", None),
        ("x\nTypeError: a is not a function\n    at f (a.js:1:2)", "TypeError"),
        ("x\nSystem.IO.IOException: a\n   at B()\n ---> System.FormatException: c", "System.IO.IOException"),
        ('x\nException in thread "main" java.lang.OutOfMemoryError: heap', "java.lang.OutOfMemoryError"),
        ("x\nCaused by: java.io.IOException: a", "java.io.IOException"),
        ("x\nnothing of the kind: really", None),
    ],
)
def test_exceptions_in_messages_and_following_lines(told: str, exception: str | None) -> None:
    assert read((HEAD + told + "\n").encode(), LAYOUT)["exception"].to_list() == [exception]


def test_an_unterminated_trace_ends_with_the_file() -> None:
    found = read((HEAD + "fine\n" + HEAD + TRACE[:45]).encode(), LAYOUT)
    assert found["lines"].to_list() == [1, 2]
    assert found["exception"].to_list() == [None, "java.lang.IllegalStateException"]


def test_what_stands_before_the_first_record_is_a_record_of_its_own() -> None:
    found = read(b"  .   ____\n /\\\\ / ___'\n" + log(2), LAYOUT)
    assert found["lines"].to_list() == [2, 1, 1]
    assert found["time"].is_null().to_list() == [True, False, False]


def test_a_line_that_only_begins_with_a_time_is_a_record_too() -> None:
    found = read(log(1) + b"2026-01-02 03:04:05.678 WARN odd one\n\tfollows\n" + log(1), LAYOUT)
    assert found["message"].to_list() == ["order 0", "WARN odd one", "order 0"]
    assert found["lines"].to_list() == [1, 2, 1]
    assert found["level"][1] == 4


def test_in_logs_of_single_lines_a_broken_one_is_a_record_without_a_time() -> None:
    line = b'192.0.2.1 - - [02/Jan/2026:03:04:05 +0900] "GET /a HTTP/1.1" 200 23\n'
    found = read(line * 3 + b"\x16\x03\x01 junk\n\n" + line)
    assert found["lines"].to_list() == [1, 1, 1, 2, 1]
    assert found["time"].null_count() == 1


def test_traces_inside_docker_are_joined() -> None:
    texts = (HEAD + TRACE).splitlines()
    inside = [text.replace("\t", "\\t").replace('"', '\\"') for text in texts]
    docker = [f'{{"log":"{text}\\n","stream":"stdout","time":"2026-01-02T03:04:05.5Z"}}\n' for text in inside]
    found = read("".join(docker * 3).encode())
    assert found["lines"].to_list() == [9, 9, 9]
    assert found["cause"].to_list() == ["java.net.ConnectException"] * 3
    assert found["time"][0] == datetime(2026, 1, 2, 3, 4, 5, 500000, UTC)


def test_without_any_time_what_looks_like_a_trace_is_still_joined() -> None:
    found = read(("boom\n" + TRACE.partition("\n")[2] + "another\n").encode())
    assert found["lines"].to_list() == [9, 1]
    assert found["time"].null_count() == 2


def test_the_session_is_the_first_group_or_all_that_matches() -> None:
    data = f"{HEAD}block blk_1 a\n{HEAD}block blk_2 b\n{HEAD}none\n".encode()
    assert read(data, LAYOUT, session=r"(blk_\d+)")["key"].to_list() == ["blk_1", "blk_2", None]
    assert read(data, LAYOUT, session=r"blk_\d+")["key"].to_list() == ["blk_1", "blk_2", None]
    assert read(data, LAYOUT)["key"].to_list() == ["main"] * 3


PIECES = st.sampled_from(
    [HEAD + "order 7\n", HEAD + "한글 주문\n", "2026-01-02 03:04:05.678 stray\n", "\tat a.B\n", "Caused by: x.Y: z\n",
     "\n", "  \n", "plain\n", HEAD + TRACE, "x" * 300 + "\n", HEAD + "y" * 200 + "\n", "\r\n", "a,b\"c\"\x01\n"],
)  # fmt: skip


@st.composite
def nasty_logs(draw: st.DrawFn) -> bytes:
    texts = draw(st.lists(PIECES, min_size=1, max_size=25))
    codecs = draw(st.lists(st.sampled_from(["utf-8", "utf-8", "cp949"]), min_size=len(texts), max_size=len(texts)))
    data = b"".join(text.encode(codec) for text, codec in zip(texts, codecs, strict=True))
    return data[: len(data) - draw(st.integers(0, 3))] or b"x"


@pytest.fixture
def short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that reach 200 bytes, lines of 120."""
    for module, names in ((lines, ("REACH_BYTES", "LINE_BYTES")), (records, ("REACH_BYTES",))):
        for name in names:
            monkeypatch.setattr(module, name, 200 if name == "REACH_BYTES" else 120)
    monkeypatch.setattr(_log_blocks, "LOOK_AHEAD", 320)


@pytest.mark.usefixtures("short_reach")
class TestWindows:
    @quick
    @given(nasty_logs())
    def test_records_are_those_of_the_slow_twin(self, data: bytes) -> None:
        slow = log_records(data, LOGBACK.pattern(LAYOUT.style), TIME_FIRST.pattern(LAYOUT.style), 200, 120)
        assert read(data, LAYOUT).select("offset", "line", "lines", "message").rows() == slow

    @quick
    @given(nasty_logs(), st.sampled_from([1, 7, 64, 500]))
    def test_blocks_of_any_size_together_are_the_whole_file(self, data: bytes, size: int) -> None:
        whole = read_records(Window(data, 0, len(data)), LAYOUT, WRITTEN)
        windows = [
            Window(data[max(lo - 1, 0) : lo + size + 320], lo, min(lo + size, len(data)))
            for lo in range(0, len(data), size)
        ]
        streamed = list(_log_blocks.windows_of(iter([data[:10], data[10:50], data[50:]]), size))
        found = [read_records(window, LAYOUT, WRITTEN) for window in windows]
        assert [(window.lo, window.hi) for window in streamed] == [(window.lo, window.hi) for window in windows]
        assert [read_records(window, LAYOUT, WRITTEN).frame.rows() for window in streamed] == [
            f.frame.rows() for f in found
        ]
        assert joined([Part(one.frame, one.newlines, ()) for one in found]).equals(whole.frame)
        assert sum(one.newlines for one in found) == whole.newlines == data.count(b"\n")
        counted: dict[str, int] = {}
        for odd in (odd for one in found for odd in one.odd):
            counted[odd.reason] = counted.get(odd.reason, 0) + odd.count
        assert counted == {odd.reason: odd.count for odd in whole.odd}


# --- bytes


def test_korean_in_two_encodings_is_read_line_by_line() -> None:
    data = (
        HEAD.encode()
        + "결제 실패\n".encode()
        + HEAD.encode()
        + "결제 실패\n".encode("cp949")
        + HEAD.encode()
        + b"\xff\xfe\n"
    )
    found = lines_of(Window(data, 0, len(data)))
    assert [text[len(HEAD) :] for text in found.texts] == ["결제 실패", "결제 실패", "��"]
    places = {odd.reason: (odd.count, odd.offset) for odd in found.odd}
    assert places == {KOREAN: (1, data.find(b"\n") + 1), NEITHER: (1, data.rfind(HEAD.encode()))}


def test_zero_bytes_are_left_out_and_counted() -> None:
    data = log(1) + b"\0" * 5000 + log(1, 7)
    found = read_records(Window(data, 0, len(data)), LAYOUT, WRITTEN)
    assert found.frame["message"].to_list() == ["order 0", "order 7"]
    assert [(odd.reason, odd.count) for odd in found.odd] == [(ZEROS, 1)]


def test_a_line_of_10_mb_is_cut_and_counted() -> None:
    data = log(1) + HEAD.encode() + "한".encode() * 3_500_000 + b"\n" + log(1, 7)
    found = read_records(Window(data, 0, len(data)), LAYOUT, WRITTEN)
    assert found.frame["message"].str.len_bytes().to_list()[::2] == [7, 7]
    assert 60_000 < len(found.frame["message"][1].encode()) <= lines.LINE_BYTES
    assert "�" not in found.frame["message"][1]
    assert [(odd.reason, odd.count, odd.offset) for odd in found.odd] == [(CUT, 1, len(log(1)))]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_ends_of_lines(ends: str) -> None:
    data = log(5).replace(b"\n", ends.encode())
    found = read(data)
    assert found["message"].to_list() == [f"order {number}" for number in range(5)]
    assert found["offset"].to_list() == [data.find(f"order {number}".encode()) - 47 for number in range(5)]


def test_marks_and_escapes_do_not_hide_the_time() -> None:
    data = b"\xef\xbb\xbf" + log(1) + b"\xef\xbb\xbf" + b"\x1b[31m" + log(1)[:-1] + b"\x1b[0m\n"
    found = read(data, LAYOUT)
    assert found["message"].to_list() == ["order 0", "order 0"]
    assert found["time"].null_count() == 0


HOSTILE = [
    "<script>alert(1)</script>",
    "[/x] [bold]",
    "=1+1",
    "${jndi:ldap://x}",
    "%s%n{{7*7}}",
    "오류 🙂",
    "a\x0b\x0c\x85\u2028b",
]


@pytest.mark.parametrize("odd", HOSTILE)
def test_hostile_text_is_kept_as_it_is(odd: str) -> None:
    assert read(f"{HEAD}{odd}\n".encode(), LAYOUT)["message"].to_list() == [odd]


@pytest.mark.parametrize("data", [b"\n", b"\n\n\n", b"\0", b"\r", b"x", b"\xff", b"\1", b" "])
def test_next_to_nothing_is_read_without_a_crash(data: bytes) -> None:
    assert read(data, LAYOUT)["lines"].sum() == max(1, data.count(b"\n"))


def test_times_that_go_back_are_kept_as_they_are() -> None:
    found = read(log(2, 50) + log(2, 10), LAYOUT)
    assert found["time"].dt.second().to_list() == [50, 51, 10, 11]


# --- files


def test_rotated_logs_come_in_the_order_of_time(tmp_path: Path) -> None:
    names = ["app.log.2.gz", "app.log.10", "app.log.1", "app.log", "web-2026-01-03.log", "web-2026-01-02.1.log",
             "web-2026-01-02.0.log.zst", "web.log", "db.log-20260102", "db.log"]  # fmt: skip
    for name in names:
        pack = gzip.compress if name.endswith("gz") else zstandard.compress if name.endswith("zst") else bytes
        (tmp_path / name).write_bytes(pack(log(3)))
    found = opened(tmp_path)
    assert [Path(file.path).name for file in found] == [
        "app.log.10", "app.log.2.gz", "app.log.1", "app.log", "db.log-20260102", "db.log",
        "web-2026-01-02.0.log.zst", "web-2026-01-02.1.log", "web-2026-01-03.log", "web.log",
    ]  # fmt: skip
    assert [Path(file.series).name for file in found] == ["app.log"] * 4 + ["db.log"] * 2 + ["web.log"] * 4


@pytest.mark.parametrize(
    ("name", "series"),
    [("catalina.2026-01-02.log", "catalina.log"), ("app.1.log", "app.log"), ("messages-20260102.gz", "messages"),
     ("app.log.2026-01-02-03", "app.log"), ("node-17.log", "node-17.log"), ("app.log.gz", "app.log"), ("v1.2", "v1")],
)  # fmt: skip
def test_names_of_rotated_sets(name: str, series: str) -> None:
    assert rotation(f"/x/{name}")[0] == f"/x/{series}"


def test_folders_patterns_and_files_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "a" / ".git").mkdir(parents=True)
    for name in ("a/x.log", "a/.hidden.log", "a/.git/y.log", "b.log", "c.txt"):
        (tmp_path / name).write_bytes(log(3))
    here = [str(tmp_path), str(tmp_path / "*.log"), str(tmp_path / "b.log")]
    assert sorted(Path(file.path).name for file in opened(*here)) == ["b.log", "c.txt", "x.log"]
    assert [Path(file.path).name for file in opened(tmp_path / "**" / "*.log")] == ["x.log", "b.log"]


def test_max_files_keeps_the_newest(tmp_path: Path) -> None:
    for number, name in enumerate(("a.log", "b.log", "c.log")):
        (tmp_path / name).write_bytes(log(3))
        os.utime(tmp_path / name, (100 - number, 100 - number))
    assert [Path(file.path).name for file in opened(tmp_path, max_files=2)] == ["a.log", "b.log"]


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a PNG picture"), (bytes(range(256)) * 20, "binary"), (b"", "empty"),
     (b"\0" * 100, "binary"), ("한글".encode("utf-16"), "UTF-16"),
     (gzip.compress(b"\x7fELF" + bytes(100)), "a program"), (b"PAR1" + bytes(50), "binary")],
)  # fmt: skip
def test_what_is_no_log_is_named_and_left_out(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "app.log").write_bytes(log(3))
    (tmp_path / "odd.bin").write_bytes(data)
    files, left_out = log_files([str(tmp_path)])
    assert [Path(file.path).name for file in files] == ["app.log"]
    assert [Path(one.file).name for one in left_out] == ["odd.bin"]
    assert told in left_out[0].reason
    with pytest.raises(InputError, match=f"odd.bin: .*{told}"):
        log_files([str(tmp_path / "odd.bin")])


def test_a_folder_without_logs_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no logs found; name a folder"):
        log_files([str(tmp_path)])
    (tmp_path / "x.bin").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match=r"no logs found: .*x\.bin: looks like a binary file"):
        log_files([str(tmp_path)])
    with pytest.raises(InputError, match="not found"):
        log_files([str(tmp_path / "app.log")])
    with pytest.raises(InputError, match="no file is named so"):
        log_files([str(tmp_path / "*.gz")])


def test_no_permission_is_told_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.log", "secret.log"):
        (tmp_path / name).write_bytes(log(3))

    def denied(self: Path, *args: Any, **more: Any) -> Any:
        if self.name == "secret.log":
            raise PermissionError(13, "Permission denied")
        return builtins.open(self, *args, **more)

    monkeypatch.setattr(Path, "open", denied)  # tests may run as root, whom nothing is denied
    files, left_out = log_files([str(tmp_path)])
    assert [Path(file.path).name for file in files] == ["a.log"]
    assert "no permission" in left_out[0].reason
    with pytest.raises(InputError, match=r"secret\.log: no permission"):
        log_files([str(tmp_path / "secret.log")])


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe"):
        log_files([str(tmp_path / "pipe")])


# --- blocks


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_packed_or_not_and_in_blocks_of_any_size_the_records_are_the_same(tmp_path: Path, ending: str) -> None:
    data = b"".join(log(30, 30 * number) + (HEAD + TRACE).encode() for number in range(5))
    packed = {"": data, ".gz": gzip.compress(data), ".zst": zstandard.compress(data)}[ending]
    (tmp_path / f"app.log{ending}").write_bytes(packed)
    file = opened(tmp_path)[0]
    whole = read(data, LAYOUT)
    for size in (100, 1000, 4097, 1 << 24):
        found = parts(file, size)
        assert joined(found).equals(whole)
        assert sum(part.newlines for part in found) == data.count(b"\n")
    assert file.layout == LAYOUT


def test_a_truncated_gz_gives_what_could_be_read_and_says_so(tmp_path: Path) -> None:
    data = b"".join(os.urandom(20).hex().encode().join([HEAD.encode(), b"\n"]) for _ in range(20_000))
    (tmp_path / "app.log.gz").write_bytes(gzip.compress(data)[:-200_000])
    found = parts(opened(tmp_path)[0])
    assert 1000 < joined(found).height < 20_000
    told = skipped(found)
    assert [one.file for one in told] == [str(tmp_path / "app.log.gz")]
    assert "cut off after" in told[0].reason


def test_a_file_that_shrinks_vanishes_or_grows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(log(100))
    file = opened(path)[0]
    path.write_bytes(log(50))
    found = parts(file)
    assert joined(found).height == 50
    assert "became shorter" in skipped(found)[0].reason
    path.write_bytes(log(120))
    assert joined(parts(file)).height == 100
    assert changed(file).endswith(f"{len(log(20, 100))} bytes were added while it was read; they are not looked at.")
    path.unlink()
    assert "vanished" in skipped(parts(file))[0].reason
    assert "vanished" in changed(file)


def test_only_what_is_in_time_is_kept(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(log(100))
    since, until = datetime(2026, 1, 2, 3, 0, 30, tzinfo=UTC), datetime(2026, 1, 2, 3, 1, 0, tzinfo=UTC)
    found = joined(parts(opened(tmp_path)[0], wish=Wish(since=since, until=until)))
    assert found["message"].to_list() == [f"order {number}" for number in range(30, 60)]
    assert found["line"].to_list() == list(range(30, 60))


def test_a_sample_is_of_whole_blocks_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(log(1000))
    file = opened(tmp_path)[0]
    blocks = sampled(blocks_of([file], 5000), 0.25)
    assert 0.2 < sum(block.looked for block in blocks) / len(blocks) < 0.4
    found = joined([part for block in blocks for part in read_block(file, block, Wish())])
    assert [f"order {line}" for line in found["line"]] == found["message"].to_list()
    assert blocks_of([file], 5000) == sampled(blocks_of([file], 5000), 1.0)


# --- standard input, raw lines


def test_standard_input_is_spooled_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(log(100))))
    file = log_files(["-"], places={"-": spooled(tmp_path)})[0][0]
    assert file.path == "-"
    assert joined(parts(file)).height == 100


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(("number", "before", "after"), [(0, 2, 2), (5000, 0, 0), (5000, 20, 3), (9999, 3, 3)])
def test_raw_lines_around_a_place(tmp_path: Path, ending: str, number: int, before: int, after: int) -> None:
    data = log(10_000).replace(b"[t-1]", b"[<b>]")
    path = tmp_path / f"app.log{ending}"
    path.write_bytes(gzip.compress(data) if ending else data)
    texts = data.decode().splitlines()
    found = lines_around(str(path), data.find(texts[number].encode()), before, after)
    assert [line.text for line in found] == texts[max(0, number - before) : number + after + 1]
    assert all(data[line.offset :].startswith(line.text.encode()) for line in found)


def test_raw_lines_that_end_with_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(log(100).replace(b"\n", b"\r"))
    found = lines_around(str(tmp_path / "app.log"), len(log(50)), 1, 1)
    assert [line.text for line in found] == log(100).decode().splitlines()[49:52]


def test_a_raw_line_is_cut_and_what_follows_a_huge_one_is_found(tmp_path: Path) -> None:
    data = b"a\n" + b"x" * 10_000_000 + b"\nb\nc"
    (tmp_path / "app.log").write_bytes(data)
    found = lines_around(str(tmp_path / "app.log"), 2, 1, 2)
    assert [len(line.text) for line in found] == [1, lines.LINE_BYTES, 1, 1]
    assert found[-1] == RawLine(len(data) - 1, "c")
    with pytest.raises(InputError, match="not found"):
        lines_around(str(tmp_path / "gone.log"), 0)


def test_logs_and_folders_of_them_are_known(tmp_path: Path) -> None:
    assert not is_log_path(str(tmp_path))
    (tmp_path / "a.csv").write_text("time,value\n2026-01-02 03:04:05,1\n")
    assert not is_log_path(str(tmp_path))
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(log(10)))
    assert is_log_path(str(tmp_path))
    assert is_log_path(str(tmp_path / "b.log.gz"))
    assert not is_log_path(str(tmp_path / "a.csv"))
    assert not is_log_path(str(tmp_path / "gone.log"))


def test_what_is_no_text_has_no_say_in_what_a_folder_is(tmp_path: Path) -> None:
    """It is left out of logs, and named."""
    for number in range(30):
        (tmp_path / f"a{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "empty.pid").write_bytes(b"")
    assert not is_log_path(str(tmp_path))
    (tmp_path / "shop.log").write_bytes(log(10))
    assert is_log_path(str(tmp_path))
    assert len(log_files([str(tmp_path)])[1]) == 31
    for name in ("x.csv", "y.csv"):
        (tmp_path / name).write_text("time,value\n2026-01-02 03:04:05,1\n")
    assert not is_log_path(str(tmp_path))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("records", [10, 10_000])
def test_standard_input_is_looked_at_and_still_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, packed: bool, records: int
) -> None:
    data = gzip.compress(log(records)) if packed else log(records)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert is_log_path("-")
    assert is_log_path("-")
    assert Path(spooled(tmp_path)).read_bytes() == data


@pytest.mark.parametrize(
    "data",
    [
        b"", b"time,value\n2026-01-02 03:04:05,1\n2026-01-02 03:05:05,2\n",
        b'{"time": "2026-01-02T03:04:05Z", "value": 1}\n{"time": "2026-01-02T03:05:05Z", "value": 2}\n',
        b"PAR1" + bytes(300), b"\x89PNG" + bytes(300),
    ],
)  # fmt: skip
def test_other_data_by_standard_input_are_no_log(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert not is_log_path("-")
    assert b"".join(pieces()) == data


def test_a_pipe_is_not_opened_to_see_whether_it_is_a_log(tmp_path: Path) -> None:
    """It would wait for a writer, and what was read would be gone."""
    os.mkfifo(tmp_path / "fifo")
    assert not is_log_path(str(tmp_path / "fifo"))


def test_the_modules_agree_on_how_far_to_look(tmp_path: Path) -> None:
    assert lines.LOOK_AHEAD == lines.REACH_BYTES + lines.LINE_BYTES
    (tmp_path / "app.log").write_bytes(log(3))
    assert blocks_of(opened(tmp_path), 100) == [Block(0, 0, 100), Block(0, 100, len(log(3)))]
    assert SAMPLE_BYTES <= lines.LINE_BYTES


def test_memory_of_a_stream_stays_with_the_block() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 10_000

    sizes = [len(window.data) for window in _log_blocks.windows_of(pieces(), 20_000)]
    assert max(sizes) <= 20_001 + lines.LOOK_AHEAD
    assert len(sizes) == 100


def test_logs_that_several_programs_write_to_are_told_apart(tmp_path: Path) -> None:
    tomcat = b"02-Jan-2026 03:04:05.678 SEVERE [main] org.apache.catalina.Catalina.start stopped\n\tat a.B\n"
    found = read((log(3) + tomcat) * 20)
    assert found["lines"].to_list() == [1, 1, 1, 2] * 20
    assert found["message"].to_list()[:4] == ["order 0", "order 1", "order 2", "stopped"]
    assert found["time"].null_count() == 0
    assert found["level"].to_list()[:4] == [2, 2, 2, 6]


@quick
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)))
def test_no_bytes_at_all_make_it_crash(data: bytes) -> None:
    found = read(data)
    assert found["lines"].sum() <= max(1, data.count(b"\n") + data.count(b"\r") + 1)


@pytest.mark.parametrize("expression", ["(", "(?<=a)b", "*"])
def test_a_session_expression_that_is_none_is_refused(expression: str) -> None:
    with pytest.raises(UsageError, match=r"--session .* is no expression that can be used: "):
        read(log(3), LAYOUT, session=expression)


def test_how_many_lines_there_are_about(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(log(100))
    (tmp_path / "b.log").write_bytes(log(3000) * 2)
    (tmp_path / "c.log.gz").write_bytes(gzip.compress(log(3000) * 2))
    small, large, packed = opened(tmp_path)
    assert small.lines_about == 100
    assert 5900 < large.lines_about < 6100
    assert 600 < packed.lines_about < 60_000


def test_the_layout_is_that_of_most_of_a_file_not_of_its_beginning(tmp_path: Path) -> None:
    start = b"02-Jan-2026 03:04:05.678 INFO [main] org.apache.catalina.Catalina.start begins\n" * 1000
    (tmp_path / "app.log").write_bytes(start + log(3000))
    layout = opened(tmp_path)[0].layout
    assert {layout.name, layout.other and layout.other.name} == {"Tomcat", "logback"}
    assert joined(parts(opened(tmp_path)[0]))["time"].null_count() == 0


def test_a_log_whose_records_have_many_lines_without_indents_is_one_all_the_same() -> None:
    data = b"".join(log(1, number) + b"select a\nfrom b\nwhere c = 1\nand d = 2\n" for number in range(20))
    found = read(data)
    assert found["lines"].to_list() == [5] * 20
    assert found["key"].null_count() == 0


def test_a_particular_format_is_taken_where_half_of_the_lines_have_another() -> None:
    found = read(b"".join(log(1, number) + b"2026-01-02 03:04:05.678 plain and simple\n" for number in range(20)))
    assert found["key"].to_list()[:4] == ["t-0", None, "t-1", None]
    assert found["time"].null_count() == 0


def test_a_large_file_whose_lines_end_with_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(log(3000).replace(b"\n", b"\r"))
    found = joined(parts(opened(tmp_path)[0], 50_000))
    assert found["message"].to_list() == [f"order {number}" for number in range(3000)]
