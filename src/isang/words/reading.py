"""What comes in: a source gives a `Table`; recognised, it becomes a `Reading`: a frame with its roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from isang.words.frame import Columns


@dataclass(frozen=True)
class InputFile:
    """One file as it was read; `encoding` is empty where text encoding has no meaning."""

    path: str
    bytes: int
    sha256: str
    rows: int
    encoding: str


@dataclass(frozen=True)
class Skipped:
    """Rows that were left out for one reason: where the first of them stood, a sample, how many."""

    file: str
    row: int | None
    byte_offset: int | None
    reason: str
    sample: str
    count: int


@dataclass(frozen=True)
class Table:
    """Columns as they stood in the source, before anything is known of their roles.

    A column `row_in_file` (counted from 1, header not counted) stands in `frame` only where rows were skipped;
    otherwise frame order is file order.
    """

    frame: pl.DataFrame
    inputs: tuple[InputFile, ...]
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SetAside:
    """A column that is not judged, and why, in words a user can act on."""

    column: str
    reason: str


@dataclass(frozen=True)
class Recognised:
    """What was found out about the data without being told; `*_reason` says why, for the screen."""

    pack: str
    pack_reason: str
    time: str | None
    time_format: str
    tz: str
    step_s: float | None
    keys: tuple[str, ...]
    keys_reason: str
    values: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    labels: tuple[str, ...]
    entities: int
    gaps: int
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceColumn:
    """A column as it came: `dtype` is its own, `role` is time, key, value, label, file (the files' names) or unused."""

    name: str
    role: str
    dtype: str


@dataclass(frozen=True)
class Total:
    """All charges of one currency and category: their rows, what they add up to, whether they are judged."""

    currency: str
    category: str
    rows: int
    cost: float
    judged: bool


@dataclass(frozen=True)
class Bill:
    """What a bill is: its layout, its column of costs; the `totals` add up to all costs that were read.

    `columns` are those of the bill that the keys stand for. `rows` are the costs by day and dimensions, once the frame
    holds scopes instead.
    """

    layout: str
    cost: str
    totals: tuple[Total, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: pl.DataFrame | None = None


@dataclass(frozen=True)
class Logs:
    """What logs held: records, templates, how many records of each level; `mined` is `templates.csv`.

    `detector` is that of the order of lines, with its settings; `severity` holds the points of levels and of classes of
    exceptions, and the class of each pattern, under these names.
    `turns` is what usually follows the line before one that is out of order (`log_next`), `training` says how nets
    learnt the order of lines (`training` of run.json), `read_at` when all that began; later logs can be judged by
    `memory`.
    """

    records: int
    templates: int
    levels: Mapping[str, int]
    mined: pl.DataFrame
    turns: pl.DataFrame | None
    training: Sequence[Mapping[str, Any]]
    read_at: datetime
    detector: Mapping[str, Any]
    severity: Mapping[str, Mapping[str, Any]]
    memory: Any = None


@dataclass(frozen=True)
class Reading:
    """A frame that passes `check_frame` with these columns. Columns set aside stay in the frame, unused.

    `source` are the columns as they came, in their order. A `bill` has a row for each slot of time and set of keys,
    `logs` one for each slot and kind of line.
    """

    frame: pl.DataFrame
    columns: Columns
    recognised: Recognised
    inputs: tuple[InputFile, ...]
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]
    source: tuple[SourceColumn, ...]
    bill: Bill | None = None
    logs: Logs | None = None
