"""The arrays behind the pictures of an evaluation, short enough to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from isang.backtest import Setting, Sitting, joined
from isang.costs import Costs, sweep
from isang.curves import confusion, threshold_curve
from isang.exam import Exam
from isang.explain.trainings import trainings
from isang.judging import Decision
from isang.words.frame import Floats, Integers

_POINTS, _ROWS = 400, 3000
_DAY_US = 86_400_000_000


def pictures(setting: Setting, chosen: Sequence[tuple[Sitting, Decision, Exam]], costs: Costs | None) -> dict[str, Any]:
    """What each picture draws, by its name; only what there is."""
    sitting, decision, _ = chosen[-1]
    exam = joined([one[2] for one in chosen])
    found: dict[str, Any] = {
        "errors": _errors(sitting, decision),
        "confusion": confusion(exam.raised[exam.counts], exam.positive[exam.counts]),
        "events_per_day": _per_day(setting),
        "training": [{**net, "block": 1} for net in trainings(sitting.judged.learners[0].detector_)],
    }
    past = setting.exam(sitting.scores, np.zeros_like(exam.flagged), sitting.fold.calibration)
    if np.isfinite(past.scores).any() and len(past.events):
        found["threshold"] = _curve(past.scores, past, decision)
        if costs:
            found["cost"] = _costs(past, costs, decision)
    if np.isfinite(exam.scores).any() and len(exam.events):
        found["ranking"] = _ranking(exam)
    return found


def _errors(sitting: Sitting, decision: Decision) -> dict[str, Any]:
    """Scores of the last test part by true class, all rows of events and an even choice of the rest."""
    exam = sitting.setting.exam(sitting.scores, np.zeros(len(sitting.scores), dtype=np.bool_), sitting.fold.test)
    rows = np.flatnonzero(exam.counts & np.isfinite(exam.scores))
    usual = rows[exam.event[rows] < 0]
    rows = np.sort(np.concatenate([usual[:: max(len(usual) // _ROWS, 1)], rows[exam.event[rows] >= 0]]))
    return {
        "place": _places(exam, rows),
        "score": exam.scores[rows].tolist(),
        "event": (exam.event[rows] >= 0).tolist(),
        "threshold": _number(decision.threshold),
    }


def _places(exam: Exam, rows: Integers) -> list[Any]:
    """Times as texts, or row numbers."""
    if exam.time is None:
        return list((rows + 1).tolist())
    return list(np.datetime_as_string(exam.time[rows].astype("datetime64[us]"), unit="s").tolist())


def _curve(scores: Floats, past: Exam, decision: Decision) -> dict[str, Any]:
    curve = threshold_curve(scores[past.counts], past.positive[past.counts])
    at = _thin(len(curve.thresholds), curve.best)
    return {
        "threshold": curve.thresholds[at].tolist(),
        "precision": [_number(value) for value in curve.precision[at]],
        "recall": curve.recall[at].tolist(),
        "f1": curve.f1[at].tolist(),
        "best": float(curve.thresholds[curve.best]),
        "best_f1": float(curve.f1[curve.best]),
        "chosen": _number(decision.threshold),
    }


def _costs(past: Exam, costs: Costs, decision: Decision) -> dict[str, Any]:
    tried = sweep(past.scores, np.where(past.counts, past.event, -1), past.entity, costs)
    return {
        "threshold": tried.thresholds.tolist(),
        "cost": tried.cost.tolist(),
        "nothing": float(tried.cost[0]),
        "best": float(tried.thresholds[tried.best]),
        "best_cost": float(tried.cost[tried.best]),
        "chosen": _number(decision.threshold),
        "unit": costs.unit,
        "assumed": costs.assumed,
    }


def _ranking(exam: Exam) -> dict[str, Any]:
    curve = threshold_curve(exam.scores[exam.counts], exam.positive[exam.counts])
    at = _thin(len(curve.thresholds), curve.best)
    return {
        "false_positive_rate": curve.false_positive_rate[at].tolist(),
        "recall": curve.recall[at].tolist(),
        "precision": [_number(value) for value in curve.precision[at]],
        "share": curve.positives / max(curve.positives + curve.negatives, 1),
    }


def _per_day(setting: Setting) -> dict[str, Any]:
    """Events that begin on each day of the wall clock; empty without time."""
    clock = setting.grid.clock
    if clock is None or not len(setting.truth.first):
        return {}
    own = clock[setting.grid.position] // _DAY_US
    days = clock[setting.truth.first] // _DAY_US
    all_days = np.arange(own.min(), own.max() + 1)
    counts = np.bincount(days - own.min(), minlength=len(all_days))
    return {"day": np.datetime_as_string(all_days.astype("datetime64[D]")).tolist(), "events": counts.tolist()}


def _thin(many: int, keep: int) -> Integers:
    """Places that show a curve: ends, the one to keep, and an even choice."""
    return np.unique([*np.linspace(0, many - 1, min(many, _POINTS)).astype(np.int64), keep])


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
