"""Costs of every combination of dimensions → the series of every scope that is worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

import polars as pl

from isang.words.frame import ALL, Columns
from isang.words.reading import Reading

_APART = ("currency",)  # never added up
_WHO, _WHAT = ("customer", "subscription"), ("service",)
_WORTH = 3e-5  # of what all costs a day: a series that never costs as much can move nothing


def scopes(dimensions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The dimensions that tell the members of each scope: none, each alone, and the services of whoever pays."""
    yield ()
    for name in dimensions:
        yield (name,)
    for who, what in product(_WHO, _WHAT):
        if who in dimensions and what in dimensions:
            yield (who, what)


def in_scopes(reading: Reading) -> Reading:
    """A bill with the series of its scopes in place of its rows, which it keeps beside them."""
    if reading.bill is None:
        return reading
    frame = rolled_up(reading.frame, reading.columns)
    entities = frame.select(reading.columns.keys).n_unique() if reading.columns.keys else 1
    return replace(
        reading,
        frame=frame,
        bill=replace(reading.bill, rows=reading.frame),
        recognised=replace(reading.recognised, entities=entities),
    )


def rolled_up(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """A row for each member of a scope and each day: `*` in the dimensions that were added up, 0 where nothing came.

    The frame has a time column of days (or hours), keys and one value, the cost. Members that are the same series as
    one of a wider scope are left out, and so are those that are too small to matter.
    """
    time, (cost,), keys = str(columns.time), columns.values, columns.keys
    apart = [name for name in keys if name in _APART]
    dimensions = [name for name in keys if name not in _APART]
    times = _times(frame[time])
    parts, told = list[pl.DataFrame](), list[pl.DataFrame]()
    for scope in scopes(dimensions):
        added = (pl.lit(ALL).alias(name) for name in dimensions if name not in scope)
        costs = frame.group_by(*apart, *scope, time).agg(pl.col(cost).sum()).with_columns(*added)
        members = costs.group_by(keys).agg(_prints(cost, (pl.col(time) - times[0]).dt.total_hours()))
        if not scope:
            least = members.select(*apart, least=pl.col("total") / len(times) * _WORTH)
        members = _worth(members, least, apart)
        members = members.join(pl.concat(told), on=[*apart, *_PRINTS], how="anti") if told else members
        told.append(members.select(*apart, *_PRINTS))
        whole = members.select(keys).join(times.to_frame(), how="cross")
        parts.append(whole.join(costs, on=[*keys, time], how="left").with_columns(pl.col(cost).fill_null(0.0)))
    return pl.concat(parts).select(time, *keys, cost)


_PRINTS = ("total", "weighed")


def _prints(cost: str, hours: pl.Expr) -> list[pl.Expr]:
    """What a member costs, plain and weighed by time, both equal for equal series; and the most at once."""
    size = pl.col(cost).abs()
    return [
        size.sum().round(4).alias("total"),
        (pl.col(cost) * hours).sum().round(1).alias("weighed"),
        size.max().alias("most"),
    ]


def _worth(members: pl.DataFrame, least: pl.DataFrame, apart: Sequence[str]) -> pl.DataFrame:
    """The members that cost as much at least once."""
    limited = members.join(least, on=list(apart)) if apart else members.with_columns(least=pl.lit(least["least"][0]))
    return limited.filter(pl.col("most") >= pl.col("least"))


def _times(time: pl.Series) -> pl.Series:
    """Every day (or hour) from the first to the last."""
    step = time.unique().sort().diff().min() or timedelta(days=1)
    every = pl.datetime_range(time.min(), time.max(), step, eager=True)  # type: ignore[arg-type]
    return every.cast(time.dtype).alias(time.name)
