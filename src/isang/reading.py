"""Files, frames or arrays → a `Reading`: a frame whose columns have their roles, and what was found on the way."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from isang.bills import Pieces, Wish, bills_among, bills_of, read_bills
from isang.errors import InputError, UnknownColumnError, UsageError
from isang.events import Period
from isang.family import nearest
from isang.log_files import LogWish, are_logs, read_logs
from isang.log_memory import LogMemory
from isang.logs.own_masks import mask_of
from isang.logs.severity import severity_of
from isang.recognise.apart import apart_by_column
from isang.recognise.assign import Roles, assign
from isang.recognise.counters import SERVER
from isang.recognise.matching import matching, nearest_of
from isang.recognise.meaning import Meaning, as_counts
from isang.recognise.numbers import Numbers, is_numeric, to_numbers
from isang.recognise.packs import choose_pack
from isang.recognise.rates import with_fail_shares
from isang.recognise.remarks import on_cells, on_rows, on_states
from isang.recognise.shape import Shape, measure
from isang.sources._counters import join_counters
from isang.sources._files import read_files, stacked
from isang.sources._given import from_given
from isang.sources._timed import Timed, find_times, without_bad_times
from isang.sources.base import ROW, with_rows
from isang.timestamps import check_zone
from isang.words.amounts import parse_size, parse_span
from isang.words.frame import Columns, check_frame
from isang.words.reading import Reading, Recognised, SetAside, SourceColumn, Table

_SERVERS = "the servers that files and columns are named after"
PACKS = ("auto", "series", "process", "counters", "cost", "logs")
_DAY_S = 86400.0
_LINES = "log_anomaly"  # the detector of the order of log lines


def read(
    source: Any,
    *,
    pack: str = "auto",
    time: str | None = None,
    key: str | Sequence[str] = (),
    value: str | Sequence[str] = (),
    label: str | None = None,
    where: str | Sequence[str] = (),
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool = False,
    apart: bool = False,
    meanings: Mapping[str, Meaning] | None = None,
    session: str | None = None,
    max_files: int | None = None,
    sample_lines: int | None = None,
    memory: str | None = None,
    mask: str | Sequence[str] = (),
    protect: str | Sequence[str] = (),
    lines: Mapping[str, Any] | None = None,
    severity: Mapping[str, Any] | None = None,
    labelled: Sequence[Period] = (),
    causal: bool = False,
    before: LogMemory | None = None,
) -> Reading:
    """Read a path, several paths, `-`, a frame or an array, and find out what its columns are.

    A frame or array keeps its rows and their order; a file loses the rows that cannot be read, which
    are counted. `where` ("column=value") keeps matching rows, `apart` makes each value column a
    series of its own (of counters: each server). `meanings` says of counters what they are where that is not found
    rightly: count, gauge, cumulative. Of logs, `session` is an expression whose group is the session of a line,
    `max_files` keeps the newest files, `sample_lines` looks at about so many lines, `memory` ("1GB") is what
    it keeps to, `mask` and `protect` say what varies and what does not (see `mine`), `lines` is the detector of their
    order, `severity` changes how grave they are, as in a plan, `labelled` are periods of anomalous lines that it may
    learn from; they are judged by what was learnt `before`, or (`causal`) each line by earlier lines. Raises UsageError
    for options, InputError for data that make no sense.
    """
    if pack not in PACKS:
        raise UsageError(f"pack {pack!r} is not known.{nearest(pack, PACKS)}")
    paths = _paths(source)
    if pack == "logs" or (pack == "auto" and are_logs(paths)):
        _refuse(time=time, key=key, value=value, label=label, step=step, encoding=encoding, apart=apart)
        if not paths:
            raise UsageError("logs are files or folders; name their paths.")
        by = lines or {"name": _LINES}
        zone, size = check_zone(tz) if tz else "UTC", parse_size(memory) if memory else None
        limits = max_files, sample_lines, by, size
        kinds = mask_of(mask, protect), severity_of(severity)
        wish = LogWish(zone, session, _listed(where), *limits, *kinds, labelled, causal)
        return _whole(read_logs(paths, wish, before), strict=strict)
    bills = bills_among(paths, encoding, pack, strict=strict)
    tables = [] if bills else read_files(paths, encoding, strict=strict) if paths else [from_given(source)]
    asked = _Asked(
        time,
        _listed(key),
        _listed(value),
        label,
        _listed(where),
        _seconds(step),
        check_zone(tz) if tz else None,
        pack,
        strict,
        apart,
        bool(paths) and not strict,
    )
    bills = bills or bills_of(tables, pack)
    reading = _of_bills(bills, asked) or _of_counters(tables, asked) or _of_table(paths, tables, asked)
    reading = as_counts(reading, meanings) if pack == "counters" else reading
    check_frame(reading.frame, reading.columns)
    return reading


@dataclass(frozen=True)
class _Asked:
    """What a reading was asked for; `dropping`: rows without a time are left out, and no error."""

    time: str | None
    key: tuple[str, ...]
    value: tuple[str, ...]
    label: str | None
    where: tuple[str, ...]
    step_s: float | None
    zone: str | None
    pack: str
    strict: bool
    apart: bool
    dropping: bool


def _of_table(paths: Sequence[str], tables: Sequence[Table], asked: _Asked) -> Reading:
    """One table, or several with the same columns."""
    table, file = stacked(paths, tables) if paths else (tables[0], None)
    if asked.pack == "counters":
        table = replace(table, frame=with_fail_shares(table.frame, asked.value))
    if asked.where:
        table = replace(table, frame=matching(with_rows(table.frame), asked.where))
    _check_known(table.frame, asked)
    timed = find_times(table, file, asked.time, asked.zone, {*asked.key, *asked.value, asked.label, file, ROW})
    reading = _with_roles(without_bad_times(timed, dropping=asked.dropping), asked.key, asked)
    by_column = asked.apart and asked.pack != "counters" and len(reading.columns.values) > 1
    return apart_by_column(reading) if by_column else reading


def _of_bills(bills: Sequence[Pieces], asked: _Asked) -> Reading | None:
    """Bills added up to days, or to hours where the step is shorter than a day; None where there are none."""
    if not bills:
        return None
    if asked.label is not None:
        raise UsageError("--label: the rows of a bill are added up; name known events with --events FILE.")
    step_s = _DAY_S if asked.step_s is None or asked.step_s >= _DAY_S else 3600.0
    zone = asked.zone or "UTC"
    return read_bills(bills, Wish(asked.time, asked.value, asked.key, asked.where, step_s, zone, asked.strict))


def _of_counters(tables: Sequence[Table], asked: _Asked) -> Reading | None:
    """Tables of counters joined; None for another pack, or where a table has a row for each server already."""
    if asked.pack != "counters" or asked.key not in ((), (SERVER,)):
        return None
    any_step = asked.step_s is not None
    timed = join_counters(tables, asked.time, asked.zone, apart=asked.apart, any_step=any_step, dropping=asked.dropping)
    if timed is None:
        return None
    frame = with_fail_shares(timed.table.frame, asked.value)
    timed = _matching(replace(timed, table=replace(timed.table, frame=frame)), asked.where)
    _check_known(timed.table.frame, asked)
    reading = _with_roles(timed, (SERVER,) if asked.apart else (), asked)
    reason = _SERVERS if asked.apart else ""
    return replace(reading, recognised=replace(reading.recognised, keys_reason=reason))


def _matching(timed: Timed, where: Sequence[str]) -> Timed:
    """The rows of joined tables that meet all conditions."""
    if not where or timed.times is None:
        return timed
    frame = matching(timed.table.frame, where)
    stamps = frame[timed.times.stamps.name]
    return replace(timed, table=replace(timed.table, frame=frame), times=replace(timed.times, stamps=stamps))


def _refuse(**options: Any) -> None:
    for name, said in options.items():
        if said:
            raise UsageError(f"--{name} is about tables; logs have no columns, and tell their encoding. Leave it out.")


def _whole(logs: Reading, *, strict: bool) -> Reading:
    """The same; InputError where something was skipped or odd, and nothing may be."""
    if strict and logs.skipped:
        first = logs.skipped[0]
        raise InputError(f"{first.file}: {first.reason.rstrip('.')}. Leave out --strict to go on.")
    return logs


def _listed(names: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)


def _paths(source: Any) -> list[str]:
    """The paths of a source, none if it is a frame or array."""
    several = source if isinstance(source, (list, tuple)) else [source]
    if not all(isinstance(path, (str, os.PathLike)) for path in several):
        return []
    if not several:
        raise UsageError("no file was named; give at least one, or - for standard input.")
    return [os.fspath(path) for path in several]


def _seconds(step: str | None) -> float | None:
    seconds = None if step is None else parse_span(step).seconds
    if step is not None and seconds is None:
        raise UsageError(f"step {step!r} is no stretch of time; write 30s, 1min or 1h.")
    return seconds


def _check_known(frame: pl.DataFrame, asked: _Asked) -> None:
    known = [name for name in frame.columns if name != ROW]
    options = {"time": _listed(asked.time), "key": asked.key, "value": asked.value, "label": _listed(asked.label)}
    for option, names in options.items():
        for name in names:
            if name not in known:
                raise UnknownColumnError(option, name, nearest_of(name, known))


def _with_roles(timed: Timed, key: tuple[str, ...], asked: _Asked) -> Reading:
    frame, label, value = timed.table.frame, asked.label, asked.value
    known = (timed.time, timed.clock, timed.file, ROW)
    numbers = {name: to_numbers(frame[name]) for name in frame.columns if name not in known}
    lines = any(one.encoding for one in timed.table.inputs) and not any(numbers.values())
    hint = " Of logs say --pack logs." if lines and asked.pack == "auto" else ""
    roles = assign(frame, timed.stamps, numbers, key=key, value=value, label=label, file=timed.file, or_else=hint)
    wrong = on_cells(frame, roles.values, numbers, timed.rows)
    if asked.strict and wrong:
        raise InputError(f"{timed.table.inputs[0].path}: {wrong[0]} Leave out --strict to go on.")
    shape = measure(frame, roles.keys, timed.stamps, asked.step_s)
    chosen = choose_pack(asked.pack, roles, numbers, timed=timed.times is not None, label=label)
    cells = (*wrong, *on_states(roles.values, numbers))
    said = (*timed.table.warnings, *(timed.times.warnings if timed.times else ()), *cells, *on_rows(shape, roles.keys))
    return Reading(
        _final(timed, roles, label, numbers),
        Columns(timed.time, roles.keys, roles.values),
        _recognised(timed, roles, label, shape, chosen),
        timed.table.inputs,
        timed.table.skipped,
        said,
        _source(timed, roles, label),
    )


def _source(timed: Timed, roles: Roles, label: str | None) -> tuple[SourceColumn, ...]:
    role: dict[str | None, str] = {**dict.fromkeys(roles.values, "value"), **dict.fromkeys(roles.keys, "key")}
    role |= {label: "label", timed.time: "time", timed.clock: "time", timed.file: "file"}
    kinds = {name: str(kind) for name, kind in timed.table.frame.schema.items() if name != ROW}
    return tuple(SourceColumn(name, role.get(name, "unused"), kind) for name, kind in kinds.items())


def _recognised(timed: Timed, roles: Roles, label: str | None, shape: Shape, pack: tuple[str, str]) -> Recognised:
    return Recognised(
        pack=pack[0],
        pack_reason=pack[1],
        time=timed.time,
        time_format=timed.times.format if timed.times else "",
        tz=timed.times.zone if timed.times else "",
        step_s=shape.step_s,
        keys=roles.keys,
        keys_reason=roles.keys_reason,
        values=roles.values,
        set_aside=(*roles.set_aside, *(SetAside(c, f"joined with {timed.time!r}") for c in _listed(timed.clock))),
        labels=_listed(label),
        entities=shape.entities,
        gaps=shape.gaps,
    )


def _final(timed: Timed, roles: Roles, label: str | None, numbers: Mapping[str, Numbers | None]) -> pl.DataFrame:
    """Times zoned, keys text, values (and numeric labels) Float64; the column of file names only where it is a key."""
    found = {name: numbers[name] for name in (*roles.values, *_listed(label))}
    columns = [one.values.alias(name) for name, one in found.items() if one and (name != label or is_numeric(one))]
    keys = [pl.col(name).cast(pl.String).fill_null("") for name in roles.keys]
    frame = timed.table.frame.with_columns(*keys, *columns, *([] if timed.stamps is None else [timed.stamps]))
    if timed.file is None or timed.file in roles.keys:
        return frame
    begins = pl.col(timed.time).min().over(timed.file) if timed.time else pl.lit(0)
    return frame.sort(begins, maintain_order=True).drop(timed.file)
