"""Costs of every combination of dimensions → the series of every scope that is worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import polars as pl

from isang.recognise.bill_layouts import CURRENCY
from isang.words.frame import ALL, Columns
from isang.words.reading import Reading

_WHO, _WHAT = ("customer", "subscription"), ("service",)
_WORTH = 3e-5  # of what all costs a day: a series that never costs as much can move nothing
_CHARGED = 0.5  # of its weekdays from the first charge to the last: with fewer a day says nothing of the next


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
    """A row for each member of a scope and each day that the bill holds, 0 where nothing came.

    The frame has a time column of days (or hours), keys and one value, the cost. The keys of a member say whatever all
    its costs have in common, and `*` where they differ; so members that are the same are told once. Members that are
    too small to matter, or charged so seldom that no day says what to expect of the next, are left out: wider scopes
    hold their costs.
    """
    time, (cost,), keys = str(columns.time), columns.values, columns.keys
    apart = [name for name in keys if name == CURRENCY]  # never added up
    dimensions = [name for name in keys if name != CURRENCY]
    frame = frame.with_columns(pl.col(keys).cast(pl.Categorical(pl.Categories.random())))  # texts would take minutes
    times = frame[time].unique().sort()  # a day on which nothing came at all is missing, not free
    least = frame.group_by(apart or pl.lit(0)).agg(least=pl.col(cost).abs().sum() / len(times) * _WORTH)
    parts, told = list[pl.DataFrame](), list[pl.DataFrame]()
    for scope in scopes(dimensions):
        by = [*apart, *scope]
        costs = frame.group_by(*by, time).agg(pl.col(cost).sum())
        members = _worth(costs, least, by, time, cost)
        common = frame.join(members, on=by, how="semi") if by else frame
        members = common.group_by(by or pl.lit(0)).agg(_common(name) for name in dimensions if name not in scope)
        members = members.join(pl.concat(told), on=keys, how="anti", nulls_equal=True) if told else members
        told.append(members.select(keys))
        whole = members.select(keys).join(times.to_frame(), how="cross")
        parts.append(whole.join(costs, on=[*by, time], how="left").with_columns(pl.col(cost).fill_null(0.0)))
    return pl.concat(part.select(time, *keys, cost) for part in parts).with_columns(
        pl.col(keys).cast(pl.String).fill_null(ALL)
    )


def _common(name: str) -> pl.Expr:
    """What all rows have in a dimension, null where they differ."""
    number = pl.col(name).to_physical()
    return pl.when(number.min() == number.max()).then(pl.col(name).first()).alias(name)


def _worth(costs: pl.DataFrame, least: pl.DataFrame, by: Sequence[str], time: str, cost: str) -> pl.DataFrame:
    """The members that cost enough at least once, and something on most of the days on which they could."""
    if not by:
        return costs
    most = costs.filter(pl.col(cost) != 0).group_by(by).agg(_often(pl.col(time)), most=pl.col(cost).abs().max())
    most = most.filter("often") if set(by) - {CURRENCY} else most
    apart = [name for name in by if name == CURRENCY]  # never added up
    limited = most.join(least, on=apart) if apart else most.with_columns(least=pl.lit(least["least"][0]))
    return limited.filter(pl.col("most") >= pl.col("least"))


def _often(time: pl.Expr) -> pl.Expr:
    """Whether enough days hold one of these times, of the weekdays that do, between the first and the last."""
    days, lasts = time.dt.date().n_unique(), (time.max() - time.min()).dt.total_days() + 1
    return (days >= _CHARGED * lasts * time.dt.weekday().n_unique() / 7).alias("often")
