"""What is told of logs beside the counts of each kind: sums of several kinds, late lines, what never came before."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.log_company import Company
from isang.log_parts import Clock
from isang.logs.bursts import bursts
from isang.logs.news import news, with_news
from isang.logs.pauses import LATE_SHARE
from isang.logs.silences import silences
from isang.logs.slots import WEEK_US, totals_of
from isang.logs.summed import thrown
from isang.logs.turns import as_kinds
from isang.logs.usual import unrecorded
from isang.logs.whole import ALL_LINES, due_of_all
from isang.words.frame import Floats, Integers

_ROW = ["log", "kind", "slot"]


def beside(
    judged: pl.DataFrame, rows: pl.DataFrame, exceptions: int, clock: Clock, company: Company, sessions: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged rows of counted `rows` (`slots.together`) with `news`, and with all that is told beside them.

    `sessions` are rows of last lines (`log_sessions.strange`). And the turns that are news, with the `kind` of each.
    """
    rows, totals, starts = rows.sort(_ROW), totals_of(rows), clock.starts
    apart = pl.Series(bursts(rows, totals, starts)[1])
    sums = [
        _judged(thrown(rows, exceptions), totals, starts),
        _judged(company.late(), totals, starts, LATE_SHARE),
        sessions,
    ]
    beyond = _joined([rows.with_columns(apart=apart), *sums, _silent(totals, starts)], [*_ROW, "apart"])
    turns = company.turns.never_seen(rows.select("log", "slot", "lines", template=pl.col("kind") // exceptions))
    turned, turns = as_kinds(turns)
    found = _joined([judged, *sums], judged.columns)
    found = with_news(found, news(rows, exceptions, WEEK_US / clock.step), beyond)
    return _joined([found, turned], found.columns), turns


def _judged(sums: pl.DataFrame, totals: Floats, starts: Integers, least: float = 0.0) -> pl.DataFrame:
    """Sums with what was due of them and how far `apart` that is; each is due from the first slot on, never new."""
    due, apart = bursts(sums, totals, starts, least)
    told = sums.with_columns(expected=pl.Series(due), spread=pl.Series(np.sqrt(due)), apart=pl.Series(apart))
    kinds = sums.select("log", "kind").unique(maintain_order=True)
    begin = unrecorded(kinds["log"].to_numpy(), kinds["kind"].to_numpy(), np.zeros(len(kinds), dtype=np.int64))
    begin = begin.join(sums, on=_ROW, how="anti").with_columns(
        expected=pl.lit(0.5), spread=pl.lit(1.0), apart=pl.lit(0.0)
    )
    return _joined([told, begin], told.columns).with_columns(unusual=pl.lit(0.0))


def _silent(totals: Floats, starts: Integers) -> pl.DataFrame:
    log, slot = np.indices(totals.shape)
    apart = silences(totals, due_of_all(totals, causal=True), starts)
    return pl.DataFrame({"log": log.ravel(), "kind": ALL_LINES, "slot": slot.ravel(), "apart": apart.ravel()})


def _joined(parts: list[pl.DataFrame], columns: list[str]) -> pl.DataFrame:
    return pl.concat([part.select(columns) for part in parts], how="vertical_relaxed")
