"""What every report is made from, and what a field of an output is."""

# ruff: noqa: D102  (the fields are explained in isang.result and isang.evaluation)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import polars as pl

from isang.words.excerpt import Excerpt
from isang.words.frame import Columns
from isang.words.incident import Incident

DRAWN = 12  # incidents with a chart
Kind = Literal["text", "time", "number", "integer", "flag", "object", "list", "texts", "map"]


class Planned(Protocol):
    """What a plan reruns."""

    @property
    def plan(self) -> dict[str, Any]: ...


class Accounted(Planned, Protocol):
    """What was run, and the plan that reruns it."""

    @property
    def run(self) -> dict[str, Any]: ...


class Outcome(Accounted, Protocol):
    """What a run gives back, seen from the reports: `isang.result.Result` has all of it."""

    @property
    def frame(self) -> pl.DataFrame: ...
    @property
    def columns(self) -> Columns: ...
    @property
    def scores(self) -> pl.DataFrame: ...
    @property
    def anomalies(self) -> pl.DataFrame: ...
    @property
    def incidents(self) -> tuple[Incident, ...]: ...
    @property
    def misses(self) -> pl.DataFrame: ...
    @property
    def expected(self) -> pl.DataFrame: ...
    @property
    def lower(self) -> pl.DataFrame: ...
    @property
    def upper(self) -> pl.DataFrame: ...
    @property
    def skipped(self) -> list[dict[str, Any]]: ...
    @property
    def excerpts(self) -> Mapping[str, Excerpt]: ...
    @property
    def templates(self) -> pl.DataFrame | None: ...
    @property
    def turns(self) -> pl.DataFrame | None: ...


def is_of_logs(outcome: Outcome) -> bool:
    """Whether its rows count lines of logs, and say which."""
    return (outcome.run.get("recognised") or {}).get("pack") == "logs" and "byte_offset" in outcome.frame.columns


class Evaluated(Planned, Protocol):
    """What an evaluation gives back, seen from the reports: `isang.evaluation.Evaluation` has all of it."""

    @property
    def rows(self) -> list[dict[str, Any]]: ...
    @property
    def pictures(self) -> dict[str, dict[str, Any]]: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def failed(self) -> dict[str, str]: ...
    @property
    def table(self) -> pl.DataFrame: ...
    @property
    def tested(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Field:
    """One column of a table or one key of a JSON document; writer, schema and docs all come from it.

    `fields` are the keys of an `object`, or of each entry of a `list`; `values` the words that a
    text may be. A field that is not `always` filled may be null.
    """

    name: str
    kind: Kind
    meaning: str
    always: bool = False
    fields: tuple[Field, ...] = ()
    values: tuple[str, ...] = ()
