"""How a result was arrived at: the part of `run.json` that the judgement itself knows."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from isang.detectors.auto import Auto
from isang.detectors.base import Detector
from isang.detectors.cleaned import Cleaned
from isang.explain.members import made_of
from isang.explain.trainings import trainings
from isang.family import name_of
from isang.incidents import Told
from isang.judgement import Judgement
from isang.judging import Decision
from isang.risk import BANDS
from isang.thresholds.base import default_rate
from isang.windows import walls
from isang.words.note import Note, note
from isang.words.telling import in_list

_MOST_NAMED = 5
_LIBRARIES = ("isang", "numpy", "scipy", "scikit-learn", "polars")


def account(
    judgement: Judgement, told: Sequence[Told], decisions: Sequence[Decision], seed: int | None
) -> dict[str, Any]:
    """mode, splits, thresholds, coverage, counts, warnings, versions and seed of `run.json`."""
    v, position = judgement.verdicts, judgement.verdicts.grid.position
    scored = np.isfinite(v.scores[position])
    mode = "hindsight" if np.any(v.split == "hindsight") else "causal"
    return {
        "mode": mode,
        "detector": detector_told(judgement.judged.learners[-1].detector_, v.context_rows),
        "training": _training(judgement),
        "splits": _splits(judgement),
        "thresholds": [
            threshold_told(decision, mode, start)
            for decision, start in zip(decisions, _starts(judgement, decisions), strict=True)
        ],
        "risk": {"weights": dict(judgement.risk.weights), "bands": dict(judgement.risk.bands)},
        "coverage": {
            "rows": len(position),
            "scored": int(scored.sum()),
            "unscored": _unscored(judgement),
            "filled": int(np.sum(walls(v.grid.X) & ~walls(judgement.judged.seen.X))),
            "skipped": 0,
        },
        "counts": {
            **{name: sum(one.incident.band == name and one.incident.known is None for one in told) for name in BANDS},
            "incidents": sum(one.incident.known is None for one in told),
            "planned": sum(one.incident.known is not None for one in told),
            "flagged_rows": int(v.over[position].sum()),
        },
        "warnings": _warnings(judgement, decisions),
        "versions": versions(),
        "seed": seed,
    }


def versions() -> dict[str, str]:
    """Of isang and of the libraries under it; torch and the calendars of holidays are told where they were used."""
    used = [*_LIBRARIES, *(name for name in ("torch", "holidays") if name in sys.modules)]
    return {"python": platform.python_version(), **{name: version(name) for name in used}}


def detector_told(detector: Detector, context_rows: int) -> dict[str, Any]:
    """The detector asked for, and what it chose (the last learner's choice where several blocks were judged)."""
    return {
        "name": name_of(detector),
        "members": list(dict.fromkeys(map(name_of, made_of(detector)))),
        "reason": _reason(detector),
        "context_rows": context_rows,
    }


def _reason(detector: Detector) -> str | None:
    if isinstance(detector, Cleaned):
        return f"{detector.dropped_share_:.1%} of the rows were dropped as strange before it learnt"
    return detector.reason_ if isinstance(detector, Auto) else None


def training_told(detectors: Sequence[Detector]) -> list[dict[str, Any]]:
    """How the nets in the detector of each block were trained."""
    return [{"block": at + 1, **net} for at, one in enumerate(detectors) for net in trainings(one)]


def _training(judgement: Judgement) -> list[dict[str, Any]]:
    return training_told([learner.detector_ for learner in judgement.judged.learners])


def _splits(judgement: Judgement) -> dict[str, Any]:
    found: dict[str, Any] = {}
    split, grid = judgement.verdicts.split, judgement.verdicts.grid
    for name in ("train", "calibration", "test", "hindsight"):
        rows = np.flatnonzero((split == name) & (judgement.caller_row >= 0))
        if len(rows):
            ends = [rows[np.argmin(grid.time[rows])], rows[np.argmax(grid.time[rows])]]
            moments = [judgement.time_at(int(row)) for row in ends]
            told = [
                moment.isoformat() if moment else int(judgement.caller_row[row]) + 1
                for moment, row in zip(moments, ends, strict=True)
            ]
            found[name] = {"start": told[0], "end": told[1], "rows": int(np.sum(split[grid.position] == name))}
    return found


def _starts(judgement: Judgement, decisions: Sequence[Decision]) -> list[str | None]:
    """From when on each of several decisions judged; None for one that judged all rows."""
    if len(decisions) == 1:
        return [None]
    grid, owner = judgement.verdicts.grid, judgement.judged.owner
    told = list[str | None]()
    for number in range(len(decisions)):
        own = np.flatnonzero((owner == number) & judgement.verdicts.judged & grid.present)
        moment = judgement.moment(int(grid.time[own].min())) if len(own) else None
        told.append(moment.isoformat() if moment else None)
    return told


def threshold_told(decision: Decision, mode: str, start: str | None = None) -> dict[str, Any]:
    """The threshold, where it came from and from when on it judged, where that is not all."""
    settings = decision.rule.get_params()
    if "rate" in settings:
        settings["rate"] = settings["rate"] or default_rate(decision.span_s)
    return {
        "value": decision.threshold if np.isfinite(decision.threshold) else None,
        "start": start,
        "from": _source(decision, mode),
        "rows": decision.rows,
        "requested": ", ".join(str(value) if key == "rate" else f"{key} {value}" for key, value in settings.items()),
        "expected_false_alarms_per_week": decision.expected_per_week,
    }


def _source(decision: Decision, mode: str) -> Note:
    name = name_of(decision.rule)
    if not decision.rule.learns:
        return note("{rule}, a value that was set and not learnt from scores", rule=name)
    if mode == "hindsight":
        return note("{rule} on scores of rows that the model had not seen", rule=name)
    if decision.earlier_rows:
        told = "{rule} on the calibration part, with the tail of {earlier:,} rows before it"
        return note(told, rule=name, earlier=decision.earlier_rows)
    return note("{rule} on the calibration part", rule=name)


def _unscored(judgement: Judgement) -> dict[str, int]:
    counted = Counter(judgement.verdicts.reason[judgement.verdicts.grid.position].tolist())
    return {reason: counted[reason] for reason in sorted(counted) if reason}


def _warnings(judgement: Judgement, decisions: Sequence[Decision]) -> list[str]:
    told = [
        note(
            "the training of {detector} was interrupted after epoch {epoch}: "
            "rows are judged by its best weights so far.",
            detector=net["detector"],
            epoch=len(net["epochs"]),
        )
        for net in _training(judgement)
        if net["stopped"] == "interrupted"
    ]
    for start, decision in zip(_starts(judgement, decisions), decisions, strict=True):
        if not np.isfinite(decision.threshold):
            what = _no_threshold(decision)
            told.append(note("from {start} on, {what}", start=start, what=what) if start else what)
    return told + _newcomers(judgement)


def _newcomers(judgement: Judgement) -> list[str]:
    """Entities that were judged, of which there was nothing to learn from, in a line; none where none was learnt."""
    v, grid = judgement.verdicts, judgement.verdicts.grid
    learnt, judged = (
        np.unique(grid.entity[grid.present & ~walls(grid.X) & (v.split == part)]) for part in ("train", "test")
    )
    new = np.setdiff1d(judged, learnt)
    if not len(learnt) or not len(new):
        return []
    named = ", ".join(in_list(judgement.name(one)) for one in new[:_MOST_NAMED].tolist())
    more = note(" and {count:,} more", count=len(new) - _MOST_NAMED) if len(new) > _MOST_NAMED else ""
    said = "entities without rows to learn from are judged by all others: {names}{more}."
    return [note(said, names=named, more=more)]


def _no_threshold(decision: Decision) -> Note:
    """Why nothing is flagged."""
    if decision.tail is None and not decision.rule.needs_events:
        said = "{rows} scored rows are too few to set a threshold: rows are ranked, none is flagged."
        return note(said, rows=decision.rows)
    said = "{rule} found no threshold worth having in {rows} rows: rows are ranked, none is flagged."
    return note(said, rule=name_of(decision.rule), rows=decision.rows)
