"""Detectors compared on the past alone: learnt on training rows, judged on calibration rows."""

from __future__ import annotations

import logging
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from isang.assembly import pipeline_of
from isang.backtest import Setting, Sitting, joined, sit
from isang.billing import ripe_until
from isang.costs import Costs
from isang.curves import average_precision
from isang.events import Known, Period
from isang.exam import Exam
from isang.family import build
from isang.folds import Fold, between
from isang.learner import Learner
from isang.measures import measures
from isang.parts import build_parts, merged
from isang.plan import Plan
from isang.splits import cut_at_shares
from isang.thresholds.base import Threshold
from isang.walking import SHARES
from isang.words.frame import entity_names, lay_out
from isang.words.reading import Reading

_log = logging.getLogger("isang")
_COMPARED = ("event_f1", "cost")


@dataclass(frozen=True)
class Trial:
    """One detector on all folds: what it made of each, and each threshold examined on the calibration parts."""

    name: str
    thresholds: Mapping[str, Threshold]
    sittings: Sequence[Sitting]
    exams: Mapping[str, Sequence[Exam]]
    seconds: float


def setting_of(plan: Plan, reading: Reading, known: Known) -> Setting:
    """The rows of a reading with what is known of them and what mistakes cost; what is not complete yet is left out."""
    entities = entity_names(reading.frame, reading.columns.keys)
    grid = merged(lay_out(reading.frame, reading.columns, entities), plan.feature_specs())
    if (ripe := ripe_until(plan, reading)) is not None:
        begins = ripe + (grid.step_us or 1) - 1  # a slot that begins before it counts
        known = replace(known, periods=(*known.periods, Period(begins, int(grid.time.max()) + 1, "ignore")))
    return Setting(grid, known.on(grid, reading.columns.keys, entities), plan.costs())


def tried(
    detector: Mapping[str, Any],
    thresholds: Mapping[str, Mapping[str, Any]],
    plan: Plan,
    reading: Reading,
    setting: Setting,
    folds: Sequence[Fold],
) -> Trial:
    """A detector learnt on each fold, and each threshold examined on its calibration part."""
    name = str(detector["name"])
    _log.info("%s: learning and judging %d time(s) …", name, len(folds))
    began = clock.perf_counter()
    pipeline = pipeline_of(plan.model_copy(update={"detector": dict(detector)}), reading.columns)
    parts = build_parts(pipeline, setting.grid, hindsight=False)
    rules = {rule: build("thresholds", settings) for rule, settings in thresholds.items()}
    alone = [] if plan.votes else parts.rules  # what votes is examined by itself (`isang.polling`)
    columns = reading.columns.values
    sittings = [sit(Learner(parts.features, parts.detector), setting, fold, alone, columns) for fold in folds]
    exams = {rule: [one.compared(threshold) for one in sittings] for rule, threshold in rules.items()}
    return Trial(name, rules, sittings, exams, clock.perf_counter() - began)


def best(trials: Sequence[Trial], fold: int, costs: Costs | None) -> tuple[Trial, str]:
    """The pair of detector and threshold that was best on the calibration parts up to this fold's."""
    pairs = [(trial, rule) for trial in trials for rule in (["cheapest"] if costs else trial.thresholds)]
    return max(pairs, key=lambda pair: _merit(pair[0], pair[1], fold, costs)) if len(pairs) > 1 else pairs[0]


def _merit(trial: Trial, rule: str, fold: int, costs: Costs | None) -> tuple[float, float]:
    """How good a threshold was on the calibration parts so far: by money, or F1 of events; then by AUC-PR."""
    exam = joined(trial.exams[rule][: fold + 1])
    known = measures(exam, ("event",), costs)
    first = -(known["cost"] or 0.0) if costs else known["event_f1"]
    return first or 0.0, area(exam) or 0.0


def area(exam: Exam) -> float | None:
    """AUC-PR of the rows that count."""
    return average_precision(exam.scores[exam.counts], exam.positive[exam.counts])


def chosen(
    plan: Plan, reading: Reading, known: Known, cuts: tuple[int, int] | None = None
) -> tuple[Plan, list[dict[str, Any]]]:
    """The plan with the best of its `detectors` as the one that judges, and how each did before the second cut.

    Without `cuts` all rows train and set the threshold, as `Pipeline.fit` parts them. The plan as it is where it names
    one detector, or where the calibration part holds no event to compare by.
    """
    if plan.detectors is None:
        return plan, []
    setting = setting_of(plan, reading, known)
    grid = setting.grid
    first, second = cuts or (cut_at_shares(grid.time[grid.position], SHARES)[0], int(grid.time.max()) + 1)
    fold = between(grid, setting.truth, first, second, second)
    if not np.any(setting.truth.event[fold.calibration] >= 0):
        return plan, []
    rule = plan.threshold_spec()
    specs = list(plan.detector_specs())
    trials = [tried(one, {rule["name"]: rule}, plan, reading, setting, [fold]) for one in specs]
    trial, _ = best(trials, 0, plan.costs())
    detector = next(one for one in specs if one["name"] == trial.name)
    return plan.model_copy(update={"detector": detector, "detectors": None, "effort": None}), [
        _compared(one, plan.costs()) for one in trials
    ]


def _compared(trial: Trial, costs: Costs | None) -> dict[str, Any]:
    (exam,) = next(iter(trial.exams.values()))
    known = measures(exam, ("event",), costs)
    return {"name": trial.name, **{name: known.get(name) for name in _COMPARED}, "auc_pr": area(exam)}
