"""Each format by a line of it, each style of time, levels in all spellings, and what the ten public logs hold."""

# Lines of logs are as long as they are.
# ruff: noqa: E501

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isang import synthetic
from isang.logs.clocks import STYLES
from isang.logs.finding import Layout, find_layout, is_log
from isang.logs.formats import FORMATS
from isang.logs.lines import Window
from isang.logs.records import read_records
from isang.logs.severity import LEVELS, UNKNOWN, Severity, level_code, level_codes
from isang.logs.times import read_times
from isang.sources._log_files import is_log_path
from oracles import quick

WRITTEN = datetime(2026, 6, 1, 12)
TOLD = "Order 7 placed"
SHOP = "c.e.shop.OrderService"
AT, AT_MS = datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2, 3, 4, 5, 678000)
AT_US, SEOUL, SEOUL_MS = AT_MS.replace(microsecond=678901), AT - timedelta(hours=9), AT_MS - timedelta(hours=9)
DOCKER = f'{{"log":"2026-01-02 03:04:05.678 [main] ERROR {SHOP} - {TOLD}\\n","stream":"stderr","time":"2026-01-02T03:04:05.678901234Z"}}'
TRACED = '"stack_trace":"java.lang.IllegalStateException: a\\n\\tat b\\nCaused by: java.io.IOException: c\\n"'

