"""anomalies.csv and scores.parquet, with exactly the columns of `contents`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from isang.reports.base import Field, Outcome, is_of_logs
from isang.reports.contents import ANOMALIES, KEY_COLUMNS, LINES, SCORES

_DTYPES: dict[str, Any] = {"text": pl.String, "number": pl.Float64, "integer": pl.Int64, "flag": pl.Boolean}
_ISO = "%Y-%m-%dT%H:%M:%S%.f%:z"
# What a spreadsheet takes for the start of a formula, full-width forms included (OWASP, CSV injection).
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_BREAK, _CONTROL = r"[\t\r\n]", r"[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\r\n]]"  # as `printable` has them


def write_anomalies(outcome: Outcome, file: Path) -> None:
    """One line a flagged row."""
    write_inert(anomalies(outcome), file)


def anomalies(outcome: Outcome) -> pl.DataFrame:
    """The columns of anomalies.csv."""
    fields = ANOMALIES + LINES if is_of_logs(outcome) else ANOMALIES
    return conform(outcome.anomalies, fields, outcome.columns.keys)


def write_inert(table: pl.DataFrame, file: Path | BinaryIO) -> None:
    """CSV in which texts that a spreadsheet would run as a formula begin with an apostrophe; a terminal obeys none."""
    inert = table.with_columns(_inert(pl.col(pl.String)))
    headers = pl.select(_inert(pl.lit(pl.Series(table.columns)))).to_series()
    told = zip(headers, headers.is_duplicated(), strict=True)  # names that differ in what is not printable alone
    names = [f"{name} {at}" if twice else name for at, (name, twice) in enumerate(told)]
    inert.rename(dict(zip(inert.columns, names, strict=True))).write_csv(file, datetime_format=_ISO)


def _inert(texts: pl.Expr) -> pl.Expr:
    harmless = texts.str.replace_all(_CONTROL, "").str.replace(_FORMULA, "'${0}")
    return harmless.str.replace_all(_BREAK, " ")


def write_templates(table: pl.DataFrame, file: Path | BinaryIO) -> None:
    """templates.csv: the ids in `merged_from` with spaces between them."""
    write_inert(table.with_columns(pl.col("merged_from").list.join(" ")), file)


def write_scores(outcome: Outcome, file: Path) -> None:
    """One row an input row, in the order of the input; written piece by piece, as it can be larger than the input."""
    picked = _picked(outcome.scores, SCORES, outcome.columns.keys)
    outcome.scores.lazy().select(picked).sink_parquet(file)


def conform(table: pl.DataFrame, fields: Sequence[Field], keys: Sequence[str]) -> pl.DataFrame:
    """The columns of `fields` in their order; absent ones null, NaN and infinity null as well.

    A key column that bears the name of one of our own columns gives way to it.
    """
    picked = _picked(table, fields, keys)
    # Literals alone would make one row of an empty table.
    return table.select(picked) if table.width else table.with_columns(picked).clear()


def _picked(table: pl.DataFrame, fields: Sequence[Field], keys: Sequence[str]) -> list[pl.Expr]:
    own = {field.name for field in fields}
    picked: list[pl.Expr] = []
    for field in fields:
        if field.name == KEY_COLUMNS:
            picked += [_column(table, key, "text") for key in keys if key not in own]
        else:
            picked.append(_column(table, field.name, field.kind))
    return picked


def _column(table: pl.DataFrame, name: str, kind: str) -> pl.Expr:
    if name not in table.columns:
        return pl.lit(None, dtype=_DTYPES.get(kind, pl.Datetime("us", "UTC"))).alias(name)
    column = pl.col(name)
    if kind == "time":
        return column
    if kind == "number":
        number = column.cast(pl.Float64)
        return pl.when(number.is_finite()).then(number).alias(name)
    if isinstance(table.schema[name], pl.List):
        return column.cast(pl.List(pl.String)).list.join(";").alias(name)
    return column.cast(_DTYPES[kind])
