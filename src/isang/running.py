"""A plan run: read, judged, measured, accounted for. Nothing is written here."""

from __future__ import annotations

import logging
import resource
import time as clock
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from isang.assembly import blaming, pipeline_of
from isang.billing import bill_told, check_history, final_until, in_money, ripe_until, unjudged_told
from isang.bundle import FORMAT, load_folder
from isang.choosing import chosen
from isang.cuts import cuts, last_year
from isang.errors import InputError, UsageError
from isang.excerpts import in_lines
from isang.explaining import explained
from isang.family import build
from isang.intake import naming, reading_of, rerunnable
from isang.judged_by import reading_for
from isang.knowing import Told, lost_events, told_events
from isang.learnt import Learnt
from isang.measuring import judged_setting, measured
from isang.periods import periods
from isang.plan import Plan
from isang.reports.predictions import unpredicted
from isang.result import Result
from isang.risk import BANDS
from isang.specs import lines_told
from isang.wanted import Wanted
from isang.words.amounts import parse_share, parse_span
from isang.words.note import note
from isang.words.reading import Logs, Reading

_log = logging.getLogger("isang")


def run(plan: Plan, data: Any = None, learnt: Learnt | None = None) -> Result:
    """Read (or take `data`), judge, and account for it; nothing is written.

    What was `learnt` before, or the model folder of the plan, judges where there is one.
    """
    started = clock.perf_counter()
    learnt = learnt or model_of(plan)
    if learnt is not None and plan.mature is None:
        plan = plan.model_copy(update={"mature": learnt.plan.mature})
    reading = reading_in(plan, learnt, data)
    entities = f", {reading.recognised.entities:,} entities" if reading.recognised.entities > 1 else ""
    _log.info("%s rows read%s; learning and judging …", f"{len(reading.frame):,}", entities)
    read_at = clock.perf_counter()
    with naming(plan.inputs):
        told = told_events(plan, reading)
        result = _judge(plan, reading, learnt, told)
    timings = {"read": read_at - started, "judge": clock.perf_counter() - read_at}
    result = _measured(plan, result, told) if told else replace(result, run={**result.run, "measured": None})
    return _explained(plan, in_lines(in_money(_accounted(plan, reading, result, timings), reading)))


def _explained(plan: Plan, result: Result) -> Result:
    """The same with incidents worded by the language model of the plan, where it names one."""
    wanted = plan.explain_spec()
    if wanted is None:
        return replace(result, run={**result.run, "explained": None})
    _log.info("asking %s …", wanted["name"])
    started = clock.perf_counter()
    result = explained(result, build("llms", wanted), plan.lang)
    timings = {**result.run["timings_s"], "explain": round(clock.perf_counter() - started, 3)}
    return replace(result, run={**result.run, "timings_s": timings})


def model_of(plan: Plan) -> Learnt | None:
    """The model that a plan names, loaded."""
    return load_folder(Path(plan.model)) if plan.model is not None else None


def reading_in(plan: Plan, learnt: Learnt | None, data: Any = None) -> Reading:
    """The source of a plan, as the model knows it where there is one."""
    return reading_for(learnt, plan, data) if learnt else reading_of(plan, data)


def _measured(plan: Plan, result: Result, told: Told) -> Result:
    """The same with what known events say of it, and what is to be said of these."""
    setting = judged_setting(result, told.known, plan.costs())
    said = [*told.warnings, *lost_events(plan, setting.truth), *result.run["warnings"]]
    found = measured(result, setting, told.source, told.positive)
    return replace(result, run={**result.run, "warnings": said, "measured": found})


