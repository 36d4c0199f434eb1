"""Application logs as Spring Boot writes them, of several services, with incidents of which all is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.synthetic._log_incidents import KINDS, Incident
from isang.synthetic._log_incidents import incidents as happening
from isang.synthetic._log_lines import Lines
from isang.synthetic._log_load import DAY, SECOND, load
from isang.synthetic._log_service import service
from isang.synthetic._log_stream import Stream, sessions_in
from isang.synthetic._log_text import write
from isang.synthetic._log_words import SERVICES
from isang.words.frame import Floats

_NAMED = ("new_exception", "missing_event", "wrong_order")  # concern few requests, each of which is told


def log_files(
    folder: str | Path,
    lines: int = 1_000_000,
    days: int = 7,
    *,
    start: str = "2025-11-03",
    services: int = 4,
    incidents: int = 16,
    clean_share: float = 0.3,
    rotated: bool = False,
    random_state: int = 0,
) -> pl.DataFrame:
    """Write about so many lines in all, `order.log` and its like for each service; gives the incidents.

    Requests take a fixed sequence of steps on one thread, under one `trace=`; few fail with a stack trace. Beside them
    stand lines of consumers, in no order, jobs, and starts (at first, and each Tuesday). Days and weeks have their
    course. With `rotated`, days before the last are in `order.log.2025-11-03.0` and its like. Written block by
    block: memory hardly grows with the lines.

    Incidents are of eight kinds, from hardly to be seen to obvious, one at a time, after `clean_share` of all; what
    is not theirs stays the same without them. `start` and `end` are those of the lines that one changed (or swallowed),
    on the logs' clock, `lines` how many (with its stack trace a line is one), `fault` its kind, `size` percent,
    requests, times or minutes, as `note` says; `message` is what shows it, `session` has the traces where they are few.
    Written as CSV it is a file for `--events`. ValueError where there is no room for so many.
    """
    if not 1 <= services <= len(SERVICES):
        raise ValueError(f"services={services} came; 1 to {len(SERVICES)} are known.")
    seeds = np.random.default_rng(random_state)
    course = load(datetime.fromisoformat(start), days, seeds)
    made = [service(name, seeds) for name in list(SERVICES)[:services]]
    own = lines * _shares(services)
    requests = [sessions_in(number, one) * one.requests for number, one in zip(own, made, strict=True)]
    happened = dict(enumerate(happening(course, requests, incidents, clean_share, seeds)))
    Path(folder).mkdir(parents=True, exist_ok=True)
    streams = []
    for at, one in enumerate(made):
        mine = {number: each for number, each in happened.items() if each.service == at}
        streams.append(Stream(one, course, own[at], mine, [random_state, at]))
        _write(Path(folder), streams[-1], rotated)
    return pl.concat([_events(stream) for stream in streams]).sort("start", maintain_order=True)


def _shares(services: int) -> Floats:
    often = np.arange(1, services + 1) ** -0.5
    return np.asarray(often / often.sum())


def _write(folder: Path, stream: Stream, rotated: bool) -> None:
    """One file, or one for each day."""
    name = ""
    with ExitStack() as files:
        for at, lines in _parts(stream, rotated):
            if at != name:
                files.close()
                file = files.enter_context((folder / at).open("wb"))
            name = at
            write(file, lines, stream.service.templates, stream.threads, stream.started)


def _parts(stream: Stream, rotated: bool) -> Iterator[tuple[str, Lines]]:
    """The lines in their order, each part with the name of its file."""
    last = int(stream.load.time[-1]) // DAY - 1
    for lines in stream.blocks():
        if not rotated:
            yield f"{stream.service.name}.log", lines
            continue
        day = np.minimum(lines.time // DAY, last)
        for one in np.unique(day).tolist():
            ending = "" if one == last else f".{date(1970, 1, 1) + timedelta(one)}.0"
            yield f"{stream.service.name}.log{ending}", lines.at(day == one)


def _events(stream: Stream) -> pl.DataFrame:
    """A row for each incident that changed a line."""
    rows = [_event(stream, stream.happened[row["number"]], row) for row in stream.touched().iter_rows(named=True)]
    return pl.DataFrame(rows, _SCHEMA, orient="row")


def _event(stream: Stream, one: Incident, touched: dict[str, Any]) -> tuple[Any, ...]:
    first, last = (datetime.fromtimestamp(touched[end] / SECOND, UTC).replace(tzinfo=None) for end in ("first", "last"))
    shown = stream.service.templates[one.template] if one.template >= 0 else None
    note = f"{one.kind.replace('_', ' ')}: {KINDS[one.kind].told.format(size=one.size)}"
    session = touched["session"] if one.kind in _NAMED else None
    what = (shown.masked, shown.exception) if shown else (None, None)
    name = stream.service.name
    return first, last, name, f"{name}.log", "anomaly", one.kind, *what, session, one.size, touched["lines"], note


_SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    **dict.fromkeys(("start", "end"), pl.Datetime("us")),
    **dict.fromkeys(("service", "log", "kind", "fault", "message", "exception", "session"), pl.String),
    "size": pl.Float64,
    "lines": pl.Int64,
    "note": pl.String,
}
