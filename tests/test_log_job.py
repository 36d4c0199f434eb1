"""`isang detect` of logs: what comes of lines that are counted, ordered and judged, whatever they are like."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import isang
import oracles
from command import isang as run
from command import refused
from isang import log_means, log_slots
from isang.detectors.base import sees_lines
from isang.errors import InputError, UsageError
from isang.family import build
from isang.features.told import Told
from isang.log_files import LogWish, read_logs
from isang.log_means import usual_means
from isang.log_order import Order
from isang.log_parts import clock_of
from isang.log_records import NO_KEY, NO_TIME, LogRecords, read_records
from isang.logs import eras, judged, slots
from isang.logs.eras import Lesson
from isang.logs.mask import Mask
from isang.logs.severity import Severity
from isang.logs.templates import Templates
from isang.sources import _log_files
from isang.sources._ahead import ahead
from isang.sources._log_blocks import Wish
from isang.sources._log_files import log_files
from isang.sources._spool import Spool
from isang.specs import spec_of_lines
from isang.synthetic import log_files as log_files_made
from isang.words.frame import Columns, lay_out
from oracles import quick

START = datetime(2026, 1, 2, 3)
SERVER = ("GET /orders {n}", "order {n} found", "answered in {n} ms")
MINUTES = 120
LINES = {"name": "log_anomaly"}


def line(at: datetime, message: str, level: str = "INFO", thread: str = "t-0") -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} [{thread}] {level:5} c.e.Shop - {message}\n"


def requests(minutes: int = MINUTES, a_minute: int = 10, seed: int = 0, start: datetime = START) -> list[str]:
    """Requests on three threads, three lines each, at chance times; one in fifty has a fourth."""
    random = np.random.default_rng(seed)
    made = []
    for number, second in enumerate(np.sort(random.uniform(0, minutes * 60, minutes * a_minute)).tolist()):
        texts = [*SERVER, "retried {n}"] if random.random() < 0.02 else SERVER
        for step, text in enumerate(texts):
            made.append((start + timedelta(seconds=second, milliseconds=5 * step), text.format(n=number), number % 3))
    return [line(at, text, thread=f"t-{thread}") for at, text, thread in sorted(made)]


def trouble(minute: float, count: int, message: str = "cannot pay {n}", level: str = "ERROR") -> list[str]:
    first = START + timedelta(minutes=minute)
    return [line(first + timedelta(seconds=number), message.format(n=number), level) for number in range(count)]


def merged(*parts: Sequence[str]) -> bytes:
    return "".join(sorted(one for part in parts for one in part)).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One log of two hours with a burst of errors of a kind that was never there."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "shop.log").write_bytes(merged(requests(), trouble(100, 20)))
    return tmp_path / "logs"


def frame_of(*paths: Path | str, **more: Any) -> pl.DataFrame:
    wish = {
        "zone": "UTC",
        "session": None,
        "where": (),
        "max_files": None,
        "sample_lines": None,
        "lines": LINES,
        **more,
    }
    return read_logs([str(path) for path in paths], LogWish(**wish)).frame


def records_of(folder: Path, *paths: Path, **more: Any) -> LogRecords:
    folder.mkdir(exist_ok=True)
    files = log_files([str(path) for path in paths])[0]
    return read_records(files, Wish(**more), Mask(), folder, None, Templates(1000), usual_means())


# --- what was due


@st.composite
def counted_rows(draw: st.DrawFn) -> pl.DataFrame:
    """What `counted` gives of some records: few logs, kinds and slots, each with a line at least."""
    number, seed = draw(st.integers(1, 60)), draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    log, slot = (
        random.integers(0, draw(st.integers(1, 3)), number),
        random.integers(0, draw(st.integers(1, 30)), number),
    )
    kind = random.integers(0, draw(st.integers(1, 5)), number)
    score = np.where(random.random(number) < 0.3, np.nan, random.normal(0, 3, number))
    times = np.repeat(np.arange(number), random.integers(1, draw(st.sampled_from([2, 40, 400])), number))
    strange = random.random(len(times)) < draw(st.sampled_from([0.0, 0.02, 0.3]))
    return slots.counted(log[times], kind[times], slot[times], score[times], strange, times)


@quick
@given(counted_rows())
def test_what_was_due_is_that_of_the_slow_twin(rows: pl.DataFrame) -> None:
    rows = slots.together([rows])
    wanted = oracles.lines_due(rows.rows(named=True))
    found = {(row["log"], row["kind"], row["slot"]): row for row in judged.in_hindsight(rows).iter_rows(named=True)}
    assert found.keys() == wanted.keys()
    for at, (lines, expected, spread, unusual) in wanted.items():
        assert found[at]["lines"] == lines
        told = [found[at][name] for name in ("expected", "spread", "unusual")]
        np.testing.assert_allclose(told, [expected, spread, unusual], rtol=1e-6, atol=1e-6, err_msg=str(at))


@quick
@given(counted_rows(), st.integers(0, 30))
def test_what_was_due_of_later_slots_is_told_by_earlier_ones_alone(rows: pl.DataFrame, start: int) -> None:
    rows = slots.together([rows])
    starts = np.array([start] if 0 < start < slots.totals_of(rows).shape[1] else [], dtype=np.int64)
    before, later = rows.filter(pl.col("slot") < start), rows.filter(pl.col("slot") >= start)
    found = {(row["log"], row["kind"], row["slot"]): row for row in judged.in_turn(rows, starts).iter_rows(named=True)}
    if not len(starts):
        before, later = rows[:0], rows
    wanted = oracles.lines_due_later(before.rows(named=True), later.rows(named=True), start)
    for at, (lines, expected, spread, unusual) in wanted.items():
        told = [found[at][name] for name in ("lines", "expected", "spread", "unusual")]
        np.testing.assert_allclose(told, [lines, expected, spread, unusual], rtol=1e-6, atol=1e-6, err_msg=str(at))
    for (_, _, slot), row in found.items():
        if slot < start:
            assert row["unusual"] == 0 or row["kind"] == -1


@quick
@given(counted_rows(), counted_rows(), st.integers(1, 29))
def test_later_lines_change_nothing_of_earlier_ones(rows: pl.DataFrame, others: pl.DataFrame, start: int) -> None:
    """Causal: what comes after the start of an era has no say in it or before."""
    rows, others = slots.together([rows]), slots.together([others])
    earlier = rows.filter(pl.col("slot") < start)
    same = ["log", "kind", "slot", "lines", "expected", "spread", "unusual"]
    told = []
    for later in (rows, others):
        both = pl.concat([earlier, later.filter(pl.col("slot") >= start)])
        ends = pl.concat([both, both.head(1).with_columns(log=pl.lit(2, pl.Int64), slot=pl.lit(40, pl.Int64))])
        if not len(earlier):
            return
        found = judged.in_turn(ends, np.array([1, start // 2 + 1, start, 35]) if start > 1 else np.array([1, 35]))
        told.append(found.filter(pl.col("slot") < start).select(same).sort(same[:3]))
    assert told[0].equals(told[1])


@quick
@given(counted_rows(), st.integers(1, 7))
def test_lines_counted_in_parts_are_those_of_the_whole(rows: pl.DataFrame, parts: int) -> None:
    cut = [rows[first::parts] for first in range(parts)]
    scored = ["log", "kind", "slot", "lines", "odd", "score"]
    assert slots.together(cut).select(scored).equals(slots.together([rows]).select(scored))


@pytest.mark.parametrize(
    ("span", "step_s"),
    [(0, 1), (2100, 1), (2101, 10), (86_400, 60), (7 * 86_400, 300), (31 * 86_400, 3600), (10**9, 86_400)],
)
def test_there_are_at_most_about_two_thousand_slots(span: int, step_s: int) -> None:
    assert slots.step_of(5, 5 + span * 1_000_000) == step_s * 1_000_000


def test_what_is_missing_has_a_row(tmp_path: Path) -> None:
    """A template that is due and does not come, and a log that says nothing."""
    silent = [one for one in requests(a_minute=60) if not "2026-01-02 04:10" <= one[:16] < "2026-01-02 04:20"]
    deaf = [one for one in silent if not ("04:40" <= one[11:16] < "04:45" and "found" in one)]
    (tmp_path / "shop.log").write_bytes(merged(deaf))
    frame = frame_of(tmp_path)
    least = frame.filter(pl.col("lines") == 0).with_columns(pl.col("time").dt.strftime("%H:%M").alias("at"))
    assert {f"04:{minute}" for minute in range(10, 20)} <= {*least.filter(template="all lines")["at"]}
    found = least.filter(
        pl.col("template").str.contains("found"), pl.col("at").is_between(pl.lit("04:40"), pl.lit("04:44"))
    )
    assert len(found) >= 10  # slots of ten seconds in which ten are due
    assert found["file"].null_count() == len(found)
    assert (found["unusual"] > 3).all()


# --- order, levels


def test_lines_in_an_order_that_never_was_are_among_the_strangest(tmp_path: Path) -> None:
    first = START + timedelta(minutes=100, seconds=7, milliseconds=1)
    odd = [
        line(first + timedelta(milliseconds=at), SERVER[step].format(n=7), thread="t-9")
        for at, step in enumerate([2, 2, 0])
    ]
    (tmp_path / "shop.log").write_bytes(merged(requests(), odd))
    records = records_of(tmp_path / "spool", tmp_path / "shop.log")
    scores = scores_of(records, tmp_path / "spool")
    lines = (tmp_path / "shop.log").read_bytes().split(b"\n")
    here = [at for at, text in enumerate(lines) if b"[t-9]" in text]
    assert (scores > scores[here].max()).sum() < 5  # as rare as what came once or twice in all
    assert scores[here].max() > 3
    assert len(scores) == len(lines) - 1


def scores_of(records: LogRecords, folder: Path) -> np.ndarray:
    """How surprising each line is by the other half of the time."""
    clock = clock_of(records, None)
    order = Order(records, clock, folder, np.arange(len(records.templates)))
    lessons = eras.in_hindsight(len(clock.starts) + 1)
    order.score({era: order.learn(lesson, LINES) for lesson in lessons for era in lesson.judges})
    return order.scores.part("score", 0, records.spool.rows)


def learnt_rows(folder: Path, *paths: Path, **more: Any) -> list[list[int]]:
    """What the detector of order learnt from: templates of each key, as they came."""
    records = records_of(folder, *paths, **more)
    one_era = replace(clock_of(records, None), starts=np.zeros(0, dtype=np.int64))
    Order(records, one_era, folder, np.arange(len(records.templates))).learn(Lesson((0,), ()), LINES)
    return _stretches(np.fromfile(folder / "templates", np.int32).tolist())


def _stretches(numbers: Sequence[int]) -> list[list[int]]:
    return [[numbers[row] for row in rows] for rows in oracles.stretches(numbers)]


def test_sequences_cross_neither_keys_nor_logs(tmp_path: Path) -> None:
    """S3-D3: the same thread names in two logs; lines of threads mixed."""
    for name, words in (("a.log", "alpha beta gamma"), ("b.log", "delta epsilon zeta")):
        texts = [
            line(START + timedelta(seconds=10 * number + step), f"{word} {thread}", thread=thread)
            for number in range(20)
            for step, word in enumerate(words.split())
            for thread in ("t-0", "t-1")
        ]
        (tmp_path / name).write_bytes("".join(texts).encode())
    found = learnt_rows(tmp_path / "spool", tmp_path / "a.log", tmp_path / "b.log")
    assert len(found) == 4
    assert all(len(set(one)) == 3 for one in found)
    for one in found:
        assert len(one) == 60
        assert one == one[:3] * 20  # its own three in turn: no line of another thread between


def test_a_rotated_set_is_one_log_whose_threads_go_on(tmp_path: Path) -> None:
    texts = requests(20)
    half = len(texts) // 2
    (tmp_path / "shop.log.1.gz").write_bytes(gzip.compress("".join(texts[:half]).encode()))
    (tmp_path / "shop.log").write_bytes("".join(texts[half:]).encode())
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "shop.log").write_bytes("".join(texts).encode())
    parts = learnt_rows(tmp_path / "one", tmp_path / "shop.log.1.gz", tmp_path / "shop.log")
    assert parts == learnt_rows(tmp_path / "two", tmp_path / "whole" / "shop.log")
    own = ["time", "template", "lines", "expected", "spread", "unusual"]
    rotated, whole = frame_of(tmp_path / "shop.log*"), frame_of(tmp_path / "whole")
    assert rotated.select(own).equals(whole.select(own))
    assert {Path(one).name for one in rotated["file"].drop_nulls()} == {"shop.log.1.gz", "shop.log"}


def test_the_session_parts_the_lines_instead_of_the_thread(tmp_path: Path) -> None:
    texts = [
        line(START + timedelta(seconds=5 * number + step), f"{word} block=b{number}", thread=f"t-{(number + step) % 3}")
        for number in range(30)
        for step, word in enumerate(("opened", "written", "closed"))
    ]
    (tmp_path / "a.log").write_bytes("".join(texts).encode())
    assert len(learnt_rows(tmp_path / "one", tmp_path / "a.log")) == 3
    sessions = learnt_rows(tmp_path / "two", tmp_path / "a.log", session=r"block=(\w+)")
    assert sessions == [sessions[0]] * 30
    assert len(set(sessions[0])) == 3


def test_lines_without_a_key_have_no_order(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(merged(requests(20)))
    records = records_of(tmp_path / "spool", tmp_path / "a.log", session="nothing=(x)")
    assert {*records.spool.part("key", 0, records.spool.rows).tolist()} == {NO_KEY}
    scores = scores_of(records, tmp_path / "spool")
    assert np.isnan(scores).all()
    assert len(log_slots.slots_of(records, tmp_path / "spool", LINES, Severity(), causal=False, memory=None).frame)


def test_the_level_is_never_the_label(tmp_path: Path) -> None:
    """S3-D1, S3-D2: with other levels the same is found, and only severity and risk differ."""
    made = {}
    for name, level in (("grave", "ERROR"), ("harmless", "DEBUG")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.log").write_bytes(merged(requests(), trouble(100, 20, level=level)))
        made[name] = isang.detect(tmp_path / name)
    grave, harmless = made.values()
    for column in ("score", "p", "threshold"):
        assert grave.scores[column].equals(harmless.scores[column])
    assert grave.scores["incident"].is_not_null().equals(harmless.scores["incident"].is_not_null())
    assert grave.frame["unusual"].equals(harmless.frame["unusual"])
    worst, least = ({one.entity: one for one in result.incidents} for result in made.values())
    assert worst.keys() == least.keys()
    told = next(name for name in worst if "cannot pay" in name)
    assert worst[told].risk_parts["anomaly"] == least[told].risk_parts["anomaly"]
    assert (worst[told].risk_parts["severity"], least[told].risk_parts["severity"]) == (80, 10)
    assert worst[told].risk > least[told].risk


def test_errors_all_day_are_usual(tmp_path: Path) -> None:
    noisy = [one.replace("INFO ", "ERROR") for one in requests()]
    (tmp_path / "shop.log").write_bytes(merged(noisy))
    assert not [one for one in isang.detect(tmp_path).incidents if "found" in one.entity or "GET" in one.entity]


def test_the_exception_is_a_kind_of_its_own(tmp_path: Path) -> None:
    failed = [one + "java.io.EOFException: cut\n\tat a.B.c(B.java:1)\n" for one in trouble(50, 5, "found {n}")]
    (tmp_path / "shop.log").write_bytes(merged(requests(), failed))
    rows = frame_of(tmp_path).filter(pl.col("exception") == "EOFException")
    assert {*rows["template"]} == {"found <*> · EOFException"}
    assert rows["lines"].sum() == 5
    assert {*rows["severity"]} == {80.0}


# --- the same for any number of workers and any size of blocks


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_work_ahead_is_a_map(workers: int) -> None:
    assert list(ahead(lambda one: one * one, iter(range(50)), workers)) == [one * one for one in range(50)]


def test_what_fails_ahead_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(ahead(lambda one: 1 / one, [1, 0], 1))


@pytest.fixture
def two_logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "shop.log").write_bytes(merged(requests(60), trouble(40, 20)))
    (tmp_path / "logs" / "pay.log").write_bytes(
        merged(requests(60, seed=1), trouble(40, 9, "card {n} refused", "WARN"))
    )
    return tmp_path / "logs"


def test_the_frame_is_the_same_for_any_number_of_workers(two_logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.sources._log_blocks.blocks_of.__defaults__", (10_000,))
    made = []
    for workers in (1, 2, 4):
        monkeypatch.setattr("os.cpu_count", lambda workers=workers: workers)
        made.append(frame_of(two_logs))
    assert made[0].equals(made[1])
    assert made[0].equals(made[2])


def test_blocks_may_be_read_anywhere(two_logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work and what it gives travel as bytes: another map may do it in other processes, or on other machines."""

    def sent(thing: Any) -> Any:
        return pickle.loads(pickle.dumps(thing))  # noqa: S301 its own bytes

    def afar(work: Callable[[Any], Any], given: Sequence[Any], workers: int) -> list[Any]:
        return [sent(sent(work)(sent(one))) for one in given]

    here = frame_of(two_logs)
    monkeypatch.setattr("isang.log_records.ahead", afar)
    assert frame_of(two_logs).equals(here)


