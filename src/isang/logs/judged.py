"""Counted lines beside what was due of them: in hindsight, in turn, or by what was learnt from other logs before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from isang.logs.slots import totals_of
from isang.logs.usual import Usual
from isang.logs.whole import bursts_of, due_of_all, judge_all
from isang.words.frame import Floats, Integers


def in_hindsight(rows: pl.DataFrame) -> pl.DataFrame:
    """Each slot of counted rows (`slots.together`) judged by all others; columns as `Usual.judge`, all lines too."""
    totals = totals_of(rows)
    expected = due_of_all(totals, causal=False)
    kinds = Usual.learn(rows, totals).judge(rows, totals, own=True)
    return pl.concat([kinds, judge_all(totals, expected, bursts_of(totals, expected), 0).select(kinds.columns)])


def in_turn(rows: pl.DataFrame, starts: Integers) -> pl.DataFrame:
    """The slots from each start to the next judged by all before it; those before the first by nothing."""
    totals = totals_of(rows)
    expected = due_of_all(totals, causal=True)
    edges, judged = [0, *starts.tolist(), totals.shape[1]], []
    for first, behind in pairwise(edges):
        before = totals[:, :first]
        usual = Usual.learn(rows.filter(pl.col("slot") < first), before)
        era = rows.filter(pl.col("slot").is_between(first, behind, closed="left"))
        judged.append(_by(usual, bursts_of(before, expected[:, :first]), era, totals, expected, (first, behind)))
    return pl.concat(judged)


def by(usual: Usual, bursts: Floats, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    """All slots from the first on judged by what was learnt before; `bursts` (logs,) are dispersions of whole logs."""
    totals = totals_of(rows, len(bursts))
    expected = np.zeros_like(totals)
    expected[:, first:] = due_of_all(totals[:, first:], causal=True)
    return _by(usual, bursts, rows, totals, expected, (first, totals.shape[1]))


def _by(
    usual: Usual, bursts: Floats, rows: pl.DataFrame, totals: Floats, expected: Floats, era: tuple[int, int]
) -> pl.DataFrame:
    part = slice(*era)
    kinds = usual.judge(rows, totals, own=False, first=era[0], behind=era[1])
    return pl.concat([kinds, judge_all(totals[:, part], expected[:, part], bursts, era[0]).select(kinds.columns)])
