"""Costs of every combination of dimensions → the series of every scope that is worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from isang.recognise.bill_layouts import CURRENCY
from isang.words.frame import ALL, Columns, Flags, Floats, entity_names
from isang.words.reading import Reading

_WHO, _WHAT = ("customer", "subscription"), ("service",)
_SETS = "\0sets"  # beside keys of whatever name
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
    return replace(
        reading,
        frame=frame,
        bill=replace(reading.bill, rows=reading.frame),
        recognised=replace(reading.recognised, entities=len(entity_names(frame, reading.columns.keys))),
    )


def rolled_up(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """A row for each member of a scope and each day that the bill holds, 0 where nothing came.

    The frame has a time column of days (or hours), keys and one value, the cost. The keys of a member say whatever all
    its costs have in common, and `*` where they differ; so members that are the same are told once. Members that are
    too small to matter, or charged so seldom that no day says what to expect of the next, are left out: wider scopes
    hold their costs. Without keys there is but the whole, as it is.
    """
    keys, time = columns.keys, str(columns.time)
    if not keys:
        return frame
    apart = [name for name in keys if name == CURRENCY]  # never added up
    dimensions = [name for name in keys if name != CURRENCY]
    frame = _shortened(frame, keys)
    sets = frame.select(keys).unique(maintain_order=True)
    times = frame[time].unique().sort()  # a day on which nothing came at all is missing, not free
    costs = _costs(frame, columns, sets, times)
    least = _least(sets, costs, apart)
    told, sums = list[pl.DataFrame](), list[Floats]()
    for scope in scopes(dimensions):
        members = _members(sets, [*apart, *scope], [name for name in dimensions if name not in scope])
        if told:
            members = members.join(pl.concat(told), on=keys, how="anti", nulls_equal=True, maintain_order="left")
        each = _added_up(members[_SETS], costs)
        worth = np.abs(each).max(axis=1) >= least[members[_SETS].list.first().to_numpy()]
        worth &= _often(each, times) if scope else True
        told.append(members.filter(pl.Series(worth)).select(keys))
        sums.append(each[worth])
    return _long(pl.concat(told), times, np.concatenate(sums), columns)


def _shortened(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Texts as categories; texts themselves would take minutes."""
    return frame.with_columns(pl.col(name).cast(pl.Categorical) for name in keys if frame.schema[name] == pl.String)


def _costs(frame: pl.DataFrame, columns: Columns, sets: pl.DataFrame, times: pl.Series) -> csr_matrix:
    """(sets, times) what each set of dimensions cost at each time; mostly nothing."""
    (cost,), keys, time = columns.values, columns.keys, str(columns.time)
    numbers = sets.with_row_index(_SETS)
    named = frame.select(keys).join(numbers, on=keys, how="left", maintain_order="left")
    at = named[_SETS].to_numpy(), times.search_sorted(frame[time]).to_numpy()
    return csr_matrix((frame[cost].to_numpy(), at), shape=(len(sets), len(times)))


def _least(sets: pl.DataFrame, costs: csr_matrix, apart: Sequence[str]) -> Floats:
    """(sets,) what a member in the currency of the set must cost at least once."""
    spent = pl.Series("spent", abs(costs).sum(axis=1).A1 / costs.shape[1] * _WORTH)
    return sets.with_columns(spent).select(pl.col("spent").sum().over(apart or pl.lit(0))).to_series().to_numpy()


def _members(sets: pl.DataFrame, by: Sequence[str], free: Sequence[str]) -> pl.DataFrame:
    """The members of a scope: what all their sets have in common, null where they differ; and which sets these are."""
    numbered = sets.with_row_index(_SETS)
    return numbered.group_by(by or pl.lit(0), maintain_order=True).agg(pl.col(_SETS), *map(_common, free))


def _common(name: str) -> pl.Expr:
    number = pl.col(name).to_physical()
    return pl.when(number.min() == number.max()).then(pl.col(name).first()).alias(name)


def _added_up(sets: pl.Series, costs: csr_matrix) -> Floats:
    """(members, times) what the sets of each member cost together."""
    member = np.repeat(np.arange(len(sets)), sets.list.len().to_numpy())
    one = np.ones(len(member))
    belongs = csr_matrix((one, (member, sets.explode().to_numpy())), shape=(len(sets), costs.shape[0]))
    return np.asarray((belongs @ costs).toarray())


def _often(costs: Floats, times: pl.Series) -> Flags:
    """(members,) whether enough days hold a charge, of the weekdays that ever do, between the first and the last."""
    days, begins = np.unique(times.dt.date().to_physical().to_numpy(), return_index=True)
    charged = np.logical_or.reduceat(costs != 0, begins, axis=1)
    lasts = days[-1 - charged[:, ::-1].argmax(axis=1)] - days[charged.argmax(axis=1)] + 1
    weekdays = sum(charged[:, days % 7 == one].any(axis=1).astype(np.int64) for one in range(7))
    return np.asarray(charged.sum(axis=1) >= _CHARGED * lasts * weekdays / 7)


def _long(members: pl.DataFrame, times: pl.Series, costs: Floats, columns: Columns) -> pl.DataFrame:
    """A row for each member and time."""
    at = pl.Series(np.repeat(np.arange(len(members)), len(times)))
    named = members.with_columns(pl.all().cast(pl.String).fill_null(ALL).cast(pl.Categorical))[at]
    every = pl.concat([times] * len(members)).alias(str(columns.time)).to_frame()
    return pl.concat([every, named, pl.DataFrame({columns.values[0]: costs.ravel()})], how="horizontal")
