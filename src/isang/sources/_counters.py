"""Several tables of counters → one: a row for each server and time, or one for each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from isang.errors import InputError
from isang.recognise.counters import SERVER, Parted, are_counters, functions, parted, side_by_side, stood_up
from isang.sources._timed import Timed, find_times, without_bad_times
from isang.sources.base import ROW, with_rows
from isang.words.frame import dominant_step
from isang.words.reading import Table
from isang.words.telling import duration, printable


@dataclass(frozen=True)
class _Part:
    """One file: its name, what it is of, its rows with times, whose each of its columns is."""

    path: str
    function: str
    timed: Timed
    columns: Parted


def join_counters(
    tables: Sequence[Table], time: str | None, tz: str | None, *, apart: bool, any_step: bool, dropping: bool
) -> Timed | None:
    """The tables joined on their times; None where a table has a row for each server already.

    `apart`: a row for each server and time, and the column `server`; else a row for each time, and a column for each
    server and counter. All times of all tables are kept; of two rows with one time in a table the later counts. Unless
    `any_step`, tables must have one step; `dropping` leaves out rows without a time. Raises InputError for a table
    without times or without counters.
    """
    parts = _parts(tables, time, tz, dropping=dropping)
    if parts is None:
        return None
    if not any_step:
        _check_steps(parts)
    said = [remark for part in parts for remark in _remarks(part, parts)]
    parts = [_once(part, said) for part in parts]
    said += _overlaps(parts)
    frame, name = (_stacked if apart else _joined)(parts), _time_of(parts[0])
    times = parts[0].timed.times
    assert times is not None  # noqa: S101  (`_parts` has seen to it)
    table = Table(
        frame,
        tuple(file for part in parts for file in part.timed.table.inputs),
        tuple(skipped for part in parts for skipped in part.timed.table.skipped),
        tuple(dict.fromkeys([*(one for part in parts for one in part.timed.table.warnings), *said])),
    )
    warnings = tuple(dict.fromkeys(one for part in parts if part.timed.times for one in part.timed.times.warnings))
    empty = np.empty(0, dtype=np.int64)
    return Timed(table, replace(times, stamps=frame[name], bad=empty, warnings=warnings), None)


def _parts(tables: Sequence[Table], time: str | None, tz: str | None, *, dropping: bool) -> list[_Part] | None:
    found, names = [], functions([Path(table.inputs[0].path).name.split(".")[0] for table in tables])
    for table in tables:
        path = table.inputs[0].path
        if time is not None and time not in table.frame.columns:
            raise InputError(f"{path}: there is no column {time!r}, which --time names.")
        timed = without_bad_times(find_times(table, None, time, tz, {ROW}), dropping=dropping)
        if timed.time is None:
            raise InputError(f"{path}: no column of times was found; counters are joined on their times: add --time.")
        counters = _counters(timed)
        if not counters:
            raise InputError(f"{path}: a column of times and no counter beside it.")
        if not are_counters(timed.table.frame, counters):
            return None
        found.append(timed)
    columns = parted([_counters(timed) for timed in found])
    paths = [table.inputs[0].path for table in tables]
    named = [(*one,) for one in zip(paths, names, found, columns, strict=True)]
    return [_Part(path, "" if len(tables) == 1 else name, timed, own) for path, name, timed, own in named]


def _counters(timed: Timed) -> list[str]:
    return [name for name in timed.table.frame.columns if name not in (timed.time, timed.clock, ROW)]


def _time_of(part: _Part) -> str:
    return str(part.timed.time)


def _stamps(part: _Part) -> pl.Series:
    stamps = part.timed.stamps
    assert stamps is not None  # noqa: S101
    return stamps


def _step(part: _Part) -> int | None:
    micros = np.sort(_stamps(part).dt.epoch("us").to_numpy().astype(np.int64))
    return dominant_step(micros, np.zeros(len(micros), dtype=np.int64))


def _check_steps(parts: Sequence[_Part]) -> None:
    steps = {part.path: step for part in parts if (step := _step(part))}
    if len(set(steps.values())) > 1:
        (short, a), (long, b) = (pick(steps.items(), key=lambda one: one[1]) for pick in (min, max))
        told = f"{short} has a row every {duration(a / 1e6)}, {long} one every {duration(b / 1e6)}"
        raise InputError(f"{told}; merge them to one step with --step, or give files of one step.")


def _remarks(part: _Part, parts: Sequence[_Part]) -> list[str]:
    """Intervals that end elsewhere, a file of a time of its own, and counters that no other file has."""
    said = _odd_ends(part)
    own, others = _stamps(part), [_stamps(other) for other in parts if other.function != part.function]
    if others and not any(own.min() <= other.max() and other.min() <= own.max() for other in others):  # type: ignore[operator]
        said.append(
            f"{part.path}: {_day(own.min())} to {_day(own.max())} lies apart from the times of all other files."
        )
    elsewhere = {counter for other in parts if other is not part for _, counter in other.columns.values()}
    if lone := {counter for _, counter in part.columns.values()} - elsewhere if elsewhere else set():
        listed = ", ".join(repr(printable(name, 40)) for name in sorted(lone))
        said.append(f"{part.path}: no other file has {listed}; renamed? Other files have {_listed(elsewhere)}.")
    return said


def _odd_ends(part: _Part) -> list[str]:
    """Intervals (20170101_0000-0005) that are not as long as the step of their file, in a line; none where all are."""
    step, texts = _step(part), part.timed.table.frame[_time_of(part)].cast(pl.String).str.strip_chars()
    ends = texts.str.extract_groups(r"^\d{8}_(\d\d)(\d\d)-(\d\d)(\d\d)$").struct.unnest().cast(pl.Int64)
    hour, minute, to_hour, to_minute = ends.get_columns()
    odd = ((to_hour - hour) * 60 + to_minute - minute) % 1440 != (step or 0) // 60_000_000 % 1440
    if step is None or not odd.any():
        return []
    first = int(odd.arg_true()[0])
    row, shown = with_rows(part.timed.table.frame)[ROW][first], texts[first]
    return [
        f"{part.path}: a row comes every {duration(step / 1e6)}, but {odd.sum()} intervals are not as long (row {row}: "
        f"'{shown}'); their beginnings count."
    ]


def _day(moment: object) -> str:
    return str(moment)[:10]


def _listed(names: set[str]) -> str:
    return ", ".join(repr(printable(name, 40)) for name in sorted(names)[:6])


def _once(part: _Part, said: list[str]) -> _Part:
    """Numbers where all cells are, times in their column, and of rows with one time the last."""
    name, frame = _time_of(part), with_rows(part.timed.table.frame)
    frame = frame.with_columns(_stamps(part).alias(name), *(_number(frame[column]) for column in part.columns))
    kept = frame.unique(name, keep="last", maintain_order=True)
    if doubled := len(frame) - len(kept):
        first = frame.filter(~frame[name].is_first_distinct())[ROW][0]
        same = len(frame) - len(frame.unique([name, *part.columns]))
        said.append(
            f"{part.path}: {doubled} rows have the time of another row (first row {first}), {doubled - same} of them "
            "with other values; the last of each counts."
        )
    return replace(part, timed=replace(part.timed, table=replace(part.timed.table, frame=kept)))


def _number(column: pl.Series) -> pl.Series:
    """The column as numbers, where that loses nothing."""
    numbers = column.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == column.null_count() else column


def _overlaps(parts: Sequence[_Part]) -> list[str]:
    """Slots that stand in several files of one function."""
    said = []
    for function in dict.fromkeys(part.function for part in parts):
        stamps = [_stamps_once(part) for part in parts if part.function == function]
        if doubled := sum(map(len, stamps)) - pl.concat(stamps).n_unique():
            said.append(f"{doubled} slots of {printable(function, 40)} stand in several files; the last counts.")
    return said


def _stamps_once(part: _Part) -> pl.Series:
    return part.timed.table.frame[_time_of(part)]


def _stacked(parts: Sequence[_Part]) -> pl.DataFrame:
    name = _time_of(parts[0])
    frames = [
        stood_up(part.timed.table.frame.rename({_time_of(part): name}), [name, ROW], part.function, part.columns)
        for part in parts
    ]
    frame = pl.concat(frames, how="diagonal_relaxed")
    again = len({part.function for part in parts}) < len(parts)  # so that two may hold the same slots
    return frame.unique([name, SERVER], keep="last", maintain_order=True) if again else frame


def _joined(parts: Sequence[_Part]) -> pl.DataFrame:
    name, whole = _time_of(parts[0]), dict[str, pl.DataFrame]()
    for part in parts:
        frame = part.timed.table.frame.rename({_time_of(part): name}).drop(ROW)
        frame = frame.rename(side_by_side(part.function, part.columns))
        before = whole.get(part.function)
        both = frame if before is None else pl.concat([before, frame], how="diagonal_relaxed")
        whole[part.function] = both.unique(name, keep="last", maintain_order=True)
    joined, *rest = whole.values()
    for frame in rest:
        joined = joined.join(frame, on=name, how="full", coalesce=True)
    return joined.sort(name)
