"""The Python door: `isang.detect`, and the steps that the command takes as well."""

from __future__ import annotations

import logging
import resource
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.errors import UsageError
from isang.incidents import Wanted
from isang.labelled import measured
from isang.pipeline import Pipeline
from isang.plan import Plan, load_plan, make_plan, spec
from isang.reading import read
from isang.result import Result
from isang.risk import BANDS
from isang.splits import cut_at_shares
from isang.words.amounts import parse_share, parse_span
from isang.words.reading import Reading

_log = logging.getLogger("isang")
_CALIBRATION_SHARE = 0.25  # of the rows before --train-until


def detect(
    source: Any = None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    pack: str | None = None,
    time: str | None = None,
    key: str | Sequence[str] | None = None,
    value: str | Sequence[str] | None = None,
    label: str | None = None,
    positive: str | None = None,
    where: str | Sequence[str] | None = None,
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    apart: bool | None = None,
    detector: str | Mapping[str, Any] | None = None,
    train_until: str | None = None,
    split: str | None = None,
    false_alarms: str | None = None,
    alerts: str | None = None,
    threshold: str | Mapping[str, Any] | None = None,
    direction: str | None = None,
    min_change: str | None = None,
    min_size: float | None = None,
    since: str | None = None,
    top: int | None = None,
    seed: int | None = None,
    fail_on: str | None = None,
    lang: str | None = None,
    out: str | None = None,
    changes: Sequence[str] = (),
) -> Result:
    """Find the anomalies in files (a path, several, `-`), a frame (pandas, polars, Arrow) or an array.

    Without `train_until` or `split` every row is judged in hindsight; with one of them causally. What is not told is
    found out from the data and stands in `Result.run["recognised"]`. `plan` is a plan file or its keys; options
    win over it, and `changes` ("detector.window_rows=50") over both. Raises IsangError: UsageError for options,
    InputError for data.
    """
    told = {name: value for name, value in locals().items() if name in Plan.model_fields and value is not None}
    paths = [str(path) for path in ([source] if isinstance(source, str | Path) else _paths(source))]
    settled = settle(paths, plan=plan, changes=changes, **told)
    return run(settled, source if source is not None and not paths else None)


def settle(
    inputs: Sequence[str] | None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    changes: Sequence[str] = (),
    **told: Any,
) -> Plan:
    """The checked plan of these inputs and options: `changes` win over options, options over the plan file."""
    base = load_plan(Path(plan)) if isinstance(plan, str | Path) else dict(plan or {})
    return make_plan({**base, **told, **({"inputs": list(inputs)} if inputs else {})}, changes)


def run(plan: Plan, data: Any = None) -> Result:
    """Read (or take `data`), judge, and account for it; nothing is written."""
    started = clock.perf_counter()
    reading = reading_of(plan, data)
    _log.info("%s rows read, learning what is usual", f"{len(reading.frame):,}")
    read_at = clock.perf_counter()
    result = _judge(plan, reading)
    timings = {"read": read_at - started, "judge": clock.perf_counter() - read_at}
    return _accounted(plan, reading, result, timings)


def reading_of(plan: Plan, data: Any = None) -> Reading:
    """The source of a plan, read and recognised."""
    source = plan.inputs if data is None else data
    if data is None and not plan.inputs:
        raise UsageError("no input: name a file, '-' for standard input, or a plan with `inputs`.")
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
        detector=spec(plan.detector or "auto"),
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
    return pipeline.fit_detect(reading.frame, cuts=_cuts(plan, reading), wanted=wanted, pack=reading.recognised.pack)


def _since(plan: Plan, reading: Reading) -> datetime | None:
    seconds = parse_span(plan.since).seconds if plan.since else None
    if plan.since is None:
        return None
    if seconds is None or reading.columns.time is None:
        raise UsageError(f"--since {plan.since} needs a time column and a span of time such as 24h.")
    last: datetime = reading.frame[reading.columns.time].max()  # type: ignore[assignment]
    return last - timedelta(seconds=seconds)


def _cuts(plan: Plan, reading: Reading) -> tuple[int, int] | None:
    """Where calibration and judging begin, in µs (or row numbers); None in hindsight."""
    name = reading.columns.time
    micros = reading.frame[name].dt.epoch("us").to_numpy() if name else np.arange(len(reading.frame))
    if plan.split:
        shares = [float(part) for part in plan.split.split("/") if part.replace(".", "", 1).isdigit()]
        if len(shares) != 3 or len(plan.split.split("/")) != 3 or min(shares) <= 0:
            raise UsageError(f"--split {plan.split}: three shares are needed, train/calibration/test, such as 60/20/20.")
        first, second = cut_at_shares(micros.astype(np.int64), tuple(shares))
        return first, second
    if plan.train_until is None:
        return None
    until = _moment(plan.train_until, reading)
    before = micros[micros < until]
    if not len(before) or len(before) == len(micros):
        raise UsageError(
            f"--train-until {plan.train_until} leaves {len(before):,} of {len(micros):,} rows to learn from; "
            "a moment inside the data is needed."
        )
    return cut_at_shares(before.astype(np.int64), (1 - _CALIBRATION_SHARE, _CALIBRATION_SHARE))[0], until


def _moment(text: str, reading: Reading) -> int:
    if reading.columns.time is None:
        if text.isdigit():
            return int(text)
        raise UsageError(f"--train-until {text}: without a time column a row number is needed.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--train-until {text}: a date or time in ISO form is needed, such as 2026-03-01.") from error
    zone = reading.frame.schema[reading.columns.time].time_zone  # type: ignore[attr-defined]
    stamp = pl.Series([moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment])
    stamp = stamp.dt.replace_time_zone("UTC" if moment.tzinfo else zone, ambiguous="earliest", non_existent="null")
    if stamp[0] is None:
        raise UsageError(f"--train-until {text} does not exist in {zone}: clocks were put forward over it.")
    return int(stamp.dt.epoch("us")[0])


def _accounted(plan: Plan, reading: Reading, result: Result, timings: dict[str, float]) -> Result:
    skipped = [vars(one) for one in reading.skipped]
    known = {
        "command": "isang.detect",
        "inputs": [vars(one) for one in reading.inputs],
        "recognised": {**vars(reading.recognised), "set_aside": [vars(one) for one in reading.recognised.set_aside]},
        "warnings": [*reading.warnings, *result.run["warnings"]],
        "coverage": {**result.run["coverage"], "skipped": sum(one["count"] for one in skipped)},
        "timings_s": {stage: round(seconds, 3) for stage, seconds in timings.items()},
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "measured": measured(result, plan.label, plan.positive) if plan.label else None,
        "exit": int(_fails(result, plan.fail_on)),
    }
    told = yaml_ready(rerunnable(plan, reading))
    return replace(result, run={**result.run, **known}, skipped=skipped, plan=told)


def yaml_ready(plan: Plan) -> dict[str, Any]:
    """The keys of plan.yaml."""
    return {"schema": 1, **plan.model_dump(exclude_none=True)}


def _fails(result: Result, band: str | None) -> bool:
    return band is not None and any(incident.risk >= BANDS[band] for incident in result.incidents)


def _paths(source: Any) -> list[Any]:
    listed = isinstance(source, list | tuple) and all(isinstance(one, str | Path) for one in source)
    return list(source) if listed else []