def test_the_frame_hardly_depends_on_the_size_of_blocks(two_logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes decide in which order texts are mined, so which are merged first; here all come out the same."""
    made = []
    for size in (5_000, 50_000, 1 << 24):
        monkeypatch.setattr("isang.sources._log_blocks.blocks_of.__defaults__", (size,))
        made.append(frame_of(two_logs).drop("template_id").sort("log", "template", "time"))
    assert made[0].equals(made[1])
    assert made[0].equals(made[2])


def test_places_are_those_of_the_bytes(two_logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.sources._log_blocks.blocks_of.__defaults__", (7_000,))
    rows = frame_of(two_logs).drop_nulls("file")
    assert len(rows) > 100
    for row in rows.sample(200, seed=0).iter_rows(named=True):
        data = Path(row["file"]).read_bytes()
        assert data[: row["byte_offset"]].count(b"\n") + 1 == row["line"]
        word = row["template"].replace("<*>", " ").split()[0]
        assert word.encode() in data[row["byte_offset"] :].partition(b"\n")[0]


def test_long_logs_are_judged_in_stretches(two_logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are those of the whole; what lies before the first lines of a stretch is not known, nor are they late."""
    whole = frame_of(two_logs).filter(pl.col("template") != "late lines")
    monkeypatch.setattr(log_means, "_CHUNK_ROWS", 700)
    parts = frame_of(two_logs).filter(pl.col("template") != "late lines")
    same = ["time", "log", "template", "lines", "expected", "spread", "log_level", "severity"]
    assert parts.select(same).equals(whole.select(same))


def test_a_spool_gives_back_what_was_put_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path, {"a": "i4", "b": "u1"})
    for first in (0, 5, 10):
        spool.append({"a": np.arange(first, first + 5), "b": np.full(5, first)})
    assert spool.rows == 15
    assert spool.part("a", 4, 12).tolist() == list(range(4, 12))
    assert spool.part("b", 9, 11).tolist() == [5, 10]
    assert spool.part("a", 3, 3).tolist() == []


