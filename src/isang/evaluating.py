"""An evaluation of many files: side by side on all cores, and going on where an earlier run was stopped."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sklearn.utils.parallel import Parallel, delayed

from isang.candidates import Candidates
from isang.errors import InputError, IsangError, UsageError
from isang.evaluation import Evaluation
from isang.examining import Examined, examine
from isang.plan import Plan
from isang.reports.documents import plain
from isang.words.note import note

_log = logging.getLogger("isang")
_OF_ONE = ("counters", "cost", "logs")
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".jsonl")  # .json may be a file of events


def evaluate_plan(
    plan: Plan, wanted: Candidates, told: dict[str, Any], data: Any = None, memory: Path | None = None
) -> Evaluation:
    """Every input by itself (or `data`). Of several files those that fail are told, of one the error is raised.

    Files of counters, of a bill, and of logs are parts of one.

    What is finished is kept in the folder `memory`, if there is one, until all is.
    """
    if data is None and plan.pack in _OF_ONE and plan.inputs:
        return _together({plan.inputs[0]: examine(plan, wanted)}, {}, told)
    files = _files(plan.inputs)
    if data is not None or len(files) == 1:
        inputs = plan if data is not None else plan.model_copy(update={"inputs": files})
        name = files[0] if data is None else ""
        return _together({name: examine(inputs, wanted, data)}, {}, told)
    if not files:
        raise UsageError("no input: name a labelled file, or a folder of them.")
    done, failed = dict[str, Examined](), dict[str, str]()
    jobs = (delayed(_remembered)(plan.model_copy(update={"inputs": [file]}), wanted, memory) for file in files)
    for file, found in Parallel(n_jobs=-1, return_as="generator_unordered")(jobs):
        _log.info("%d of %d files evaluated …", len(done) + len(failed) + 1, len(files))
        if isinstance(found, str):
            failed[file] = found
        else:
            done[file] = found
    if not done:
        raise InputError(f"none of {len(files)} files could be evaluated; the first: {failed[min(failed)]}")
    if memory is not None:
        shutil.rmtree(memory, ignore_errors=True)
    return _together({file: done[file] for file in files if file in done}, failed, told)


def _together(done: dict[str, Examined], failed: dict[str, str], told: dict[str, Any]) -> Evaluation:
    rows = [row for one in done.values() for row in one.rows]
    warnings = [
        note("{file}: {said}", file=file, said=said) if file else said
        for file, one in done.items()
        for said in one.warnings
    ]
    return Evaluation(rows, {file: one.pictures for file, one in done.items()}, warnings, failed, told)


def _remembered(plan: Plan, wanted: Candidates, memory: Path | None) -> tuple[str, Examined | str]:
    """One file evaluated, or taken from the memory; an error as its text."""
    file = plan.inputs[0]
    place = memory / f"{_key(plan, wanted)}.json" if memory is not None else None
    if place is not None and place.is_file():
        return file, Examined(**json.loads(place.read_text(encoding="utf-8")))
    try:
        found = examine(plan, wanted)
    except IsangError as error:
        return file, str(error)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(plain(asdict(found))), encoding="utf-8")
        part.replace(place)
    return file, found


def _key(plan: Plan, wanted: Candidates) -> str:
    """Of the file's content, what was asked of it, and by which version."""
    asked = json.dumps([plan.model_dump(exclude={"out", "lang"}), dict(wanted.detectors), dict(wanted.thresholds)])
    contents = [_content(name) for name in (plan.inputs[0], plan.events) if name]
    return hashlib.sha256("\x1f".join([asked, *contents, version("isang")]).encode()).hexdigest()[:32]


def _content(name: str) -> str:
    """A hash of what a file holds; what cannot be read has none, and is an error of its own later."""
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return ""


def _files(inputs: Sequence[str]) -> list[str]:
    """Files as they are; of folders all tables in them and below, sorted. The file of events is none of them."""
    found = list[str]()
    for name in inputs:
        if Path(name).is_dir():
            inside = sorted(path for path in Path(name).rglob("*") if _is_table(path))
            if not inside:
                raise InputError(f"{name}: no table in this folder; files such as .csv or .parquet are needed.")
            found += [str(path) for path in inside]
        else:
            found.append(name)
    return found


def _is_table(path: Path) -> bool:
    plain_name = path.name.removesuffix(".gz").removesuffix(".zst")
    return path.is_file() and plain_name.endswith(_TABLES) and not path.name.startswith((".", "README"))
