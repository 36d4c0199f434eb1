"""What must be said of rows and cells that are not as they should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from isang.recognise.numbers import Numbers
from isang.recognise.shape import Shape
from isang.words.note import note

_MOST_COLUMNS, _MOST_STATES = 5, 4


def on_rows(shape: Shape, keys: tuple[str, ...]) -> list[str]:
    """Doubled and unsorted rows, counted."""
    said = list[str]()
    if shape.repeated:
        of_entity = note(
            "rows with the time of another row of their entity: {count}; all of them are judged.", count=shape.repeated
        )
        of_all = note("rows with the time of another row: {count}; all of them are judged.", count=shape.repeated)
        said.append(of_entity if keys else of_all)
    if shape.unsorted:
        told = "rows earlier than the row before them: {count}; rows are judged in the order of time."
        said.append(note(told, count=shape.unsorted))
    return said


def on_cells(
    frame: pl.DataFrame, values: Sequence[str], numbers: Mapping[str, Numbers | None], rows: pl.Series
) -> list[str]:
    """Cells of value columns that are no numbers, or infinite: a line a column, at most five."""
    said = []
    for name in values:
        found = numbers[name]
        if found is None:
            continue
        for indexes, what in ((found.wrong, "no numbers"), (found.infinite, "infinite or too large")):
            if len(indexes):
                cell, row = str(frame[name][indexes[0]])[:40], rows[indexes[0]]
                where = f"{len(indexes)} cells of column {name!r} are {what}"
                said.append(f"{where} (the first is {cell!r} in row {row}); they count as missing.")
    more = len(said) - _MOST_COLUMNS
    return said if more <= 0 else [*said[:_MOST_COLUMNS], f"{more} more remarks of this kind on other columns."]


def on_states(values: Sequence[str], numbers: Mapping[str, Numbers | None]) -> list[str]:
    """One line on the states that a historian wrote in the place of numbers, with those of at most five columns."""
    stated = [(name, found.states) for name in values if (found := numbers[name]) is not None and found.states]
    if not stated:
        return []
    told = [f"{name!r}: {_counted(states)}" for name, states in stated[:_MOST_COLUMNS]]
    more = f"; and those of {len(stated) - _MOST_COLUMNS} more columns" if len(stated) > _MOST_COLUMNS else ""
    return [f"states in the place of numbers: {'; '.join(told)}{more} are missing values."]


def _counted(states: tuple[tuple[str, int], ...]) -> str:
    more = f" and {len(states) - _MOST_STATES} more" if len(states) > _MOST_STATES else ""
    return ", ".join(f"{count:,} {text[:40]!r}" for text, count in states[:_MOST_STATES]) + more
