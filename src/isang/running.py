"""A plan run: read, judged, measured, accounted for. Nothing is written here."""

from __future__ import annotations

import logging
import resource
import time as clock
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from isang.cuts import cuts
from isang.errors import InputError, UsageError
from isang.labelled import labels_of, measured
from isang.pipeline import Pipeline
from isang.plan import Plan
from isang.reading import read
from isang.result import Result
from isang.risk import BANDS
from isang.specs import changed, spec
from isang.wanted import Wanted
from isang.words.amounts import parse_share, parse_span
from isang.words.reading import Reading

_log = logging.getLogger("isang")


def run(plan: Plan, data: Any = None) -> Result:
    """Read (or take `data`), judge, and account for it; nothing is written."""
    started = clock.perf_counter()
    reading = reading_of(plan, data)
    entities = f", {reading.recognised.entities:,} entities" if reading.recognised.entities > 1 else ""
    _log.info("%s rows read%s; learning and judging …", f"{len(reading.frame):,}", entities)
    read_at = clock.perf_counter()
    with _naming(plan.inputs):
        labels = labels_of(reading.frame[plan.label], plan.positive) if plan.label else None
        result = _judge(plan, reading)
    timings = {"read": read_at - started, "judge": clock.perf_counter() - read_at}
    return _accounted(plan, reading, result, timings, measured(result, labels) if labels else None)


def reading_of(plan: Plan, data: Any = None) -> Reading:
    """The source of a plan, read and recognised."""
    source = plan.inputs if data is None else data
    if data is None and not plan.inputs:
        raise UsageError("no input: name a file, '-' for standard input, or a plan with `inputs`.")
    with _naming(plan.inputs):
        return read(
            source,
            pack=plan.pack,
            time=plan.time,
            key=plan.key,
            value=plan.value,
            label=plan.label,
            where=plan.where,
            step=plan.step,
            tz=plan.tz,
            encoding=plan.encoding,
            strict=plan.strict,
            apart=plan.apart,
        )


def rerunnable(plan: Plan, reading: Reading) -> Plan:
    """The plan with what was recognised written into it."""
    found = reading.recognised
    columns = {"time": found.time, "key": list(found.keys), "value": list(found.values), "tz": found.tz}
    # Columns of our own making (the file, the series) do not stand in the source and are found again.
    made = not {*found.keys, *found.values} <= set(reading.frame.columns) or plan.apart or "file" in found.keys
    kept = {"time": found.time, "tz": found.tz} if made else columns
    return plan.model_copy(update={"pack": found.pack, **kept})


def _judge(plan: Plan, reading: Reading) -> Result:
    columns = reading.columns
    pipeline = Pipeline(
        time=columns.time,
        keys=columns.keys,
        values=columns.values,
        detector=spec("detectors", plan.detector or "auto"),
        threshold=plan.threshold_spec(),
        features=plan.feature_specs(),
        rules=plan.rules or {},
        random_state=plan.seed,
    )
    wanted = Wanted(
        plan.direction,
        parse_share(plan.min_change) if plan.min_change else None,
        plan.min_size,
        _since(plan, reading),
        plan.top,
    )
    between = cuts(plan, reading)
    try:
        return pipeline.fit_detect(reading.frame, cuts=between, wanted=wanted, pack=reading.recognised.pack)
    except (ValueError, TypeError, ArithmeticError) as error:
        own = [one for family, wanted_member in plan.members() for one in changed(family, wanted_member)]
        if not own:
            raise
        raise UsageError(f"nothing can be judged with {', '.join(own)} ({error}).") from error


def _since(plan: Plan, reading: Reading) -> datetime | None:
    seconds = parse_span(plan.since).seconds if plan.since else None
    if plan.since is None:
        return None
    if seconds is None or reading.columns.time is None:
        raise UsageError(f"--since {plan.since} needs a time column and a span of time such as 24h.")
    last: datetime = reading.frame[reading.columns.time].max()  # type: ignore[assignment]
    return last - timedelta(seconds=seconds)


def _accounted(
    plan: Plan, reading: Reading, result: Result, timings: dict[str, float], known: dict[str, Any] | None
) -> Result:
    skipped = [vars(one) for one in reading.skipped]
    account = {
        "command": "isang.detect",
        "inputs": [vars(one) for one in reading.inputs],
        "recognised": {**vars(reading.recognised), "set_aside": [vars(one) for one in reading.recognised.set_aside]},
        "warnings": [*reading.warnings, *result.run["warnings"]],
        "coverage": {**result.run["coverage"], "skipped": sum(one["count"] for one in skipped)},
        "timings_s": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "measured": known,
        "exit": int(_fails(result, plan.fail_on)),
    }
    told = yaml_ready(rerunnable(plan, reading))
    return replace(result, run={**result.run, **account}, skipped=skipped, plan=told)


def yaml_ready(plan: Plan) -> dict[str, Any]:
    """The keys of plan.yaml."""
    return {"schema": 1, **plan.model_dump(exclude_none=True)}


@contextmanager
def _naming(paths: Sequence[str]) -> Iterator[None]:
    """An InputError that names no file gets the names of those that were read."""
    try:
        yield
    except InputError as error:
        if not paths or any(path in str(error) for path in paths):
            raise
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        raise InputError(f"{paths[0]}{more}: {error}") from error


def _fails(result: Result, band: str | None) -> bool:
    return band is not None and any(incident.risk >= BANDS[band] for incident in result.incidents)
