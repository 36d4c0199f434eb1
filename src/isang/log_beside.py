"""What is told of logs beside the counts of each kind: sums of several kinds, late lines, what never came before."""

from __future__ import annotations

import polars as pl

from isang.log_company import Company
from isang.log_names import Levels
from isang.log_parts import Clock
from isang.logs.bursts import judged_by_before
from isang.logs.news import news, with_news
from isang.logs.slots import WEEK_US, totals_of
from isang.logs.summed import by_level
from isang.logs.turns import as_kinds


def beside(
    judged: pl.DataFrame, rows: pl.DataFrame, exceptions: int, levels: Levels, clock: Clock, company: Company
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The judged rows of counted `rows` (`slots.together`) with `news`, and with all that is told beside them.

    And the turns that are news, with the number of the `kind` that each is.
    """
    level = levels.of(rows["kind"].to_numpy())
    sums = pl.concat([by_level(rows, level), company.late()])
    told = judged_by_before(sums, totals_of(rows), clock.starts)
    found = pl.concat([judged, told.select(judged.columns)], how="vertical_relaxed")
    found = with_news(found, news(rows.with_columns(level=pl.Series(level)), exceptions, WEEK_US / clock.step))
    template = pl.col("kind") // exceptions
    turns = company.turns.never_seen(rows.select("log", "slot", "lines", template=template))
    own, turns = as_kinds(turns)
    return pl.concat([found, own.select(found.columns)], how="vertical_relaxed"), turns
