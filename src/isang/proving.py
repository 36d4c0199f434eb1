"""A plan's source → trials: what would be caught in these data, and what the detector does that it may not."""

from __future__ import annotations

import logging
import time as clock
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from isang.assembly import blaming, pipeline_of
from isang.cuts import cuts
from isang.errors import InputError, UsageError
from isang.features.base import Feature
from isang.intake import naming, rerunnable
from isang.judging import FEWEST_ROWS
from isang.labelled import labels_of
from isang.learnt import Learnt
from isang.pipeline import Pipeline
from isang.plan import Plan
from isang.required import required
from isang.result import Result
from isang.running import model_of, model_told, reading_in, yaml_ready
from isang.trials.alarms import bearable, false_alarms
from isang.trials.defects import defects
from isang.trials.judge import judge
from isang.trials.part import Part, part_of
from isang.trials.shares import examples, shares
from isang.trials.trying import trials
from isang.trials.wanted import wanted
from isang.words.frame import Flags, entity_names
from isang.words.reading import Reading
from isang.words.trial import Criterion, Defect, Share, Trials, large_from

_log = logging.getLogger("isang")
_SPLIT = "50/20/30"


class _Learnt(NamedTuple):
    """A pipeline, what it says of the whole frame, and where calibration and the last part begin."""

    pipeline: Pipeline
    result: Result
    cuts: tuple[int, int]


def prove(plan: Plan, data: Any = None, model: Learnt | None = None) -> Trials:
    """Learn once from the first part of the rows, put faults into the last one, and see which are caught.

    With a model nothing is learnt but how far values usually lie apart. InputError where the rows are too few,
    UsageError for logs.
    """
    started = clock.perf_counter()
    model = model or model_of(plan)
    if (model.plan if model else plan).pack == "logs":
        raise UsageError(
            "selftest puts faults into values, and lines of logs are counted before they are judged: "
            "make logs with faults in them by isang.synthetic.log_files, and judge those with --events."
        )
    plan = parted(plan)
    reading = reading_in(plan, model, data)
    _log.info("%s rows read; learning …", f"{len(reading.frame):,}")
    read_at = clock.perf_counter()
    with naming(plan.inputs):
        tried = _tried(plan, reading, _learn(plan, reading, model))
    timings = {"read": read_at - started, "try": clock.perf_counter() - read_at}
    told = {
        "command": "isang.selftest",
        "inputs": [vars(one) for one in reading.inputs],
        "recognised": {**vars(reading.recognised), "set_aside": [vars(one) for one in reading.recognised.set_aside]},
        "warnings": [*reading.warnings, *tried.run["warnings"]],
        "timings_s": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "exit": int(not tried.passed),
    }
    return replace(tried, run={**tried.run, **told}, plan=yaml_ready(rerunnable(plan, reading)))


def parted(plan: Plan) -> Plan:
    """The plan with its three parts, learnt once; a model, which has learnt already, needs none."""
    said = plan.split or plan.train_until or plan.model
    return plan.model_copy(update={"walk_forward": None} if said else {"walk_forward": None, "split": _SPLIT})


def _tried(plan: Plan, reading: Reading, learnt: _Learnt) -> Trials:
    """Clean rows first, then with faults in them."""
    frame, columns, pipeline, seed = reading.frame, reading.columns, learnt.pipeline, plan.seed
    events = _events(plan, reading)
    part = part_of(frame, columns, learnt.cuts, *_own_range(pipeline))
    clean = judge(pipeline, part.frame)
    _log.info("looking for defects …")
    found = tuple(defects(pipeline, part, clean, seed))
    faults = wanted(part, reading.recognised.step_s, np.random.default_rng(seed))
    tried = list(trials(pipeline, part, clean, faults, events[part.row - 1], seed))
    caught = shares(tried, part)
    alarms = false_alarms(learnt.result, pipeline.decision_, part, events)
    asked = required(plan.require, reading.recognised.pack)
    large = [one for one in caught if one.size is None or one.size >= large_from(reading.recognised.pack)]
    criteria = [_none_of(found), *bearable(alarms), *(_enough(name, *asked[name], large) for name in asked)]
    shown = examples(tried, part, entity_names(frame, columns.keys))
    run = learnt.result.run
    run = {**run, "splits": {**run["splits"], "test": _last_part(part)}}
    return Trials(caught, alarms, found, tuple(criteria), shown, run, {})


def _events(plan: Plan, reading: Reading) -> Flags:
    """(n,) rows that the label column marks: no faults are put there, and incidents there are no false alarms."""
    if plan.label is None:
        return np.zeros(len(reading.frame), dtype=np.bool_)
    return labels_of(reading.frame[plan.label], plan.positive).truth


def _learn(plan: Plan, reading: Reading, model: Learnt | None) -> _Learnt:
    between = cuts(plan if model is None else plan.model_copy(update={"split": _SPLIT}), reading)
    assert between is not None  # noqa: S101  (there is a split)
    pack = reading.recognised.pack
    if model is not None:
        result = model.pipeline.detect(reading.frame, pack=pack)
        return _Learnt(model.pipeline, replace(result, run={**result.run, "model": model_told(model)}), between)
    pipeline = pipeline_of(plan, reading.columns)
    with blaming(plan):
        result = pipeline.fit_detect(reading.frame, cuts=between, pack=pack)
    if pipeline.decision_.tail is None:
        raise InputError(
            f"{len(reading.frame):,} rows came, and the part that sets the threshold holds {pipeline.decision_.rows:,} "
            f"that are scored; {FEWEST_ROWS} are needed: give more rows, or a larger second share with --split."
        )
    return _Learnt(pipeline, result, between)


def _last_part(part: Part) -> dict[str, Any]:
    """The rows that are tried, as in the `splits` of a run."""
    rows = np.flatnonzero(part.last)
    ends = [rows[np.argmin(part.time[rows])], rows[np.argmax(part.time[rows])]]
    name = part.columns.time
    start, end = (part.frame[name][int(row)].isoformat() if name else int(part.row[row]) for row in ends)
    return {"start": start, "end": end, "rows": len(rows)}


def _none_of(found: Sequence[Defect]) -> Criterion:
    return Criterion("defects", not found, 0, len(found))


def _own_range(pipeline: Pipeline) -> list[Feature]:
    """The feature that knows what is usual without having learnt it, if there is one."""
    return [feature for feature in pipeline.learner_.features_ if feature.in_spreads and not feature.learns][:1]


def _enough(name: str, kinds: tuple[str, ...], least: float, large: Sequence[Share]) -> Criterion:
    """Enough of the large faults of these kinds, all of them together."""
    mine = [one for one in large if one.fault in kinds]
    tried = sum(one.injected for one in mine)
    share = round(sum(one.caught for one in mine) / tried, 4) if tried else None
    return Criterion(name, share is not None and share >= least, least, share, tried, kinds)
