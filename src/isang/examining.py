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
from isang.conclusions import conclusion
from isang.costs import Costs
from isang.cuts import SHARES, shares_of
from isang.errors import InputError, UsageError
from isang.exam import Exam
from isang.family import build
from isang.folds import Fold, at_random, in_time, rolling
from isang.intake import naming, reading_of
from isang.judging import Decision
from isang.knowing import told_events
from isang.learner import Learner
from isang.metrics.money import Money
from isang.parts import build_parts, merged
from isang.pictures import pictures
from isang.plan import Plan
from isang.specs import spec
from isang.words.frame import Grid, entity_names, lay_out
from isang.words.reading import Reading

_log = logging.getLogger("isang")
_RANDOM = "random:"
_METRICS = ("point", "event", "ranking", "volume", "delay")


@dataclass(frozen=True)
class Candidates:
    """What is compared: detectors and thresholds with their settings, by the names that they are told by."""

    detectors: Mapping[str, Mapping[str, Any]]
    thresholds: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Evaluated:
    """One source evaluated: rows of `evaluation.csv`, the arrays behind its pictures, its warnings."""

    rows: list[dict[str, Any]]
    pictures: dict[str, Any]
    warnings: list[str]

    @property
    def conclusion(self) -> str:
        """What it comes to, in words."""
        return str(self.rows[-1]["conclusion"])


def evaluate_source(plan: Plan, wanted: Candidates, data: Any = None) -> Evaluated:
    """Read (or take `data`), compare on training and calibration parts, test what was chosen once."""
    reading = reading_of(plan, data)
    with naming(plan.inputs):
        told = told_events(plan, reading)
        if told is None:
            raise UsageError("evaluate needs known events: name them with --label COLUMN or --events FILE.")
        costs = plan.costs()
        grid = _grid(plan, reading)
        entities = entity_names(reading.frame, reading.columns.keys)
        truth = told.known.on(grid, reading.columns.keys, entities)
        setting = Setting(grid, truth, costs.cool_down if costs else Costs.cool_down)
        folds = _folds(plan, setting)
        _check(setting, folds)
        with blaming(plan):
            trials = [_Trial(plan, reading, setting, folds, name, wanted) for name in wanted.detectors]
    file = plan.inputs[0] if plan.inputs else ""
    rows = [{"file": file, **row} for trial in trials for row in trial.compared(costs)]
    row, chosen = _tested(trials, costs)
    return Evaluated([*rows, {"file": file, **row}], pictures(setting, chosen, costs), list(told.warnings))


class _Trial:
    """One detector on all folds."""

    def __init__(
        self,
        plan: Plan,
        reading: Reading,
        setting: Setting,
        folds: Sequence[Fold],
        name: str,
        wanted: Candidates,
    ) -> None:
        _log.info("%s: learning and judging %d time(s) …", name, len(folds))
        began = clock.perf_counter()
        pipeline = pipeline_of(plan.model_copy(update={"detector": dict(wanted.detectors[name])}), reading.columns)
        parts = build_parts(pipeline, setting.grid, hindsight=False)
        self.name = name
        self.thresholds = {rule: build("thresholds", settings) for rule, settings in wanted.thresholds.items()}
        self.sittings = [sit(Learner(parts.features, parts.detector), setting, fold) for fold in folds]
        self.exams = {
            rule: [sitting.compared(threshold) for sitting in self.sittings]
            for rule, threshold in self.thresholds.items()
        }
        self.seconds = clock.perf_counter() - began

    def compared(self, costs: Costs | None) -> list[dict[str, Any]]:
        """A row for each threshold, reported on the calibration part."""
        found, ranked = [], None
        for rule, exams in self.exams.items():
            exam = joined(exams)
            ranked = ranked or _measured(exam, ("ranking", "volume"))
            figures = {**ranked, **_measured(exam, ("point", "event", "delay")), **_money(exam, costs)}
            told = {"threshold": None, "threshold_from": f"{rule} on the other half", "reported_on": "calibration"}
            found.append({"detector": self.name, **told, **_size(exam), **figures, **self._spent(), "conclusion": ""})
        return found

    def merit(self, rule: str, fold: int, costs: Costs | None) -> tuple[float, float]:
        """How good a threshold was on the calibration parts so far: by money, or F1 of events; then by AUC-PR."""
        exam = joined(self.exams[rule][: fold + 1])
        known = {**_measured(exam, ("event",)), **_money(exam, costs)}
        first = -(known["cost"] or 0.0) if costs else known["event_f1"]
        return first or 0.0, _measured(exam, ("area",))["auc_pr"] or 0.0

    def _spent(self) -> dict[str, Any]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"seconds": round(self.seconds, 3), "peak_mb": round(peak, 1)}


