"""What is told of logs beside the counts of each kind: sums of several kinds, late lines, what never came before."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.log_company import Company
from isang.log_names import Levels
from isang.log_parts import Clock
from isang.logs.bursts import bursts, silences
from isang.logs.news import news, with_news
from isang.logs.slots import WEEK_US, totals_of
from isang.logs.summed import by_level
from isang.logs.turns import as_kinds
from isang.logs.whole import ALL_LINES, due_of_all
from isang.words.frame import Floats, Integers

_BY = ["log", "kind", "slot"]


def beside(
    judged: pl.DataFrame, rows: pl.DataFrame, exceptions: int, levels: Levels, clock: Clock, company: Company
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged rows of counted `rows` (`slots.together`) with `news`, and with all that is told beside them.

    And the turns that are news, with the number of the `kind` that each is.
    """
    level, totals = levels.of(rows["kind"].to_numpy()), totals_of(rows)
    sums = _summed(rows, level, totals, clock, company)
    found = pl.concat([judged, sums.select(judged.columns)], how="vertical_relaxed")
    rows = rows.with_columns(level=pl.Series(level)).sort(_BY)
    own = rows.select(*_BY, burst=pl.Series(bursts(rows, totals, clock.starts)[1]))
    beyond = pl.concat([own, sums.select(*_BY, "burst"), _silent(totals, clock)], how="vertical_relaxed")
    found = found.join(beyond, on=_BY, how="left", maintain_order="left").with_columns(pl.col("burst").fill_null(0.0))
    found = with_news(found, news(rows, exceptions, WEEK_US / clock.step))
    template = pl.col("kind") // exceptions
    turns = company.turns.never_seen(rows.select("log", "slot", "lines", template=template))
    own, turns = as_kinds(turns)
    return pl.concat([found, own.select(found.columns)], how="vertical_relaxed"), turns


def _summed(rows: pl.DataFrame, level: Integers, totals: Floats, clock: Clock, company: Company) -> pl.DataFrame:
    sums = pl.concat([by_level(rows, level), company.late()]).sort(_BY)
    expected, above = bursts(sums, totals, clock.starts)
    return sums.with_columns(
        pl.Series("expected", expected), pl.Series("spread", np.sqrt(expected)), unusual=pl.lit(0.0), burst=pl.Series(above)
    )


def _silent(totals: Floats, clock: Clock) -> pl.DataFrame:
    log, slot = np.indices(totals.shape)
    apart = silences(totals, due_of_all(totals, causal=True), clock.starts)
    return pl.DataFrame({"log": log.ravel(), "kind": ALL_LINES, "slot": slot.ravel(), "burst": apart.ravel()})
