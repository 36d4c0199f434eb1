"""The rows of one bill added up while they pass: one row for each moment and member, which two tables describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.errors import InputError
from isang.recognise.bills import BillColumns, Key
from isang.recognise.matching import equals, nearest_of
from isang.recognise.numbers import to_numbers
from isang.recognise.tags import tag_values
from isang.sources._decimals import has_decimal_commas, pointed
from isang.sources._distinct import Distinct
from isang.sources._moments import shortened
from isang.sources.base import ROW
from isang.words.reading import Skipped

TIME, END, CATEGORY, CURRENCY = "time", "end", "category", "currency"
COST, ROWS, FIRST = "cost", "rows", "first"
MEMBER, MOMENT, PERIOD = "member", "moment", "period"
_SQUEEZE_ROWS = 1 << 19
_MOST_SEEN = 2000
CORRECTION = "Correction"  # a category of its own, which no vendor has
_COST = "\0cost"  # beside the columns of a bill, of whatever name

Hashes = NDArray[np.uint64]


@dataclass
class Condition:
    """`--where`: a dimension or column and what it must be; how many rows met it, and values that were seen."""

    key: Key
    wanted: str
    met: int = 0
    seen: set[str] = field(default_factory=set)

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that meet it."""
        texts = text_of(frame, self.key)
        found = frame.filter(equals(texts, self.wanted))
        self.met += len(found)
        if not self.met and len(self.seen) < _MOST_SEEN:
            self.seen |= set(texts.drop_nulls().unique().head(_MOST_SEEN).to_list())
        return found


@dataclass(frozen=True)
class Sums:
    """What was added up: `frame` has member, moment (numbers of rows of the other two), cost, rows, first.

    `members` has category, currency, the units u0 … and the keys k0 …, `moments` time, end and period, all as texts.
    """

    frame: pl.DataFrame
    members: pl.DataFrame
    moments: pl.DataFrame