def _judge(plan: Plan, reading: Reading, learnt: Learnt | None, told: Told | None) -> Result:
    wanted = Wanted(
        plan.direction,
        parse_share(plan.min_change) if plan.min_change else None,
        plan.min_size,
        _since(plan, reading),
        plan.top,
        ripe_until(plan, reading),
        final_until(reading),
    )
    known = told.known if told else None
    details = reading.bill.rows if reading.bill else None
    check_history(plan, reading)
    if learnt is not None:
        result = learnt.pipeline.detect(
            reading.frame, known, wanted=wanted, pack=reading.recognised.pack, details=details
        )
        if not result.run["coverage"]["scored"]:
            window = result.run["detector"]["context_rows"] + 1
            raise InputError(
                f"{len(reading.frame):,} rows came and none can be judged: the model looks at {window:,} rows of an "
                "entity without a gap; give more rows before those that you ask about."
            )
        said = [*result.run["warnings"], *(unjudged_told(result) if reading.bill else [])]
        return replace(result, run={**result.run, "model": model_told(learnt), "warnings": said})
    between, compared = cuts(plan, reading), list[dict[str, Any]]()
    moments = periods(plan, reading, between)
    with blaming(plan):
        if known is not None and between is not None:
            plan, compared = chosen(plan, reading, known, between)
        pipeline, pack = pipeline_of(plan, reading.columns), reading.recognised.pack
        result = pipeline.fit_detect(reading.frame, known, cuts=moments, wanted=wanted, pack=pack, details=details)
    more = {"detector": {**result.run["detector"], "compared": compared}, "judged_from": _judged_from(reading, between)}
    return replace(result, run={**result.run, **more, "warnings": [*result.run["warnings"], *_by_years(plan, reading)]})


def _judged_from(reading: Reading, cuts: tuple[int, int] | None) -> str | None:
    """The moment from which on a causal run judges; None without a time column."""
    if cuts is None or reading.columns.time is None:
        return None
    zone = reading.frame.schema[reading.columns.time].time_zone  # type: ignore[attr-defined]
    stamp = pl.Series([cuts[1]]).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    return str(stamp.to_list()[0].isoformat())


def _by_years(plan: Plan, reading: Reading) -> list[str]:
    """Said where nobody asked for the year to be the last one."""
    if plan.train_until is not None or last_year(plan, reading) is None:
        return []
    return [
        note(
            "two years or more came: what is before the last year is learnt from, the last is judged; or say --split. "
            "Where traffic grows, --walk-forward quarter learns anew as time goes on."
        )
    ]


def model_told(learnt: Learnt) -> dict[str, Any]:
    """The `model` of run.json."""
    trained = learnt.trained
    told = {"path": learnt.folder, "created": trained.created, "format": FORMAT}
    return {**told, "rows": trained.rows, "start": trained.start, "end": trained.end}


def _since(plan: Plan, reading: Reading) -> datetime | None:
    seconds = parse_span(plan.since).seconds if plan.since else None
    if plan.since is None:
        return None
    if seconds is None or reading.columns.time is None:
        raise UsageError(f"--since {plan.since} needs a time column and a span of time such as 24h.")
    last: datetime = reading.frame[reading.columns.time].max()  # type: ignore[assignment]
    return last - timedelta(seconds=seconds)


def _accounted(plan: Plan, reading: Reading, result: Result, timings: dict[str, float]) -> Result:
    skipped = [vars(one) for one in reading.skipped]
    account = {
        "command": "isang.detect",
        "inputs": [vars(one) for one in reading.inputs],
        "bill": bill_told(reading.bill),
        "logs": _logs_told(reading.logs),
        "training": [*(reading.logs.training if reading.logs else ()), *result.run["training"]],
        "recognised": {**vars(reading.recognised), "set_aside": [vars(one) for one in reading.recognised.set_aside]},
        "warnings": [*reading.warnings, *result.run["warnings"]],
        "coverage": {**result.run["coverage"], "skipped": sum(one["count"] for one in skipped)},
        "timings_s": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "exit": int(_fails(result, plan.fail_on)),
    }
    told = yaml_ready(rerunnable(plan, reading))
    result = replace(result, run={**result.run, **account}, skipped=skipped, plan=told)
    if reading.logs:
        result = replace(result, templates=reading.logs.mined, turns=reading.logs.turns)
    return replace(result, skipped=[*skipped, *unpredicted(result)]) if plan.predictions else result


def _logs_told(logs: Logs | None) -> dict[str, Any] | None:
    """The `logs` of run.json."""
    if logs is None:
        return None
    told = {"records": logs.records, "templates": logs.templates, "levels": logs.levels}
    told |= {"detector": lines_told(logs.detector), "severity": logs.severity}
    return {**told, "read_at": logs.read_at.isoformat(timespec="seconds")}


def yaml_ready(plan: Plan) -> dict[str, Any]:
    """The keys of plan.yaml."""
    return {"schema": 1, **plan.model_dump(exclude_none=True)}


def _fails(result: Result, band: str | None) -> bool:
    if band is None:
        return False
    bands = list(BANDS)
    failing = bands[: bands.index(band) + 1]
    return any(incident.band in failing for incident in result.incidents if incident.known is None)
