"""Files and folders of bills → charges: a row for each slot of time, currency and set of dimensions; totals of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from isang.errors import InputError
from isang.recognise.bill_layouts import DIMENSIONS, USAGE
from isang.recognise.bill_tables import guess_bill
from isang.recognise.bills import BillColumns, as_asked, find_bill
from isang.sources._charges import Charges, Wish, read_charges
from isang.sources._exports import ACCOUNT, DAY, UNIT, Export, newest
from isang.sources._files import read_files
from isang.sources._moments import spread
from isang.sources._pieces import Account, Pieces, pieces_of, pieces_of_table
from isang.sources._tally import CATEGORY, COST, CURRENCY, END, FIRST, ROWS, TIME, no_such
from isang.sources._timed import find_times
from isang.sources.base import ROW
from isang.words.money import money
from isang.words.note import note, word
from isang.words.reading import Table, Total

_ENDINGS = (".csv", ".parquet", ".gz", ".zst", ".tsv", ".txt")


@dataclass(frozen=True)
class Billed:
    """All files: the columns of `frame` are time, the `keys` and cost, of usage alone; `bills` those of each file."""

    frame: pl.DataFrame
    keys: tuple[str, ...]
    bills: tuple[BillColumns, ...]
    totals: tuple[Total, ...]
    time_format: str
    account: Account


def open_bills(paths: Sequence[str], encoding: str | None, *, strict: bool) -> list[Pieces]:
    """The tables in these files and folders, ready to be read piece by piece."""
    return [_opened(path, encoding, strict=strict) for path in _in_folders(paths)]


def known_bills(paths: Sequence[str], encoding: str | None, *, strict: bool) -> list[Pieces]:
    """The same where all of them are files and laid out as a known vendor's bill; none otherwise."""
    tables: list[Pieces] = []
    try:
        for path in _in_folders(paths):
            table = pieces_of(path, encoding, strict=strict) if Path(path).is_file() else None
            if table is None or not find_bill(table.names):
                return []
            tables.append(table)
    except (InputError, OSError, ValueError):
        return []  # whoever reads it says what is wrong with it
    return tables


def _in_folders(paths: Sequence[str]) -> list[str]:
    """The paths, each folder replaced by the tables in it and below, sorted; hidden ones are no part of a bill."""
    found: list[str] = []
    for path in paths:
        inside = _inside(Path(path)) if path != "-" and Path(path).is_dir() else [path]
        if not inside:
            raise InputError(f"{path}: a folder without a table; files that end in {', '.join(_ENDINGS)} are needed.")
        found += inside
    return found


def _inside(folder: Path) -> list[str]:
    files = [file for file in sorted(folder.rglob("*")) if file.name.endswith(_ENDINGS) and file.is_file()]
    hidden = {file for file in files if any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)}
    return [str(file) for file in files if file not in hidden]


def _opened(path: str, encoding: str | None, *, strict: bool) -> Pieces:
    found = pieces_of(path, encoding, strict=strict) if Path(path).is_file() else None
    return found or pieces_of_table(read_files([path], encoding, strict=strict)[0])


def billed(tables: Sequence[Pieces], wish: Wish) -> Billed:
    """All tables added up. InputError where there is no usage in them, UsageError for what was wished wrongly."""
    account = Account()
    read = [read_charges(table, _columns_of(table, wish), wish, account) for table in tables]
    _check_conditions(read, wish)
    files = [(table.path, one) for table, one in zip(tables, read, strict=True) if len(one.frame)]
    if not files:
        raise InputError(f"{tables[0].path}: a header and no rows.")
    names = _in_order(dict.fromkeys(key.name for one in read for key in one.bill.keys))
    frames, said = newest([Export(path, _numbered(one, names), one.bill.pieces) for path, one in files])
    whole = pl.concat(frames, how="diagonal_relaxed")
    totals = _totals(whole)
    account.warnings += [*said, *_apart(totals)]
    money = [CURRENCY] if CURRENCY in wish.key or whole[CURRENCY].n_unique() > 1 else []
    columns = [_column(at) for at in range(len(names))]
    frame = _usage(whole, columns, wish.step_s, account).select(TIME, *money, *columns, COST)
    return Billed(frame, (*money, *names), tuple(one.bill for one in read), totals, files[0][1].time_format, account)


def _check_conditions(read: Sequence[Charges], wish: Wish) -> None:
    for at, condition in enumerate(wish.where):
        name, _, wanted = condition.partition("=")
        no_such(name.strip(), wanted.strip(), [one.conditions[at] for one in read])


def _columns_of(table: Pieces, wish: Wish) -> BillColumns:
    known = find_bill(table.names)
    if known is None:
        time = wish.time or find_times(Table(table.sample, ()), None, None, None, {ROW}).time
        known = guess_bill(table.path, table.sample, time, wish.value)
    return as_asked(known, table.names, time=wish.time, value=wish.value, key=wish.key)


def _in_order(names: Iterable[str]) -> list[str]:
    """Dimensions in their usual order, others behind them as they came."""
    return sorted(names, key=lambda name: DIMENSIONS.index(name) if name in DIMENSIONS else len(DIMENSIONS))


def _column(number: int) -> str:
    return f"key {number}"


def _numbered(one: Charges, names: Sequence[str]) -> pl.DataFrame:
    """The keys of one file under the numbers that they have in all files."""
    own = [key.name for key in one.bill.keys]
    renamed = one.frame.rename({f"k{at}": _column(names.index(name)) for at, name in enumerate(own)})
    return renamed.with_columns(pl.lit("").alias(_column(at)) for at, name in enumerate(names) if name not in own)


def _totals(whole: pl.DataFrame) -> tuple[Total, ...]:
    """What usage and all else come to, of each currency; they add up to all that was read."""
    sums = whole.group_by(CURRENCY, CATEGORY, maintain_order=True).agg(pl.col(ROWS, COST).sum())
    totals = [Total(money, category, rows, cost, category == USAGE) for money, category, rows, cost in sums.iter_rows()]
    return tuple(sorted(totals, key=lambda one: (one.currency, not one.judged, one.category)))


def _apart(totals: Sequence[Total]) -> list[str]:
    apart = [(word(one.category), partial(money, one.cost, one.currency)) for one in totals if not one.judged]
    told = [note("{category} {cost}", category=category, cost=cost) for category, cost in apart]
    return [note("not judged, as it is no usage: {totals}.", totals=told)] if told else []


def _usage(whole: pl.DataFrame, keys: Sequence[str], step_s: float, account: Account) -> pl.DataFrame:
    """Usage alone, each slot and set of keys once, in the order of time and keys."""
    usage = whole.filter(pl.col(CATEGORY) == USAGE)
    if usage.is_empty():
        raise InputError(
            " ".join(["no usage to judge in this bill;", *(_apart(_totals(whole)) or ["it has no rows."])])
        )
    if long := int(usage.filter(pl.col(END).is_not_null())[ROWS].sum()):
        told = "{count:,} rows last longer than a slot; their cost is spread evenly over its slots."
        account.warnings.append(note(told, count=long))
    texts, short = [CURRENCY, *keys], pl.Categorical(pl.Categories.random())
    usage = usage.drop(DAY, ACCOUNT, UNIT, CATEGORY, FIRST).with_columns(pl.col(texts).cast(short))
    sums = spread(usage, step_s).group_by(TIME, *texts, maintain_order=True).agg(pl.col(COST).sum())
    return sums.sort(TIME, *texts).with_columns(pl.col(texts).cast(pl.String))
