"""Files and folders of bills → charges: a row for each slot of time, currency and set of dimensions; totals of all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from isang.errors import InputError
from isang.recognise.bill_layouts import DIMENSIONS, USAGE
from isang.recognise.bill_tables import guess_bill
from isang.recognise.bills import BillColumns, as_asked, find_bill
from isang.sources._charges import Charges, Wish, read_charges
from isang.sources._distinct import Distinct, renumbered
from isang.sources._exports import ACCOUNT, DAY, UNIT, Export, newest
from isang.sources._files import read_files
from isang.sources._moments import spread
from isang.sources._pieces import Account, Pieces, pieces_of, pieces_of_table
from isang.sources._tally import CATEGORY, COST, CURRENCY, END, MEMBER, MOMENT, PERIOD, ROWS, TIME, no_such
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
    book, said = _joined(files, names)
    if all(one.bill.currency for one in read):
        book, more = _in_one_currency(book)
        said += more
    totals = book.totals()
    account.warnings += [*said, *_apart(totals)]
    money = [CURRENCY] if CURRENCY in wish.key or book.members[CURRENCY].n_unique() > 1 else []
    columns = [_column(at) for at in range(len(names))]
    frame = _usage(book, [*money, *columns], wish.step_s, account)
    return Billed(frame, (*money, *names), tuple(one.bill for one in read), totals, files[0][1].time_format, account)


@dataclass(frozen=True)
class _Book:
    """The charges of all files, as those of one (`Charges`), keys under the numbers that they have in all."""

    frame: pl.DataFrame
    members: pl.DataFrame
    moments: pl.DataFrame

    def totals(self) -> tuple[Total, ...]:
        """What usage and all else come to, of each currency; they add up to all that was read."""
        named = self.members.select(CURRENCY, CATEGORY).with_row_index(MEMBER)
        each = self.frame.group_by(MEMBER, maintain_order=True).agg(pl.col(ROWS, COST).sum()).join(named, on=MEMBER)
        sums = each.sort(MEMBER).group_by(CURRENCY, CATEGORY, maintain_order=True).agg(pl.col(ROWS, COST).sum())
        totals = [Total(money, kind, rows, cost, kind == USAGE) for money, kind, rows, cost in sums.iter_rows()]
        return tuple(sorted(totals, key=lambda one: (one.currency, not one.judged, one.category)))


def _joined(files: Sequence[tuple[str, Charges]], names: Sequence[str]) -> tuple[_Book, list[str]]:
    """All files as one, each charge of several exports once; and what is said of those that are left out."""
    first = files[0][1]
    texts = [ACCOUNT, UNIT, CATEGORY, CURRENCY, *(_column(at) for at in range(len(names)))]
    members, moments = Distinct(dict.fromkeys(texts, pl.String)), Distinct(first.moments.schema)
    frames = []
    for _, one in files:
        member, moment = members.numbered(_with_all_keys(one, names)), moments.numbered(one.moments)
        numbers = renumbered(one.frame[MEMBER], member), renumbered(one.frame[MOMENT], moment)
        frames.append(one.frame.with_columns(*numbers))
    book, said = _Book(pl.DataFrame(), members.rows, moments.rows), list[str]()
    if len(files) > 1:
        marked = [_marked(frame, book) for frame in frames]
        exports = zip(files, marked, strict=True)
        frames, said = newest([Export(path, frame, one.bill.pieces) for (path, one), frame in exports])
    return replace(book, frame=pl.concat(frame.select(first.frame.columns) for frame in frames)), said


def _in_one_currency(book: _Book) -> tuple[_Book, list[str]]:
    """The same with the only currency that is named in the place of none, and what is said of that."""
    named = sorted({*book.members[CURRENCY]} - {""})
    blank = int(book.frame[ROWS].filter((book.members[CURRENCY] == "").gather(book.frame[MEMBER])).sum())
    if len(named) != 1 or not blank:
        return book, []
    told = "{count:,} rows name no currency; they are taken to be in {currency}, as all others are."
    members = book.members.with_columns(pl.lit(named[0]).alias(CURRENCY))
    return replace(book, members=members), [note(told, count=blank, currency=named[0])]


def _with_all_keys(one: Charges, names: Sequence[str]) -> pl.DataFrame:
    """The members of one file with the keys of all files, under the numbers that they have there."""
    own = [key.name for key in one.bill.keys]
    renamed = one.members.rename({f"k{at}": _column(names.index(name)) for at, name in enumerate(own)})
    return renamed.with_columns(pl.lit("").alias(_column(at)) for at, name in enumerate(names) if name not in own)


def _marked(frame: pl.DataFrame, book: _Book) -> pl.DataFrame:
    """The charges with their day and time, and with numbers for account and unit in a billing period."""
    period = book.moments[PERIOD].fill_null("").rank("dense").cast(pl.Int64)
    of_row = book.moments.select(TIME, DAY, period)[frame[MOMENT]]
    units = book.members.select(pl.col(ACCOUNT, UNIT).rank("dense").cast(pl.Int64))[frame[MEMBER]]
    apart = int(period.max() or 0) + 1  # type: ignore[arg-type]
    numbered = units.select(pl.all() * apart + of_row[PERIOD])
    return pl.concat([frame, of_row.drop(PERIOD), numbered], how="horizontal")


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


def _apart(totals: Sequence[Total]) -> list[str]:
    apart = [(word(one.category), partial(money, one.cost, one.currency)) for one in totals if not one.judged]
    told = [note("{category} {cost}", category=category, cost=cost) for category, cost in apart]
    return [note("not judged, as it is no usage: {totals}.", totals=told)] if told else []


def _usage(book: _Book, keys: Sequence[str], step_s: float, account: Account) -> pl.DataFrame:
    """Usage alone: time, keys and cost, each slot and set of keys once, in their order."""
    frame = book.frame.filter((book.members[CATEGORY] == USAGE).gather(book.frame[MEMBER]))
    if frame.is_empty():
        raise InputError(" ".join(["no usage to judge in this bill;", *(_apart(book.totals()) or ["it has no rows."])]))
    if long := int(frame[ROWS].filter(book.moments[END].is_not_null().gather(frame[MOMENT])).sum()):
        told = "{count:,} rows last longer than a slot; their cost is spread evenly over its slots."
        account.warnings.append(note(told, count=long))
    sets, of_member = _sets(book.members, keys)
    slots = spread(book.moments.select(TIME, END).with_row_index(MOMENT).drop_nulls(TIME), step_s)
    times = slots[TIME].unique().sort()
    slots = slots.select(MOMENT, "share", times.search_sorted(slots[TIME]).alias("slot"))
    placed = frame.select(MOMENT, COST, of_member.gather(frame[MEMBER])).join(slots, on=MOMENT, maintain_order="left")
    cost, place = placed[COST] * placed["share"], (placed["slot"].to_numpy(), placed["set"].to_numpy())
    sums = csr_matrix((cost.to_numpy(), place), shape=(len(times), len(sets)))
    sums.sum_duplicates()  # which brings them into order, and keeps what costs 0
    named = sets.select(pl.col(keys).cast(pl.Categorical)).select(pl.all().gather(sums.indices))
    slot = times.gather(np.repeat(np.arange(len(times)), np.diff(sums.indptr))).set_sorted()
    return pl.concat([slot.to_frame(), named, pl.DataFrame({COST: sums.data})], how="horizontal")


def _sets(members: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The sets of dimensions that occur, and the number of each member's; without dimensions but one."""
    if not keys:
        return pl.DataFrame({"set": [0]}), pl.Series("set", [0]).new_from_index(0, len(members))
    sets = members.select(keys).unique().sort(keys).with_row_index("set")
    return sets, members.select(keys).join(sets, on=keys, how="left", maintain_order="left")["set"]
