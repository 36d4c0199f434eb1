"""What kinds and slots of log lines are called: log, template, exception, level, severity, and where a line stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from isang.log_kin import KIN
from isang.log_parts import Clock
from isang.log_records import LogRecords
from isang.logs.kinds import AND
from isang.logs.severity import LEVELS, UNKNOWN, Severity
from isang.logs.summed import TEXTS, points_of
from isang.logs.whole import ALL_LINES
from isang.words.frame import Integers

TIME, LOG, TEMPLATE, LINES = "time", "log", "template", "lines"
VALUES = (LINES, "expected", "spread", "unusual", "news")
_EMPTY = "(no text)"  # a record that is all head, such as the last one of a log that is cut off
SIDE = ("odd", "log_level", "exception", "severity", "template_id", KIN, "file", "line", "byte_offset")
_OTHERS = {"kind": pl.Int64, "text": pl.String, "like": pl.Int64, "points": pl.Float64}


class Levels:
    """The highest level that the lines of each kind have."""

    def __init__(self) -> None:
        self.highest = np.zeros(0, dtype=np.int16)

    def add(self, kind: Integers, level: Any) -> None:
        """Some more lines (n,)."""
        size = int(kind.max(initial=-1)) + 1
        if size > len(self.highest):
            self.highest = np.pad(self.highest, (0, size - len(self.highest)), constant_values=-1)
        known = level != UNKNOWN
        np.maximum.at(self.highest, kind[known], level[known])

    def of(self, kind: Integers) -> Integers:
        """(n,) the highest; -1 where there is none."""
        return np.append(self.highest, -1)[np.minimum(kind, len(self.highest))]


def named(
    rows: pl.DataFrame,
    records: LogRecords,
    levels: Levels,
    turns: pl.DataFrame,
    clock: Clock,
    logs: Sequence[str],
    texts: Mapping[int, str],
    severity: Severity,
) -> pl.DataFrame:
    """Judged rows of kinds and slots as the frame (time, log, template, VALUES, SIDE).

    `turns` are those that are kinds (`turns.as_kinds`), `logs` the names of the logs, `texts` those of templates that a
    model knows by other words than its own.
    """
    others = pl.concat([_summed(severity), _as_kinds(turns, records, texts)])
    kinds = rows.select(pl.col("kind").unique().sort()).join(others, "kind", "left", maintain_order="left")
    kinds = _kinds(kinds, records, levels, texts, severity)
    at = (pl.col("slot") + clock.base) * clock.step
    rows = rows.join(kinds, on="kind", how="left", maintain_order="left")
    rows = rows.with_columns(pl.Series(LOG, logs).gather(rows["log"]), at.cast(pl.Datetime("us", "UTC")).alias(TIME))
    rows = rows.with_columns(pl.col("lines").cast(pl.Float64), *_places(rows["record"], records))
    return rows.select(TIME, LOG, TEMPLATE, *VALUES, *SIDE)


def _summed(severity: Severity) -> pl.DataFrame:
    points = points_of(severity)
    rows = [(kind, text, ALL_LINES, points[kind]) for kind, text in TEXTS.items()]
    return pl.DataFrame(rows, _OTHERS, orient="row")


def _as_kinds(turns: pl.DataFrame, records: LogRecords, known: Mapping[int, str]) -> pl.DataFrame:
    """Turns as kinds that are told in words of their own, and are like their second line."""
    texts = {number: known.get(number, template.text) for number, template in enumerate(records.templates)}
    told = [f"{texts[before]} → {texts[after]}" for before, after in turns["before", "after"].iter_rows()]
    like = turns["after"] * len(records.exceptions)
    return pl.DataFrame({"kind": turns["kind"], "text": told, "like": like, "points": None}, _OTHERS)


def _kinds(
    kinds: pl.DataFrame, records: LogRecords, levels: Levels, known: Mapping[int, str], severity: Severity
) -> pl.DataFrame:
    """What each kind is: template and exception as text, level, severity, id of the template."""
    number, count = kinds["like"].fill_null(kinds["kind"]).to_numpy(), len(records.exceptions)
    templates, whole = list(records.templates), number == ALL_LINES
    template, exception = np.where(whole, 0, number // count), np.where(whole, 0, number % count)
    level = np.where(whole, -1, levels.of(np.where(whole, 0, number)))
    texts = [known.get(one, templates[one].text) or _EMPTY for one in template.tolist()]
    named = [records.exceptions[one] for one in exception.tolist()]
    told = [
        own or (f"{text}{AND}{name}" if name else text)
        for own, text, name in zip(kinds["text"], texts, named, strict=True)
    ]
    codes = np.where(level < 0, UNKNOWN, level).astype(np.uint8)
    names = pl.Series(named, dtype=pl.String).replace("", None)
    return pl.DataFrame(
        {
            "kind": kinds["kind"],
            TEMPLATE: told,
            "log_level": [None if code < 0 else LEVELS[code] for code in level.tolist()],
            "exception": names,
            KIN: np.where(whole, kinds["kind"].to_numpy(), template),
            "severity": kinds["points"].fill_null(pl.Series(severity.of(codes, names)).fill_nan(None)),
            "template_id": [
                None if own else templates[one].id
                for one, own in zip(template.tolist(), kinds["text"].is_not_null(), strict=True)
            ],
        }
    )


def _places(record: pl.Series, records: LogRecords) -> list[pl.Series]:
    """File, line and byte offset of the strangest line of each row, null where there is none."""
    known = record.drop_nulls().unique().sort().to_numpy()
    found = {name: np.empty(len(known), dtype=np.int64) for name in ("file", "line", "offset")}
    chunk = records.means.chunk_rows
    for first in range(0, records.spool.rows, chunk):
        here = slice(*np.searchsorted(known, [first, first + chunk]))
        behind = min(first + chunk, records.spool.rows)
        for name, values in found.items():
            values[here] = records.spool.part(name, first, behind)[known[here] - first]
    at = pl.Series(np.searchsorted(known, record.fill_null(0).to_numpy()))
    at = pl.select(pl.when(record.is_not_null()).then(at)).to_series()
    paths = pl.Series([file.path for file in records.files], dtype=pl.String)
    line, offset = (pl.Series(found[name]).gather(at) for name in ("line", "offset"))
    file = paths.gather(pl.Series(found["file"]).gather(at))
    return [file.alias("file"), line.alias("line"), offset.alias("byte_offset")]


def short_names(series: Sequence[str]) -> list[str]:
    """The names of logs without the folder that all of them are in."""
    parts = [Path(one).parts for one in series]
    shared = 0
    while len(parts) > 1 and all(len(one) > shared + 1 and one[shared] == parts[0][shared] for one in parts):
        shared += 1
    return ["/".join(one[shared:]) if len(parts) > 1 else one[-1] for one in parts]
