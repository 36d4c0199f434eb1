"""A model as a folder of JSON and arrays, safe to open: nothing in it is run, and nothing in it is believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as unpack
from safetensors.numpy import save as pack

from isang.assembly import pipeline_of
from isang.checking import check
from isang.errors import IsangError, ModelError, UsageError
from isang.golden import Golden
from isang.learnt import Learnt
from isang.log_memory import LogMemory
from isang.pipeline import Pipeline
from isang.plan import Plan
from isang.reports.swap import mend, replace_folder
from isang.sealed import CHECKSUMS, open_sealed, seal
from isang.state.hints import Arrays, Tree
from isang.state.restoring import restore_state, restored
from isang.state.saving import saved, saved_state
from isang.strangers import stranger
from isang.trained import Trained
from isang.words.frame import Columns

FORMAT = 1
MANIFEST, STATE, GOLDEN, LINES = "manifest.json", "state.safetensors", "golden.safetensors", "lines.safetensors"
FILES = (MANIFEST, STATE, GOLDEN, LINES, CHECKSUMS)  # `lines` of logs alone
# `detector` and `thresholds` are for people who look into it.
_KEYS = {"format", "versions", "plan", "trained", "detector", "thresholds", "golden", "lines", "pipeline"}
_MOST_ARRAYS = 50_000
_MOST_HEADER_BYTES = 16 << 20


def save_folder(learnt: Learnt, folder: Path) -> Path:
    """Write a model; the folder appears whole or not at all, and its full path is given back.

    Raises UsageError for a member that is no plain data, OutputError with what stood there untouched.
    """
    pipeline, arrays = saved_state(learnt.pipeline)
    golden, rows = saved(learnt.golden)
    lines, counts = saved(learnt.lines) if learnt.lines else (None, {})
    manifest = {
        "format": FORMAT,
        "versions": learnt.versions,
        "plan": learnt.plan.model_dump(exclude_none=True, exclude={"out"}),
        "trained": saved(learnt.trained)[0],
        "detector": learnt.account["detector"],
        "thresholds": learnt.account["thresholds"],
        "golden": golden,
        "lines": lines,
        "pipeline": pipeline,
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    files = {MANIFEST: text.encode("utf-8", "backslashreplace"), STATE: _packed(arrays), GOLDEN: _packed(rows)}
    files |= {LINES: _packed(counts)} if lines else {}
    files[CHECKSUMS] = seal(files)
    writers = {name: lambda file, data=data: file.write_bytes(data) for name, data in files.items()}
    return replace_folder(folder, writers, MANIFEST)


def load_folder(folder: Path) -> Learnt:
    """A model that `save_folder` wrote; ModelError where that cannot be trusted.

    In this order: what it is, plain files of bounded size, checksums, format, members by name, arrays by their
    declared types, each part by its own rules, and the golden rows, which must score as they did.
    """
    files = _files(folder)
    with _naming(folder / MANIFEST):
        manifest = _manifest(files.get(MANIFEST, b""))
        wanted = [STATE, GOLDEN, *([LINES] if manifest["lines"] else [])]
        if set(files) != {MANIFEST, *wanted}:
            raise ModelError(f"it belongs to {' and '.join(wanted)}, and to nothing else.")
        plan = _plan(manifest["plan"])
        trained = restored(Trained, manifest["trained"], {})
        versions = restored(dict[str, str], manifest["versions"], {})
    with _naming(folder / STATE):
        pipeline = _pipeline(plan, manifest["pipeline"], _unpacked(files[STATE]))
    with _naming(folder / GOLDEN):
        golden = restored(Golden, manifest["golden"], _unpacked(files[GOLDEN]))
    with _naming(folder / LINES):
        lines = restored(LogMemory, manifest["lines"], _unpacked(files[LINES])) if manifest["lines"] else None
    with _naming(folder):
        golden.check(pipeline)
    return Learnt(pipeline, plan, trained, golden, lines, str(folder), versions)


def _files(folder: Path) -> dict[str, bytes]:
    try:
        mend(folder)
        what = stranger(folder)
    except OSError as error:
        raise ModelError(f"{error.filename or folder} cannot be read: {error.strerror}.") from error
    if what:
        raise ModelError(f"{folder} is {what}; a model is a folder that 'isang fit' wrote.")
    return open_sealed(folder)


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"no valid JSON ({str(error)[:80]}).") from error
    if not isinstance(found, dict) or type(found.get("format")) is not int or found["format"] < 1:
        raise ModelError("no manifest of isang: it names no format.")
    if found["format"] > FORMAT:
        versions_told = found.get("versions")
        by = str(versions_told.get("isang"))[:20] if isinstance(versions_told, dict) else "unknown"
        told = f"written by isang {by}, format {found['format']}"
        raise ModelError(f"{told}; this version reads format {FORMAT}: upgrade isang.")
    if wrong := set(found) ^ _KEYS:
        raise ModelError(f"the key {min(wrong)[:40]!r} is {'missing' if min(wrong) in _KEYS else 'unknown'}.")
    return found


def _plan(tree: Tree) -> Plan:
    try:
        plan = Plan(**tree)
        check(plan)
    except (ValidationError, IsangError, TypeError, ValueError) as error:
        raise ModelError(f"its plan makes no sense ({str(error).splitlines()[0][:200]}).") from error
    return plan


def _pipeline(plan: Plan, tree: Tree, arrays: Arrays) -> Pipeline:
    pipeline = pipeline_of(plan, Columns(None, (), ()))
    restore_state(pipeline, tree, arrays)
    columns = pipeline.columns_
    told: Pipeline = pipeline.set_params(time=columns.time, keys=columns.keys, values=columns.values)
    return told


def _packed(arrays: Arrays) -> bytes:
    if len(arrays) > _MOST_ARRAYS:
        raise UsageError(
            f"{len(arrays):,} arrays were learnt, and at most {_MOST_ARRAYS:,} are read again: fit fewer columns."
        )
    # Row by row: safetensors writes the memory as it lies.
    return pack({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def _unpacked(data: bytes) -> Arrays:
    """The arrays of a file, in memory of their own; its header is looked at before it is parsed."""
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > min(_MOST_HEADER_BYTES, len(data) - 8):
        raise ModelError("no file of arrays.")
    if data.count(b'"data_offsets"', 8, 8 + size) > _MOST_ARRAYS:
        raise ModelError(f"more than {_MOST_ARRAYS:,} arrays.")
    try:
        return {name: np.array(array) for name, array in unpack(data).items()}
    except (SafetensorError, KeyError, ValueError, TypeError, MemoryError) as error:
        raise ModelError(f"no valid arrays ({str(error)[:80]}).") from error


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
