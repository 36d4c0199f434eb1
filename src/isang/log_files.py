"""Logs read and recognised: a row for each kind of line and slot of time."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from isang.errors import InputError, UsageError
from isang.events import Period
from isang.log_means import Means, means_for, usual_mb, usual_means
from isang.log_memory import LogMemory
from isang.log_names import LINES, LOG, TEMPLATE, TIME, VALUES
from isang.log_next import usual_next
from isang.log_records import LogRecords, read_records
from isang.log_slots import Slots, slots_of
from isang.logs.mask import Mask
from isang.logs.severity import Severity
from isang.logs.summed import TEXTS
from isang.logs.templates import Templates
from isang.logs.whole import ALL_LINES
from isang.mined import table_of
from isang.parts import FEWEST_ROWS
from isang.recognise.matching import matching
from isang.sources._log_blocks import Wish
from isang.sources._log_context import spooled
from isang.sources._log_files import LogFile, is_log_path, log_files
from isang.words.frame import Columns
from isang.words.note import note
from isang.words.reading import InputFile, Logs, Reading, Recognised, SourceColumn
from isang.words.telling import duration

_log = logging.getLogger("isang")
_MOST_TEMPLATES = 10_000


@dataclass(frozen=True)
class LogWish:
    """How logs are wanted: zone of times without one, session expression, conditions, limits on files, lines, memory.

    `lines` is the detector of their order, `mask` what of a line is no part of its template, `severity` how grave it
    is. `labelled` are periods of anomalous lines, for a detector that learns from labels. `causal`: earlier lines judge
    later ones, and Logs.memory is kept of all.
    """

    zone: str
    session: str | None
    where: tuple[str, ...]
    max_files: int | None
    sample_lines: int | None
    lines: Mapping[str, Any]
    memory_mb: float | None = None
    mask: Mask = field(default_factory=Mask)
    severity: Severity = field(default_factory=Severity)
    labelled: Sequence[Period] = ()
    causal: bool = False


def are_logs(paths: Sequence[str]) -> bool:
    """Whether all of these files and folders are surely logs."""
    return bool(paths) and all(is_log_path(path) for path in paths)


def read_logs(paths: Sequence[str], wish: LogWish, before: LogMemory | None = None) -> Reading:
    """Logs as one long table; keys are the log (where there are several) and the template.

    What was learnt `before` judges them. Raises InputError for data that make no sense, UsageError for options that do
    not fit.
    """
    began = datetime.now(UTC)
    with TemporaryDirectory(prefix="isang-") as name:
        folder = Path(name)
        places = {"-": spooled(folder)} if "-" in paths else None
        files, skipped = log_files(paths, wish.zone, wish.max_files, places)
        about = sum(file.lines_about for file in files)
        means = _means(files, min(about, wish.sample_lines or about), wish.memory_mb)
        share = min(1.0, wish.sample_lines / about) if wish.sample_lines else None
        how, known = Wish(wish.zone, session=wish.session), before.exceptions if before else ("",)
        templates = before.restored() if before else Templates(_MOST_TEMPLATES, wish.mask.protected)
        records = read_records(files, how, wish.mask, folder, share, templates, means, known)
        records.skipped[:0], records.labelled, records.in_sessions = skipped, wish.labelled, wish.session is not None
        found = slots_of(records, folder, wish.lines, wish.severity, causal=wish.causal, memory=before)
        if share is not None and share < 1:
            found = replace(found, frame=_without_silence(found.frame))
        records.turns = usual_next(records, found.frame)
    if before is None and len(found.frame) < FEWEST_ROWS:
        raise InputError(_too_short(records, found.step))
    return _reading(records, found, wish, began, several=len(before.logs if before else records.series) > 1)


def _without_silence(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that do not depend on how many lines there are in all: what was not read is not silent."""
    return frame.filter(pl.col(LINES) > 0, pl.col(TEMPLATE) != TEXTS[ALL_LINES])


def _means(files: Sequence[LogFile], lines: int, memory_mb: float | None) -> Means:
    """How much is to be done at once; said, with what is to be read and how much memory that will take."""
    size = sum(file.bytes for file in files) / 1e6
    told = f"{len(files):,}", f"{size:,.0f}", f"{lines:,}", f"{usual_mb(lines):,.0f}"
    means = means_for(memory_mb, lines) if memory_mb else usual_means()
    kept = ""
    if memory_mb:
        kept = f", kept to {memory_mb:,.0f} MB ({means.workers} threads, {means.chunk_rows:,} records at once)"
    _log.info("%s logs, %s MB, about %s lines; about %s MB of memory are needed%s …", *told, kept)
    return means


def _reading(records: LogRecords, found: Slots, wish: LogWish, began: datetime, *, several: bool) -> Reading:
    frame, keys = found.frame, (LOG, TEMPLATE) if several else (TEMPLATE,)
    if wish.where:
        frame = matching(frame, wish.where)
        if frame.is_empty():
            raise UsageError(f"--where {' '.join(wish.where)}: no line of the logs is so.")
    layouts = ", ".join(dict.fromkeys(file.layout.name for file in records.files))
    recognised = Recognised(
        pack="logs",
        pack_reason=note("logs: {layouts}; {count:,} records", layouts=layouts, count=records.spool.rows),
        time=TIME,
        time_format=layouts,
        tz=wish.zone,
        step_s=found.step / 1e6,
        keys=keys,
        keys_reason=note("{count:,} templates", count=len(records.templates)),
        values=(LINES,),
        set_aside=(),
        labels=(),
        entities=frame.select(keys).n_unique(),
        gaps=0,
    )
    inputs = tuple(InputFile(file.path, file.bytes, "", 0, "") for file in records.files)
    source = (SourceColumn(TIME, "time", "Datetime"), SourceColumn(LINES, "value", "Float64"))
    kinds = frame.filter(pl.col("template_id").is_not_null())  # all others are made of their lines
    levels = dict(kinds.group_by("log_level").agg(pl.col(LINES).sum()).drop_nulls().sort("log_level").iter_rows())
    mined = table_of(records.templates, records.sightings.seen, records.spool.rows)
    told = levels, mined, records.turns, records.training, began, wish.lines, vars(wish.severity), found.memory
    logs = Logs(records.spool.rows, len(records.templates), *told)
    columns = Columns(TIME, keys, VALUES)
    warnings = _warnings(records, wish)
    return Reading(frame, columns, recognised, inputs, tuple(records.skipped), warnings, source, logs=logs)


def _too_short(records: LogRecords, step_us: int) -> str:
    rows, templates, step = records.spool.rows, len(records.templates), duration(step_us / 1e6)
    lines = "1 line" if rows == 1 else f"{rows:,} lines"
    return (
        f"{records.files[0].path}: {lines} (templates: {templates:,}) came within few slots of {step}; "
        f"at least {FEWEST_ROWS} counts of lines are needed to learn what is usual: give logs of a longer time. "
        "`isang mine` gives the templates."
    )


def _warnings(records: LogRecords, wish: LogWish) -> tuple[str, ...]:
    found = []
    if wish.sample_lines and sum(file.lines_about for file in records.files) > wish.sample_lines:
        found.append(note("about {count:,} lines were looked at, as --sample-lines says.", count=records.spool.rows))
    if wish.session and not records.keyed:
        found.append(note("no line holds what --session says, so that nothing is known of the order of lines."))
    if records.lost > 0:
        found.append(note("{count:,} lines are in no record, as theirs was too long by then.", count=records.lost))
    return (*found, *records.said)
