"""What an evaluation gives back: a table, conclusions in words, the arrays behind its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from isang.reports.evaluation_contents import EVALUATION
from isang.reports.tables import conform

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Detectors and thresholds compared on calibration parts, and what was chosen tested once, for each file.

    `rows` are those of `evaluation.csv`; `pictures` holds for each file the arrays behind its figures; `failed` says
    why a file of several could not be evaluated. `plan` reruns it.
    """

    rows: list[dict[str, Any]]
    pictures: dict[str, dict[str, Any]] = field(repr=False)
    warnings: list[str]
    failed: dict[str, str]
    plan: dict[str, Any]

    @property
    def table(self) -> pl.DataFrame:
        """The columns of `evaluation.csv`."""
        return conform(pl.DataFrame(self.rows, infer_schema_length=None), EVALUATION, ())

    @property
    def tested(self) -> list[dict[str, Any]]:
        """The rows of what was chosen, on test parts, one for each file."""
        return [row for row in self.rows if row["conclusion"]]

    @property
    def conclusions(self) -> Mapping[str, str]:
        """File (empty for a frame) → what it comes to, in words."""
        return {row["file"]: row["conclusion"] for row in self.tested}

    @property
    def conclusion(self) -> str:
        """The same of a single source."""
        return "; ".join(self.conclusions.values())

    def figure(self, name: str, file: str | None = None, lang: str = "en") -> go.Figure:
        """A Plotly figure: errors, threshold, cost, confusion, roc, precision_recall, events_per_day or training.

        `file=None` is the first. KeyError names the figures that there are. `figure(...).write_image("x.png")` needs
        `pip install 'isang[png]'`.
        """
        from isang.reports.evaluation_figures import draw  # plotly takes long to load

        return draw(self.pictures[file if file is not None else next(iter(self.pictures))], name, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write all outputs into a folder, which appears whole or not at all; gives its full path."""
        from isang.reports.evaluation_folder import write_evaluation

        return write_evaluation(self, Path(folder), lang)
