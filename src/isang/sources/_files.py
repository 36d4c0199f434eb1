"""One file or several → one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from isang import family
from isang.errors import InputError
from isang.sources._content import load
from isang.sources.base import ROW, Content, Source, with_rows
from isang.words.reading import Table

FILE = "file"
_HEAD = 1 << 16


def read_files(paths: Sequence[str], encoding: str | None, *, strict: bool) -> list[Table]:
    """A table for each file, in the order given."""
    return [_read_one(path, encoding, strict=strict) for path in paths]


def stacked(paths: Sequence[str], tables: Sequence[Table]) -> tuple[Table, str | None]:
    """The rows of all files, in the order given, and the name of the column that says whose they are.

    That column, an Enum in the order of the files, is there only where there are several. Raises
    InputError where headers differ.
    """
    if len(tables) == 1:
        return tables[0], None
    for path, table in zip(paths, tables, strict=True):
        _check_same_columns(paths[0], tables[0].frame, path, table.frame)
    column = _free_name(tables[0].frame)
    order = [name for name in tables[0].frame.columns if name != ROW]
    stems = pl.Enum(_stems(paths))
    parts = [
        with_rows(table.frame).select(*order, ROW).with_columns(pl.lit(stem, stems).alias(column))
        for table, stem in zip(tables, stems.categories, strict=True)
    ]
    return Table(
        _stacked(parts),
        tuple(file for table in tables for file in table.inputs),
        tuple(skipped for table in tables for skipped in table.skipped),
        tuple(warning for table in tables for warning in table.warnings),
    ), column


def _read_one(path: str, encoding: str | None, *, strict: bool) -> Table:
    content = load(path)
    return _source_of(content).read(content, encoding, strict)


def _source_of(content: Content) -> Source:
    head = content.data[:_HEAD]
    # Nearly any text is a table of some sort: that is asked last.
    for name in sorted(family.names("sources"), key=lambda name: name == "csv"):
        kind = family.member("sources", name)
        if kind.fits(head):
            found: Source = kind()
            return found
    raise InputError(f"{content.path}: of no known kind; {', '.join(family.names('sources'))} are.")


def _check_same_columns(first: str, wanted: pl.DataFrame, path: str, got: pl.DataFrame) -> None:
    here, there = set(wanted.columns) - {ROW}, set(got.columns) - {ROW}
    if here != there:
        differing = sorted(here ^ there)
        shown = ", ".join(repr(name) for name in differing[:5]) + (" …" if len(differing) > 5 else "")
        raise InputError(
            f"{first} and {path} have different columns ({shown}); give files of one kind at a time. "
            "Where each holds counters of other servers, add --pack counters."
        )


def _stacked(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Columns whose types differ between files become their common type, text where there is no other."""
    try:
        return pl.concat(parts, how="vertical_relaxed")
    except pl.exceptions.PolarsError:
        differing = [n for n in parts[0].columns if len({part.schema[n] for part in parts}) > 1]
        return pl.concat([part.with_columns(pl.col(differing).cast(pl.String, strict=False)) for part in parts])


def _stems(paths: Sequence[str]) -> list[str]:
    """A short name for each file: its own without endings; where not unique, with the folder; else numbered."""
    stems = [Path(path).name.split(".")[0] or Path(path).name for path in paths]
    stems = _told_apart(stems, [f"{Path(path).parent.name}/{stem}" for path, stem in zip(paths, stems, strict=True)])
    return _told_apart(stems, [f"{stem}_{number}" for number, stem in enumerate(stems, start=1)])


def _told_apart(names: list[str], longer: list[str]) -> list[str]:
    counts = Counter(names)
    return [more if counts[name] > 1 else name for name, more in zip(names, longer, strict=True)]


def _free_name(frame: pl.DataFrame) -> str:
    name = FILE
    while name in frame.columns:
        name += "_"
    return name
