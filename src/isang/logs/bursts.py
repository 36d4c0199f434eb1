"""Counts of slots and of several slots in a row, beside what was due of them by all slots before."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.logs.tails import due
from isang.words.frame import Floats, Integers

_WINDOWS = (1, 3, 12)  # slots
_FEWEST_SLOTS = 100  # that tell how much counts vary
_STEERS_NO_MORE = 0.01
_BY = ["log", "kind"]


def judged_by_before(rows: pl.DataFrame, totals: Floats, starts: Integers) -> pl.DataFrame:
    """Counted rows (`slots.counted`) with `expected`, `spread`, `unusual`, which is 0 where fewer came than due.

    Due is the share that a kind had of the lines of its log, `totals` (logs, slots), in all slots before. How much
    counts vary is learnt anew at each of the slots `starts`.
    """
    kinds = rows.select(*_BY).unique(maintain_order=True).with_row_index("series")
    series = rows.join(kinds, on=_BY, how="left", maintain_order="left")["series"].to_numpy()
    of_log, slot = totals[kinds["log"].to_numpy()], rows["slot"].to_numpy()
    lines = np.zeros(of_log.shape)
    lines[series, slot] = rows["lines"].to_numpy()
    before, all_before = np.cumsum(lines, axis=1) - lines, np.cumsum(of_log, axis=1) - of_log
    expected = (before + 0.5) / (all_before + 1.0) * of_log
    apart = apart_in_a_row(lines, expected, starts)[series, slot]
    return rows.with_columns(
        pl.Series("expected", expected[series, slot]),
        pl.Series("spread", np.sqrt(expected[series, slot])),
        pl.Series("unusual", np.maximum(apart, 0.0)),
    )


def apart_in_a_row(lines: Floats, expected: Floats, starts: Integers) -> Floats:
    """(k, slots) how far counts of this slot, or of those up to it, are from what was due; the farthest, signed."""
    farthest = np.zeros(lines.shape)
    for slots in _WINDOWS:
        came, wanted = _in_a_row(lines, slots), np.maximum(_in_a_row(expected, slots), np.finfo(float).tiny)
        apart = due(came, wanted, _dispersions(came, wanted, starts)).apart
        farthest = np.where(np.abs(apart) > np.abs(farthest), apart, farthest)
    farthest[:, : _first(starts)] = 0.0
    return farthest


def _in_a_row(counts: Floats, slots: int) -> Floats:
    """(k, n) sums of so many slots up to each; of fewer at the beginning."""
    sums = np.cumsum(counts, axis=1)
    sums[:, slots:] -= sums[:, :-slots].copy()
    return sums


def _dispersions(came: Floats, wanted: Floats, starts: Integers) -> Floats:
    """(k, n) by the slots before the era."""
    found = np.ones(came.shape)
    for start in starts[starts >= _FEWEST_SLOTS].tolist():
        found[:, start:] = np.maximum(_dispersion(came[:, :start], wanted[:, :start]), 1.0)[:, None]
    return found


def _dispersion(came: Floats, wanted: Floats) -> Floats:
    """(k,) variance over mean, but for the slots farthest off, which may be what is sought."""
    off = (came - wanted) ** 2
    usual = off <= np.quantile(off, 1 - _STEERS_NO_MORE, axis=1, keepdims=True)
    return np.asarray((off * usual).sum(axis=1) / (wanted * usual).sum(axis=1))


def _first(starts: Integers) -> int:
    enough = starts[starts >= _FEWEST_SLOTS]
    return int(enough[0]) if len(enough) else np.iinfo(np.int64).max