# name, line, time, level, key
EXAMPLES = [
    ("Spring Boot", f"2026-01-02 03:04:05.678  INFO 4711 --- [nio-8080-exec-1] {SHOP}       : {TOLD}", AT_MS, "INFO", "nio-8080-exec-1"),
    ("Spring Boot", f"2026-01-02T03:04:05.678+09:00  WARN 4711 --- [           main] {SHOP} : {TOLD}", SEOUL_MS, "WARN", "main"),
    ("Spring Boot 3", f"2026-01-02T03:04:05.678+09:00 ERROR 4711 --- [shop] [exec-1] {SHOP}  : {TOLD}", SEOUL_MS, "ERROR", "exec-1"),
    ("Spring Boot 3", f"2026-01-02T03:04:05.678Z TRACE 4711 --- [shop] [exec-1] [6f2c-11] {SHOP} : {TOLD}", AT_MS, "TRACE", "exec-1"),
    ("logback", f"2026-01-02 03:04:05.678 [main] DEBUG {SHOP} - {TOLD}", AT_MS, "DEBUG", "main"),
    ("logback", f"03:04:05.678 [main] DEBUG {SHOP} - {TOLD}", datetime(2026, 6, 1, 3, 4, 5, 678000), "DEBUG", "main"),
    ("log4j, thread first", f"2026-01-02 03:04:05,678 [main] INFO  {SHOP}: {TOLD}", AT_MS, "INFO", "main"),
    ("log4j, level first", f"2026-01-02 03:04:05,678 INFO  [main] {SHOP} - {TOLD}", AT_MS, "INFO", "main"),
    ("Hadoop", f"2026-01-02 03:04:05,678 INFO [IPC Server handler 0 on 6] org.apache.Task: {TOLD}", AT_MS, "INFO", "IPC Server handler 0 on 6"),
    ("Tomcat", f"02-Jan-2026 03:04:05.678 SEVERE [main] org.apache.catalina.Catalina.start {TOLD}", AT_MS, "FATAL", "main"),
    ("Zookeeper", f"2026-01-02 03:04:05,678 - WARN  [SendWorker:18:Cnx$SendWorker@688] - {TOLD}", AT_MS, "WARN", "SendWorker:18"),
    ("loguru", f"2026-01-02 03:04:05.678 | WARNING  | shop.orders:place:12 - {TOLD}", AT_MS, "WARN", None),
    ("Python logging", f"2026-01-02 03:04:05,678 - shop.orders - CRITICAL - {TOLD}", AT_MS, "FATAL", None),
    ("Celery", f"[2026-01-02 03:04:05,678: ERROR/MainProcess] {TOLD}", AT_MS, "ERROR", "MainProcess"),
    ("Gunicorn", f"[2026-01-02 03:04:05 +0900] [1234] [INFO] {TOLD}", SEOUL, "INFO", "1234"),
    ("Flask", f"[2026-01-02 03:04:05,678] ERROR in app: {TOLD}", AT_MS, "ERROR", None),
    ("Apache error", f"[Fri Jan 02 03:04:05.678901 2026] [core:error] [pid 35708:tid 4328636416] {TOLD}", AT_US, "ERROR", "35708"),
    ("time, level", f"[Fri Jan 02 03:04:05 2026] [error] {TOLD}", AT, "ERROR", None),
    ("nginx error", f"2026/01/02 03:04:05 [error] 31#31: {TOLD}", AT, "ERROR", "31"),
    ("syslog RFC 5424", f'<165>1 2026-01-02T03:04:05.678Z host.example su 77 ID47 [ex@3 a="1"] {TOLD}', AT_MS, "NOTICE", "77"),
    ("syslog RFC 5424", f"<11>1 2026-01-02T03:04:05.678Z host.example su - ID47 - {TOLD}", AT_MS, "ERROR", None),
    ("syslog", f"<34>Jan  2 03:04:05 mymachine su: {TOLD}", AT, "FATAL", None),
    ("syslog", f"Jan  2 03:04:05 combo sshd(pam_unix)[19939]: {TOLD}", AT, None, "19939"),
    ("syslog", f"2026-01-02T03:04:05+0900 host app[1234]: {TOLD}", SEOUL, None, "1234"),
    ("klog", f"E0102 03:04:05.678901   12345 server.go:129] {TOLD}", AT_US, "ERROR", "12345"),
    ("Android", f"01-02 03:04:05.678  1702  2395 W WindowManager: {TOLD}", AT_MS, "WARN", "1702  2395"),
    ("PostgreSQL", f"2026-01-02 03:04:05.678 KST [1234] LOG:  {TOLD}", SEOUL_MS, "INFO", "1234"),
    ("Redis", f"1:M 02 Jan 2026 03:04:05.678 * {TOLD}", AT_MS, None, "1"),
    ("Windows servicing", f"2026-01-02 03:04:05, Info                  CBS    {TOLD}", AT, "INFO", None),
    ("Blue Gene RAS", f"- 1767323045 2026.01.02 R0-J1 2026-01-02-03.04.05.678901 R0-J1 RAS KERNEL FATAL {TOLD}", AT_US, "FATAL", "R0-J1"),
    ("epoch after fields", f"134681 node-246 unix.hw net.niff 1767323045 -1 {TOLD}", AT, None, "node-246"),
    ("process, level, class", f"260102 030405 148 INFO dfs.DataNode$PacketResponder: {TOLD}", AT, "INFO", "148"),
    ("level, class:", f"26/01/02 03:04:05 INFO executor.Executor: {TOLD}", AT, "INFO", None),
    ("level, class -", f"2026-01-02 03:04:05,678 INFO shop.orders - {TOLD}", AT_MS, "INFO", None),
    ("thread/level", f"[03:04:05] [Server thread/INFO]: {TOLD}", datetime(2026, 6, 1, 3, 4, 5), "INFO", "Server thread"),
    ("time, thread, level", f"2026-01-02 03:04:05,678 [main] INFO {TOLD}", AT_MS, "INFO", "main"),
    ("time, level, thread", f"[2026-01-02 03:04:05,678] [WARN] [main] {TOLD}", AT_MS, "WARN", "main"),
    ("time, level", f"2026. 1. 2. 오후 3:04:05 [오류] {TOLD}", AT + timedelta(hours=12), "ERROR", None),
    ("time, level", f"2026년 1월 2일 오전 3:04:05 경고: {TOLD}", AT, "WARN", None),
    ("time, level", f"Jan 02, 2026 3:04:05 PM WARNING {TOLD}", AT + timedelta(hours=12), "WARN", None),
    ("time, level", f"1767323045.678 ERROR {TOLD}", AT_MS, "ERROR", None),
    ("time, level", f"1767323045678 ERROR {TOLD}", AT_MS, "ERROR", None),
    ("time, level", f"20260102 03:04:05.678 ERROR {TOLD}", AT_MS, "ERROR", None),
    ("time, level", f"13/01/2026 03:04:05 ERROR {TOLD}", AT + timedelta(days=11), "ERROR", None),
    ("level, time", f"[ERROR] 2026-01-02 03:04:05 {TOLD}", AT, "ERROR", None),
    ("time first", f"2026-01-02 03:04:05 {TOLD}", AT, None, None),
    ("level:class:", f"WARNING:shop.orders:{TOLD}", None, "WARN", None),
    ("thread, level, class", f"[main] INFO c.e.Shop - {TOLD}", None, "INFO", "main"),
    ("level", f"ERROR: {TOLD}", None, "ERROR", None),
    ("CRI (containerd) around logback", f"2026-01-02T03:04:05.678901234Z stderr F 2026-01-02 03:04:05.678 [main] ERROR {SHOP} - {TOLD}", AT_US, "ERROR", "main"),
    ("Docker JSON around logback", DOCKER, AT_US, "ERROR", "main"),
    ("JSON lines", f'{{"@timestamp":"2026-01-02T03:04:05.678Z","level":"ERROR","thread_name":"main","message":"{TOLD}",{TRACED}}}', AT_MS, "ERROR", "main"),
    ("JSON lines", f'{{"level":30,"time":1767323045678,"pid":7,"msg":"{TOLD}"}}', AT_MS, "INFO", "7"),
    ("journald JSON", f'{{"__REALTIME_TIMESTAMP":"1767323045678901","PRIORITY":"3","MESSAGE":"{TOLD}","_PID":"77"}}', AT_US, "ERROR", "77"),
    ("lines without times", TOLD, None, None, None),
]  # fmt: skip


