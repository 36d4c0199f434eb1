"""Logs of one JSON object a line: which of its names are time, level, message and so on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

# The names that a role goes by, the usual ones first; a dot stands between the names of objects in objects.
_NAMES = {
    "time": "@timestamp timestamp time ts asctime datetime date eventTime __REALTIME_TIMESTAMP @t instant t",
    "level": "level severity levelname log.level loglevel log_level lvl PRIORITY @l",
    "thread": "thread thread_name threadName process.thread.name _PID pid",
    "logger": "logger logger_name loggerName log.logger name SYSLOG_IDENTIFIER _SYSTEMD_UNIT caller module",
    "message": "message msg MESSAGE log short_message event @m @mt text body",
    "exception": "stack_trace exception exc_info error.stack_trace error.stack err.stack stack thrown @x",
}
ROLES = {role: names.split() for role, names in _NAMES.items()}
COLUMNS = ("time", "level", "thread", "logger", "message", "exception")


def roles_of(objects: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Role → the first of its names that at least a tenth of the objects have."""
    found = {}
    for role, names in ROLES.items():
        counts = {name: sum(text_of(one, name) is not None for one in objects) for name in names}
        least = 1 if role == "exception" else max(1, len(objects) // 10)
        name = next((name for name in names if counts[name] >= least), None)
        if name:
            found[role] = name
    return found


def object_in(line: str) -> dict[str, Any] | None:
    """The object of a line, None where there is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def fields_of(texts: pl.Series, roles: Mapping[str, str]) -> pl.DataFrame:
    """A row a line with the columns of COLUMNS, all String; where a line is no object, its message is the line."""
    lines = texts.to_list()
    objects = [object_in(line) or {} for line in lines]
    columns = {role: _cells(objects, roles.get(role)) for role in COLUMNS}
    columns["message"] = [line if cell is None else cell for cell, line in zip(columns["message"], lines, strict=True)]
    return pl.DataFrame(columns, schema=dict.fromkeys(COLUMNS, pl.String))


def _cells(objects: Sequence[Mapping[str, Any]], name: str | None) -> list[str | None]:
    if name is None:
        return [None] * len(objects)
    return [text_of(one, name) for one in objects]


def text_of(found: Mapping[str, Any], name: str) -> str | None:
    """The value of a name as a text; `a.b` may be one name or b in a."""
    value = found[name] if name in found else _value(found, name)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict) and "epochSecond" in value:  # log4j's JSON layout
        return f"{value['epochSecond']}.{value.get('nanoOfSecond', 0):09}"
    if isinstance(value, list) and value and all(isinstance(one, int) and 0 <= one < 256 for one in value):
        return bytes(value).decode(errors="replace")  # journald's messages that are no UTF-8
    return json.dumps(value, ensure_ascii=False)


def _value(found: Mapping[str, Any], name: str) -> Any:
    first, _, rest = name.partition(".")
    inner = found.get(first) if rest else None
    return (inner[rest] if rest in inner else _value(inner, rest)) if isinstance(inner, dict) else None
