"""What is told of logs beside the counts of each kind: sums of several kinds, late lines, what never came before."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.log_company import Company
from isang.log_names import Levels
from isang.log_parts import Clock
from isang.logs.bursts import bursts
from isang.logs.news import news, with_news
from isang.logs.silences import silences
from isang.logs.slots import WEEK_US, totals_of
from isang.logs.summed import by_level
from isang.logs.turns import as_kinds
from isang.logs.whole import ALL_LINES, due_of_all
from isang.words.frame import Floats

_ROW = ["log", "kind", "slot"]


def beside(
    judged: pl.DataFrame, rows: pl.DataFrame, exceptions: int, levels: Levels, clock: Clock, company: Company
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged rows of counted `rows` (`slots.together`) with `news`, and with all that is told beside them.

    And the turns that are news, with the number of the `kind` that each is.
    """
    rows, totals = rows.with_columns(level=pl.Series(levels.of(rows["kind"].to_numpy()))).sort(_ROW), totals_of(rows)
    sums = pl.concat([by_level(rows), company.late()]).sort(_ROW)
    expected, above = bursts(sums, totals, clock.starts)
    told = sums.with_columns(
        pl.Series("expected", expected), pl.Series("spread", np.sqrt(expected)), unusual=pl.lit(0.0)
    )
    beyond = [
        rows.select(*_ROW, apart=pl.Series(bursts(rows, totals, clock.starts)[1])),
        sums.select(*_ROW, apart=pl.Series(above)),
        _silent(totals, clock),
    ]
    found = pl.concat([judged, told.select(judged.columns)], how="vertical_relaxed")
    found = with_news(found, news(rows, exceptions, WEEK_US / clock.step), pl.concat(beyond, how="vertical_relaxed"))
    template = pl.col("kind") // exceptions
    turns = company.turns.never_seen(rows.select("log", "slot", "lines", template=template))
    own, turns = as_kinds(turns)
    return pl.concat([found, own.select(found.columns)], how="vertical_relaxed"), turns


def _silent(totals: Floats, clock: Clock) -> pl.DataFrame:
    log, slot = np.indices(totals.shape)
    apart = silences(totals, due_of_all(totals, causal=True), clock.starts)
    return pl.DataFrame({"log": log.ravel(), "kind": ALL_LINES, "slot": slot.ravel(), "apart": apart.ravel()})