def records(data: bytes, layout: Layout | None = None, written: datetime = WRITTEN, zone: str = "UTC") -> pl.DataFrame:
    layout = layout or find_layout(data, whole=True)
    return read_records(Window(data, 0, len(data)), layout, written, zone).frame


def level_of(code: int) -> str | None:
    return None if code == UNKNOWN else LEVELS[code]


@pytest.mark.parametrize(("name", "line", "time", "level", "key"), EXAMPLES)
def test_a_line_of_each_format(name: str, line: str, time: datetime | None, level: str | None, key: str | None) -> None:
    data = f"{line}\n".encode() * 3
    layout = find_layout(data, whole=True)
    found = records(data, layout)
    assert layout.name == name
    assert found["message"].to_list() == [TOLD] * 3
    assert found["time"].to_list() == [time and time.replace(tzinfo=UTC)] * 3
    assert [level_of(code) for code in found["level"]] == [level] * 3
    assert found["key"].to_list() == [key] * 3
    assert is_log(data, whole=True) == (name != "lines without times")


def test_every_format_has_an_example() -> None:
    shown = {name.partition(" around ")[0] for name, *_ in EXAMPLES} | {"access log", "logfmt"}
    assert {form.name for form in FORMATS} <= shown


@pytest.mark.parametrize(
    ("line", "message", "level"),
    [
        ('192.0.2.1 - - [02/Jan/2026:03:04:05 +0900] "GET /a HTTP/1.1" 503 23 "-" "M"', '"GET /a HTTP/1.1" 503 23 "-" "M"', "ERROR"),
        ('shop:80 192.0.2.1 - f [02/Jan/2026:03:04:05 +0900] "GET / HTTP/1.1" 404 2', '"GET / HTTP/1.1" 404 2', "WARN"),
        ('192.0.2.1 - - [02/Jan/2026:03:04:05 +0900] "GET /a HTTP/1.1" 200 23', '"GET /a HTTP/1.1" 200 23', "INFO"),
        ('time="2026-01-01T18:04:05Z" level=warning msg="a b"', 'msg="a b"', "WARN"),
        ('ts=2026-01-01T18:04:05.000Z caller=main.go:12 level=error msg="a b"', 'msg="a b"', "ERROR"),
    ],
)  # fmt: skip
def test_logs_whose_messages_are_all_that_follows(line: str, message: str, level: str) -> None:
    found = records(f"{line}\n".encode() * 3).row(0, named=True)
    assert (found["message"], level_of(found["level"])) == (message, level)
    assert found["time"] == SEOUL.replace(tzinfo=UTC)


def test_the_trace_in_a_field_of_json_names_exception_and_cause() -> None:
    line = next(line for _, line, *_ in EXAMPLES if "stack_trace" in line)
    found = records(f"{line}\n".encode()).row(0, named=True)
    assert (found["exception"], found["cause"]) == ("java.lang.IllegalStateException", "java.io.IOException")


