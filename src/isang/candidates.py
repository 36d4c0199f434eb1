"""Which detectors and thresholds are compared, as they were written or as is usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isang.plan import CHEAPEST, Plan
from isang.specs import spec

DETECTORS = ("auto", "robust_zscore", "pca_autoencoder", "isolation_forest", "knn")
Members = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Candidates:
    """Detectors and thresholds with their settings, by the names that they are told by."""

    detectors: Members
    thresholds: Members


def candidates(detector: Any, threshold: str | None, plan: Plan) -> Candidates:
    """Names parted by commas, or a preset's detector with its settings; else those worth a look beside each other."""
    return Candidates(_detectors(detector, plan), _thresholds(threshold, plan))


def _detectors(written: Any, plan: Plan) -> Members:
    """Those named, or else those that the plan names, with the settings that it gives them."""
    if isinstance(written, Mapping):
        return {str(written["name"]): dict(written)}
    own = {str(one["name"]): one for one in plan.detector_specs()}
    named = plan.detectors or plan.detector not in (None, "auto")
    names = _parted(written) or (tuple(own) if named else DETECTORS)
    return {name: own.get(name) or spec("detectors", name) for name in names}


def _thresholds(written: str | None, plan: Plan) -> Members:
    """Those named, or that of a preset; else by how many false alarms and by F1; `cheapest` where costs are known."""
    found = {rule: spec("thresholds", rule) for rule in _parted(written)}
    if not found and plan.threshold is not None:
        found = {str(plan.threshold_spec()["name"]): plan.threshold_spec()}
    if not found:
        rate = "alerts" if plan.alerts else "false_alarms"
        found = {rate: {"name": rate, "rate": getattr(plan, rate)}, "best_f1": {"name": "best_f1"}}
    if (costs := plan.costs()) is not None:
        found["cheapest"] = {"name": "cheapest", **costs.settings(*CHEAPEST)}
    return found


def _parted(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()
