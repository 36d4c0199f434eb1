"""What is told of logs beside the counts of each kind: sums of several kinds, late lines, what never came before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from isang.log_company import Company
from isang.log_parts import Clock
from isang.logs.before import Before
from isang.logs.bursts import bursts
from isang.logs.news import news, with_news
from isang.logs.pauses import LATE_SHARE
from isang.logs.silences import silences
from isang.logs.slots import WEEK_US, totals_of
from isang.logs.summed import LATE, thrown
from isang.logs.tails import Dispersions
from isang.logs.turns import as_kinds
from isang.logs.usual import unrecorded
from isang.logs.whole import ALL_LINES, due_of_all
from isang.words.frame import Floats, Integers

_ROW = ["log", "kind", "slot"]


def beside(
    judged: pl.DataFrame,
    rows: pl.DataFrame,
    exceptions: int,
    clock: Clock,
    company: Company,
    sessions: pl.DataFrame,
    before: Before | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged rows of counted `rows` (`slots.together`) with `news`, and with all that is told beside them.

    `sessions` are rows of last lines (`log_sessions.strange`). And the turns that are news, with the number of the
    `kind` that each is. Where a model knows what came `before` the first of the clock's starts, rows are held against
    that too.
    """
    seen = _seen(rows, company.late(), clock, before)
    apart = pl.Series(seen.bursts(seen.rows)[1])
    sums = [seen.judged(thrown(seen.rows, exceptions)), seen.judged(seen.late, LATE_SHARE), sessions]
    beyond = _joined([seen.rows.with_columns(apart=apart), *sums, seen.silent()], [*_ROW, "apart"])
    turns = company.turns.never_seen(seen.rows.select("log", "slot", "lines", template=pl.col("kind") // exceptions))
    turned, turns = as_kinds(turns)
    found = _joined([judged, *sums], judged.columns)
    found = with_news(found, news(seen.rows, exceptions, WEEK_US / clock.step), beyond)
    return _joined([found, turned], found.columns), turns


def _seen(rows: pl.DataFrame, late: pl.DataFrame, clock: Clock, before: Before | None) -> _Seen:
    if before is None:
        return _Seen(rows.sort(_ROW), late, totals_of(rows), clock.starts, 0)
    totals = totals_of(rows, len(before.totals))
    totals[:, : before.slots] = before.totals
    past = before.rows().sort(_ROW)
    rows = _joined([past.filter(pl.col("kind") != LATE), rows], rows.columns).sort(_ROW)
    late = _joined([past.filter(pl.col("kind") == LATE), late], late.columns)
    return _Seen(rows, late, totals, clock.starts, int(clock.starts[0]), before.dispersions, before.silences)


@dataclass(frozen=True)
class _Seen:
    """Counted rows of kinds and of late lines, `totals` (logs, slots); slots from `since` on are judged, era by era.

    What is known of how counts vary is learnt from earlier eras, but where it is `known` from before.
    """

    rows: pl.DataFrame
    late: pl.DataFrame
    totals: Floats
    starts: Integers
    since: int
    known: Dispersions | None = None
    silences: Floats | None = None

    def bursts(self, rows: pl.DataFrame, least: float = 0.0) -> tuple[Floats, Floats]:
        return bursts(rows, self.totals, self.starts, least, self.known)

    def judged(self, sums: pl.DataFrame, least: float = 0.0) -> pl.DataFrame:
        """Sums with what was due of them and how far `apart` that is; each is due from the first slot on, never new."""
        due, apart = self.bursts(sums, least)
        told = sums.with_columns(expected=pl.Series(due), spread=pl.Series(np.sqrt(due)), apart=pl.Series(apart))
        kinds = sums.select("log", "kind").unique(maintain_order=True)
        log, kind = (kinds[name].to_numpy() for name in ("log", "kind"))
        begin = unrecorded(log, kind, np.full(len(kinds), self.since)).join(sums, on=_ROW, how="anti")
        begin = begin.with_columns(expected=pl.lit(0.5), spread=pl.lit(1.0), apart=pl.lit(0.0))
        found = _joined([told.filter(pl.col("slot") >= self.since), begin], told.columns)
        return found.with_columns(unusual=pl.lit(0.0))

    def silent(self) -> pl.DataFrame:
        """How far whole logs are below what was due of them, by the slots from `since` on alone."""
        totals = self.totals[:, self.since :]
        expected = due_of_all(totals, causal=True)
        apart = silences(totals, expected, self.starts, self.silences)
        log, slot = np.indices(totals.shape)
        return pl.DataFrame(
            {"log": log.ravel(), "kind": ALL_LINES, "slot": slot.ravel() + self.since, "apart": apart.ravel()}
        )


def _joined(parts: list[pl.DataFrame], columns: list[str]) -> pl.DataFrame:
    return pl.concat([part.select(columns) for part in parts], how="vertical_relaxed")