LOG4J = '{"instant":{"epochSecond":1767323045,"nanoOfSecond":678000000},"thread":"main","level":"WARN","message":"a"}'
ECS = '{"@timestamp":"2026-01-02T03:04:05.678Z","log":{"level":"warn"},"process":{"thread":{"name":"main"}},"message":"a"}'
GELF = '{"timestamp":1767323045.678,"level":4,"short_message":"a","thread":"main"}'
SERILOG = '{"@t":"2026-01-02T03:04:05.678Z","@l":"Warning","@m":"a","thread":"main"}'


@pytest.mark.parametrize("line", [LOG4J, ECS, GELF, SERILOG])
def test_kinds_of_json(line: str) -> None:
    found = records(f"{line}\n".encode()).row(0, named=True)
    assert (level_of(found["level"]), found["key"], found["message"]) == ("WARN", "main", "a")
    assert found["time"] == AT_MS.replace(tzinfo=UTC)


def test_json_whose_names_mean_nothing_is_told_whole() -> None:
    found = records(b'{"a": 1}\n{"a": [2]}\n{"a": {"b": 3}}\n')
    assert found["message"].to_list() == ['{"a": 1}', '{"a": [2]}', '{"a": {"b": 3}}']


# --- times


TEXTS = {
    "ISO 8601 with zone": "2026-01-02T03:04:05.678Z",
    "date and time, zone apart": "2026-01-02 03:04:05.678 UTC",
    "date and time": "2026-01-02 03:04:05,678",
    "date and time, milliseconds after a colon": "2026-01-02 03:04:05:678",
    "date-HH.MM.SS": "2026-01-02-03.04.05.678",
    "YYYYMMDD HH:MM:SS": "20260102 03:04:05.678",
    "YYYYMMDDTHHMMSS": "20260102T030405Z",
    "YYMMDD HHMMSS": "260102 030405",
    "YYMMDD HH:MM:SS": "260102  3:04:05",
    "YY/MM/DD HH:MM:SS": "26/01/02 03:04:05",
    "DD/Mon/YYYY:HH:MM:SS zone": "02/Jan/2026:03:04:05 +0000",
    "DD Mon YYYY": "02 Jan 2026 03:04:05,678",
    "Www, DD Mon YYYY": "Fri, 02 Jan 2026 03:04:05 GMT",
    "Www Mon DD YYYY": "Fri Jan 02 03:04:05.678 2026",
    "Www Mon DD zone YYYY": "Fri Jan  2 03:04:05 UTC 2026",
    "Mon DD, YYYY AM/PM": "Jan 2, 2026 3:04:05 AM",
    "Mon DD YYYY": "Jan  2 2026 03:04:05",
    "Mon DD": "Jan  2 03:04:05",
    "MM/DD/YYYY AM/PM": "1/2/2026 3:04:05 AM",
    "MM/DD/YYYY": "01/02/2026 03:04:05",
    "DD/MM/YYYY": "02.01.2026 03:04:05",
    "Korean": "2026년 1월 2일 오전 3:04:05",
    "MM-DD": "01-02 03:04:05.678",
    "MMDD": "0102 03:04:05.678000",
    "epoch nanoseconds": "1767323045678000000",
    "epoch microseconds": "1767323045678000",
    "epoch milliseconds": "1767323045678",
    "epoch seconds": "1767323045.678",
    "time of day": "03:04:05.678",
}


def times(texts: list[str], style: str, written: datetime = WRITTEN, zone: str = "UTC") -> list[datetime | None]:
    found = read_times(pl.Series("time", texts, pl.String), style, written, zone)
    return [time and time.replace(tzinfo=None) for time in found.to_list()]


@pytest.mark.parametrize("style", STYLES)
def test_each_style_of_time(style: str) -> None:
    found = times([TEXTS[style], TEXTS[style]], style)
    day = datetime(2026, 6, 1).date() if style == "time of day" else AT.date()
    assert found[0] is not None
    assert found[0] == found[1]
    assert found[0].date() == day
    assert found[0].replace(microsecond=0).time() == AT.time()
    assert found[0].microsecond == (678000 if "678" in TEXTS[style] else 0)


