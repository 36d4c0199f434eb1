"""hybrid.csv and hybrid_strong.csv: the judged rows with both flags and their vote, in the columns of S0."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from isang.explain.short import sentence
from isang.reports.base import Outcome
from isang.reports.tables import write_inert
from isang.votes import reached, votes_of

ALL, STRONG = "hybrid.csv", "hybrid_strong.csv"
_RULE = "change"


def hybrid(outcome: Outcome) -> pl.DataFrame:
    """Time, keys, the first value column, then the flags of threshold and rule, vote, change in % and score.

    `decrease_flag` is the rule's, which compares a fault of several days with what was before it;
    `pct_change (%)` is against the row one step before, null where that is missing or not above 0.
    """
    columns, value = outcome.columns, pl.col(outcome.columns.values[0])
    named = [name for name in (columns.time, *columns.keys, columns.values[0]) if name is not None]
    rules = outcome.scores["rules"].fill_null("").str.split(";")
    told = outcome.frame.select(named).with_columns(
        outcome.scores["flag"].cast(pl.Int8).alias("lstm_flag"),
        rules.list.contains(_RULE).cast(pl.Int8).alias("decrease_flag"),
        outcome.scores["vote"].alias("anomaly_score"),
        (100 * (value / _before(outcome) - 1)).clip(lower_bound=-100).alias("pct_change (%)"),
        outcome.scores["score"].alias("mse"),
    )
    return told.filter(_judged(outcome))


def strong(outcome: Outcome) -> pl.DataFrame:
    """Those in which all that vote agree, each with a sentence in the language of the run."""
    told, votes = hybrid(outcome), votes_of(outcome.plan["votes"], outcome.plan["rules"])
    agreed = pl.Series(reached(told["anomaly_score"].to_numpy(), votes.full), dtype=pl.Boolean)
    return told.with_columns(explanation=_sentences(outcome, told, agreed)).filter(agreed)


def usual_before(outcome: Outcome) -> pl.Series:
    """(n,) what the last row of the entity cost, before each row, in which the rule did not fire; null at the first."""
    columns, name = outcome.columns, outcome.columns.values[0]
    fired = outcome.scores["rules"].fill_null("").str.split(";").list.contains(_RULE)
    named = [name for name in (*columns.keys, columns.time) if name is not None]
    rows = outcome.frame.select(*named, name).with_columns(fired.alias("isang fired")).with_row_index("isang row")
    rows = rows.sort(*([columns.time] if columns.time else []), "isang row")
    usual = pl.when(~pl.col("isang fired")).then(pl.col(name)).forward_fill().shift(1)
    rows = rows.with_columns((usual.over(columns.keys) if columns.keys else usual).alias("isang usual"))
    return rows.sort("isang row")["isang usual"]


def _judged(outcome: Outcome) -> pl.Series:
    return outcome.scores["split"].is_in(["test", "hindsight"])


def _sentences(outcome: Outcome, told: pl.DataFrame, agreed: pl.Series) -> pl.Series:
    """What is to be said of each row that all agree in: the cost beside that of the last day that did not fall."""
    columns, name = outcome.columns, outcome.columns.values[0]
    expected = usual_before(outcome).filter(_judged(outcome))
    days = told[columns.time].dt.date() if columns.time else pl.Series([None] * len(told))
    lang = str(outcome.plan.get("lang", "en"))
    return pl.Series(
        [
            sentence(day, cost, before, strong=True, lang=lang) if said else None
            for day, cost, before, said in zip(days, told[name], expected, agreed, strict=True)
        ],
        dtype=pl.String,
    )


def write_hybrid(outcome: Outcome, file: Path) -> None:
    """One line a judged row."""
    write_inert(hybrid(outcome), file)


def write_strong(outcome: Outcome, file: Path) -> None:
    """One line a row in which all agree."""
    write_inert(strong(outcome), file)


def _before(outcome: Outcome) -> pl.Series:
    """(n,) the value one step before each row, of the same entity; null where there is none above 0."""
    columns, step_s = outcome.columns, outcome.run["recognised"]["step_s"]
    name, time = columns.values[0], columns.time
    rows = outcome.frame.select(*columns.keys, *([time] if time else []), name).with_row_index("isang row")
    rows = rows.sort(*([time] if time else []), "isang row")
    keys = columns.keys or None
    before = pl.col(name).shift(1)
    near = pl.lit(value=True)
    if time and step_s:
        near = pl.col(time).diff() <= timedelta(seconds=1.5 * step_s)
    told = pl.when(near & (before > 0)).then(before)
    rows = rows.with_columns((told.over(keys) if keys else told).alias("isang before"))
    return rows.sort("isang row")["isang before"]
