"""Files of known periods: CSV with start and end (`--events`), or NAB's JSON of windows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast, get_args

import polars as pl

from isang.errors import InputError, IsangError
from isang.events import Kind, Period
from isang.family import nearest
from isang.sources._files import read_files
from isang.timestamps import parse_times
from isang.words.reading import Reading

_NEEDED = "columns start, end (and keys, kind, note if there are any)"


def periods_of(path: str, reading: Reading) -> tuple[Period, ...]:
    """The periods in a file, as they concern this reading; InputError where there are none or they make no sense."""
    table = _windows(path, reading) if path.endswith(".json") else read_files([path], None, strict=True)[0].frame
    if "start" not in table.columns:
        raise InputError(f"{path}: {', '.join(table.columns[:6]) or 'nothing'} came; {_NEEDED} are needed.")
    start = _micros(path, table["start"], reading)
    end = _micros(path, table["end"], reading) if "end" in table.columns else start
    if reading.logs and reading.recognised.step_s:  # lines are counted in slots, which are known by their beginning
        step = int(reading.recognised.step_s * 1e6)
        start = [None if one is None else one // step * step for one in start]
    rows = zip(start, end, table.to_dicts(), strict=True)
    periods = tuple(_period(f"{path}: row {at + 1}", *row, _names(reading)) for at, row in enumerate(rows))
    if periods and not inside(periods, reading):
        raise InputError(f"{path}: none of the {len(periods)} events lies in the data; do both speak of the same time?")
    return periods


def periods_of_lines(path: str, zone: str) -> tuple[Period, ...]:
    """The anomalous periods in a file, as log lines have their own times; InputError as for all others."""
    table = read_files([path], None, strict=True)[0].frame
    ends = "end" if "end" in table.columns else "start"
    if "start" not in table.columns:
        raise InputError(f"{path}: {', '.join(table.columns[:6]) or 'nothing'} came; {_NEEDED} are needed.")
    first, last = (parse_times(table[name], zone).stamps.dt.epoch("us").to_list() for name in ("start", ends))
    rows = zip(first, last, table.to_dicts(), strict=True)
    names = {name: name for name in ("log", "template")}
    told = (_period(f"{path}: row {at + 1}", *row, names) for at, row in enumerate(rows))
    return tuple(period for period in told if period.kind == "anomaly")


def inside(periods: Sequence[Period], reading: Reading) -> int:
    """How many of the periods touch the time of the data."""
    first, last = _span(reading)
    return sum(period.start <= last and period.end >= first for period in periods)


def strange(periods: Sequence[Period], reading: Reading) -> list[Period]:
    """Those that name what a bill holds no cost of: its widest scopes would hold any name. None of other data."""
    rows = reading.bill.rows if reading.bill else None
    if rows is None:
        return []
    members = rows.select(reading.columns.keys).unique().with_columns(pl.all().cast(pl.String))
    return [one for one in periods if one.keys and members.filter(**one.keys).is_empty()]


def _period(where: str, start: int | None, end: int | None, row: dict[str, Any], keys: Mapping[str, str]) -> Period:
    if start is None:
        raise InputError(f"{where} has no start that can be read ({str(row['start'])[:40]!r}); mend or remove it.")
    end = start if end is None else end
    if end < start:
        raise InputError(f"{where} ends before it starts; change start and end.")
    return Period(start, end, _kind(where, row), _keys(row, keys), str(row.get("note") or ""))


def _span(reading: Reading) -> tuple[int, int]:
    if reading.columns.time is None:
        return 0, len(reading.frame) - 1
    stamps = reading.frame[reading.columns.time].dt.epoch("us")
    return int(stamps.min()), int(stamps.max())  # type: ignore[arg-type]


def _micros(path: str, column: pl.Series, reading: Reading) -> list[int | None]:
    """Times in µs, or row numbers where the data have no time."""
    if not len(column):
        return []
    if reading.columns.time is None:
        rows = column.cast(pl.Int64, strict=False)
        if rows.null_count() > column.null_count():
            raise InputError(f"{path}: column '{column.name}' holds no row numbers, and the data have no time.")
        return rows.to_list()
    try:
        return parse_times(column, reading.recognised.tz or None).stamps.dt.epoch("us").to_list()
    except IsangError as error:
        raise InputError(f"{path}: {error}") from error


def _kind(where: str, row: dict[str, Any]) -> Kind:
    kind, kinds = str(row.get("kind") or "anomaly"), get_args(Kind)
    if kind not in kinds:
        raise InputError(f"{where}: kind {kind[:40]!r} came.{nearest(kind, kinds)}")
    return cast(Kind, kind)


def _names(reading: Reading) -> dict[str, str]:
    """Each key by its name, and by that of the column of a bill which it stands for."""
    columns = reading.bill.columns if reading.bill else {}
    return {key: key for key in reading.columns.keys} | {
        columns[key]: key for key in reading.columns.keys if key in columns
    }


def _keys(row: dict[str, Any], keys: Mapping[str, str]) -> dict[str, str]:
    return {key: str(row[name]) for name, key in keys.items() if row.get(name) not in (None, "")}


def _windows(path: str, reading: Reading) -> pl.DataFrame:
    """NAB's JSON: for each file, by the end of its path, windows [start, end] or single times."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}).") from error
    listed = found if isinstance(found, list) else _of_input(path, found, reading)
    pairs = [window if isinstance(window, list) else [window, window] for window in listed]
    if any(len(pair) != 2 or not all(isinstance(moment, str) for moment in pair) for pair in pairs):
        raise InputError(f"{path}: lists of [start, end] in texts are needed.")
    names = ["start", "end"]
    return pl.DataFrame(pairs, schema=dict.fromkeys(names, pl.String), orient="row")


def _of_input(path: str, found: Any, reading: Reading) -> list[Any]:
    inputs = [Path(one.path).as_posix() for one in reading.inputs]
    names = list(found) if isinstance(found, dict) else []
    for name in names:
        if any(f"/{one}".endswith(f"/{name}") for one in inputs):
            return list(found[name])
    alone = [name for name in names if any(Path(one).name == Path(name).name for one in inputs)]
    if len(alone) != 1:
        sought = ", ".join(inputs) or "this frame"
        raise InputError(f"{path}: has windows for {len(names)} files and none for {sought}.")
    return list(found[alone[0]])
