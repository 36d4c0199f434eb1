"""A plan's source → a model. All rows are learnt from; nothing is judged, nothing is written."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from isang.assembly import blaming, pipeline_of
from isang.billing import check_history
from isang.choosing import chosen
from isang.errors import UsageError
from isang.golden import golden_of
from isang.intake import naming, reading_of, rerunnable
from isang.knowing import told_events
from isang.learnt import Learnt
from isang.plan import Plan
from isang.trained import trained_on
from isang.words.reading import Reading

_log = logging.getLogger("isang")
_OF_DETECT = ("train_until", "split", "walk_forward", "model")


def learn(plan: Plan, created: datetime, data: Any = None) -> tuple[Learnt, Reading]:
    """Read (or take `data`) and learn: three quarters of the rows train, the last one sets the threshold."""
    if plan.preset is not None:
        plan = plan.model_copy(update={"split": None})  # how a preset parts rows is about judging
    said = [name for name in _OF_DETECT if getattr(plan, name) is not None]
    if said:
        raise UsageError(f"--{said[0].replace('_', '-')} belongs to detect: fit learns from all rows that it is given.")
    reading = reading_of(plan, data, causal=True)
    _log.info("%s rows read; learning …", f"{len(reading.frame):,}")
    if reading.bill is not None:
        plan = _without_novelty(plan)
    with naming(plan.inputs), blaming(plan):
        check_history(plan, reading)
        told = told_events(plan, reading)
        settled = chosen(plan, reading, told.known)[0] if told else plan
        pipeline = pipeline_of(settled, reading.columns).fit(reading.frame, told.known if told else None)
        golden = golden_of(pipeline, reading.frame)
    trained = trained_on(reading, created.isoformat(timespec="seconds"))
    memory = reading.logs.memory if reading.logs else None
    return Learnt(pipeline, rerunnable(plan, reading), trained, golden, memory), reading


def _without_novelty(plan: Plan) -> Plan:
    """The plan for a bill: small and rare scopes are not rolled up, so a model knows not all that was ever there."""
    rules = {name: settings for name, settings in (plan.rules or {}).items() if name != "novelty"}
    return plan.model_copy(update={"rules": rules})
