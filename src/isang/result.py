"""What a run gives back: incidents, judged rows, and how it was all arrived at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from isang.words.frame import Columns
from isang.words.incident import Incident

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Result:
    """The outcome of `detect`. Frames are in the caller's row order.

    `scores` and `anomalies` have the columns of `scores.parquet` and `anomalies.csv`;
    `expected`, `lower`, `upper` have one column for each value column (empty frames where no
    feature gives a band). `run` and `skipped` are `run.json` and `skipped.json`; `plan` reruns it.
    `misses` are the nearest misses: rows like those of `anomalies` that did not reach the threshold.
    """

    frame: pl.DataFrame
    columns: Columns
    scores: pl.DataFrame
    anomalies: pl.DataFrame
    incidents: tuple[Incident, ...]
    misses: pl.DataFrame
    expected: pl.DataFrame
    lower: pl.DataFrame
    upper: pl.DataFrame
    run: dict[str, Any]
    skipped: list[dict[str, Any]]
    plan: dict[str, Any]

    def figure(self, entity: str | None = None, lang: str = "en") -> go.Figure:
        """A Plotly figure: the columns that drive an entity's incidents, their usual range, and the score.

        `entity=None` is the riskiest one. InputError names the nearest known entity.
        """
        from isang.reports.figures import entity_figure  # plotly takes long to load, and most runs draw nothing

        return entity_figure(self, entity, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write all outputs into a folder, which appears whole or not at all; gives its full path.

        Raises OutputError, with what stood there untouched, where the folder holds something else,
        another run writes there, or the disk refuses.
        """
        from isang.reports.folder import write_folder  # loads plotly as well

        return write_folder(self, Path(folder), lang)