@quick
@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2069, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%d/%b/%Y:%H:%M:%S +0000", "%y%m%d %H%M%S", "%b %-d, %Y %-I:%M:%S %p"]),
)
def test_times_by_arithmetic_are_those_of_strptime(moments: list[datetime], written_as: str) -> None:
    style = {
        "%Y": "date and time",
        "%d": "DD/Mon/YYYY:HH:MM:SS zone",
        "%y": "YYMMDD HHMMSS",
        "%b": "Mon DD, YYYY AM/PM",
    }
    texts = [moment.strftime(written_as) for moment in moments]
    exact = [moment if "%f" in written_as else moment.replace(microsecond=0) for moment in moments]
    assert times(texts, style[written_as[:2]]) == exact


def test_times_that_do_not_exist_are_null() -> None:
    assert times(["2026-02-30 00:00:00", "2026-02-28 25:00:00", "2026-02-28 00:61:00"], "date and time") == [None] * 3
    assert times(["Xyz 12 00:00:00", "Jan 12 00:00:00"], "Mon DD") == [None, datetime(2026, 1, 12)]


def test_many_texts_that_are_no_times_do_not_hide_those_that_are() -> None:
    texts = [f"x{number:06}-02 03:04:05" for number in range(5000)] + ["2026-01-02 03:04:05"]
    assert times(texts, "date and time") == [None] * 5000 + [AT]


def test_fractions_are_exact() -> None:
    texts = [f"2026-01-02 03:04:05.{number:06}000" for number in range(0, 1_000_000, 997)]
    found = times(texts, "date and time")
    assert [time and time.microsecond for time in found] == list(range(0, 1_000_000, 997))


def test_a_day_without_a_year_is_never_after_the_file_was_written() -> None:
    january = datetime(2026, 1, 2, 1)
    texts = ["Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  2 00:59:59", "Jan  3 09:00:00", "Jan  5 00:00:00"]
    years = [time and time.year for time in times(texts, "Mon DD", january)]
    assert years == [2025, 2026, 2026, 2026, 2025]  # a clock in another zone may be a day ahead


def test_the_29th_of_february_is_in_a_leap_year() -> None:
    assert times(["Feb 29 00:00:00"], "Mon DD", datetime(2026, 6, 1)) == [datetime(2024, 2, 29)]


def test_naive_times_are_taken_in_the_zone_and_zoned_ones_are_not() -> None:
    assert times(["2026-01-02 03:04:05"], "date and time", zone="Asia/Seoul") == [SEOUL]
    assert times(["2026-01-02T03:04:05Z"], "ISO 8601 with zone", zone="Asia/Seoul") == [AT]
    assert times(["1767323045"], "epoch seconds", zone="Asia/Seoul") == [AT]


def test_a_log_may_change_its_offset_and_its_fraction() -> None:
    texts = [
        "2026-01-02T03:04:05Z",
        "2026-01-02T12:04:05+09:00",
        "2026-01-01T22:04:05.5-05:00",
        "2026-01-02T03:04:05.123456789Z",
    ]
    found = times(texts, "ISO 8601 with zone")
    assert found == [AT, AT, AT.replace(microsecond=500000), AT.replace(microsecond=123456)]


# --- levels


@pytest.mark.parametrize(
    ("text", "level"),
    [("FATAL", "FATAL"), ("CRITICAL", "FATAL"), ("SEVERE", "FATAL"), ("Error", "ERROR"), ("E", "ERROR"), ("W", "WARN"),
     ("I", "INFO"), ("DEBUG", "DEBUG"), ("TRACE", "TRACE"), ("verbose", "TRACE"), ("NOTICE", "NOTICE"), ("오류", "ERROR"),
     ("경고", "WARN"), ("정보", "INFO"), ("심각", "FATAL"), ("디버그", "DEBUG"), ("[warning]", "WARN"), ("<34>", "FATAL"),
     ("<165>", "NOTICE"), ("3", "ERROR"), ("30", "INFO"), ("50", "ERROR"), ("503", "ERROR"), ("404", "WARN"), ("200", "INFO"),
     ("banana", None), ("", None), ("999", None)],
)  # fmt: skip
def test_levels_in_all_spellings(text: str, level: str | None) -> None:
    assert level_of(level_code(text)) == level
    assert level_codes(pl.Series([None, text])).to_list() == [UNKNOWN, level_code(text)]


