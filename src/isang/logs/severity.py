"""How grave a record is, 0-100: by its level and by the exception that it names, of which the higher counts.

A record of level INFO without an exception has 20, so that its risk (60 % anomaly, 40 % severity) is 68 at most:
what is only unusual is never CRITICAL. That is a choice; an INFO record that names an exception rises with it. All
of it can be changed by a plan (`severity`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import UsageError
from isang.logs.mask import refusal
from isang.words.frame import Floats
from isang.words.points import changed, mapping, shown

LEVELS = ("TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "FATAL")  # the code of a level is its place here
UNKNOWN = 255
LEVEL_POINTS = {"TRACE": 10, "DEBUG": 10, "INFO": 20, "NOTICE": 20, "WARN": 60, "ERROR": 80, "FATAL": 100}
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

CLASS_POINTS = {"critical": 100, "high": 80, "medium": 60}
_ELSE = "medium"  # the class of types that no row knows
# Words in the type of an exception, without its package → its class; the first row that fits counts.
EXCEPTIONS = {
    "OutOfMemory|MemoryError|StackOverflow|RecursionError|VirtualMachine|InternalError|Segmentation": "critical",
    "DataLoss|Corrupt|DiskFull|NoSpace|Deadlock|Panic": "critical",
    "Security|Authentication|Authorization|AccessDenied|AccessControl|Forbidden|Permission|BadCredentials": "critical",
    "SSL|TLS|Certificate": "high",
    "Connect|Socket|Network|UnknownHost|NoRouteToHost|BrokenPipe|Unavailable|RemoteException": "high",
    "Timeout|TimedOut|DeadlineExceeded": "high",
    "SQL|Database|DataAccess|Transaction|Transient|Commit|Persistence|IOException|IOError|OSError|FileSystem": "high",
    "NullPointer|NullReference|AttributeError|ClassNotFound|NoClassDef|NoSuchMethod|Linkage|ImportError": "high",
    "Validat|IllegalArgument|IllegalState|ValueError|TypeError|Parse|Format|Argument|NotFound|Constraint": "medium",
}
_MOST_PATTERNS = 200


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


@dataclass(frozen=True)
class Severity:
    """Points of levels and of classes of exceptions, and the class of each pattern in a type without its package."""

    levels: Mapping[str, int] = field(default_factory=LEVEL_POINTS.copy)
    classes: Mapping[str, int] = field(default_factory=CLASS_POINTS.copy)
    exceptions: Mapping[str, str] = field(default_factory=EXCEPTIONS.copy)

    def of(self, levels: NDArray[np.uint8], exceptions: pl.Series) -> Floats:
        """(n,) the higher of the points of its level and of its exception; NaN where it has neither."""
        by_code = np.full(256, np.nan)
        by_code[: len(LEVELS)] = [self.levels[level] for level in LEVELS]
        thrown = self.class_of(exceptions).replace_strict(dict(self.classes), return_dtype=pl.Float64, default=None)
        return np.asarray(np.fmax(by_code[levels], thrown.to_numpy()))

    def class_of(self, exceptions: pl.Series) -> pl.Series:
        """(n,) critical, high or medium; null where there is no exception."""
        short = pl.col("name").str.extract(r"([^.]*)$")
        fits = [pl.when(short.str.contains(row)).then(pl.lit(kind)) for row, kind in self.exceptions.items()]
        distinct = exceptions.unique().drop_nulls()
        classes = pl.DataFrame({"name": distinct}).select(pl.coalesce(*fits, pl.lit(_ELSE))).to_series()
        return exceptions.replace_strict(distinct, classes, default=None, return_dtype=pl.String)


def severity_of(settings: Mapping[str, Any] | None) -> Severity:
    """What a plan says: `levels`, `classes` and `exceptions`, each in part or not at all; UsageError for nonsense.

    `exceptions` are patterns (RE2's syntax, in linear time) → class, tried in their order before the usual ones.
    """
    told = mapping("severity", settings, ("levels", "classes", "exceptions"))
    own = mapping("severity.exceptions", told.get("exceptions"))
    for pattern, kind in own.items():
        _check_row(pattern, kind)
    if len(own) > _MOST_PATTERNS:
        raise UsageError(f"severity.exceptions: {len(own):,} patterns came, and {_MOST_PATTERNS} are allowed.")
    usual = {row: kind for row, kind in EXCEPTIONS.items() if row not in own}
    levels = changed("severity.levels", told.get("levels"), LEVEL_POINTS)
    return Severity(levels, changed("severity.classes", told.get("classes"), CLASS_POINTS), {**own, **usual})


def _check_row(pattern: Any, kind: Any) -> None:
    if kind not in tuple(CLASS_POINTS):
        wanted = ", ".join(CLASS_POINTS)
        raise UsageError(f"severity.exceptions: {shown(pattern)} is of class {shown(kind)}; one of {wanted} is needed.")
    if not isinstance(pattern, str) or not pattern:
        raise UsageError(f"severity.exceptions: {shown(pattern)} is no pattern; write one such as 'SoldOut|Refused'.")
    if why := refusal(pattern):
        raise UsageError(f"severity.exceptions: {shown(pattern)} is no pattern of RE2's syntax: {why}")
