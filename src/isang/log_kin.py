"""Which kinds of log lines tell of one cause: a sum and the kind that made most of it, a turn and its second line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from isang.judgement import Judgement
from isang.logs.bursts import LONGEST
from isang.logs.summed import PARTS
from isang.words.frame import Integers

KIN = "kin"  # column of the frame: number of the template, of a turn that of its second one, below 0 for a sum
_MOST = 0.5  # of what came beyond what was due of a sum


def of_one_cause(judgement: Judgement, incidents: Sequence[Sequence[Integers]]) -> list[list[Integers]]:
    """Incidents (groups of flagged grid rows) with those put together that tell of one cause."""
    if not incidents or not _has_kin(judgement):
        return [list(some) for some in incidents]
    groups = [rows for some in incidents for rows in some]
    owner, cause = np.repeat(np.arange(len(incidents)), [len(some) for some in incidents]), np.arange(len(incidents))
    told = _told(judgement, groups)
    for one, other in (*_turned(told), *_summed(judgement, groups, told)):
        cause[cause == cause[owner[other]]] = cause[owner[one]]
    return [
        [rows for at in np.flatnonzero(cause == own).tolist() for rows in incidents[at]] for own in np.unique(cause)
    ]


def is_sum(judgement: Judgement, row: int) -> bool:
    """Whether a grid row counts lines of several kinds together."""
    return _has_kin(judgement) and judgement.frame[KIN][int(judgement.caller_row[row])] < 0


def _has_kin(judgement: Judgement) -> bool:
    return judgement.pack == "logs" and KIN in judgement.frame.columns


def _told(judgement: Judgement, groups: Sequence[Integers]) -> pl.DataFrame:
    """Each group (its number is `group`) with its log, from when (and `reach` before that) to when, what it counts."""
    grid, ends = judgement.verdicts.grid, [np.array([rows[at] for rows in groups]) for at in (0, -1)]
    steps = np.diff(np.unique(grid.time[grid.position]))
    times = {name: grid.time[rows] for name, rows in zip(("begin", "end"), ends, strict=True)}
    logs = [" / ".join(judgement.entities[one][:-1]) for one in grid.entity[ends[0]].tolist()]
    told: pl.DataFrame = judgement.frame[judgement.caller_row[ends[0]]].select(KIN, "template_id", "exception")
    times["reach"] = times["begin"] - LONGEST * (steps.min() if len(steps) else 0)
    return told.with_columns(pl.Series("log", logs, pl.String), **times).with_row_index("group")


def _turned(told: pl.DataFrame) -> list[tuple[int, int]]:
    """A turn, and lines of its second template or another turn to it, not long apart."""
    turns = told.filter(pl.col(KIN) >= 0, pl.col("template_id").is_null())
    pairs = _beside(told, turns, ["log", KIN])
    return pairs.filter(pl.col("group") != pl.col("group_right")).select("group", "group_right").rows()


def _summed(judgement: Judgement, groups: Sequence[Integers], told: pl.DataFrame) -> list[tuple[int, int]]:
    """A kind, and a sum of which it made most."""
    kinds, found = told.filter(pl.col("template_id").is_not_null()), list[tuple[int, int]]()
    for kin, part in PARTS.items():
        pairs = _beside(kinds.filter(part), told.filter(pl.col(KIN) == kin), ["log"])
        found += [
            (kind, own)
            for kind, own in pairs.select("group", "group_right").rows()
            if _share(judgement, groups[kind], groups[own]) > _MOST
        ]
    return found


def _beside(some: pl.DataFrame, others: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs of groups with the same in `on`, neither of which begins long after the other has ended."""
    pairs = some.join(others, on=on)
    return pairs.filter(pl.col("reach") <= pl.col("end_right"), pl.col("reach_right") <= pl.col("end"))


def _share(judgement: Judgement, kind: Integers, own: Integers) -> float:
    """How much of what came beyond what was due of a sum's flagged rows came by lines of a kind."""
    grid = judgement.verdicts.grid
    begin, behind = grid.stretches[int(grid.entity[kind[0]])]
    rows = np.arange(begin, behind)[np.isin(grid.time[begin:behind], grid.time[own])]
    return judgement.moved(rows) / (judgement.moved(own) or np.inf)
