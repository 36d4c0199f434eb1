"""One file of a bill → its charges: what was added up, with its times read, and what is to be said of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from isang.errors import InputError, UsageError
from isang.recognise.bill_layouts import SUBSCRIPTION, category_of
from isang.recognise.bills import BillColumns, key_named
from isang.sources._exports import ACCOUNT, DAY, UNIT
from isang.sources._moments import stamped
from isang.sources._pieces import Account, Pieces
from isang.sources._tally import CATEGORY, CURRENCY, END, FIRST, ROWS, TIME, Condition, Tally, added_up
from isang.timestamps import Times, find_format
from isang.words.note import note
from isang.words.reading import Skipped

DAY_S = 86400.0
_LONGEST = timedelta(days=3 * 366)  # an end beyond is none, and would make days without end


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
    """One file: `frame` is empty where it has no rows.

    Its columns: time, end (of what lasts longer than a slot), day, account, unit, category, currency, the keys k0 …,
    cost, rows.
    """

    bill: BillColumns
    frame: pl.DataFrame
    conditions: list[Condition]
    time_format: str


def read_charges(table: Pieces, bill: BillColumns, wish: Wish, account: Account) -> Charges:
    """One file read through; what is said of it goes to the account."""
    conditions = [_condition(bill, text) for text in wish.where]
    day = wish.zone == "UTC" and wish.step_s >= DAY_S
    tally = Tally(table.path, bill, table.separator, conditions, day=day, step_s=wish.step_s)
    for frame in table.read(list(dict.fromkeys([*bill.needed(), *(one.key.column for one in conditions)]))):
        tally.add(frame)
    account.inputs += table.account.inputs
    account.warnings += table.account.warnings
    account.skipped += table.account.skipped
    _tell(tally, account, strict=wish.strict)
    total = tally.total()
    if total is None:
        return Charges(bill, pl.DataFrame(), conditions, "")
    times, stamps = _times(total, tally, wish)
    account.warnings += times.warnings
    dated = _with_times(total, stamps, wish.step_s)
    account.skipped += _bad_times(dated, tally, times, strict=wish.strict)
    form = find_format(table.sample[bill.time])
    return Charges(bill, _tidy(dated, tally, wish.step_s), conditions, form.name if form else times.format)


def _condition(bill: BillColumns, text: str) -> Condition:
    name, sign, wanted = text.partition("=")
    if not sign:
        raise UsageError(f"{text!r} is no condition; write --where column=value.")
    return Condition(key_named(bill, name.strip(), "where"), wanted.strip())


def _tell(tally: Tally, account: Account, *, strict: bool) -> None:
    """What is to be said of the rows of one file."""
    path, bad = tally.path, tally.left_out
    if bad is not None:
        needed = f"{path}: row {bad.row} has {bad.reason} ({bad.sample!r} came)"
        if bad.count == tally.matched:
            raise InputError(f"{needed}, nor has any other; name the column of costs with --value.")
        if strict:
            raise InputError(f"{needed}; leave out --strict to skip it.")
        account.skipped.append(bad)
    if not tally.read:
        account.warnings.append(note("{path}: a header and no rows.", path=path))
    if alike := tally.alike():
        told = "{path}: {count:,} rows are the same as another one; all of them count."
        account.warnings.append(note(told, path=path, count=alike))
    if tally.dropped:
        told = "{path}: {count:,} rows repeat a line item that was there; each counts once."
        account.warnings.append(note(told, path=path, count=tally.dropped))


def _times(total: pl.DataFrame, tally: Tally, wish: Wish) -> tuple[Times, pl.DataFrame]:
    """The distinct texts of times, read; and beside each text (`text`) its `stamp`."""
    bill = tally.bill
    texts = pl.concat([total[TIME], total[END]]).unique(maintain_order=True).drop_nulls().alias(bill.time)
    period = tally.units[bill.units.index(bill.period)] if bill.period else None
    periods = texts.clear() if period is None else total[period].drop_nulls().unique().cast(pl.String)
    try:
        times, days = stamped(texts, periods, wish.zone, utc=bill.utc)
    except UsageError as error:
        raise InputError(f"{tally.path}: {error}") from error
    if days and wish.step_s < DAY_S:
        raise UsageError(f"--step: {tally.path} holds days and nothing finer; say 1d or more.")
    return times, pl.DataFrame([texts.alias("text"), times.stamps.alias("stamp")])


def _with_times(total: pl.DataFrame, stamps: pl.DataFrame, step_s: float) -> pl.DataFrame:
    """The same with times in the place of texts (those of the start stay as `text`), ends only where they are far."""
    total = total.rename({TIME: "text", END: "end_text"}).join(stamps, on="text", how="left", maintain_order="left")
    ends = stamps.rename({"text": "end_text", "stamp": END})
    total = total.rename({"stamp": TIME}).join(ends, on="end_text", how="left", maintain_order="left")
    lasts = pl.col(END) - pl.col(TIME)
    far = (lasts > timedelta(seconds=step_s)) & (lasts < _LONGEST)
    return total.with_columns(pl.when(far).then(END).alias(END)).drop("end_text")


def _tidy(dated: pl.DataFrame, tally: Tally, step_s: float) -> pl.DataFrame:
    """What the files of a bill are joined by: categories of FOCUS, blank dimensions empty, times as fine as a slot."""
    words = dated[CATEGORY].unique()
    categories = pl.col(CATEGORY).replace_strict(words, [category_of(word) for word in words], return_dtype=pl.String)
    slot = pl.when(pl.col(END).is_null()).then(pl.col(TIME).dt.truncate("1d" if step_s >= DAY_S else "1h"))
    filled = [_filled(name) for name in (CURRENCY, *tally.keys)]
    short = pl.Categorical(pl.Categories.random())  # millions of rows of texts would fill the memory
    frame = dated.filter(pl.col(TIME).is_not_null()).with_columns(
        slot.otherwise(TIME), pl.col(TIME).dt.date().alias(DAY)
    )
    for text in (*_units(tally), categories, *filled):  # one after the other, for the same reason
        frame = frame.with_columns(text.cast(short))
    named = [CATEGORY, CURRENCY, ACCOUNT, UNIT, *tally.keys]
    return added_up(frame, [TIME, END, DAY, *named]).with_columns(pl.col(named).cast(pl.String))


def _filled(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text.str.to_lowercase() == "null").then(pl.lit("")).otherwise(text).fill_null("").alias(name)


def _units(tally: Tally) -> list[pl.Expr]:
    """Billing period and account as one text, and with the sub account as another; null where the bill tells none."""
    named = dict(zip(tally.bill.units, tally.units, strict=True))
    sub = next((key.column for key in tally.bill.known.values() if key.name == SUBSCRIPTION), "")
    account = [name for column, name in named.items() if column != sub]
    return [_joined(account).alias(ACCOUNT), _joined(list(named.values())).alias(UNIT)]


def _joined(names: list[str]) -> pl.Expr:
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in names]
    return pl.concat_str(texts, separator="\x1f") if texts else pl.lit(None, pl.String)


def _bad_times(dated: pl.DataFrame, tally: Tally, times: Times, *, strict: bool) -> list[Skipped]:
    """What stands in rows without a time; with `strict`, or where no row has one, an InputError."""
    bad = dated.filter(pl.col(TIME).is_null())
    if bad.is_empty():
        return []
    first = bad.sort(FIRST).row(0, named=True)
    reason, sample = f"no usable time in column {tally.bill.time!r}", str(first["text"] or "")[:80]
    if strict or len(bad) == len(dated):
        needed = f"{sample!r} came, {times.format} is needed"
        raise InputError(f"{tally.path}: row {first[FIRST]} has {reason} ({needed}); mend or remove it.")
    return [Skipped(tally.path, first[FIRST], None, reason, sample, int(bad[ROWS].sum()))]
