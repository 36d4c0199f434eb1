"""Learning from the rows before a moment to judge those after it: once, or again and again as time goes on."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isang.earlier import earlier_scores
from isang.events import Truth, uncut
from isang.judging import Decision, decide, fire, fitted_rules, past_of
from isang.learner import Judged, Learner, judge_causally, judge_in_turn
from isang.parts import build_parts, learning
from isang.rules.base import Rule
from isang.splits import cut_at_shares
from isang.words.frame import Flags, Grid, Integers
from isang.words.verdicts import Fired, joined

SHARES = (0.75, 0.25)  # of the rows that are learnt from: to train on, to set the threshold on
_log = logging.getLogger("isang")


@dataclass(frozen=True)
class Lesson:
    """What was learnt from the rows before a moment."""

    learner: Learner
    decision: Decision
    rules: list[tuple[str, Rule]]


@dataclass(frozen=True)
class Walk:
    """Lessons in the order of time, and what each of them made of its rows."""

    lessons: list[Lesson]
    judged: Judged
    fired: Mapping[str, Fired]
    split: NDArray[Any]


def learn(
    settings: Any, grid: Grid, columns: Sequence[str], truth: Truth | None, train: Flags, calibration: Flags
) -> Lesson:
    """Detector and features from the usual rows of `train` (n,), the threshold from `calibration`, rules from both."""
    seen = grid.with_rows(train | calibration)
    parts = build_parts(settings, grid, hindsight=False)
    with learning(grid):
        learner = Learner(parts.features, parts.detector).fit(
            grid.with_rows(train if truth is None else train & truth.usual)
        )
    past = past_of(judge_causally(learner, seen), grid, calibration, truth)
    decision = decide(past, parts.threshold, earlier_scores(learner, seen, truth, train))
    return Lesson(learner, decision, fitted_rules(parts.rules, seen, columns))


def walk(settings: Any, grid: Grid, columns: Sequence[str], truth: Truth | None, cuts: Sequence[int]) -> Walk:
    """Rows before the first cut train, rows before the second set the threshold, the rest is judged.

    At each further cut all is learnt anew from the rows before it, the last quarter of which sets the threshold.
    No event is cut in two.
    """
    if truth is not None:
        cuts = [uncut(cut, truth, grid) for cut in cuts]
    starts = np.unique(cuts[1:])
    lessons = []
    for train, calibration in _pasts(grid, truth, cuts[0], starts):
        _log.info("learning from %s rows", f"{int((train | calibration)[grid.position].sum()):,}")
        lessons.append(learn(settings, grid, columns, truth, train, calibration))
    owner = np.searchsorted(starts[1:], grid.time, side="right")
    judged = judge_in_turn([lesson.learner for lesson in lessons], owner, grid)
    split = np.array(["test"], dtype=object).repeat(len(grid.X))  # one text in memory, not millions
    split[grid.time < starts[0]] = "calibration"
    split[grid.time < cuts[0]] = "train"
    return Walk(lessons, judged, _fired(lessons, owner, grid, columns), split)


def _pasts(grid: Grid, truth: Truth | None, first: int, starts: Integers) -> Iterator[tuple[Flags, Flags]]:
    """The rows that train and those that set the threshold, before each start."""
    times = grid.time[grid.position]
    for number, start in enumerate(starts):
        until = first if number == 0 else cut_at_shares(times[times < start], SHARES)[0]
        if truth is not None:
            until = uncut(until, truth, grid)
        yield grid.time < until, (grid.time >= until) & (grid.time < start)


def _fired(lessons: Sequence[Lesson], owner: Integers, grid: Grid, columns: Sequence[str]) -> dict[str, Fired]:
    """Where the rules of each lesson fire in its own rows."""
    fired = [fire(lesson.rules, grid, columns) for lesson in lessons]
    own = [
        {name: one.part(owner[one.rows] == number) for name, one in found.items()} for number, found in enumerate(fired)
    ]
    return {name: joined([found[name] for found in own]) for name in own[0]}
