"""Log templates as a table, and as the files `templates.csv` and `templates.json`."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from isang.errors import OutputError, UsageError
from isang.logs.templates import Templates
from isang.reports.swap import put_text
from isang.reports.tables import write_inert
from isang.words.telling import printable

_LONGEST_EXAMPLE = 2_000
_COLUMNS = pl.Schema(
    {
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
)


@dataclass(frozen=True)
class First:
    """The first record of a template: its file, its line there (from 1), and its message."""

    file: str
    line: int
    message: str


@dataclass(frozen=True)
class Mined:
    """The templates of log files: `table` has the columns of `templates.csv`, most frequent first; `lines` were read.

    Texts come from the logs; what a terminal would take for a command is left out of them.
    """

    table: pl.DataFrame
    lines: int

    def csv(self) -> str:
        """`templates.csv`: nothing in it is run by a spreadsheet."""
        joined = self.table.with_columns(pl.col("merged_from").list.join(" "))
        buffer = io.BytesIO()
        write_inert(joined, buffer)
        return buffer.getvalue().decode()

    def json(self) -> str:
        """`templates.json`: the same, `merged_from` as lists."""
        rows = self.table.with_columns(pl.col("first_time", "last_time").dt.to_string("iso:strict")).to_dicts()
        return json.dumps({"schema": 1, "lines": self.lines, "templates": rows}, ensure_ascii=False, indent=1) + "\n"

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


def table_of(templates: Templates, firsts: Sequence[First], lines: int) -> pl.DataFrame:
    """A row for each template; `firsts` says where each slot was first seen."""
    first_slot = np.unique(templates.numbers(np.arange(len(firsts))), return_index=True)[1].tolist()
    rows = [
        {
            "template_id": template.id,
            "count": template.count,
            "share": template.count / lines,
            "template": printable(template.text, _LONGEST_EXAMPLE),
            "example": printable(firsts[slot].message, _LONGEST_EXAMPLE),
            "file": printable(firsts[slot].file, _LONGEST_EXAMPLE),
            "line": firsts[slot].line,
            "merged_from": template.merged_from,
        }
        for template, slot in zip(templates, first_slot, strict=True)
    ]
    return pl.DataFrame(rows, schema=_COLUMNS).sort("count", descending=True, maintain_order=True)
