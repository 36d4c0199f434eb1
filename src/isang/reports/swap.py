"""A folder of files that appears whole or not at all.

The files are written to `.NAME.new` beside the folder and flushed to the disk; then the old folder
steps aside to `.NAME.old`, the new one takes its name, and the old one goes. A crash leaves one of
these; `mend` puts it right before the next write or reading.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from isang.errors import OutputError
from isang.reports.lock import locked

Writer = Callable[[Path], object]

FILES = (
    "predict.csv",
    "hybrid.csv",
    "hybrid_strong.csv",
    "anomalies_with_risk.csv",
    "risk_critical.csv",
    "risk_high.csv",
    "risk_medium.csv",
    "risk_low.csv",
    "risk_info.csv",
    "risk_summary.txt",
    "training.log",
    "templates.csv",
    "anomalies.csv",
    "scores.parquet",
    "incidents.json",
    "skipped.json",
    "plan.yaml",
    "report.html",
    "run.json",
)
DATED = re.compile(r"loganomaly_training_\d{8}_\d{6}\.log")  # S3's name for the training log
IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}


def replace_folder(
    folder: Path, files: Mapping[str, Writer], mark: str = "run.json", known: Sequence[str] = ()
) -> Path:
    """Put these files in the place of the folder, atomically; `mark` is the one that says that a folder is ours.

    `known` are files that another run may have left there, and that go with it.
    """
    target = folder.expanduser().resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.with_name(f".{target.name}.lock")):
            _settle(target)
            check_replaceable(target, {*files, *known}, mark)
            _swap(target, files)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
        raise OutputError(
            f"cannot write {target}: {reason}. What stood there is untouched; free the disk or choose another --out."
        ) from error
    return target


def put_text(file: Path, text: str) -> None:
    """A text as UTF-8 with line ends of one kind."""
    file.write_text(text, encoding="utf-8", newline="\n")


def check_target(folder: Path, files: Sequence[str] = FILES, mark: str = "run.json") -> None:
    """Raise OutputError early where these files would not replace the folder, because of what it holds."""
    check_replaceable(folder.expanduser().resolve(), set(files), mark)


def mend(folder: Path) -> None:
    """Put right what a crash in the middle of a swap left, unless a run is writing there now."""
    target = folder.expanduser().resolve()
    if not target.exists() and _aside(target).is_dir():
        with locked(target.with_name(f".{target.name}.lock")):
            _settle(target)


def check_replaceable(target: Path, ours: set[str], mark: str) -> None:
    """Raise OutputError unless the folder is absent, empty, or holds what we wrote and nothing else."""
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(f"{target} is a file; a folder is needed: choose another --out.")
    found = {entry.name for entry in target.iterdir() if not DATED.fullmatch(entry.name)} - IGNORED
    if found and not _is_ours(target / mark):
        raise OutputError(
            f"{target} is not empty and holds no {mark} of isang: nothing was replaced; choose another --out."
        )
    if foreign := sorted(found - ours):
        raise OutputError(
            f"{target} also holds '{foreign[0]}', which would be lost: move it away, or choose another --out."
        )


def _is_ours(file: Path) -> bool:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    numbered = isinstance(told, dict) and ("schema" in told or "format" in told)
    return numbered and "isang" in (told.get("versions") or {})


def _settle(target: Path) -> None:
    """Under the lock nobody else writes: what lies beside the folder is left from a dead run.

    The old folder is renamed once more before it is taken apart, so that `.NAME.old` is always complete.
    """
    if _aside(target).is_dir():
        if target.exists():
            shutil.rmtree(_gone(target), ignore_errors=True)
            _aside(target).rename(_gone(target))
        else:
            _aside(target).rename(target)
    shutil.rmtree(_gone(target), ignore_errors=True)
    shutil.rmtree(_fresh(target), ignore_errors=True)


def _swap(target: Path, files: Mapping[str, Writer]) -> None:
    fresh, aside = _fresh(target), _aside(target)
    try:
        fresh.mkdir()
        for name, write in files.items():
            write(fresh / name)
            _flush(fresh / name)
        _flush(fresh)
        if target.exists():
            target.rename(aside)
        fresh.rename(target)
        _flush(target.parent)
    finally:
        _settle(target)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fresh(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")


def _gone(target: Path) -> Path:
    return target.with_name(f".{target.name}.gone")
