"""Detectors and thresholds side by side on labelled data: compared on the past, the chosen one tested once."""

from __future__ import annotations

import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isang.assembly import blaming
from isang.backtest import Sitting, joined
from isang.candidates import Candidates
from isang.choosing import Trial, best, setting_of, tried
from isang.conclusions import conclusion
from isang.costs import Costs
from isang.errors import UsageError
from isang.exam import Exam
from isang.intake import naming, reading_of
from isang.judging import Decision
from isang.knowing import lost_events, told_events
from isang.measures import measures
from isang.parting import folds_of
from isang.pictures import pictures
from isang.plan import Plan
from isang.polling import compared_in_words, polled
from isang.reports.concluded import concluded
from isang.thresholds.base import Threshold

_OF_SCORES, _OF_FLAGS = ("ranking", "volume"), ("point", "event", "delay")


@dataclass(frozen=True)
class Examined:
    """One source: rows of `evaluation.csv`, the arrays behind its pictures, what is to be said of it."""

    rows: list[dict[str, Any]]
    pictures: dict[str, Any]
    warnings: list[str]


def examine(plan: Plan, wanted: Candidates, data: Any = None) -> Examined:
    """Read (or take `data`), compare on training and calibration parts, test what was chosen once."""
    reading, costs = reading_of(plan, data, causal=True, labels=False), plan.costs()
    with naming(plan.inputs):
        told = told_events(plan, reading)
        if told is None:
            raise UsageError("evaluate needs known events: name them with --label COLUMN or --events FILE.")
        setting = setting_of(plan, reading, told.known)
        folds = folds_of(plan, setting)
        with blaming(plan):
            detectors = wanted.detectors.values()
            trials = [tried(one, wanted.thresholds, plan, reading, setting, folds) for one in detectors]
    chosen = [_decided(*best(trials, fold, costs), fold) for fold in range(len(folds))]
    rows = [row for trial in trials for row in _compared(trial, costs)]
    rows.append(_tested(chosen, sum(trial.seconds for trial in trials), costs))
    said = [*told.warnings, *lost_events(plan, setting.truth)]
    if others := polled(plan, reading.columns, [(one.sitting, one.decision) for one in chosen]):
        rows += [_flagged(name, exam, costs) for name, exam in others.items()]
        if rows[-1]["events"]:
            said.append(compared_in_words(rows[-1 - len(others) :], costs))
    file = plan.inputs[0] if plan.inputs else ""
    drawn = pictures(setting, [(one.sitting, one.decision, one.exam) for one in chosen], costs)
    return Examined([{"file": file, **row} for row in rows], drawn, said)


def _compared(trial: Trial, costs: Costs | None) -> list[dict[str, Any]]:
    """A row for each threshold, reported on the calibration part."""
    exams = {rule: joined(parts) for rule, parts in trial.exams.items()}
    of_scores = measures(next(iter(exams.values())), _OF_SCORES, None)  # the same whatever the threshold
    return [
        {
            "detector": trial.name,
            "threshold": None,
            "threshold_from": _source({rule: trial.thresholds[rule]}, "the other half"),
            "reported_on": "calibration",
            **_size(exam),
            **of_scores,
            **measures(exam, _OF_FLAGS, costs),
            "conclusion": "",
            **_spent(trial.seconds),
        }
        for rule, exam in exams.items()
    ]


@dataclass(frozen=True)
class _Chosen:
    """The pair that was best on the calibration parts until a fold, and how it did in the test part."""

    detector: str
    rule: str
    sitting: Sitting
    decision: Decision
    exam: Exam


def _decided(trial: Trial, rule: str, fold: int) -> _Chosen:
    """What was chosen on the past, its threshold learnt from the calibration part, tested."""
    sitting = trial.sittings[fold]
    decision = sitting.decision(trial.thresholds[rule], sitting.fold.calibration)
    return _Chosen(trial.name, rule, sitting, decision, sitting.tested(decision))


def _tested(chosen: Sequence[_Chosen], seconds: float, costs: Costs | None) -> dict[str, Any]:
    """The row of the test parts, which chose nothing."""
    exam = joined([one.exam for one in chosen])
    finite = [one.decision.threshold for one in chosen if np.isfinite(one.decision.threshold)]
    row = {
        "detector": " / ".join(dict.fromkeys(one.detector for one in chosen)),
        "threshold": finite[0] if len(chosen) == len(finite) == 1 else None,
        "threshold_from": _source({one.rule: one.decision.rule for one in chosen}, "the calibration part"),
        "reported_on": "test",
        **_size(exam),
        **measures(exam, (*_OF_SCORES, *_OF_FLAGS), costs),
        **_spent(seconds),
    }
    said = concluded(conclusion(row, costs, idle=not finite and not exam.raised.any()))
    return {**row, "conclusion": said["en"], "conclusion_text": said}


def _source(rules: Mapping[str, Threshold], part: str) -> str:
    """The rules that chose a threshold, and on which rows; what was set has looked at none."""
    named = " / ".join(rules)
    return f"{named} on {part}" if any(rule.learns for rule in rules.values()) else named


def _flagged(name: str, exam: Exam, costs: Costs | None) -> dict[str, Any]:
    """The row of a rule alone, or of the votes, in the same test parts."""
    return {
        "detector": name,
        "threshold": None,
        "threshold_from": "flags without a score",
        "reported_on": "test",
        **_size(exam),
        **measures(exam, _OF_FLAGS, costs),
        "conclusion": "",
        **_spent(0.0),
    }


def _size(exam: Exam) -> dict[str, int]:
    return {"rows": int(exam.counts.sum()), "events": len(exam.events)}


def _spent(seconds: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 3), "peak_mb": round(peak, 1)}