def test_the_higher_of_level_and_exception_counts() -> None:
    levels = np.array([LEVELS.index(name) for name in LEVELS] + [UNKNOWN, LEVELS.index("INFO"), UNKNOWN], np.uint8)
    named = pl.Series([None] * 7 + [None, "java.lang.OutOfMemoryError", "FooException"], dtype=pl.String)
    found = Severity().of(levels, named)
    assert found[:7].tolist() == [10, 10, 20, 20, 60, 80, 100]
    assert np.isnan(found[7])
    assert found[8:].tolist() == [100, 60]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("java.lang.OutOfMemoryError", "critical"), ("java.lang.StackOverflowError", "critical"), ("MemoryError", "critical"),
     ("org.x.DataLossException", "critical"), ("java.lang.SecurityException", "critical"), ("PermissionError", "critical"),
     ("java.net.ConnectException", "high"), ("java.util.concurrent.TimeoutException", "high"),
     ("java.lang.NullPointerException", "high"), ("java.sql.SQLException", "high"),
     ("jakarta.validation.ValidationException", "medium"), ("java.lang.IllegalArgumentException", "medium"),
     ("com.example.shop.OrderFooException", "medium")],
)  # fmt: skip
def test_classes_of_exceptions(name: str, kind: str) -> None:
    assert Severity().class_of(pl.Series([name])).to_list() == [kind]


# --- public data


DATA = os.environ.get("ISANG_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="ISANG_DATA names no folder with public data")
SYSTEMS = ["Apache", "BGL", "HDFS", "HPC", "Hadoop", "Linux", "Mac", "OpenSSH", "Windows", "Zookeeper"]


@needs_data
@pytest.mark.parametrize("system", SYSTEMS)
def test_all_lines_of_ten_public_logs_have_a_time_and_their_message(system: str) -> None:
    path = Path(DATA) / "logs" / "loghub_2k" / system / f"{system}_2k.log"
    with Path(f"{path}_structured_corrected.csv").open(newline="", encoding="utf-8") as file:
        wanted = [row["Content"].strip() for row in csv.DictReader(file)]
    found = records(path.read_bytes())
    assert found["time"].null_count() == 0
    assert [message.strip() for message in found["message"]] == wanted


@needs_data
def test_tables_and_series_of_the_public_data_are_no_logs() -> None:
    files = [
        path for kind in ("metrics", "cost", "tabular") for path in (Path(DATA) / kind).rglob("*") if path.is_file()
    ]
    assert len(files) > 300
    assert [str(path) for path in files if is_log_path(str(path))] == []


def test_made_tables_are_no_logs(tmp_path: Path) -> None:
    for name, table in synthetic.counter_files(synthetic.counters(days=2)).items():
        table.write_csv(tmp_path / name)
    for name, table in synthetic.bill_files(synthetic.bills(days=120)).items():
        table.write_csv(tmp_path / name)
    assert len(list(tmp_path.iterdir())) > 4
    assert [path.name for path in tmp_path.iterdir() if is_log_path(str(path))] == []


TABLES = [
    b"time,value\n2026-01-02 03:04:05,1.5\n2026-01-02 03:05:05,2.5\n",
    b"2026-01-02 03:04:05,alpha beta,1.5\n2026-01-02 03:05:05,gamma delta,2.5\n",
    b"time,level,text\n2026-01-02 03:04:05,INFO,one two\n2026-01-02 03:05:05,WARN,three four\n",
    b"2026-01-02 03:04:05;1,5;2,5\n2026-01-02 03:05:05;2,5;3,5\n",
    b"2026-01-02 03:04:05 1.5 2.5\n2026-01-02 03:05:05 2.5 2.5\n",
    b'{"time": "2026-01-02T03:04:05Z", "cpu": 0.5}\n{"time": "2026-01-02T03:05:05Z", "cpu": 0.6}\n',
    b'{"time": "2026-01-02T03:04:05Z", "name": "a", "message": 3}\n' * 3,
    b'{"status":"success","data":{"resultType":"matrix","result":[]}}',
    b"a,b\n1,2\n3,4\n",
    b"1 2 3\n4 5 6\n",
    b"plain words\nand more\n",
    b"",
]


@pytest.mark.parametrize("data", TABLES)
def test_what_may_be_a_table_is_not_claimed(data: bytes) -> None:
    assert not is_log(data, whole=True)
