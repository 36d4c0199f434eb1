"""What is usual of the lines of a log: the share of each kind, how much its counts vary, how many are out of order.

A kind is a template of one log, with one exception. What is due of it is its share of the lines of its log, so that
load and time of day do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.logs.renumbering import NONE, Renumbering
from isang.logs.tails import NO_CHANCE, clumping, dispersion_of, due
from isang.words.frame import Floats, Integers

_BY = ["log", "kind"]
_FEWEST_ODD = 2  # in a slot: of millions of lines, one out of order is no news
_ABSENT_P = 1e-3  # rows for slots without a line: where so few are chance


@dataclass(frozen=True, eq=False)
class Usual:
    """Kinds (k,): their log, their number, how many lines they had, how many of these odd, the dispersions of both.

    `totals` (logs,) are the lines of each log.
    """

    log: NDArray[np.int64]
    kind: NDArray[np.int64]
    lines: NDArray[np.float64]
    odd: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    odd_dispersion: NDArray[np.float64]
    totals: NDArray[np.float64]

    def __post_init__(self) -> None:
        counts = (self.log, self.kind, self.lines, self.odd, self.dispersion, self.odd_dispersion)
        if len({one.shape for one in counts}) > 1 or self.log.ndim != 1 or self.totals.ndim != 1:
            raise ValueError("the kinds of lines are not all of one number.")
        if len(self.log) and not -1 <= self.log.min() <= self.log.max() < len(self.totals):
            raise ValueError("kinds of lines are of logs that there are.")

    @classmethod
    def learn(cls, rows: pl.DataFrame, totals: Floats) -> Self:
        """From counted rows (`slots.together`), and the lines of each log in each slot (logs, slots)."""
        kinds = rows.select(*_BY).unique(maintain_order=True)
        series = rows.join(kinds.with_row_index("series"), on=_BY, how="left", maintain_order="left")["series"]
        log, slot, lines, odd = _columns(rows)
        number, slots = series.to_numpy(), totals.shape[1]
        of_kind, odd_of_kind = (np.bincount(number, of, minlength=len(kinds)).astype(np.float64) for of in (lines, odd))
        here, of_log = totals[log, slot], totals.sum(axis=1)
        expected = (of_kind[number] - lines + 0.5) / (of_log[log] - here + 1.0) * here
        odd_expected = (odd_of_kind[number] - odd + 0.5) / (of_kind[number] - lines + 1.0) * lines
        return cls(
            kinds["log"].to_numpy(),
            kinds["kind"].to_numpy(),
            of_kind,
            odd_of_kind,
            dispersion_of(lines, expected, number, of_kind, slots),
            np.maximum(dispersion_of(odd, odd_expected, number, odd_of_kind, slots), clumping(odd, odd_expected)),
            of_log,
        )

    def renumbered(self, numbers: Renumbering) -> Self:
        """The same in the numbers of other logs, in which kinds may have come to be one."""
        names = ("log", "kind", "lines", "odd", "dispersion", "odd_dispersion")
        totals, there = np.zeros(numbers.logs), numbers.log != NONE
        totals[numbers.log[there]] = self.totals[there]
        kinds = pl.DataFrame({name: getattr(self, name) for name in names})
        new = pl.Series("log", numbers.log[self.log]), pl.Series("kind", numbers.kind(self.kind))
        kinds = kinds.with_columns(*new).filter(pl.col("log") != NONE)
        kinds = kinds.group_by(_BY, maintain_order=True).agg(
            pl.col("lines", "odd").sum(), pl.col("dispersion", "odd_dispersion").max()
        )
        return replace(self, totals=totals, **{name: kinds[name].to_numpy() for name in names})

    def judge(
        self, rows: pl.DataFrame, totals: Floats, *, own: bool, first: int = 0, behind: int | None = None
    ) -> pl.DataFrame:
        """The rows with `expected`, `spread` and `unusual`; and rows for slots in which lines of a kind are missing.

        The slots [first, behind) of `totals` (logs, slots), the lines of each log, are judged; the rows are of them.
        `own`: it was learnt from these rows, so that each is left out of what it is held against.
        `unusual` is the larger of how far the lines are from what was due, and the odd ones among them from the share
        of odd ones that their kind has at other times; in standard deviations, 0 at least, and 0 for logs that nothing
        is known of.
        """
        log, slot, lines, odd = _columns(rows)
        found, here = self._find(rows), totals[log, slot]
        mine, all_here, mine_odd = (lines, here, odd) if own else (0.0, 0.0, 0.0)
        known, known_odd = _with_unknown(self.lines, 0.0)[found], _with_unknown(self.odd, 0.0)[found]
        expected = (known - mine + 0.5) / (self.totals[log] - all_here + 1.0) * here
        counts = due(lines, expected, _with_unknown(self.dispersion, 1.0)[found])
        odd_expected = (known_odd - mine_odd + 0.5) / (known - mine + 1.0) * lines
        order = due(odd, odd_expected, _with_unknown(self.odd_dispersion, 1.0)[found])
        apart = np.maximum(np.abs(counts.apart), np.where(odd >= _FEWEST_ODD, np.maximum(order.apart, 0.0), 0.0))
        told = self.totals[log] > 0
        judged = rows.with_columns(
            pl.Series("expected", np.where(told, expected, lines)),
            pl.Series("spread", np.where(told, counts.spread, np.sqrt(lines))),
            pl.Series("unusual", np.where(told, apart, 0.0)),
        )
        absent = self._absent(rows, totals[:, first:behind], first)
        return pl.concat([judged, absent.select(judged.columns)], how="vertical_relaxed")

    def _find(self, rows: pl.DataFrame) -> Integers:
        """(n,) where in the kinds each row stands; the place after the last for kinds that are not known."""
        kinds = pl.DataFrame({"log": self.log, "kind": self.kind}).with_row_index("place")
        found = rows.select(*_BY).join(kinds, on=_BY, how="left", maintain_order="left")["place"]
        return np.asarray(found.fill_null(len(kinds)).to_numpy(), dtype=np.int64)

    def _absent(self, rows: pl.DataFrame, totals: Floats, first: int) -> pl.DataFrame:
        """Rows for slots (from `first` on) in which a kind has no line, though its log has so many that it should."""
        there = np.zeros((len(self.log) + 1, totals.shape[1]), dtype=np.bool_)
        there[self._find(rows), rows["slot"].to_numpy() - first] = True
        share = self.lines / np.maximum(self.totals[self.log], 1.0)
        wide = np.where(self.dispersion > NO_CHANCE, self.dispersion, 2.0)
        enough = -np.log(_ABSENT_P) * np.where(self.dispersion > NO_CHANCE, (wide - 1.0) / np.log(wide), 1.0)
        lines = np.divide(enough, share, out=np.full(len(share), np.inf), where=share > 0)  # of the log
        kind, slot = np.nonzero(~there[:-1] & (totals[self.log] >= lines[:, None]))
        expected = share[kind] * totals[self.log[kind], slot]
        missing = due(np.zeros(len(kind)), expected, self.dispersion[kind])
        return unrecorded(self.log[kind], self.kind[kind], slot + first).with_columns(
            pl.Series("expected", expected), pl.Series("spread", missing.spread), pl.Series("unusual", -missing.apart)
        )


def unrecorded(log: Integers, kind: Integers, slot: Integers) -> pl.DataFrame:
    """Rows (n,) that no record tells of by itself."""
    none = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(log))
    zeros = np.zeros(len(log), dtype=np.int64)
    return pl.DataFrame(
        {
            "log": log,
            "kind": kind,
            "slot": slot,
            "lines": zeros,
            "odd": zeros,
            "score": none.cast(pl.Float64),
            "record": none,
        }
    )


def _columns(rows: pl.DataFrame) -> tuple[Integers, Integers, Floats, Floats]:
    log, slot = (rows[name].to_numpy() for name in ("log", "slot"))
    lines, odd = (rows[name].to_numpy().astype(np.float64) for name in ("lines", "odd"))
    return log, slot, lines, odd


def _with_unknown(values: Floats, unknown: float) -> Floats:
    return np.append(values, unknown)
