"""Which columns name the entity: those that tell rows of the same time apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import polars as pl

from isang.words.frame import dominant_step

_SAMPLE_ROWS = 200_000
_MOST_CANDIDATES = 8
_ENOUGH_REPEATS = (0.05, 0.2, 0.2)
_ENOUGH_FOR_INTEGERS = 0.33
_TIME = "__time__"


def find_keys(
    frame: pl.DataFrame,
    times: pl.Series | None,
    texts: Sequence[str],
    integers: Sequence[str],
    base: tuple[str, ...] = (),
) -> tuple[tuple[str, ...], str]:
    """The smallest set of up to three columns that makes (time, base, set) unique, and a reason; () if none does.

    Text columns are tried before integers; these must repeat like the members of a panel.
    """
    if times is None:
        return base, ""
    table = pl.DataFrame([times.alias(_TIME), *frame.select(*dict.fromkeys([*base, *texts, *integers])).get_columns()])
    repeats = 1 - _distinct(table, [_TIME, *base]) / len(table)
    if repeats == 0:
        return (base, "") if base else _with_own_step(table, times, texts)
    sample = _sampled(table)
    named, numbered = (
        _few_valued(sample, texts),
        _few_valued(sample, integers) if repeats > _ENOUGH_FOR_INTEGERS else [],
    )
    numbered = [name for name in numbered if _is_panel(sample, name)]
    for chosen in _sets(named, numbered):
        enough = repeats >= _ENOUGH_REPEATS[len(chosen) - 1]
        if enough and _explains(sample, base, chosen) and _explains(table, base, chosen):
            chosen = tuple(sorted(chosen, key=frame.columns.index))
            listed = ", ".join(repr(name) for name in chosen)
            return (*base, *chosen), f"times repeat, and {listed} tells their rows apart"
    return base, ""


def are_unique(frame: pl.DataFrame, times: pl.Series, keys: Iterable[str]) -> bool:
    """Whether no two rows share time and keys."""
    return _distinct(frame.with_columns(times.alias(_TIME)), [_TIME, *keys]) == len(frame)


def _sets(texts: list[str], integers: list[str]) -> list[tuple[str, ...]]:
    """Small sets first; among those of one size, texts alone first."""
    both = texts + integers
    sizes = [(pool, size) for size in (1, 2, 3) for pool in (texts, both)]
    return list(dict.fromkeys(chosen for pool, size in sizes for chosen in combinations(pool, size)))


def _few_valued(table: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Columns of at least two values that stand in two rows each on average, fewest values first."""
    counts = {name: table[name].n_unique() for name in names}
    few = [name for name in names if 2 <= counts[name] <= len(table) / 2]
    return sorted(few, key=lambda name: counts[name])[:_MOST_CANDIDATES]


def _is_panel(table: pl.DataFrame, name: str) -> bool:
    """An integer names entities when it has about as many values as rows share one time."""
    most = table[_TIME].value_counts()["count"].max()
    return isinstance(most, int) and table[name].n_unique() <= 2 * most


def _explains(table: pl.DataFrame, base: tuple[str, ...], chosen: tuple[str, ...]) -> bool:
    """Whether nearly all repeated times become unique (one in twenty may stay: doubled rows occur)."""
    before = len(table) - _distinct(table, [_TIME, *base])
    after = len(table) - _distinct(table, [_TIME, *base, *chosen])
    return before > 0 and after <= before / 20 and _distinct(table, [*base, *chosen]) <= len(table) / 2


def _sampled(table: pl.DataFrame) -> pl.DataFrame:
    """All rows of some times, where there are very many rows."""
    if len(table) <= _SAMPLE_ROWS:
        return table
    times = table[_TIME].unique().sort().gather_every(-(-len(table) // _SAMPLE_ROWS))
    return table.filter(pl.col(_TIME).is_in(times.implode()))


def _distinct(table: pl.DataFrame, names: list[str]) -> int:
    return int(table.select(pl.struct(names).hash().n_unique()).item())


def _with_own_step(table: pl.DataFrame, times: pl.Series, texts: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Entities that report at times of their own: with the key the steps are regular, without it not."""
    micros = times.dt.epoch("us").to_numpy().astype(np.int64)
    if dominant_step(np.sort(micros), np.zeros(len(micros), dtype=np.int64)) is not None:
        return (), ""
    for name in _few_valued(table, texts):
        entity = table[name].rank("dense").fill_null(0).cast(pl.Int64).to_numpy()
        order = np.lexsort((micros, entity))
        if dominant_step(micros[order], entity[order]) is not None:
            return (name,), f"each {name!r} keeps a step of its own"
    return (), ""
