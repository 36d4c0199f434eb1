"""The time of each row of a table; rows without one are dropped and counted, or an error."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import polars as pl

from isang.errors import InputError
from isang.recognise.time_column import choose_time
from isang.sources.base import ROW
from isang.timestamps import Times, find_format, parse_times
from isang.words.reading import Skipped, Table


@dataclass(frozen=True)
class Timed:
    """A table whose rows all have a time (or none has); `file` names the column of the file names, if any."""

    table: Table
    times: Times | None
    file: str | None

    @property
    def stamps(self) -> pl.Series | None:
        return None if self.times is None else self.times.stamps

    @property
    def time(self) -> str | None:
        return None if self.times is None else self.times.stamps.name

    @property
    def rows(self) -> pl.Series:
        """The number of each row in its file, from 1."""
        frame = self.table.frame
        return frame[ROW] if ROW in frame.columns else pl.int_range(1, len(frame) + 1, eager=True)


def find_times(frame: pl.DataFrame, time: str | None, tz: str | None, taken: Collection[str | None]) -> Times | None:
    """The times of the column asked for, or of the best candidate, or None."""
    if time is not None:
        return parse_times(frame[time], tz)
    formats = {name: form for name in frame.columns if name not in taken and (form := find_format(frame[name]))}
    parsed = {name: parse_times(frame[name], tz, form) for name, form in formats.items() if form.is_number}
    chosen = choose_time(frame, list(formats), {name: times.stamps for name, times in parsed.items()})
    if chosen is None:
        return None
    return parsed.get(chosen) or parse_times(frame[chosen], tz, formats[chosen])


def without_bad_times(timed: Timed, *, dropping: bool) -> Timed:
    """Rows without a usable time are dropped and counted; where rows must stay, the first is an InputError."""
    table, times = timed.table, timed.times
    if times is None or not len(times.bad):
        return timed
    name, first = times.stamps.name, int(times.bad[0])
    cell, row = str(table.frame[name][first])[:80], int(timed.rows[first])
    path = table.inputs[0].path if timed.file is None else str(table.frame[timed.file][first])
    if not dropping or len(times.bad) == len(table.frame):
        needed = f"{cell!r} came, {times.format} is needed"
        raise InputError(f"{path}: row {row} has no usable time in column {name!r} ({needed}); mend or remove it.")
    left_out = Skipped(path, row, None, f"no usable time in column {name!r}", cell, len(times.bad))
    keep = times.stamps.is_not_null()
    frame = table.frame.with_columns(timed.rows.alias(ROW)).filter(keep)
    kept = replace(table, frame=frame, skipped=(*table.skipped, left_out))
    return Timed(kept, replace(times, stamps=times.stamps.filter(keep)), timed.file)
