"""What votes together, and each rule that votes by itself, on the rows that chose nothing (S0-13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from isang.assembly import pipeline_of
from isang.backtest import Sitting, joined
from isang.chance import FEWEST_EVENTS
from isang.costs import Costs
from isang.exam import Exam
from isang.judging import Decision, fire, fitted_rules
from isang.parts import build_parts
from isang.plan import Plan
from isang.votes import Votes, votes_of
from isang.words.frame import Columns, Flags
from isang.words.telling import number
from isang.words.verdicts import Fired

TOGETHER = "votes"


def polled(plan: Plan, columns: Columns, sat: Sequence[tuple[Sitting, Decision]]) -> dict[str, Exam]:
    """Name → test parts examined: each rule that votes, and `votes` with what needs none; empty where nothing votes."""
    if not plan.votes:
        return {}
    votes = votes_of(plan.votes, plan.rules or {})
    names = [name for name in plan.rules or {} if name in votes.weights]
    exams: dict[str, list[Exam]] = {name: [] for name in (*names, TOGETHER)}
    for sitting, decision in sat:
        over, fired = sitting.over(decision), _fired(plan, columns, sitting)
        for name in names:
            exams[name].append(_examined(sitting, Votes({name: 1.0}).voted(over, fired)))
        exams[TOGETHER].append(_examined(sitting, votes.telling(over, fired)))
    return {name: joined(parts) for name, parts in exams.items()}


def _fired(plan: Plan, columns: Columns, sitting: Sitting) -> Mapping[str, Fired]:
    """Where the rules fire, learnt from the rows before the test part."""
    grid, fold = sitting.setting.grid, sitting.fold
    rules = build_parts(pipeline_of(plan, columns), grid, hindsight=False).rules
    return fire(
        fitted_rules(rules, grid.with_rows(fold.train | fold.calibration), columns.values), grid, columns.values
    )


def _examined(sitting: Sitting, flagged: Flags) -> Exam:
    """Flags alone: nothing is ranked by a vote."""
    return sitting.setting.exam(np.full(len(flagged), np.nan), flagged, sitting.fold.test)


def compared_in_words(rows: Sequence[Mapping[str, Any]], costs: Costs | None) -> str:
    """Which of these rows of the same test part is best: by cost, or F1 of events and then of rows; and by how much."""
    asked = "cost" if costs else "F1 of events and of rows"
    told = ", ".join(f"{row['detector']} {_told(row, costs)}" for row in rows)
    merits = {str(row["detector"]): _merit(row, costs) for row in rows}
    best = ", ".join(name for name, merit in merits.items() if merit == max(merits.values()))
    return f"{asked} on the test part: {told}; best: {best}.{_few(rows[0]['events'])}"


def _merit(row: Mapping[str, Any], costs: Costs | None) -> tuple[float, ...]:
    return (-row["cost"],) if costs else (row["event_f1"] or 0.0, row["point_f1"] or 0.0)


def _told(row: Mapping[str, Any], costs: Costs | None) -> str:
    return number(row["cost"]) if costs else f"{number(row['event_f1'])} and {number(row['point_f1'])}"


def _few(events: int) -> str:
    if events >= FEWEST_EVENTS:
        return ""
    return f" {events} events say little." if events > 1 else " One event says little."