def _tested(
    trials: Sequence[_Trial], costs: Costs | None
) -> tuple[dict[str, Any], list[tuple[Sitting, Decision, Exam]]]:
    """The row of the test part: in each fold by the pair that was best until then. It is looked at here only."""
    chosen, names = [], list[tuple[str, str]]()
    pairs = [(trial, rule) for trial in trials for rule in (["cheapest"] if costs else trial.thresholds)]
    for fold in range(len(trials[0].sittings)):
        trial, rule = max(pairs, key=lambda pair: pair[0].merit(pair[1], fold, costs)) if len(pairs) > 1 else pairs[0]
        sitting = trial.sittings[fold]
        decision = sitting.decision(trial.thresholds[rule], sitting.fold.calibration)
        chosen.append((sitting, decision, sitting.tested(decision)))
        names.append((trial.name, rule))
    exam, values = joined([one[2] for one in chosen]), [one[1].threshold for one in chosen]
    finite = [value for value in values if np.isfinite(value)]
    row = {
        "detector": " / ".join(dict.fromkeys(name for name, _ in names)),
        "threshold": finite[0] if len(values) == len(finite) == 1 else None,
        "threshold_from": " / ".join(dict.fromkeys(rule for _, rule in names)) + " on the calibration part",
        "reported_on": "test",
        **_size(exam),
        **_measured(exam, _METRICS),
        **_money(exam, costs),
        **trials[0]._spent(),
    }
    row["seconds"] = round(sum(trial.seconds for trial in trials), 3)
    return {**row, "conclusion": conclusion(row, costs, idle=not finite)}, chosen


def _measured(exam: Exam, metrics: Sequence[str]) -> dict[str, float | None]:
    return {name: value for metric in metrics for name, value in build("metrics", metric).measure(exam).items()}


def _money(exam: Exam, costs: Costs | None) -> dict[str, float | None]:
    return Money(costs.miss, costs.alarm, costs.hit, costs.per).measure(exam) if costs else {}


def _size(exam: Exam) -> dict[str, int]:
    return {"rows": int(exam.counts.sum()), "events": len(exam.events)}


def _grid(plan: Plan, reading: Reading) -> Grid:
    entities = entity_names(reading.frame, reading.columns.keys)
    return merged(lay_out(reading.frame, reading.columns, entities), plan.feature_specs())


def _folds(plan: Plan, setting: Setting) -> list[Fold]:
    grid, truth = setting.grid, setting.truth
    if plan.folds is not None:
        return rolling(grid, truth, plan.folds)
    split = plan.split or SHARES
    if split.startswith(_RANDOM):
        if grid.clock is not None:
            raise UsageError(f"--split {split}: rows with a time are not shuffled: neighbours would give it away.")
        return at_random(grid, truth, shares_of(split.removeprefix(_RANDOM)), plan.seed)
    return in_time(grid, truth, shares_of(split))


def _check(setting: Setting, folds: Sequence[Fold]) -> None:
    """Rows to learn from and rows to judge in each fold."""
    own = np.zeros(len(setting.grid.X), dtype=np.bool_)
    own[setting.grid.position] = True
    for fold in folds:
        usual = int((fold.train & own & setting.truth.usual).sum())
        parts = {"to train on": usual, "for the threshold": (fold.calibration & own).sum()}
        parts["to test"] = (fold.test & own).sum()
        for told, rows in parts.items():
            if rows < _LEAST[told]:
                raise InputError(
                    f"{rows} {'usual ' if told == 'to train on' else ''}rows are left {told}, at least {_LEAST[told]} "
                    "are needed; choose other shares with --split or fewer --folds."
                )


_LEAST = {"to train on": 10, "for the threshold": 10, "to test": 1}


def candidates(detector: Any, threshold: str | None, plan: Plan) -> Candidates:
    """Names parted by commas, or a preset's detector with its settings; else those worth a look beside each other."""
    rules = _parted(threshold)
    found = {rule: spec("thresholds", rule) for rule in rules}
    if not found:
        rate = plan.false_alarms or plan.alerts
        member = "alerts" if plan.alerts else "false_alarms"
        found = {member: {"name": member, "rate": rate}, "best_f1": {"name": "best_f1"}}
    if (costs := plan.costs()) is not None:
        found["cheapest"] = {"name": "cheapest", **costs.settings()}
    if isinstance(detector, Mapping):
        return Candidates({str(detector["name"]): dict(detector)}, found)
    return Candidates({name: _as_set(name, plan) for name in _parted(detector) or DETECTORS}, found)


def _as_set(name: str, plan: Plan) -> dict[str, Any]:
    """A detector, with the settings that its pack gives it."""
    own = spec("detectors", plan.detector or name)
    return own if own["name"] == name else spec("detectors", name)


DETECTORS = ("auto", "robust_zscore", "pca_autoencoder", "isolation_forest", "knn")


def _parted(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()
