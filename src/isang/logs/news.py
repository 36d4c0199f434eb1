"""Which kinds of lines are news when they first come: not one more where new ones come all the time.

The chance that the next line is of a kind that never came is the share of the lines so far that are the only one of
their kind (Good 1953, doi:10.1093/biomet/40.3-4.237): as many new kinds are to be expected in as much time again as
have come once so far. Kinds that came in one slot together count as one, and those of the first slot of a log, in which
all is new, as none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.stats import poisson

from isang.words.frame import Floats

_USUAL = 1.0  # new ones in as much time again, or in a week if that is shorter: where so many are due, one is no news
_SLOTS, _CHANCE = 12, 1e-3  # what comes again in so many slots, though it never came before, is news at this chance
FAR = 5.0  # standard deviations; by chance once in three million slots
_ROW = ["log", "kind", "slot"]
_NEVER = np.iinfo(np.int64).max
_NAMES = (("thrown", "log", "kind"), ("thrown", "template"), ("thrown", "exception"))


def news(rows: pl.DataFrame, exceptions: int, week: float) -> pl.DataFrame:
    """The rows (log, kind, slot) with which kinds become news, by the slots before.

    Of counted rows (`slots.counted`). News is what is new where little is: among the kinds of a log or the templates of
    all logs, or the exceptions (those with an exception apart); and what is new and comes again at once. A kind's
    number is as in `usual_kinds`, `week` is in slots.
    """
    rows = rows.select("log", "kind", "slot", "lines").sort("slot", "log", "kind").filter(earliest())
    rows = rows.with_columns(
        template=pl.col("kind") // exceptions,
        exception=pl.col("kind") % exceptions,
        thrown=pl.col("kind") % exceptions > 0,
        opening=pl.col("slot") == pl.col("slot").min().over("log"),
    )
    rare = [_first(name) & pl.Series(_expected(rows, name, week) < _USUAL) for name in _NAMES]
    begun = rows.filter(_first(_NAMES[0]) & pl.any_horizontal(rare))
    return pl.concat([begun, _again(rows)]).select("log", "kind", "slot").unique(maintain_order=True)


def earliest() -> pl.Expr:
    """The first two rows of each kind, and those that are soon after, of rows in order of slot: all that matters."""
    kind = "log", "kind"
    soon = pl.col("slot") - pl.col("slot").min().over(kind) < _SLOTS
    return soon | (pl.int_range(pl.len()).over(kind) < 2)


def _first(name: Sequence[str]) -> pl.Expr:
    return pl.col("slot") == pl.col("slot").min().over(name)


def _expected(rows: pl.DataFrame, name: Sequence[str], week: float) -> Floats:
    """(n,) how many new ones by this name were to be expected, in a week at most."""
    slots = pl.col("slot").unique(maintain_order=True)
    came = rows.group_by(name).agg(
        slots.first().alias("first"),
        slots.get(1, null_on_oob=True).fill_null(_NEVER).alias("again"),
        pl.first("opening"),
    )
    together = came.filter(~pl.col("opening")).group_by("thrown", "first").agg(pl.col("again").max())
    slot, thrown, once = rows["slot"].to_numpy(), rows["thrown"].to_numpy(), np.zeros(len(rows))
    for one in (False, True):
        begun, over = (np.sort(together.filter(thrown=one)[of].to_numpy()) for of in ("first", "again"))
        own = slot[thrown == one]
        once[thrown == one] = np.searchsorted(begun, own) - np.searchsorted(over, own)
    return np.asarray(once * np.minimum(1.0, week / np.maximum(slot, 1)))


def _again(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with which so many lines of a new kind have come as a rare one would not have by chance."""
    since = pl.col("slot").min().over("log", "kind")
    young = rows.with_columns(age=pl.col("slot") - since, so_far=pl.col("lines").cum_sum().over("log", "kind")).filter(
        (pl.col("age") < _SLOTS) & (pl.col("age") < pl.col("slot"))
    )
    age, so_far, slot = (young[of].to_numpy() for of in ("age", "so_far", "slot"))
    chance = poisson.sf(so_far - 2, (age + 1) / (slot - age))
    return young.filter(chance < _CHANCE).unique(["log", "kind"], keep="first", maintain_order=True)[:, rows.columns]


def with_news(rows: pl.DataFrame, new: pl.DataFrame, beyond: pl.DataFrame) -> pl.DataFrame:
    """The rows with `news`: 1 where a kind is news, `apart` where that is far `beyond`, else 0.

    `new` and `beyond` are rows (log, kind, slot) of some of these; the standard deviations `apart` are news from 5 on.
    """
    far = beyond.filter(pl.col("apart") >= FAR).rename({"apart": "news"})
    told = pl.concat([new.with_columns(news=1.0), far.select(*_ROW, "news")], how="vertical_relaxed")
    told = told.group_by(_ROW).agg(pl.col("news").max())
    return rows.join(told, on=_ROW, how="left", maintain_order="left").with_columns(pl.col("news").fill_null(0.0))
