"""What drove an incident: the columns, the detectors that spoke, the rows in which it really happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isang.clusters import clusters
from isang.explain.drivers import column_shares
from isang.explain.members import judge_of, members_that_spoke
from isang.explain.onset import onset
from isang.judgement import Judgement, cell, number
from isang.words.frame import Floats, Integers
from isang.words.incident import Driver

_MOST_DRIVERS = 5
_LEAST_SHARE = 0.05
_MOST_ROWS_EXPLAINED = 100
_OUTSIDE, _FAR_OUTSIDE = 3.0, 6.0  # usual spreads from what is expected
_PAUSE = 3  # rows: what lies outside again after a longer one is another run


@dataclass(frozen=True)
class Cause:
    """Why the rows of an incident were flagged.

    `top` is the column that drove it most, `peak` its worst row, `first` and `last` where it really began and ended.
    `onset` is the row from which on that column was on its way there, None where that cannot be said.
    """

    top: int
    peak: int
    first: int
    last: int
    onset: int | None
    drivers: tuple[Driver, ...]
    members: tuple[dict[str, float | str], ...]


def cause(judgement: Judgement, rows: Integers) -> Cause:
    """The cause of one incident; no drivers where only a rule fired on absent data."""
    shares, members = _why(judgement, rows)
    top = int(np.argmax(shares)) if len(shares) else 0
    peak, core = _peak(judgement, rows, top), _core(judgement, rows, shares)
    began = _onset(judgement, peak, top)
    return Cause(top, peak, int(core[0]), int(core[-1]), began, _drivers(judgement, shares, peak), members)


def _why(judgement: Judgement, rows: Integers) -> tuple[Floats, tuple[dict[str, float | str], ...]]:
    """Shares of the columns and the members that spoke; empty where only a rule fired on absent data."""
    over = rows[judgement.verdicts.over[rows]]
    if not len(over):
        return np.empty(0), ()
    worst = int(over[np.argmax(judgement.verdicts.scores[over])])
    nearest = over[np.argsort(np.abs(over - worst), kind="stable")[:_MOST_ROWS_EXPLAINED]]
    inside = np.sort(nearest[judgement.judged.owner[nearest] == judgement.judged.owner[worst]])
    detector, context = judgement.judged.learner(worst).detector_, judgement.verdicts.context_rows
    first = max(int(inside[0]) - context, 0)
    stretch = judgement.judged.stretch(worst, first, int(inside[-1]) + context)
    shares = column_shares(judge_of(detector), stretch, inside - first)
    return shares, members_that_spoke(detector, stretch, inside - first)


def _core(judgement: Judgement, rows: Integers, shares: Floats) -> Integers:
    """The rows from the first to the last run outside their usual range that reaches far outside, if one does.

    A windowed detector also flags rows around what happened, which would date it too early and too late; and of many
    usual rows some lie a little outside.
    """
    driving = np.flatnonzero(shares >= _LEAST_SHARE) if len(shares) else np.arange(len(judgement.columns.values))
    apart = np.nan_to_num(np.abs(judgement.judged.seen.X[np.ix_(rows, driving)]), nan=0.0).max(axis=1, initial=0.0)
    if judgement.verdicts.grid.lower is None or apart.max(initial=0.0) < _FAR_OUTSIDE:
        return rows
    outside = np.flatnonzero(apart > _OUTSIDE)
    run = clusters(outside, np.zeros_like(outside), _PAUSE)
    far = outside[np.isin(run, run[apart[outside] >= _FAR_OUTSIDE])]
    return rows[far[0] : far[-1] + 1]


def _peak(judgement: Judgement, rows: Integers, top: int) -> int:
    """The row farthest from usual in the column that drove it most; the worst score where none leaves its band."""
    apart = np.nan_to_num(np.abs(judgement.judged.seen.X[rows, top]), nan=0.0)
    farthest = int(rows[np.argmax(apart)])
    if judgement.direction(farthest, top) != "pattern":
        return farthest
    return int(rows[np.argmax(np.nan_to_num(judgement.verdicts.scores[rows], nan=-np.inf))])


def _onset(judgement: Judgement, peak: int, top: int) -> int | None:
    grid = judgement.verdicts.grid
    if grid.expected is None or grid.lower is None or grid.upper is None:
        return None
    return onset(grid.X[:, top], grid.expected[:, top], grid.lower[:, top], grid.upper[:, top], peak)


def _drivers(judgement: Judgement, shares: Floats, row: int) -> tuple[Driver, ...]:
    order = np.argsort(-shares, kind="stable")[:_MOST_DRIVERS]
    chosen = [int(at) for at in order if shares[at] >= _LEAST_SHARE or at == order[0]]
    grid = judgement.verdicts.grid
    return tuple(
        Driver(
            name=judgement.columns.values[at],
            value=number(judgement.judged.seen.X[row, at]),
            share=round(float(shares[at]), 4),
            actual=number(grid.X[row, at]),
            expected=number(judgement.due(np.array([row]), at)[0]),
            lower=cell(grid.lower, row, at),
            upper=cell(grid.upper, row, at),
        )
        for at in chosen
    )