class Tally:
    """Adds up the pieces of one file; `day` says that nothing finer than a UTC day is wanted."""

    def __init__(
        self, path: str, bill: BillColumns, separator: str, where: Sequence[Condition], *, day: bool, step_s: float
    ) -> None:
        self.path, self.bill, self.separator, self.where = path, bill, separator, where
        self.day, self.step_s = day, step_s
        self.keys = [f"k{number}" for number in range(len(bill.keys))]
        self.units = [f"u{number}" for number, unit in enumerate(bill.units) if unit != bill.period]
        self.left_out: Skipped | None = None
        self.dropped = self.read = self.matched = 0
        self._members = Distinct(dict.fromkeys([CATEGORY, CURRENCY, *self.units, *self.keys], pl.String))
        self._moments = Distinct(dict.fromkeys([TIME, END, PERIOD], pl.String))
        self._comma: bool | None = None
        self._parts: list[pl.DataFrame] = []
        self._hashes: list[pl.Series] = []
        self._seen: Hashes = np.empty(0, dtype=np.uint64)

    def add(self, frame: pl.DataFrame) -> None:
        """Some more rows."""
        self.read += len(frame)
        for condition in self.where:
            frame = condition.of(frame)
        self.matched += len(frame)
        frame = self._once(self._with_cost(frame))
        if frame.is_empty():
            return
        self._parts.append(added_up(self._numbered(frame)))
        if sum(map(len, self._parts[1:])) > max(_SQUEEZE_ROWS, len(self._parts[0])):
            self._parts = [added_up(pl.concat(self._parts))]

    def total(self) -> Sums | None:
        """All rows that came, added up; None where none did."""
        if not self._parts:
            return None
        return Sums(added_up(pl.concat(self._parts)), self._members.rows, self._moments.rows)

    def alike(self) -> int:
        """How many rows are the same as another one, as far as they were read."""
        hashes = pl.concat(self._hashes) if self._hashes else pl.Series(dtype=pl.UInt64)
        return len(hashes) - hashes.n_unique()

    def _numbered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows with the numbers of their members and moments."""
        member = self._members.numbered(self._described(frame)).alias(MEMBER)
        rows = pl.lit(1, pl.UInt32).alias(ROWS)
        return frame.select(member, self._moment(frame), pl.col(_COST).alias(COST), rows, pl.col(ROW).alias(FIRST))

    def _described(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Category, currency, units and keys, under names of our own."""
        category = self._column(CATEGORY, self.bill.category, frame)
        corrected = pl.when(self._correct(frame)).then(pl.lit(CORRECTION)).otherwise(category.cast(pl.String))
        units = (
            frame[unit].alias(f"u{number}") for number, unit in enumerate(self.bill.units) if unit != self.bill.period
        )
        keys = (text_of(frame, key).alias(name) for name, key in zip(self.keys, self.bill.keys, strict=True))
        currency = self._column(CURRENCY, self.bill.currency, frame)
        return pl.DataFrame([pl.select(corrected.alias(CATEGORY)).to_series(), currency, *units, *keys])

    def _moment(self, frame: pl.DataFrame) -> pl.Series:
        """The numbers of time, end and billing period, such that what falls into one slot is one."""
        named = {TIME: self.bill.time, END: self.bill.end, PERIOD: self.bill.period}
        table = pl.DataFrame([self._column(name, column, frame) for name, column in named.items()])
        written = table.unique(maintain_order=True)
        short = shortened(written, day=self.day, step_s=self.step_s)
        numbers = self._moments.numbered(short.select(PERIOD, pl.col("from").alias(TIME), pl.col("until").alias(END)))
        numbered = written.with_columns(numbers.alias(MOMENT))
        return table.join(numbered, on=[*named], how="left", nulls_equal=True, maintain_order="left")[MOMENT]

    def _column(self, name: str, column: str | None, frame: pl.DataFrame) -> pl.Series:
        """A column of the bill under a name of ours, nulls where the bill has none."""
        return frame[column].alias(name) if column else _nothing(name, frame)

    def _correct(self, frame: pl.DataFrame) -> pl.Series:
        """Which rows correct charges of an earlier bill."""
        if not self.bill.correction:
            return pl.repeat(value=False, n=len(frame), eager=True)
        column, text = self.bill.correction
        return (frame[column].cast(pl.String).str.to_lowercase() == text).fill_null(value=False)

    def _with_cost(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that have a cost, which is a number; the others are counted."""
        costs = self._amortised(frame) if self.bill.amortised else self._numbers(frame[self.bill.cost])
        name = self.bill.billed if self.bill.amortised else self.bill.cost
        bad = costs.is_null()
        if bad.any():
            first = frame.filter(bad).row(0, named=True)
            reason = f"no usable number in column {name!r}"
            before = self.left_out or Skipped(self.path, first[ROW], None, reason, str(first[name] or "")[:80], 0)
            self.left_out = replace(before, count=before.count + int(bad.sum()))
        return frame.with_columns(costs.alias(_COST)).filter(~bad)

    def _amortised(self, frame: pl.DataFrame) -> pl.Series:
        cost = self._numbers(frame[self.bill.billed])
        kinds = frame[str(self.bill.category)].cast(pl.String).str.to_lowercase()
        for kind, gate, terms in self.bill.amortised:
            here = kinds == kind
            if gate:
                here &= frame[gate].cast(pl.String).fill_null("") != ""
            if here.any():
                parts = [self._signed(frame, term) for term in terms]
                amount = sum(parts[1:], parts[0]) if parts else pl.zeros(len(frame), eager=True)
                cost = pl.select(pl.when(here).then(amount).otherwise(cost)).to_series()
        return cost

    def _signed(self, frame: pl.DataFrame, term: str) -> pl.Series:
        amount = self._numbers(frame[term.removeprefix("-")]).fill_null(0.0)
        return -amount if term.startswith("-") else amount

    def _numbers(self, column: pl.Series) -> pl.Series:
        """Cells → numbers; the first that have a comma say for the whole file what it means."""
        if column.dtype == pl.String:
            if self._comma is None and column.str.contains(",", literal=True).any():
                self._comma = has_decimal_commas(column, self.separator)
            column = pointed(column) if self._comma else column
        found = to_numbers(column)
        return pl.Series(column.name, [None] * len(column), dtype=pl.Float64) if found is None else found.values

    def _once(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Of rows that name themselves and say the same, the first; of others it is only counted how many are alike."""
        hashes = frame.select(self.bill.needed()).hash_rows()
        if not self.bill.identity:
            self._hashes.append(hashes)
            return frame
        new, first = np.unique(hashes.to_numpy(), return_index=True)
        place = np.searchsorted(self._seen, new)
        fresh = np.append(self._seen, np.uint64(0))[place] != new if len(self._seen) else np.ones(len(new), np.bool_)
        fresh |= place == len(self._seen)
        self._seen = np.insert(self._seen, place[fresh], new[fresh])
        self.dropped += len(frame) - int(fresh.sum())
        return frame[np.sort(first[fresh])]


def added_up(frame: pl.DataFrame) -> pl.DataFrame:
    """Costs and numbers of rows of each member and moment, in the order in which they came: the same each time."""
    sums = pl.col(COST, ROWS).sum(), pl.col(FIRST).min()
    return frame.group_by(MEMBER, MOMENT, maintain_order=True).agg(*sums)


def text_of(frame: pl.DataFrame, key: Key) -> pl.Series:
    """The values of a dimension as texts."""
    column = frame[key.column]
    return tag_values(column, key.tag) if key.tag else column.cast(pl.String, strict=False)


def _nothing(name: str, frame: pl.DataFrame) -> pl.Series:
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(frame))


def no_such(name: str, wanted: str, conditions: Sequence[Condition]) -> None:
    """InputError where a condition was met by no row of any file."""
    if not any(condition.met for condition in conditions):
        seen = sorted({text for condition in conditions for text in condition.seen})
        raise InputError(f"no row has {name!r} = {wanted!r}.{nearest_of(wanted, seen)}")
