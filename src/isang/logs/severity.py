"""How grave a record is, 0-100: by its level and by the exception that it names, of which the higher counts.

A record of level INFO without an exception has 20, so that its risk (60 % anomaly, 40 % severity) is 68 at most:
what is only unusual is never CRITICAL. That is a choice; an INFO record that names an exception rises with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.words.frame import Floats

LEVELS = ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "FATAL")  # the code of a level is its place here
UNKNOWN = 255
LEVEL_POINTS = {"TRACE": 10.0, "DEBUG": 10.0, "INFO": 20.0, "NOTICE": 20.0, "WARN": 60.0, "ERROR": 80.0, "FATAL": 100.0}
_SPELLED = {
    "TRACE": "trace trc finest finer verbose verb v t all 추적 상세",
    "DEBUG": "debug dbg fine config d debug1 debug2 debug3 debug4 debug5 디버그",
    "INFO": "info inf information informational i log statement detail hint success audit 정보 안내",
    "NOTICE": "notice note n 알림 공지",
    "WARN": "warn warning wrn w attention 경고 주의",
    "ERROR": "error err e failure fail failed 오류 에러 실패",
    "FATAL": "fatal critical crit ftl f severe emergency emerg alert panic assert a c wtf 심각 치명 치명적 긴급",
}
WORDS = {word: LEVELS.index(level) for level, words in _SPELLED.items() for word in words.split()}
# Syslog's severities 0-7; the tens of pino and bunyan; the classes of HTTP's status.
_SYSLOG = (6, 6, 6, 5, 4, 3, 2, 1)
_TENS = {10: 0, 20: 1, 30: 2, 40: 4, 50: 5, 60: 6}
_HTTP = {1: 2, 2: 2, 3: 2, 4: 4, 5: 5}

CLASS_POINTS = {"critical": 100.0, "high": 80.0, "medium": 60.0}
# The first row whose words occur in the type (without its package) gives its class; types that no row knows are medium.
EXCEPTION_CLASSES = (
    ("critical", "OutOfMemory|MemoryError|StackOverflow|RecursionError|VirtualMachine|InternalError|Segmentation"),
    ("critical", "DataLoss|Corrupt|DiskFull|NoSpace|Deadlock|Panic"),
    (
        "critical",
        "Security|Authentication|Authorization|AccessDenied|AccessControl|Forbidden|Permission|BadCredentials",
    ),
    ("high", "SSL|TLS|Certificate"),
    ("high", "Connect|Socket|Network|UnknownHost|NoRouteToHost|BrokenPipe|Unavailable|RemoteException"),
    ("high", "Timeout|TimedOut|DeadlineExceeded"),
    ("high", "SQL|Database|DataAccess|Transaction|Transient|Commit|Persistence|IOException|IOError|OSError|FileSystem"),
    ("high", "NullPointer|NullReference|AttributeError|ClassNotFound|NoClassDef|NoSuchMethod|Linkage|ImportError"),
    ("medium", "Validat|IllegalArgument|IllegalState|ValueError|TypeError|Parse|Format|Argument|NotFound|Constraint"),
)


def level_code(text: str) -> int:
    """The code of a level as it was written: a word, `<165>` of syslog, a number; 255 for what is no level."""
    word = text.strip(" \t[]():*").lower()
    if word in WORDS:
        return WORDS[word]
    if re.fullmatch(r"<\d{1,3}>", word):
        return _SYSLOG[int(word[1:-1]) % 8]
    if re.fullmatch(r"\d{1,3}", word):
        number = int(word)
        return _SYSLOG[number] if number < 8 else _TENS.get(number, _HTTP.get(number // 100, UNKNOWN))
    return UNKNOWN


def level_codes(texts: pl.Series) -> pl.Series:
    """The same for a column, UInt8; null is 255."""
    distinct = texts.unique().drop_nulls()
    codes = [level_code(text) for text in distinct.to_list()]
    found = texts.replace_strict(distinct, pl.Series(codes, dtype=pl.UInt8), default=UNKNOWN, return_dtype=pl.UInt8)
    return found.fill_null(UNKNOWN)


def exception_class(name: str, classes: Sequence[tuple[str, str]] = EXCEPTION_CLASSES) -> str:
    """critical, high or medium."""
    short = name.rsplit(".", 1)[-1]
    return next((kind for kind, words in classes if re.search(words, short)), "medium")


def severities(
    levels: NDArray[np.uint8],
    exceptions: Sequence[pl.Series],
    points: Mapping[str, float] = LEVEL_POINTS,
    classes: Sequence[tuple[str, str]] = EXCEPTION_CLASSES,
    class_points: Mapping[str, float] = CLASS_POINTS,
) -> Floats:
    """0-100 for each record: the higher of its level's points and those of its exceptions; NaN where it has neither."""
    by_code = np.full(256, np.nan)
    by_code[: len(LEVELS)] = [points[level] for level in LEVELS]
    grave = by_code[levels]
    for named in exceptions:
        distinct = named.unique().drop_nulls()
        worth = [class_points[exception_class(name, classes)] for name in distinct.to_list()]
        found = named.replace_strict(
            distinct, pl.Series(worth, dtype=pl.Float64), default=None, return_dtype=pl.Float64
        )
        grave = np.fmax(grave, found.cast(pl.Float64).to_numpy())
    return grave
