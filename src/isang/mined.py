"""Log templates as a table, and as the files `templates.csv` and `templates.json`."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from isang.errors import OutputError, UsageError
from isang.log_seen import Seen
from isang.logs.severity import LEVELS
from isang.logs.templates import Templates
from isang.reports.swap import put_text
from isang.reports.tables import write_templates
from isang.words.reading import Skipped
from isang.words.telling import printable

_LONGEST = 2_000
_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "template_id": pl.String,
    "count": pl.Int64,
    "share": pl.Float64,
    "first_time": pl.Datetime("us", "UTC"),
    "last_time": pl.Datetime("us", "UTC"),
    "log_level": pl.String,
    "template": pl.String,
    "example": pl.String,
    "file": pl.String,
    "line": pl.Int64,
    "merged_from": pl.List(pl.String),
}


@dataclass(frozen=True)
class Mined:
    """The templates of log files: `table` has the columns of `templates.csv`, the most frequent first.

    `records` is how many they are of, `skipped` what could not be read. Texts come from the logs, without what would
    command a terminal.
    """

    table: pl.DataFrame
    records: int
    skipped: tuple[Skipped, ...]

    def csv(self) -> str:
        """`templates.csv`: nothing in it is run by a spreadsheet."""
        buffer = io.BytesIO()
        write_templates(self.table, buffer)
        return buffer.getvalue().decode()

    def json(self) -> str:
        """`templates.json`: the same, `merged_from` as lists."""
        rows = self.table.with_columns(pl.col("first_time", "last_time").dt.to_string("iso:strict")).to_dicts()
        return (
            json.dumps({"schema": 1, "records": self.records, "templates": rows}, ensure_ascii=False, indent=1) + "\n"
        )

    def save(self, file: str | Path) -> Path:
        """Write the table to a file that ends in .csv or .json. UsageError for another end, OutputError."""
        path = Path(file)
        writers = {".csv": self.csv, ".json": self.json}
        if path.suffix not in writers:
            raise UsageError(f"--out {file}: a file that ends in .csv or .json is needed.")
        new = path.with_name(f".{path.name}.new")
        try:
            put_text(new, writers[path.suffix]())
            new.replace(path)
        except OSError as error:
            raise OutputError(
                f"cannot write {path}: {error.strerror}. Free the disk or choose another --out."
            ) from error
        return path


def table_of(templates: Templates, seen: Mapping[int, Seen], records: int) -> pl.DataFrame:
    """A row for each template that was `seen` (by slot), the most frequent first."""
    merged: dict[int, Seen] = {}
    slots = np.fromiter(seen, np.int64, len(seen))
    for row, one in zip(templates.numbers(slots).tolist(), seen.values(), strict=True):
        if row in merged:
            merged[row].add(one)
        else:
            merged[row] = replace(one)
    rows = [
        {
            "template_id": template.id,
            "count": merged[row].count,
            "share": merged[row].count / records,
            "first_time": merged[row].first_time,
            "last_time": merged[row].last_time,
            "log_level": None if (level := merged[row].log_level) is None else LEVELS[level],
            "template": printable(template.text, _LONGEST),
            "example": printable(merged[row].message, _LONGEST),
            "file": printable(merged[row].file, _LONGEST),
            "line": merged[row].line,
            "merged_from": template.merged_from,
        }
        for row, template in enumerate(templates)
        if row in merged
    ]
    return pl.DataFrame(rows, schema=_COLUMNS).sort("count", descending=True, maintain_order=True)
