"""The time of each row of a table; rows without one are dropped and counted, or an error."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from isang.errors import InputError
from isang.recognise.names import is_time_name
from isang.recognise.time_column import choose_time
from isang.sources.base import ROW, with_rows
from isang.timestamps import Times, find_format, parse_times
from isang.words.reading import Skipped, Table

_CLOCK = r"^\s*\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*$"
_SAMPLE = 1000


@dataclass(frozen=True)
class Timed:
    """A table with its times, if it has any; `file` names the column of the file names.

    `clock` is a column of clock times that was joined with the dates of the time column.
    """

    table: Table
    times: Times | None
    file: str | None
    clock: str | None = None

    @property
    def stamps(self) -> pl.Series | None:
        return None if self.times is None else self.times.stamps

    @property
    def time(self) -> str | None:
        return None if self.times is None else self.times.stamps.name

    @property
    def rows(self) -> pl.Series:
        """The number of each row in its file, from 1."""
        return with_rows(self.table.frame)[ROW]


def find_times(
    table: Table, file: str | None, time: str | None, tz: str | None, taken: Collection[str | None]
) -> Timed:
    """The times of the column asked for, or of the best one; bare dates are joined with a column of clock times."""
    frame = table.frame
    if time is not None:
        return Timed(table, parse_times(frame[time], tz), file)
    free = [name for name in frame.columns if name not in taken]
    formats = {name: form for name in free if (form := find_format(frame[name]))}
    parsed = {name: parse_times(frame[name], tz, form) for name, form in formats.items() if form.is_number}
    chosen = choose_time(frame, list(formats), {name: times.stamps for name, times in parsed.items()})
    if chosen is None:
        return Timed(_with_remark(table, free), None, file)
    clock = _clock_column(frame, free) if formats[chosen].is_date else None
    if clock is not None:
        joined = frame.select(pl.concat_str(chosen, clock, separator=" ").alias(chosen)).to_series()
        return Timed(table, parse_times(joined, tz), file, clock)
    return Timed(table, parsed.get(chosen) or parse_times(frame[chosen], tz, formats[chosen]), file)


def _clock_column(frame: pl.DataFrame, names: Sequence[str]) -> str | None:
    """The one column of clock times such as 13:05, None if there is none or there are several."""
    kinds = frame.schema
    texts = [name for name in names if kinds[name] == pl.String]
    found = [name for name in texts if frame[name].head(_SAMPLE).str.contains(_CLOCK).all() and frame[name].count()]
    return found[0] if len(found) == 1 else None


def _with_remark(table: Table, names: Sequence[str]) -> Table:
    """Say so where a column is named like the time and yet cannot be read as one."""
    kinds = table.frame.schema
    texts = [name for name in names if kinds[name] == pl.String and table.frame[name].count()]
    named = next((name for name in texts if is_time_name(name)), None)
    if named is None:
        return table
    cell = str(table.frame[named].drop_nulls()[0])[:40]
    said = f"column {named!r} is named like a time but written in no known way ({cell!r}); rows keep their order."
    return replace(table, warnings=(*table.warnings, said))


def without_bad_times(timed: Timed, *, dropping: bool) -> Timed:
    """Rows without a usable time are dropped and counted; where rows must stay, the first is an InputError."""
    times = timed.times
    if times is None or not len(times.bad):
        return timed
    left_out = _bad_rows(timed, times)
    if not dropping or len(times.bad) == len(times.stamps):
        first = left_out[0]
        needed = f"{first.sample!r} came, {times.format} is needed"
        raise InputError(f"{first.file}: row {first.row} has {first.reason} ({needed}); mend or remove it.")
    keep = times.stamps.is_not_null()
    frame = with_rows(timed.table.frame).filter(keep)
    kept = replace(timed.table, frame=frame, skipped=(*timed.table.skipped, *left_out))
    return replace(timed, table=kept, times=replace(times, stamps=times.stamps.filter(keep)))


def _bad_rows(timed: Timed, times: Times) -> list[Skipped]:
    """One entry for each file that has rows without a time."""
    name, inputs = times.stamps.name, timed.table.inputs
    bad = with_rows(timed.table.frame)[times.bad.tolist()]
    number = bad[timed.file].to_physical() if timed.file else pl.repeat(0, len(bad), eager=True)
    reason, found = f"no usable time in column {name!r}", []
    for file in number.unique(maintain_order=True):
        rows = bad.filter(number == file)
        found.append(Skipped(inputs[file].path, rows[ROW][0], None, reason, str(rows[name][0])[:80], len(rows)))
    return found
