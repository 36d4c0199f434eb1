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
from isang.sources._tally import CATEGORY, CURRENCY, END, FIRST, MOMENT, PERIOD, ROWS, TIME, Condition, Tally
from isang.timestamps import Times, find_format
from isang.timestamps.formats import both_orders
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
    """One file: `frame` has member, moment (numbers of rows of the other two), cost, rows; none without charges.

    `members` has account, unit, category, currency and the keys k0 …, `moments` time, end (of what lasts longer than a
    slot), day and period. Account is the payer's, unit that and the sub account; null where the bill tells none.
    """

    bill: BillColumns
    frame: pl.DataFrame
    members: pl.DataFrame
    moments: pl.DataFrame
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
    sums = tally.total()
    if sums is None:
        return Charges(bill, pl.DataFrame(), pl.DataFrame(), pl.DataFrame(), conditions, "")
    times, stamps = _times(sums.moments, tally, wish)
    account.warnings += times.warnings
    moments = _with_times(sums.moments, stamps, wish.step_s)
    account.skipped += _bad_times(sums.frame, moments, tally, times, strict=wish.strict)
    timed = sums.frame.filter(moments[TIME].is_not_null().gather(sums.frame[MOMENT])).drop(FIRST)
    members = _tidy(sums.members, tally)
    form = _as_written(table.sample[bill.time], times)
    return Charges(bill, timed, members, _slots(moments, wish.step_s), conditions, form)


def _as_written(sample: pl.Series, times: Times) -> str:
    """The format of times as they came, which were shortened before they were read; day and month as they were read."""
    form = find_format(sample)
    return times.format if form is None or len(both_orders(form)) > 1 else form.name


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


def _times(moments: pl.DataFrame, tally: Tally, wish: Wish) -> tuple[Times, pl.DataFrame]:
    """The distinct texts of times, read; and beside each text (`text`) its `stamp`."""
    bill = tally.bill
    texts = pl.concat([moments[TIME], moments[END]]).unique(maintain_order=True).drop_nulls().alias(bill.time)
    periods = moments[PERIOD].drop_nulls().unique()
    try:
        times, days = stamped(texts, periods, wish.zone, utc=bill.utc)
    except UsageError as error:
        raise InputError(f"{tally.path}: {error}") from error
    if days and wish.step_s < DAY_S:
        raise UsageError(f"--step: {tally.path} holds days and nothing finer; say 1d or more.")
    return times, pl.DataFrame([texts.alias("text"), times.stamps.alias("stamp")])


def _with_times(moments: pl.DataFrame, stamps: pl.DataFrame, step_s: float) -> pl.DataFrame:
    """The same with times in the place of texts (those of the start stay as `text`), ends only where they are far."""
    moments = moments.rename({TIME: "text", END: "end_text"}).join(stamps, on="text", how="left", maintain_order="left")
    ends = stamps.rename({"text": "end_text", "stamp": END})
    moments = moments.rename({"stamp": TIME}).join(ends, on="end_text", how="left", maintain_order="left")
    lasts = pl.col(END) - pl.col(TIME)
    far = (lasts > timedelta(seconds=step_s)) & (lasts < _LONGEST)
    return moments.with_columns(pl.when(far).then(END).alias(END)).drop("end_text")


def _slots(moments: pl.DataFrame, step_s: float) -> pl.DataFrame:
    """Times as fine as a slot, but of what lasts longer; the days beside them."""
    slot = pl.when(pl.col(END).is_null()).then(pl.col(TIME).dt.truncate("1d" if step_s >= DAY_S else "1h"))
    return moments.select(slot.otherwise(TIME), END, pl.col(TIME).dt.date().alias(DAY), PERIOD)


def _tidy(members: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """What the files of a bill are joined by: categories of FOCUS, blank dimensions empty."""
    words = members[CATEGORY].unique()
    categories = pl.col(CATEGORY).replace_strict(words, [category_of(word) for word in words], return_dtype=pl.String)
    return members.select(*_units(tally), categories, *(_filled(name) for name in (CURRENCY, *tally.keys)))


def _filled(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text.str.to_lowercase() == "null").then(pl.lit("")).otherwise(text).fill_null("").alias(name)


def _units(tally: Tally) -> list[pl.Expr]:
    """The account as one text, and with the sub account as another; null where the bill tells not even a period."""
    named = {tally.bill.units[int(name[1:])]: name for name in tally.units}
    sub = next((key.column for key in tally.bill.known.values() if key.name == SUBSCRIPTION), "")
    account = [name for column, name in named.items() if column != sub]
    periodic = bool(tally.bill.period)
    return [_joined(account, periodic).alias(ACCOUNT), _joined(list(named.values()), periodic).alias(UNIT)]


def _joined(names: list[str], periodic: bool) -> pl.Expr:
    texts = [pl.col(name).fill_null("") for name in names]
    return pl.concat_str(texts, separator="\x1f") if texts else pl.lit("" if periodic else None, pl.String)


def _bad_times(sums: pl.DataFrame, moments: pl.DataFrame, tally: Tally, times: Times, *, strict: bool) -> list[Skipped]:
    """What stands in rows without a time; with `strict`, or where no row has one, an InputError."""
    timeless = moments.with_row_index(MOMENT).filter(pl.col(TIME).is_null())
    if timeless.is_empty():
        return []
    bad = sums.join(timeless, on=MOMENT)
    first = bad.sort(FIRST).row(0, named=True)
    reason, sample = f"no usable time in column {tally.bill.time!r}", str(first["text"] or "")[:80]
    if strict or len(bad) == len(sums):
        needed = f"{sample!r} came, {times.format} is needed"
        raise InputError(f"{tally.path}: row {first[FIRST]} has {reason} ({needed}); mend or remove it.")
    return [Skipped(tally.path, first[FIRST], None, reason, sample, int(bad[ROWS].sum()))]