# --- times


def test_records_without_a_time_have_that_of_the_one_before(tmp_path: Path) -> None:
    data = b"started\n" + line(START, "order 1").encode() + b"{\n"
    (tmp_path / "a.log").write_bytes(data + merged(requests(5)))
    records = records_of(tmp_path / "spool", tmp_path / "a.log")
    times = records.spool.part("time", 0, 3).tolist()
    assert times[0] == NO_TIME
    assert times[1] == (START - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    frame = log_slots.slots_of(records, tmp_path / "spool", LINES, Severity(), causal=False, memory=None).frame
    assert not frame["template"].str.contains("started").any()
    assert frame.filter(pl.col("template") != "all lines")["lines"].sum() == records.spool.rows - 1


def test_a_log_without_times_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("".join(f"INFO order {number}\n" for number in range(300)))
    said = refused(3, "detect", path, "--pack", "logs")
    assert said == f"{path}: no line has a time; `isang mine` gives the templates of logs without times."


def test_a_clock_that_goes_back_is_put_in_order(tmp_path: Path) -> None:
    texts = requests(60)
    (tmp_path / "a.log").write_text("".join(texts))
    (tmp_path / "b.log").write_text("".join(texts[1000:] + texts[:1000]))
    own = ["time", "template", "lines", "expected", "spread"]
    ahead_, back = (frame_of(tmp_path / name) for name in ("a.log", "b.log"))
    key = ["template", "time"]
    assert back.select(own).sort(key).equals(ahead_.select(own).sort(key))


# --- the command


def detected(
    *arguments: object, out: Path, code: int = 0, stdin: bytes = b""
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """run.json and skipped.json of `isang detect`."""
    ended = run("detect", *arguments, "--out", out, stdin=stdin)
    assert ended.code == code, ended
    told, skipped = (json.loads((out / name).read_text()) for name in ("run.json", "skipped.json"))
    return told, skipped if isinstance(skipped, list) else skipped["skipped"]


def incidents(out: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((out / "incidents.json").read_text())["incidents"]
    return told


def test_a_burst_of_a_new_kind_is_found(folder: Path, tmp_path: Path) -> None:
    told, skipped = detected(folder, out=tmp_path / "out")
    assert (told["recognised"]["pack"], skipped) == ("logs", [])
    assert told["recognised"]["keys"] == ["template"]
    [first, *_] = incidents(tmp_path / "out")
    assert first["keys"] == {"template": "cannot pay <*>"}
    assert first["start"].startswith("2026-01-02T04:40:00")


def test_the_plan_runs_the_same_again(two_logs: Path, tmp_path: Path) -> None:
    detected(two_logs, "--session", r"(\d+)", "--tz", "Asia/Seoul", "--max-files", 2, out=tmp_path / "one")
    plan = tmp_path / "one" / "plan.yaml"
    assert {"session: (\\d+)", "tz: Asia/Seoul", "max_files: 2"} <= {*plan.read_text().splitlines()}
    detected("--plan", plan, out=tmp_path / "two")
    for name in ("incidents.json", "anomalies.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def orders(folder: Path) -> Path:
    """A log whose orders have words for numbers, some of them refunded."""
    folder.mkdir(exist_ok=True)
    told = [one.replace("order ", "order ABC-") for one in requests(60)]
    told += trouble(40, 9, "order XYZ-{n} refund")
    (folder / "shop.log").write_bytes(merged(told))
    return folder


OWN = ("--mask", r"order=[A-Z]{3}-\d+", "--protect", "refund")


def test_own_masks_and_protected_words_are_kept_in_plan_and_model(tmp_path: Path) -> None:
    logs = orders(tmp_path / "logs")
    detected(logs, *OWN, out=tmp_path / "one")
    templates = pl.read_csv(tmp_path / "one" / "templates.csv")["template"].to_list()
    assert {"order <order> found", "order <order> refund"} <= {*templates}
    assert (tmp_path / "one" / "templates.csv").read_text() == run("mine", logs, *OWN).out
    detected("--plan", tmp_path / "one" / "plan.yaml", out=tmp_path / "two")
    assert (tmp_path / "two" / "templates.csv").read_bytes() == (tmp_path / "one" / "templates.csv").read_bytes()
    assert run("fit", logs, *OWN, "--out", tmp_path / "model").code == 0
    detected(logs, "--model", tmp_path / "model", out=tmp_path / "three")
    assert (tmp_path / "three" / "templates.csv").read_bytes() == (tmp_path / "one" / "templates.csv").read_bytes()
    said = refused(2, "detect", logs, "--model", tmp_path / "model", *OWN)
    assert said.startswith("--mask belongs to fit: ")


def test_several_logs_are_a_key(two_logs: Path, tmp_path: Path) -> None:
    told, _ = detected(two_logs, out=tmp_path / "out")
    assert told["recognised"]["keys"] == ["log", "template"]
    told, _ = detected(two_logs, "--where", "log=pay.log", out=tmp_path / "out")
    assert told["recognised"]["keys"] == ["log", "template"]
    named = incidents(tmp_path / "out")
    assert {one["keys"]["log"] for one in named} == {"pay.log"}


def test_conditions_that_nothing_meets_are_told(two_logs: Path) -> None:
    said = refused(3, "detect", two_logs, "--where", "log=pay")
    assert "no row has 'log' = 'pay'. Did you mean 'pay.log'?" in said


def test_standard_input(folder: Path, tmp_path: Path) -> None:
    data = (folder / "shop.log").read_bytes()
    told, _ = detected("-", "--pack", "logs", out=tmp_path / "out", stdin=data)
    assert [one["path"] for one in told["inputs"]] == ["-"]
    assert told["recognised"]["pack"] == "logs"


def test_logs_by_standard_input_are_recognised(folder: Path, tmp_path: Path) -> None:
    """By a pipe that gives its lines one by one."""
    command = [sys.executable, "-m", "isang", "detect", "-", "--out", str(tmp_path / "out"), "-q"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        for one in (folder / "shop.log").read_bytes().splitlines(keepends=True):
            process.stdin.write(one)
            process.stdin.flush()
        assert process.communicate()[1] == b""
    told = json.loads((tmp_path / "out" / "run.json").read_text())
    assert told["recognised"]["pack"] == "logs"
    assert told["logs"]["records"] == len((folder / "shop.log").read_text().splitlines())


def test_only_the_newest_files(two_logs: Path, tmp_path: Path) -> None:
    os.utime(two_logs / "shop.log", (1, 1))
    told, _ = detected(two_logs, "--max-files", 1, out=tmp_path / "out")
    assert [Path(one["path"]).name for one in told["inputs"]] == ["pay.log"]


def test_a_session_that_no_line_has_is_told(two_logs: Path) -> None:
    told = isang.detect(two_logs, session=r"nothing=(\d+)").run["warnings"]
    assert [one for one in told if one.startswith("no line holds what --session says")]


def test_a_log_that_is_cut_off_in_a_head_has_a_line_without_text(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(USUAL + HEAD)
    assert "(no text)" in {*frame_of(tmp_path / "a.log")["template"]}


def test_a_sample_is_told(two_logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isang.sources._log_blocks.blocks_of.__defaults__", (10_000,))
    told, _ = detected(two_logs, "--sample-lines", 1000, out=tmp_path / "out")
    [said] = [one for one in told["warnings"] if "--sample-lines" in one]
    frame = frame_of(two_logs, sample_lines=1000)
    assert (frame["lines"] > 0).all()  # what was not read is not silent
    assert "all lines" not in {*frame["template"]}
    assert said.startswith("about ")
    whole, _ = detected(two_logs, out=tmp_path / "whole")
    assert not [one for one in whole["warnings"] if "--sample-lines" in one]
    assert whole["coverage"]["rows"] > told["coverage"]["rows"]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--time", "t"), "--time is about tables; logs have no columns, and tell their encoding. Leave it out."),
        (("--key", "t"), "--key is about tables"),
        (("--value", "t"), "--value is about tables"),
        (("--label", "t"), "--label is about tables"),
        (("--step", "1h"), "--step is about tables"),
        (("--encoding", "cp949"), "--encoding is about tables"),
        (("--apart",), "--apart is about tables"),
        (("--max-files", "0"), "--max-files 0: a number of files, at least 1, is needed."),
        (("--sample-lines", "-1"), "--sample-lines -1: a number of lines, at least 1, is needed."),
        (("--memory", "much"), "--memory: 'much' is no size; write 500MB or 2GB."),
        (("--memory", "20MB"), "--memory 20MB: about "),
        (("--mask", "x"), "--mask 'x': NAME=PATTERN is needed, such as order=ORD-[0-9]+"),
        (("--mask", "x=("), "--mask x: '(' is no pattern of RE2's syntax: "),
        (("--protect", ""), "--protect: an empty word protects nothing; name a word."),
        (("--session", "("), "--session '(' is no expression that can be used: "),
        (("--walk-forward", "week"), "--walk-forward week judges later rows by earlier ones"),
    ],
)
def test_options_that_do_not_fit(folder: Path, option: tuple[str, ...], told: str) -> None:
    assert refused(2, "detect", folder, *option).startswith(told)


def test_options_of_logs_want_logs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,a\n2026-01-01,1\n")
    for option in (
        ("--session", "x"),
        ("--max-files", "2"),
        ("--sample-lines", "2"),
        ("--memory", "1GB"),
        ("--mask", "a=b"),
    ):
        assert refused(2, "detect", tmp_path / "a.csv", *option) == (
            f"{option[0]} belongs to pack logs: add --pack logs."
        )


def test_a_frame_is_no_log() -> None:
    with pytest.raises(UsageError, match="logs are files or folders; name their paths"):
        isang.detect(pl.DataFrame({"a": [1.0]}), pack="logs")


# --- the other commands


def test_a_model_judges_new_logs(folder: Path, tmp_path: Path) -> None:
    usual = tmp_path / "usual.log"
    usual.write_bytes(merged(requests()))
    assert run("fit", usual, "--session", r"order (\d+)", "--out", tmp_path / "model").code == 0
    told, _ = detected(folder, "--model", tmp_path / "model", out=tmp_path / "out")
    assert told["recognised"]["pack"] == "logs"
    named = [one["entity"] for one in incidents(tmp_path / "out")]
    assert any("cannot pay" in one for one in named)
    said = refused(2, "detect", folder, "--model", tmp_path / "model", "--session", "x")
    assert said.startswith("--session belongs to fit: ")


def test_later_lines_are_judged_by_earlier_ones(folder: Path, tmp_path: Path) -> None:
    told, _ = detected(folder, "--train-until", "2026-01-02 04:00", out=tmp_path / "out")
    assert (told["mode"], told["judged_from"]) == ("causal", "2026-01-02T04:00:00+00:00")
    starts = [one["start"] for one in incidents(tmp_path / "out")]
    assert starts
    assert min(starts) >= "2026-01-02T04:00"


def test_events_are_measured_and_evaluated(folder: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    events.write_text("start,end,kind\n2026-01-02 04:40:02,2026-01-02 04:40:09,anomaly\n")
    told, _ = detected(folder, "--events", events, out=tmp_path / "out")
    measured = told["measured"]
    assert (measured["events"], measured["found"]) == (1, 1)
    weeks = MINUTES * 60 / (7 * 86_400)
    assert measured["false_alarms_per_week"] == pytest.approx(measured["false_alarms"] / weeks, rel=0.02)
    assert run("evaluate", folder, "--events", events, "--out", tmp_path / "evaluated").code == 0
    assert refused(2, "evaluate", folder).startswith("evaluate needs known events")


def test_the_incidents_of_made_logs_are_events(tmp_path: Path) -> None:
    made = log_files_made(tmp_path / "logs", 20_000, days=2, services=2, incidents=2)
    made.write_csv(tmp_path / "events.csv")
    told, _ = detected(tmp_path / "logs", "--events", tmp_path / "events.csv", out=tmp_path / "out")
    assert told["measured"]["events"] == 2
    assert not [one for one in told["warnings"] if "do not count" in one]


def test_an_evaluation_proves_what_a_run_in_parts_catches(tmp_path: Path) -> None:
    """Most of it is told by the rules of the pack, of which an evaluation said nothing."""
    made = log_files_made(tmp_path / "logs", 60_000, days=4, services=2, incidents=8)
    made.write_csv(tmp_path / "events.csv")
    options: dict[str, Any] = {"events": str(tmp_path / "events.csv"), "split": "60/20/20", "pack": "logs"}
    measured = isang.detect(str(tmp_path / "logs"), **options).run["measured"]
    (tested,) = isang.evaluate(str(tmp_path / "logs"), threshold="false_alarms", **options).tested
    assert measured["events"] >= 2
    assert measured["found"] == measured["events"]
    assert tested["events"] == measured["events"]
    assert round(tested["event_recall"] * tested["events"]) == measured["found"]
    assert tested["false_alarms"] == measured["false_alarms"]
    assert tested["conclusion"] == measured["conclusion"]


def test_selftest_says_what_to_do_instead(folder: Path) -> None:
    assert refused(2, "selftest", folder).startswith("selftest puts faults into values, and lines of logs are counted")


# --- bad input


def bad(tmp_path: Path, *arguments: object, **files: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`isang detect` of a folder with these files."""
    (tmp_path / "logs").mkdir()
    for name, data in files.items():
        (tmp_path / "logs" / name.replace("_", ".")).write_bytes(data)
    return detected(tmp_path / "logs", *arguments, out=tmp_path / "out")


USUAL = merged(requests(30))
LATER = merged(requests(30, seed=1, start=START + timedelta(minutes=30)))
HEAD = line(START + timedelta(minutes=30), "").encode().rstrip(b"\n")


@pytest.mark.parametrize(
    ("between", "told"),
    [
        (HEAD + b"x" * 10_000_000 + b"\n", "lines over 64 kB, of which only the beginning is looked at"),
        (b"\0" * 5000, "lines with zero bytes, which are left out"),
        (HEAD + b"\xff\xfe\n", "lines with bytes that are no text; they are shown as �"),
    ],
    ids=["10 MB", "zeros", "no text"],
)
def test_odd_lines_are_counted_and_named(tmp_path: Path, between: bytes, told: str) -> None:
    run_, [skipped] = bad(tmp_path, app_log=USUAL + between + LATER)
    assert (skipped["reason"], skipped["count"], skipped["byte_offset"]) == (told, 1, len(USUAL))
    assert run_["coverage"]["skipped"] == 1
    assert refused(3, "detect", tmp_path / "logs", "--strict").endswith("Leave out --strict to go on.")


def test_what_is_no_log_among_logs_is_named(tmp_path: Path) -> None:
    program = b"\x7fELF" + bytes(range(256)) * 50
    told, [skipped] = bad(tmp_path, app_log=USUAL, web_log=LATER, a_out=program)
    assert Path(skipped["file"]).name == "a.out"
    assert "no log" in skipped["reason"]
    assert len(told["inputs"]) == 2


def test_lines_that_end_with_carriage_returns_are_judged_alike(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(USUAL)
    (tmp_path / "b.log").write_bytes(USUAL.replace(b"\n", b"\r"))
    own = ["time", "template", "lines", "unusual", "byte_offset"]
    assert frame_of(tmp_path / "a.log").select(own).equals(frame_of(tmp_path / "b.log").select(own))


def test_a_packed_log_that_is_cut_off_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    packed = gzip.compress(USUAL)
    told, [skipped] = bad(tmp_path, **{"app_log_gz": packed[: len(packed) * 3 // 4]})
    assert "cut off" in skipped["reason"]
    assert told["coverage"]["scored"] > 0


def test_a_trace_without_an_end_is_an_error_all_the_same(tmp_path: Path) -> None:
    cut = (
        line(START + timedelta(minutes=31), "boom", "ERROR").encode()
        + b"java.lang.IllegalStateException: x\n\tat c.e.Sh"
    )
    bad(tmp_path, app_log=USUAL + cut)
    found = incidents(tmp_path / "out")
    assert any("boom · IllegalStateException" in one["entity"] for one in found)


def test_every_line_another(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    words = ["".join(chr(97 + one) for one in random.integers(0, 26, 7).tolist()) for _ in range(12_000)]
    texts = [
        line(START + timedelta(seconds=number), " ".join(words[4 * number : 4 * number + 4])) for number in range(3000)
    ]
    _, skipped = bad(tmp_path, app_log="".join(texts).encode())
    assert skipped == []
    found = incidents(tmp_path / "out")
    assert len(found) < 0.03 * len(texts)  # what is never seen before is told, and little else


@pytest.mark.parametrize("step_ms", [0, 5])
def test_one_line_a_million_times(tmp_path: Path, step_ms: int) -> None:
    if step_ms == 0:  # all in one slot: nothing to compare with
        (tmp_path / "a.log").write_bytes(line(START, "tick").encode() * 1_000_000)
        assert ": 1,000,000 lines (templates: 1) came within few slots of 1 s; " in refused(
            3, "detect", tmp_path / "a.log"
        )
        return
    texts = [line(START + timedelta(seconds=second), "tick") * 200 for second in range(5000)]
    told, _ = bad(tmp_path, app_log="".join(texts).encode())
    assert told["recognised"]["entities"] == 3  # the line, those after a second, all lines
    assert told["counts"]["incidents"] == 0


def test_a_folder_without_logs(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    assert "a folder without a file" in refused(3, "detect", tmp_path / "logs")
    assert "no logs found" in refused(3, "detect", tmp_path / "logs", "--pack", "logs")


def test_a_log_that_must_not_be_read_is_named(two_logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = _log_files._head

    def denied(path: str, place: str) -> tuple[bytes, bool, bool]:
        if path.endswith("shop.log"):
            raise InputError(f"{path}: cannot be read (Permission denied).")
        return reads(path, place)

    monkeypatch.setattr(_log_files, "_head", denied)
    told, [skipped] = detected(two_logs, "--pack", "logs", out=tmp_path / "out")
    assert Path(skipped["file"]).name == "shop.log"
    assert "Permission denied" in skipped["reason"]
    assert [Path(one["path"]).name for one in told["inputs"]] == ["pay.log"]


@pytest.fixture
def meddled(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """What happens to files between their being found and their being read."""

    def meddle(what: Callable[[], object]) -> None:
        def then(*arguments: Any) -> Any:
            files = log_files(*arguments)
            what()
            return files

        monkeypatch.setattr("isang.log_files.log_files", then)

    return meddle


def test_a_log_that_vanishes_or_grows_is_told(
    two_logs: Path, tmp_path: Path, meddled: Callable[[Callable[[], object]], None]
) -> None:
    def happens() -> None:
        (two_logs / "pay.log").unlink()
        with (two_logs / "shop.log").open("ab") as file:
            file.write(LATER)

    before = (two_logs / "shop.log").stat().st_size
    meddled(happens)
    told, skipped = detected(two_logs, out=tmp_path / "out")
    assert {Path(one["file"]).name for one in skipped} == {"pay.log", "shop.log"}
    assert [one["bytes"] for one in told["inputs"] if one["path"].endswith("shop.log")] == [before]


HOSTILE = [
    "<script>alert(1)</script>",
    "[/x] [bold]",
    "=1+1",
    "@SUM(A1)",
    "${jndi:ldap://x}",
    "\x1b[31mred",
    "결제 오류",
]


def test_hostile_lines_are_shown_inert(tmp_path: Path) -> None:
    texts = [
        line(START + timedelta(minutes=20 + 1.5 * at, seconds=each), odd, "ERROR")
        for at, odd in enumerate(HOSTILE)
        for each in range(3)
    ]
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_bytes(merged(requests(40), texts))
    ended = run("detect", tmp_path / "logs", "--out", tmp_path / "out")
    assert ended.code == 0
    assert "\x1b[31m" not in ended.out
    found = incidents(tmp_path / "out")
    named = " ".join(one["entity"] for one in found)
    assert "결제 오류" in named
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script>alert(1)" not in page
    cells = [cell for row in (tmp_path / "out" / "anomalies.csv").read_text().splitlines() for cell in row.split(",")]
    assert not [cell for cell in cells if cell.strip('"').startswith(("=", "@"))]


# --- told


def test_told_takes_four_columns() -> None:
    grid = lay_out(pl.DataFrame({"a": [1.0, 2.0]}), Columns(None, (), ("a",)))
    with pytest.raises(UsageError, match="told takes 4 columns or more, 1 came"):
        Told().fit(grid)


def test_told_gives_the_fourth_and_a_band() -> None:
    rows = pl.DataFrame({"lines": [5.0, 0.0], "expected": [2.0, 9.0], "spread": [1.0, 3.0], "unusual": [2.5, 3.5]})
    grid = lay_out(rows, Columns(None, (), tuple(rows.columns)))
    after = Told().fit(grid).transform(grid)
    assert after.X.tolist() == [[2.5, 0, 0, 0], [3.5, 0, 0, 0]]
    bands = [None if band is None else band[:, 0].tolist() for band in (after.expected, after.lower, after.upper)]
    assert bands == [[2, 9], [0, 0], [5, 18]]
    assert np.isnan(after.expected[:, 1:]).all()  # type: ignore[index]


# --- the detector of the order of lines (S3-16)


@pytest.mark.parametrize("name", ["log_anomaly", "deep_log", "ensemble", "isolation_forest"])
def test_lines_are_judged_by_the_detector_that_is_asked_for(folder: Path, tmp_path: Path, name: str) -> None:
    ended = run("detect", folder, "--detector", name, "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    plan = (tmp_path / "out" / "plan.yaml").read_text()
    assert "detector: robust_zscore" in plan  # of the slots
    again = run("detect", "--plan", tmp_path / "out" / "plan.yaml", "--out", tmp_path / "again")
    assert again.code == 0, again.err
    assert (tmp_path / "again" / "plan.yaml").read_text().split("out:")[0] == plan.split("out:")[0]
    trained = [one["detector"] for one in json.loads((tmp_path / "out" / "run.json").read_text())["training"]]
    assert trained == ([name, name] if name == "deep_log" else [])  # even and odd eras


def test_an_ensemble_of_lines_is_log_anomaly_and_a_forest_over_counts() -> None:
    """S3-20c; nets only where they are named."""
    assert spec_of_lines("ensemble") == {
        "name": "ensemble",
        "combine": "max",
        "members": [{"name": "log_anomaly"}, {"name": "log_counts", "detector": {"name": "isolation_forest"}}],
    }
    named = spec_of_lines("deep_log,isolation_forest")["members"]
    assert [one["name"] for one in named] == ["deep_log", "log_counts"]
    made = build("detectors", spec_of_lines("ensemble"))
    assert [type(one).__name__ for one in made.members] == ["LogAnomaly", "LogCounts"]
    assert sees_lines(made)
    assert not sees_lines(build("detectors", {"name": "ensemble", "members": ["log_anomaly", "knn"]}))


def test_a_detector_of_numbers_is_refused(folder: Path, tmp_path: Path) -> None:
    ended = run("detect", folder, "--detector", "knn", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "knn judges numbers; of log lines say log_anomaly" in ended.err


def test_the_values_of_s3(folder: Path, tmp_path: Path) -> None:
    """S3-7, S3-9: windows of 15 lines, three standard deviations."""
    ended = run("detect", folder, "--preset", "s3", "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    plan = (tmp_path / "out" / "plan.yaml").read_text()
    assert "window_rows: 15" in plan
    assert json.loads((tmp_path / "out" / "run.json").read_text())["thresholds"][0]["value"] == 3.0
