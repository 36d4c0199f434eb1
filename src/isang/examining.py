"""Detectors and thresholds side by side on labelled data: compared on the past, the chosen one tested once."""

from __future__ import annotations

import logging
import resource
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isang.assembly import blaming, pipeline_of
from isang.backtest import Setting, Sitting, joined, sit
from isang.candidates import Candidates
from isang.conclusions import conclusion
from isang.costs import Costs
from isang.curves import average_precision
from isang.errors import UsageError
from isang.exam import Exam
from isang.family import build
from isang.folds import Fold
from isang.intake import naming, reading_of
from isang.judging import Decision
from isang.knowing import lost_events, told_events
from isang.learner import Learner
from isang.measures import measures
from isang.parting import folds_of
from isang.parts import build_parts, merged
from isang.pictures import pictures
from isang.plan import Plan
from isang.reports.concluded import concluded
from isang.thresholds.base import Threshold
from isang.words.frame import entity_names, lay_out
from isang.words.reading import Reading

_log = logging.getLogger("isang")
_OF_SCORES, _OF_FLAGS = ("ranking", "volume"), ("point", "event", "delay")


@dataclass(frozen=True)
class Examined:
    """One source: rows of `evaluation.csv`, the arrays behind its pictures, what is to be said of it."""

    rows: list[dict[str, Any]]
    pictures: dict[str, Any]
    warnings: list[str]


def examine(plan: Plan, wanted: Candidates, data: Any = None) -> Examined:
    """Read (or take `data`), compare on training and calibration parts, test what was chosen once."""
    reading, costs = reading_of(plan, data), plan.costs()
    with naming(plan.inputs):
        told = told_events(plan, reading)
        if told is None:
            raise UsageError("evaluate needs known events: name them with --label COLUMN or --events FILE.")
        entities = entity_names(reading.frame, reading.columns.keys)
        grid = merged(lay_out(reading.frame, reading.columns, entities), plan.feature_specs())
        setting = Setting(grid, told.known.on(grid, reading.columns.keys, entities), costs)
        folds = folds_of(plan, setting)
        with blaming(plan):
            trials = [_tried(name, plan, reading, setting, folds, wanted) for name in wanted.detectors]
    chosen = [_best(trials, fold, costs) for fold in range(len(folds))]
    rows = [row for trial in trials for row in _compared(trial, costs)]
    rows.append(_tested(chosen, sum(trial.seconds for trial in trials), costs))
    file = plan.inputs[0] if plan.inputs else ""
    drawn = pictures(setting, [(one.sitting, one.decision, one.exam) for one in chosen], costs)
    said = [*told.warnings, *lost_events(plan, setting.truth)]
    return Examined([{"file": file, **row} for row in rows], drawn, said)


@dataclass(frozen=True)
class _Trial:
    """One detector on all folds: what it made of each, and each threshold examined on the calibration parts."""

    name: str
    thresholds: Mapping[str, Threshold]
    sittings: Sequence[Sitting]
    exams: Mapping[str, Sequence[Exam]]
    seconds: float


def _tried(
    name: str, plan: Plan, reading: Reading, setting: Setting, folds: Sequence[Fold], wanted: Candidates
) -> _Trial:
    _log.info("%s: learning and judging %d time(s) …", name, len(folds))
    began = clock.perf_counter()
    pipeline = pipeline_of(plan.model_copy(update={"detector": dict(wanted.detectors[name])}), reading.columns)
    parts = build_parts(pipeline, setting.grid, hindsight=False)
    thresholds = {rule: build("thresholds", settings) for rule, settings in wanted.thresholds.items()}
    sittings = [sit(Learner(parts.features, parts.detector), setting, fold) for fold in folds]
    exams = {rule: [one.compared(threshold) for one in sittings] for rule, threshold in thresholds.items()}
    return _Trial(name, thresholds, sittings, exams, clock.perf_counter() - began)


def _compared(trial: _Trial, costs: Costs | None) -> list[dict[str, Any]]:
    """A row for each threshold, reported on the calibration part."""
    exams = {rule: joined(parts) for rule, parts in trial.exams.items()}
    of_scores = measures(next(iter(exams.values())), _OF_SCORES, None)  # the same whatever the threshold
    return [
        {
            "detector": trial.name,
            "threshold": None,
            "threshold_from": f"{rule} on the other half",
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


def _best(trials: Sequence[_Trial], fold: int, costs: Costs | None) -> _Chosen:
    """Chosen by calibration parts up to this fold's, and only then tested."""
    pairs = [(trial, rule) for trial in trials for rule in (["cheapest"] if costs else trial.thresholds)]
    trial, rule = max(pairs, key=lambda pair: _merit(pair[0], pair[1], fold, costs)) if len(pairs) > 1 else pairs[0]
    sitting = trial.sittings[fold]
    decision = sitting.decision(trial.thresholds[rule], sitting.fold.calibration)
    return _Chosen(trial.name, rule, sitting, decision, sitting.tested(decision))


def _merit(trial: _Trial, rule: str, fold: int, costs: Costs | None) -> tuple[float, float]:
    """How good a threshold was on the calibration parts so far: by money, or F1 of events; then by AUC-PR."""
    exam = joined(trial.exams[rule][: fold + 1])
    known = measures(exam, ("event",), costs)
    first = -(known["cost"] or 0.0) if costs else known["event_f1"]
    area = average_precision(exam.scores[exam.counts], exam.positive[exam.counts])
    return first or 0.0, area or 0.0


def _tested(chosen: Sequence[_Chosen], seconds: float, costs: Costs | None) -> dict[str, Any]:
    """The row of the test parts, which chose nothing."""
    exam = joined([one.exam for one in chosen])
    finite = [one.decision.threshold for one in chosen if np.isfinite(one.decision.threshold)]
    row = {
        "detector": " / ".join(dict.fromkeys(one.detector for one in chosen)),
        "threshold": finite[0] if len(chosen) == len(finite) == 1 else None,
        "threshold_from": " / ".join(dict.fromkeys(one.rule for one in chosen)) + " on the calibration part",
        "reported_on": "test",
        **_size(exam),
        **measures(exam, (*_OF_SCORES, *_OF_FLAGS), costs),
        **_spent(seconds),
    }
    said = concluded(conclusion(row, costs, idle=not finite))
    return {**row, "conclusion": said["en"], "conclusion_text": said}


def _size(exam: Exam) -> dict[str, int]:
    return {"rows": int(exam.counts.sum()), "events": len(exam.events)}


def _spent(seconds: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 3), "peak_mb": round(peak, 1)}
