"""Bills read and recognised: a row for each day (hour), currency and set of dimensions, with what it cost."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from isang.recognise.bills import BillColumns, find_bill
from isang.recognise.names import words
from isang.recognise.shape import measure
from isang.sources._bills import Billed, billed, known_bills, open_bills
from isang.sources._charges import Wish
from isang.sources._pieces import Pieces, pieces_of_table
from isang.words.frame import Columns
from isang.words.note import Note, note
from isang.words.reading import Bill, Reading, Recognised, SetAside, SourceColumn, Table

__all__ = ["Pieces", "Wish", "bills_among", "bills_of", "read_bills"]

_MONEY = {"cost", "costs", "price", "spend", "비용", "금액", "요금"}


def bills_among(paths: Sequence[str], encoding: str | None, pack: str, *, strict: bool) -> list[Pieces]:
    """The files, to be read piece by piece, if they are bills or `pack` says so; none otherwise."""
    if pack == "cost":
        return open_bills(paths, encoding, strict=strict)
    return known_bills(paths, encoding, strict=strict) if pack == "auto" else []


def bills_of(tables: Sequence[Table], pack: str) -> list[Pieces]:
    """The same of tables that were read whole."""
    known = pack == "auto" and all(find_bill(table.frame.columns) for table in tables)
    return [pieces_of_table(table) for table in tables] if known or pack == "cost" else []


def read_bills(tables: Sequence[Pieces], wish: Wish) -> Reading:
    """Bills as one long table: keys are the dimensions, the value is their cost under its name in the first bill.

    Raises InputError for data that make no sense, UsageError for columns and options that do not fit.
    """
    found = billed(tables, wish)
    bill, names = found.bills[0], tables[0].names
    columns = Columns(bill.time, found.keys, (bill.cost,))
    frame = found.frame.rename(dict(zip(found.frame.columns, [bill.time, *found.keys, bill.cost], strict=True)))
    return Reading(
        frame,
        columns,
        _recognised(found, frame, columns, names, wish),
        tuple(found.account.inputs),
        tuple(found.account.skipped),
        tuple(dict.fromkeys(found.account.warnings)),
        _source(bill, tables[0].sample, names),
        Bill(_layouts(found), bill.cost, found.totals, {key.name: key.column for key in bill.keys}),
    )


def _layouts(found: Billed) -> str:
    return ", ".join(dict.fromkeys(bill.layout for bill in found.bills))


def _recognised(found: Billed, frame: pl.DataFrame, columns: Columns, names: Sequence[str], wish: Wish) -> Recognised:
    bill = found.bills[0]
    times = frame[bill.time].unique().sort()
    shape = measure(times.to_frame(), (), times, wish.step_s)
    entities = frame.select(columns.keys).n_unique() if columns.keys else 1
    currencies = sorted({total.currency for total in found.totals} - {""})
    return Recognised(
        pack="cost",
        pack_reason=_known_by(_layouts(found), bill.cost, currencies),
        time=bill.time,
        time_format=found.time_format,
        tz=wish.zone,
        step_s=shape.step_s,
        keys=columns.keys,
        keys_reason=_told(bill),
        values=columns.values,
        set_aside=tuple(_aside(bill, names)),
        labels=(),
        entities=entities,
        gaps=shape.gaps,
    )


def _known_by(layout: str, cost: str, currencies: Sequence[str]) -> Note:
    if not currencies:
        return note("a bill: {layout}; {cost}", layout=layout, cost=cost)
    return note("a bill: {layout}; {cost} in {currencies}", layout=layout, cost=cost, currencies=", ".join(currencies))


def _told(bill: BillColumns) -> str:
    """Which columns the dimensions stand in, where that is not their name."""
    apart = [key for key in bill.keys if key.column != key.name and not key.tag]
    renamed = [note("{key} is {column!r}", key=key.name, column=key.column) for key in apart]
    return note("{renamed}", renamed=renamed) if renamed else note("dimensions of the bill")


def _aside(bill: BillColumns, names: Sequence[str]) -> list[SetAside]:
    """Columns that are neither read nor dimensions."""
    used = {*_roles(bill), bill.billed if bill.amortised else ""}
    left = [name for name in names if name not in used]
    money = [name for name in left if set(words(name)) & _MONEY]
    return [
        *(SetAside(name, note("another amount; add `--value` to judge it")) for name in money),
        *(
            SetAside(name, note("no usual dimension; add `--key` to tell it apart"))
            for name in left
            if name not in money
        ),
    ]


def _roles(bill: BillColumns) -> dict[str, str]:
    roles = {key.column: "key" for key in bill.keys}
    roles |= {column: "key" for column in (bill.currency, bill.category) if column}
    return roles | {bill.cost: "value", bill.time: "time", **({bill.end: "time"} if bill.end else {})}


def _source(bill: BillColumns, sample: pl.DataFrame, names: Sequence[str]) -> tuple[SourceColumn, ...]:
    roles = _roles(bill)
    return tuple(SourceColumn(name, roles.get(name, "unused"), str(sample.schema[name])) for name in names)
