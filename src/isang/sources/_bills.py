"""Files of bills → charges: one row for each slot of time, currency and set of dimensions, and the totals of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from isang.recognise.bills import BillColumns, find_bill
from isang.sources._files import read_files
from isang.sources._pieces import Account, Pieces, pieces_of, pieces_of_table
from isang.words.reading import Total

_ENDINGS = (".csv", ".csv.gz", ".csv.zst", ".parquet", ".gz", ".tsv", ".txt", ".zst")
_DAY_S = 86400.0


@dataclass(frozen=True)
class Wish:
    """How a bill is wanted: overriding columns, conditions, the slot in seconds and the zone that days are of."""

    time: str | None
    value: tuple[str, ...]
    key: tuple[str, ...]
    where: tuple[str, ...]
    step_s: float
    zone: str
    strict: bool


@dataclass(frozen=True)
class Charges:
    """What was read: `frame` has `time`, the dimensions under their names, and `cost`: usage alone."""

    frame: pl.DataFrame
    bill: BillColumns
    keys: tuple[str, ...]
    totals: tuple[Total, ...]
    time_format: str
    account: Account
    first: pl.DataFrame


def in_folders(paths: Sequence[str]) -> list[str]:
    """The paths, each folder replaced by the tables in it and below, sorted; hidden ones are no part of a bill."""
    found: list[str] = []
    for path in paths:
        folder = Path(path)
        if path == "-" or not folder.is_dir():
            found.append(path)
            continue
        inside = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name.endswith(_ENDINGS)]
        found += [
            str(file) for file in inside if not any(p.startswith((".", "_")) for p in file.relative_to(folder).parts)
        ]
    return found


def open_bills(paths: Sequence[str], encoding: str | None, *, strict: bool) -> list[Pieces]:
    """The tables in these files and folders, ready to be read piece by piece."""
    return [_opened(path, encoding, strict=strict) for path in in_folders(paths)]


def _opened(path: str, encoding: str | None, *, strict: bool) -> Pieces:
    found = pieces_of(path, encoding, strict=strict) if path != "-" else None
    return found or pieces_of_table(read_files([path], encoding, strict=strict)[0], path)


def are_bills(tables: Sequence[Pieces]) -> bool:
    """Whether each is laid out as a known vendor's bill."""
    return bool(tables) and all(find_bill(table.names) for table in tables)
