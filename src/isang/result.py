"""What a run gives back: incidents, judged rows, and how it was all arrived at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from isang.words.excerpt import Excerpt
from isang.words.frame import Columns
from isang.words.incident import Incident
from isang.words.native import like

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Result:
    """The outcome of `detect`. Frames are in the caller's row order.

    `scores` and `anomalies` have the columns of `scores.parquet` and `anomalies.csv`, and are polars frames unless
    `like` made them the caller's kind;
    `expected`, `lower`, `upper` have one column for each value column (empty frames where no
    feature gives a band). `run` and `skipped` are `run.json` and `skipped.json`; `plan` reruns it.
    `misses` are the nearest misses: rows like those of `anomalies` that did not reach the threshold. `excerpts` are raw
    lines of logs, by the id of their incident, `templates` those of logs (`templates.csv`),
    `turns` what usually follows the line before one that is out of order.
    """

    frame: pl.DataFrame
    columns: Columns
    scores: Any
    anomalies: Any
    incidents: tuple[Incident, ...]
    misses: pl.DataFrame
    expected: pl.DataFrame
    lower: pl.DataFrame
    upper: pl.DataFrame
    run: dict[str, Any]
    skipped: list[dict[str, Any]]
    plan: dict[str, Any]
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)
    templates: pl.DataFrame | None = None
    turns: pl.DataFrame | None = None
    polars: Result | None = field(default=None, repr=False, compare=False)

    def like(self, data: Any) -> Result:
        """The same with `scores` and `anomalies` as frames of the caller's kind (pandas, Arrow; else polars)."""
        kinds = {"scores": like(data, self.scores), "anomalies": like(data, self.anomalies)}
        return self if kinds["scores"] is self.scores else replace(self, **kinds, polars=self)

    def figure(self, entity: str | None = None, lang: str = "en") -> go.Figure:
        """A Plotly figure: the columns that drive an entity's incidents, their usual range, and the score.

        `entity=None` is the riskiest one. InputError names the nearest known entity.
        """
        from isang.reports.figures import entity_figure  # plotly takes long to load, and most runs draw nothing

        return entity_figure(self.polars or self, entity, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write all outputs into a folder, which appears whole or not at all; gives its full path.

        Raises OutputError, with what stood there untouched, where the folder holds something else,
        another run writes there, or the disk refuses.
        """
        from isang.reports.folder import write_folder  # loads plotly as well

        return write_folder(self.polars or self, Path(folder), lang)
