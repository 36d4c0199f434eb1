"""New data as a model knows them: its columns in its order, its zone, its entities; what is different is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from isang.accounting import versions
from isang.errors import InputError, UnknownColumnError
from isang.intake import naming, reading_of
from isang.learnt import Learnt
from isang.plan import Plan
from isang.trained import differences
from isang.words.frame import entity_names
from isang.words.note import note
from isang.words.reading import Reading


def reading_for(learnt: Learnt, plan: Plan, data: Any = None) -> Reading:
    """The inputs of `plan` (or `data`) with the roles that the model learnt; InputError names a column that is missing.

    Columns that it does not know are left out, and named in the warnings like all other differences.
    """
    file = _file_of(learnt, plan)
    try:
        reading = reading_of(_as_learnt(learnt, plan, file), data, before=learnt.lines)
    except UnknownColumnError as error:
        if error.column == plan.label:
            raise
        told = (
            f"the model needs the column '{error.column}', which is not there: rename yours, or learn anew.{error.hint}"
        )
        with naming(plan.inputs):
            raise InputError(told) from error
    reading = _with_file(reading, file, plan.inputs)
    columns = learnt.pipeline.columns_
    entities = entity_names(reading.frame, columns.keys)
    differing = differences(learnt.trained, learnt.pipeline.entities_, entities, reading)
    differing += _other_versions(learnt.versions)
    recognised = replace(
        reading.recognised,
        pack_reason=note("as the model learnt"),
        time=columns.time,
        keys=columns.keys,
        keys_reason=note("as the model learnt"),
        values=columns.values,
        entities=len(entities),
    )
    return replace(reading, columns=columns, recognised=recognised, warnings=(*reading.warnings, *differing))


def _other_versions(before: Mapping[str, str]) -> list[str]:
    """Libraries whose release is another one than when the model learnt, told in one line."""
    now = versions()
    others = [
        f"{name} {before[name]} (now {now[name]})"
        for name in before.keys() & now.keys()
        if before[name].split(".")[:2] != now[name].split(".")[:2]
    ]
    told = f"the model learnt with {', '.join(sorted(others))}; its golden rows score here as they did there."
    return [told] if others else []


def _as_learnt(learnt: Learnt, plan: Plan, file: str | None) -> Plan:
    """The plan of a run with the reading of the model; `file` is a key that is not in the source."""
    if learnt.plan.pack == "logs":  # its columns are of our own making
        kept = ("pack", "where", "session", "mask", "protect", "lines", "severity", "tz")
        return plan.model_copy(update={name: getattr(learnt.plan, name) for name in kept})
    trained, known = learnt.trained, {column.name for column in learnt.trained.columns}
    times = trained.names("time")
    settled = {
        "time": times[0] if len(times) == 1 else None,  # a date and a clock are found and joined again
        "key": [key for key in learnt.pipeline.columns_.keys if key in known and key != file],
        "value": list(trained.names("value")),
        "tz": trained.tz,
        **{name: getattr(learnt.plan, name) for name in ("pack", "where", "step", "apart", "meanings")},
    }
    return plan.model_copy(update=settled)


def _file_of(learnt: Learnt, plan: Plan) -> str | None:
    """The key that names the file, where the model has one and a single file came: then no column says it."""
    files = [name for name in learnt.trained.names("file") if name in learnt.pipeline.columns_.keys]
    return files[0] if files and len(plan.inputs) == 1 else None


def _with_file(reading: Reading, file: str | None, paths: Sequence[str]) -> Reading:
    if file is None:
        return reading
    name = Path(paths[0]).name.split(".")[0]
    return replace(reading, frame=reading.frame.with_columns(pl.lit(name).alias(file)))
