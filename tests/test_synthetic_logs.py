"""Made logs: as Spring Boot writes them, requests in their order, and incidents that change nothing but their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import isang
from isang.event_files import periods_of
from isang.synthetic import _log_lines, _log_stream, log_files
from isang.synthetic._log_words import WORDS
from oracles import slow_queue

HEAD = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ( INFO|DEBUG| WARN|ERROR) (\d+) --- \[(.{15})\] (\S+) +: "
    r"(.*?)(?:, trace=(\w{16}))?$"
)
VARIABLE = re.compile(rf"\S*\d\S*|(?<==)\w+|'({'|'.join(WORDS)})'")
LINES, NAMES = 120_000, ("order", "payment", "member", "catalog")
SLACK = timedelta(seconds=5)  # a request that lost a step would have ended later


@dataclass(frozen=True)
class Record:
    """A line with what follows of a stack trace."""

    time: datetime
    level: str
    pid: str
    thread: str
    message: str
    trace: str | None
    rest: tuple[str, ...]

    @property
    def own(self) -> tuple[object, ...]:
        """What no other line has; a request may wait for its thread."""
        return self.thread, self.message, self.trace or self.time

    @property
    def step(self) -> str:
        """The message without what varies; a try is a try."""
        return VARIABLE.sub("#", re.sub(r"try \d", "try", self.message))


@dataclass(frozen=True)
class Logs:
    """The files of a folder as records, and the incidents."""

    folder: Path
    events: pl.DataFrame
    of: dict[str, list[Record]]

    def sequences(self, name: str) -> dict[str, tuple[str, ...]]:
        """The steps of each request."""
        steps: dict[str, list[str]] = {}
        for record in self.of[name]:
            if record.trace:
                steps.setdefault(record.trace, []).append(record.step)
        return {trace: tuple(own) for trace, own in steps.items()}

    def within(self, event: dict[str, Any]) -> list[Record]:
        return [each for each in self.of[event["service"]] if event["start"] <= each.time <= event["end"]]

    def each(self, fault: str) -> list[dict[str, Any]]:
        found = self.events.filter(fault=fault).to_dicts()
        assert len(found) == 2
        return found


def records(path: Path) -> Iterator[Record]:
    head, rest = None, list[str]()
    for line in [*path.read_text("utf-8").splitlines(), None]:
        match = HEAD.match(line) if line else None
        if head and (match or line is None):
            time, level, pid, thread, logger, message, trace = head.groups()
            assert logger.startswith("k.e.s.")
            yield Record(datetime.fromisoformat(time), level.strip(), pid, thread, message, trace, tuple(rest))
        if match:
            head, rest = match, []
        elif line is not None:
            rest.append(line)


def made(folder: Path, lines: int = LINES, **settings: Any) -> Logs:
    events = log_files(folder, lines, **settings)
    return Logs(folder, events, {path.stem: list(records(path)) for path in sorted(folder.glob("*.log"))})


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    """In many blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_log_stream, "_CELL_LINES", 2000)
        yield made(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    """The same without incidents."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_log_stream, "_CELL_LINES", 2000)
        yield made(tmp_path_factory.mktemp("quiet"), incidents=0)


def test_each_service_has_a_file_of_about_its_share_of_the_lines(logs: Logs) -> None:
    assert sorted(path.name for path in logs.folder.iterdir()) == sorted(f"{name}.log" for name in NAMES)
    lines = {name: (logs.folder / f"{name}.log").read_text("utf-8").count("\n") for name in NAMES}
    assert sum(lines.values()) == pytest.approx(LINES, rel=0.03)
    assert list(lines.values()) == sorted(lines.values(), reverse=True)


def test_times_never_go_back_and_stay_in_the_week(logs: Logs) -> None:
    for own in logs.of.values():
        times = [record.time for record in own]
        assert times == sorted(times)
        assert datetime(2025, 11, 3) <= times[0] < times[-1] < datetime(2025, 11, 10, 0, 1)


def test_what_follows_an_error_is_a_stack_trace(logs: Logs) -> None:
    line = re.compile(r"\tat [\w./$]+\([A-Z]\w+\.java:\d+\)|\t\.\.\. \d+ more|Caused by: [\w.]+(: .+)?")
    caused = 0
    for record in (record for own in logs.of.values() for record in own):
        assert bool(record.rest) == (record.level == "ERROR")
        if record.rest:
            assert re.match(r"[a-z]\w+(\.\w+)+(: .+)?$", record.rest[0])
            assert all(line.fullmatch(each) for each in record.rest[1:]), record
            caused += any(each.startswith("Caused by") for each in record.rest)
    assert caused


def test_most_lines_are_information_and_few_are_errors(quiet: Logs) -> None:
    for own in quiet.of.values():
        levels = Counter(record.level for record in own)
        assert 0.0005 < levels["ERROR"] / len(own) < 0.004
        assert levels["INFO"] > levels["DEBUG"] > levels["WARN"] > levels["ERROR"]
    assert (
        0.02
        < np.mean([bool(re.search("[가-힣]", record.message)) for own in quiet.of.values() for record in own])
        < 0.3
    )


def test_lines_beside_requests_have_templates_of_which_few_are_most(quiet: Logs) -> None:
    often = Counter(each.step for each in quiet.of["order"] if each.thread.startswith("ntainer")).most_common()
    assert 60 <= len(often) < 80
    assert often[0][1] > 15 * often[30][1] > 0


def test_evenings_are_busier_than_nights_and_workdays_than_weekends(quiet: Logs) -> None:
    times = pl.Series([record.time for own in quiet.of.values() for record in own])
    hours, days = times.dt.hour(), times.dt.weekday()
    assert (hours == 20).sum() > 4 * (hours == 3).sum()
    weekend = int((days >= 6).sum())
    assert 0.4 < weekend / 2 / ((len(days) - weekend) / 5) < 0.8


def test_a_thread_ends_one_request_before_it_takes_another(logs: Logs) -> None:
    for own in logs.of.values():
        threads: dict[str, list[str]] = {}
        for record in own:
            if record.trace:
                threads.setdefault(record.thread, []).append(record.trace)
        assert len(threads) >= 10
        for traces in threads.values():
            runs = 1 + sum(one != other for one, other in pairwise(traces))
            assert runs == len(set(traces))


def test_requests_take_known_steps_but_for_those_that_are_told(logs: Logs, quiet: Logs) -> None:
    for name in NAMES:
        usual = set(quiet.sequences(name).values())
        assert len(usual) <= 24  # eight kinds of requests: as they should be, failed, with a try
        strange = {trace for trace, steps in logs.sequences(name).items() if steps not in usual}
        events = logs.events.filter(service=name)
        told = set(" ".join(events["session"].drop_nulls()).split())
        broken = set(" ".join(events.filter(pl.col("fault").str.contains("missing|wrong"))["session"]).split())
        disturbed = events.filter(pl.col("fault").is_in(["retry_storm", "silent_service", "restart_loop"])).to_dicts()
        near = {each.trace for event in disturbed for each in logs.within(wider(event))}
        starts = {each.trace for each in logs.of[name] if each.time < datetime(2025, 11, 3, 0, 1)}
        assert broken <= strange <= told | near | starts | deployed(logs, name)


def wider(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"start": event["start"] - SLACK, "end": event["end"] + SLACK}


def deployed(logs: Logs, name: str) -> set[str | None]:
    """Requests near the start on Tuesday."""
    start, end = datetime(2025, 11, 4, 5, 29), datetime(2025, 11, 4, 5, 32)
    return {each.trace for each in logs.within({"service": name, "start": start, "end": end})}


def test_incidents_change_nothing_but_their_own(logs: Logs, quiet: Logs) -> None:
    for name in NAMES:
        events = [wider(event) for event in logs.events.filter(service=name).to_dicts()]
        before, after = ([each.own for each in one.of[name]] for one in (quiet, logs))
        gone, came = Counter(before) - Counter(after), Counter(after) - Counter(before)
        for one, differing in ((quiet, gone), (logs, came)):
            for each in one.of[name]:
                if each.own in differing:
                    assert any(event["start"] <= each.time <= event["end"] for event in events), each


def test_incidents_come_one_at_a_time_after_the_clean_share(logs: Logs) -> None:
    assert sorted(Counter(logs.events["fault"]).items()) == [
        (kind, 2)
        for kind in (
            *("error_burst", "missing_event", "new_exception", "restart_loop", "retry_storm"),
            *("silent_service", "slow_response", "wrong_order"),
        )
    ]
    start, end = logs.events["start"].to_list(), logs.events["end"].to_list()
    assert all(one < other for one, other in zip(end[:-1], start[1:], strict=True))
    clean = sum(record.time < start[0] for own in logs.of.values() for record in own)
    assert clean > 0.29 * sum(map(len, logs.of.values()))


def test_bursts_fail_more_requests_than_is_usual(logs: Logs, quiet: Logs) -> None:
    for event in logs.each("error_burst"):
        failed = [record for record in logs.within(event) if record.level == "ERROR" and record.trace]
        usual = [record for record in quiet.within(event) if record.level == "ERROR" and record.trace]
        requests = {record.trace for record in quiet.within(event) if record.trace}
        more = len(failed) - len(usual)
        assert more >= 3
        assert 100 * more / len(requests) > 0.8 * event["size"] > 3
        assert any(event["exception"] in "\n".join(record.rest) for record in failed)


def test_a_new_exception_is_thrown_as_often_as_told_and_nowhere_else(logs: Logs) -> None:
    for event in logs.each("new_exception"):
        thrown = [
            each for own in logs.of.values() for each in own if any(event["exception"] in line for line in each.rest)
        ]
        assert [each.trace for each in thrown] != []
        assert {each.trace for each in thrown} == set(event["session"].split())
        assert len(thrown) == event["size"]
        assert all(event["start"] <= each.time <= event["end"] for each in thrown)


@pytest.mark.parametrize(("fault", "fewer"), [("missing_event", 1), ("wrong_order", 0)])
def test_the_requests_that_are_told_lack_a_step_or_swap_two(logs: Logs, quiet: Logs, fault: str, fewer: int) -> None:
    for event in logs.each(fault):
        now, before = logs.sequences(event["service"]), quiet.sequences(event["service"])
        told = event["session"].split()
        assert len(told) == event["size"]
        assert sum(len(now[trace]) for trace in told) == event["lines"]
        for trace in told:
            assert len(before[trace]) - len(now[trace]) == fewer
            assert fewer or (now[trace] != before[trace] and sorted(now[trace]) == sorted(before[trace]))


def test_slow_requests_take_so_many_times_as_long(logs: Logs, quiet: Logs) -> None:
    for event in logs.each("slow_response"):
        kind = event["message"].partition(" in ")[0]
        took = [lasting(one, event, kind) for one in (logs, quiet)]
        slowed = [now / max(then, 1) for trace, then in took[1].items() if (now := took[0].get(trace, 0)) > 1.2 * then]
        assert len(slowed) >= 2
        assert np.median(slowed) == pytest.approx(event["size"], rel=0.1)


def lasting(logs: Logs, event: dict[str, Any], kind: str) -> dict[str | None, int]:
    return {
        each.trace: int(each.message.split(" in ")[1].split()[0])
        for each in logs.of[event["service"]]
        if each.message.startswith(kind)
    }


def test_a_loop_starts_so_often_and_each_process_has_its_number(logs: Logs) -> None:
    for event in logs.each("restart_loop"):
        within = logs.within(event)
        starts = [each for each in within if each.message.startswith("Starting ")]
        assert len(starts) == event["size"] == len({each.pid for each in starts})
        assert event["lines"] == sum(each.thread.strip() == "main" for each in within)
        assert {
            each.message.split()[0] for each in within if each.time < starts[0].time + timedelta(milliseconds=1)
        } == {"Starting"}


def test_usual_starts_are_at_first_and_on_tuesday(quiet: Logs) -> None:
    for own in quiet.of.values():
        starts = [each.time for each in own if each.message.startswith("Starting ")]
        assert starts == [datetime(2025, 11, 3), datetime(2025, 11, 4, 5, 30)]
        assert len({each.pid for each in own}) == 2


def test_a_silent_service_writes_nothing(logs: Logs, quiet: Logs) -> None:
    for event in logs.each("silent_service"):
        assert logs.within(event) == []
        lost = len(quiet.within(event))
        assert lost == event["lines"] > 0


def test_a_storm_tries_again_and_again(logs: Logs, quiet: Logs) -> None:
    for event in logs.each("retry_storm"):
        tries = Counter(each.trace for each in logs.within(event) if " try " in each.message)
        assert sum(tries.values()) > 2 * sum(" try " in each.message for each in quiet.within(event))
        assert max(tries.values()) > 1
        assert event["message"].startswith("no answer from <*>")


def test_jobs_come_regularly_until_the_end(logs: Logs) -> None:
    for own in logs.of.values():
        begins = [each.time for each in own if each.message.endswith("-cleaning begins")]
        apart = np.diff(np.array(begins, dtype="datetime64[ms]")).astype(np.int64)
        assert len(begins) > 20
        assert apart.max() < 4 * np.median(apart)
        assert begins[-1] > datetime(2025, 11, 9, 20)


def test_the_same_seed_gives_the_same_bytes_and_another_others(logs: Logs, tmp_path: Path) -> None:
    few, again, other = (tmp_path / name for name in ("few", "again", "other"))
    events = [
        log_files(folder, 20_000, incidents=2, random_state=at) for folder, at in ((few, 3), (again, 3), (other, 4))
    ]
    assert_frame_equal(events[0], events[1])
    assert not events[0].equals(events[2])
    for name in NAMES:
        own = [(folder / f"{name}.log").read_bytes() for folder in (few, again, other)]
        assert own[0] == own[1] != own[2]


def test_rotated_files_say_the_same_day_by_day(tmp_path: Path) -> None:
    for folder, rotated in (("one", False), ("many", True)):
        log_files(tmp_path / folder, 20_000, days=3, services=1, incidents=0, rotated=rotated)
    names = ["order.log.2025-11-03.0", "order.log.2025-11-04.0", "order.log"]
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == sorted(names)
    parts = [(tmp_path / "many" / name).read_bytes() for name in names]
    assert b"".join(parts) == (tmp_path / "one" / "order.log").read_bytes()
    assert [part[:14] for part in parts[1:]] == [b"2025-11-04 00:", b"2025-11-05 00:"]


def test_the_lines_are_written_in_blocks_that_do_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_log_stream, "_CELL_LINES", 2000)
    sizes: list[int] = []
    monkeypatch.setattr("isang.synthetic.logs.write", lambda file, lines, *rest: sizes.append(len(lines.time)))
    for lines in (20_000, 60_000):
        sizes.clear()
        log_files(tmp_path, lines, services=1, incidents=0)
        assert len(sizes) == lines // 2000
        assert max(sizes) < 2500


def test_requests_are_whole_where_blocks_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_log_stream, "_CELL_LINES", 2000)
    log_files(tmp_path, 200_000, days=1, services=1, incidents=0)
    steps: dict[str, list[str]] = {}
    for line in (tmp_path / "order.log").read_text("utf-8").splitlines():
        if ", trace=" in line and line[11:16] != "00:00":  # what the first start interrupted
            steps.setdefault(line[-16:], []).append(line.partition(" : ")[2].split()[0])
    assert len(steps) > 5000
    assert {own[0] for own in steps.values()} == {"GET", "POST"}
    assert {own[-1] for own in steps.values()} == {"answered"}


def test_events_are_read_as_known_periods(logs: Logs, tmp_path: Path) -> None:
    logs.events.write_csv(tmp_path / "events.csv")
    frame = pl.DataFrame(
        [(each.time, name, 1.0) for name in NAMES for each in logs.of[name]], ["time", "service", "lines"], orient="row"
    )
    counts = (
        frame.group_by(pl.col("time").dt.truncate("1h"), "service").agg(pl.col("lines").sum()).sort("service", "time")
    )
    periods = periods_of(str(tmp_path / "events.csv"), isang.read(counts, key="service"))
    micros = pl.col("start", "end").dt.epoch("us")
    told = [(period.start, period.end, period.kind, period.keys["service"], period.note) for period in periods]
    assert told == logs.events.select(micros, "kind", "service", "note").rows()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"services": 9}, "services=9 came; 1 to 8 are known."),
        ({"lines": 2000}, "too few lines for 16 incidents"),
    ],
)
def test_what_has_no_room_is_told_and_nothing_is_written(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        log_files(tmp_path / "logs", **settings)
    assert not (tmp_path / "logs").exists()


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90), st.integers(0, 3)), max_size=30))
def test_the_queue_of_a_thread_is_that_of_the_slow_twin(sessions: list[tuple[int, int, int]]) -> None:
    start, lasts, thread = np.array(sessions, dtype=np.int64).reshape(-1, 3).T
    busy = np.array([0, 50, 0, 200])
    wanted = slow_queue(start.tolist(), lasts.tolist(), thread.tolist(), busy.tolist())
    assert _log_lines._queued(start, lasts, thread, busy).tolist() == wanted
