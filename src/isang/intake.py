"""The source of a plan, read and recognised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from isang.errors import InputError, UsageError
from isang.event_files import periods_of_lines
from isang.events import Period
from isang.family import member
from isang.log_memory import LogMemory
from isang.plan import Plan
from isang.reading import read
from isang.rollup import in_scopes
from isang.specs import spec_of_lines
from isang.timestamps import moment_of
from isang.words.reading import Reading

_CAUSAL = ("train_until", "split", "walk_forward")


def reading_of(
    plan: Plan, data: Any = None, *, causal: bool = False, before: LogMemory | None = None, labels: bool = True
) -> Reading:
    """The inputs of a plan, or `data` in their place.

    Lines of logs are held against others while they are read: what was learnt `before`, or earlier ones (`causal`, and
    where the plan parts its rows in time), else all others. `labels`: what judges them may learn from known events.
    """
    source = plan.inputs if data is None else data
    if data is None and not plan.inputs:
        raise UsageError("no input: name a file, '-' for standard input, or a plan with `inputs`.")
    with naming(plan.inputs):
        reading = read(
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
            meanings=plan.meanings,
            session=plan.session,
            max_files=plan.max_files,
            sample_lines=plan.sample_lines,
            memory=plan.memory,
            mask=plan.mask,
            protect=plan.protect,
            lines=spec_of_lines(plan.lines) if plan.lines is not None else None,
            severity=plan.severity,
            labelled=_labelled(plan) if labels else (),
            causal=causal or any(getattr(plan, name) is not None for name in _CAUSAL),
            before=before,
        )
        return in_scopes(reading)


def _labelled(plan: Plan) -> tuple[Period, ...]:
    """The periods that a detector of log lines may learn from: none that later judge what it learnt.

    So none of a run in parts, and with `train_until` those that end before it.
    """
    in_parts = plan.split or plan.folds or plan.walk_forward or plan.learns_from_events
    if plan.pack != "logs" or plan.events is None or plan.model or in_parts or not _supervised(plan.lines):
        return ()
    zone = plan.tz or "UTC"
    until = None if plan.train_until is None else moment_of(plan.train_until, zone, "--train-until")
    return tuple(one for one in periods_of_lines(plan.events, zone) if until is None or one.end < until)


def _supervised(lines: Any) -> bool:
    return lines is not None and member("detectors", str(spec_of_lines(lines)["name"])).supervised


def paths_of(source: Any) -> list[str]:
    """The paths of a source, none if it is a frame or array."""
    several = source if isinstance(source, list | tuple) else [source]
    return [str(one) for one in several] if all(isinstance(one, str | Path) for one in several) else []


def rerunnable(plan: Plan, reading: Reading) -> Plan:
    """The plan with what was recognised written into it; with a model, which knows it all, the plan as it is."""
    if plan.model is not None:
        return plan
    found = reading.recognised
    columns = {"time": found.time, "key": list(found.keys), "value": list(found.values), "tz": found.tz}
    # Columns of our own making (the file, the series) do not stand in the source and are found again.
    made = (
        not {*found.keys, *found.values} <= set(reading.frame.columns)
        or plan.apart
        or "file" in found.keys
        or reading.logs
    )
    kept = {"tz": found.tz} if reading.logs else {"time": found.time, "tz": found.tz} if made else columns
    return plan.model_copy(update={"pack": found.pack, **kept})


@contextmanager
def naming(paths: Sequence[str]) -> Iterator[None]:
    """An InputError that names no file gets the names of those that were read."""
    try:
        yield
    except InputError as error:
        if not paths or any(_named(path, str(error)) for path in paths):
            raise
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        raise InputError(f"{paths[0]}{more}: {error}") from error


def _named(path: str, told: str) -> bool:
    return told.startswith("-: ") if path == "-" else path in told  # options hold dashes too
