"""Lines over time by level, stacked; the grave ones once more by themselves, as they are few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from isang.logs.severity import LEVELS
from isang.reports import panels
from isang.reports.base import Outcome
from isang.reports.dressing import dressed, set_axis
from isang.reports.markup import Markup, element
from isang.reports.phrases import phrase
from isang.words.telling import duration

_BINS, _PANEL = 360, 170
NO_LEVEL = "unknown"
_GRAVE = ("FATAL", "ERROR")
_COLOURS = {
    "FATAL": "#9c36b5",
    "ERROR": panels.FLAGGED,
    "WARN": "#e8a33d",
    "NOTICE": "#7fb0e6",
    "INFO": panels.LINE,
    "TRACE": "#b3b8bf",
    NO_LEVEL: "#d0d4da",
}


def volume_figure(outcome: Outcome, lang: str = "en") -> go.Figure:
    """A template counts at the highest level that lines of it have."""
    counted, width = volumes(outcome)
    levels = levels_in(counted)
    grave = [level for level in levels if level in _GRAVE] or [level for level in levels if level == "WARN"]
    rows = [levels, grave] if grave and len(grave) < len(levels) else [levels]
    step = duration(width.total_seconds(), lang)
    names = [
        phrase("volumes_per", lang, step=step),
        phrase("volumes_grave", lang, step=step, levels=" + ".join(grave)),
    ][: len(rows)]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.14, subplot_titles=names)
    for number, some in enumerate(rows, start=1):
        figure.add_traces(_areas(counted, some, lang), rows=number, cols=1)
    for title in figure.layout.annotations:
        title.update(x=0, xanchor="left", font={"size": 13})
    set_axis(figure, timed=True)
    figure.layout.shapes = _incidents(outcome)
    return dressed(figure, _PANEL * len(rows) + 70).update_layout(hovermode="x unified")


def levels_in(counted: pl.DataFrame) -> list[str]:
    """The columns of `volumes` that are levels, the gravest first."""
    return [level for level in (*reversed(LEVELS), NO_LEVEL) if level in counted.columns]


def level_legend(outcome: Outcome, lang: str) -> Markup:
    """What the colours mean."""
    named = {
        level: phrase("level_unknown", lang) if level == NO_LEVEL else level for level in levels_in(volumes(outcome)[0])
    }
    marks = {level: element("i", {"style": f"background:{colour_of(level)}"}) for level in named}
    return element("ul", {"class": "legend"}, *(element("li", None, marks[level], named[level]) for level in named))


def colour_of(level: str) -> str:
    """The colour of a level."""
    return _COLOURS.get(level, panels.EXPECTED)


def volumes(outcome: Outcome) -> tuple[pl.DataFrame, timedelta]:
    """(bins,) `time` and a column of lines for each level that there is; how long a bin is."""
    time = str(outcome.columns.time)
    kinds = outcome.frame.filter(pl.col("template_id").is_not_null())
    kinds = kinds.select(pl.col(time).alias("time"), "lines", pl.col("log_level").fill_null(NO_LEVEL))
    step = int(outcome.run["recognised"]["step_s"] * 1e6)
    micros = kinds["time"].dt.epoch("us").to_numpy()
    first = int(micros.min())
    width = step * -(-((int(micros.max()) - first) // step + 1) // _BINS)
    bins = kinds.with_columns(pl.Series("bin", (micros - first) // width))
    wide = bins.pivot("log_level", index="bin", values="lines", aggregate_function="sum")
    whole = pl.DataFrame({"bin": pl.int_range((int(micros.max()) - first) // width + 1, eager=True)})
    wide = whole.join(wide, on="bin", how="left", maintain_order="left").fill_null(0)
    at = (pl.col("bin") * width + first).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(_zone(outcome))
    return wide.with_columns(at.alias("time")).drop("bin"), timedelta(microseconds=width)


def _zone(outcome: Outcome) -> str:
    return str(outcome.frame.schema[str(outcome.columns.time)].time_zone)  # type: ignore[attr-defined]


def _areas(counted: pl.DataFrame, levels: Sequence[str], lang: str) -> list[go.Scatter]:
    """The gravest at the bottom, where its height can be read."""
    clock = counted["time"].dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S").to_list()
    return [
        go.Scatter(
            x=clock,
            y=counted[level].to_list(),
            name=phrase("level_unknown", lang) if level == NO_LEVEL else level,
            stackgroup="lines",
            mode="lines",
            line={"width": 0, "shape": "hv"},
            fillcolor=colour_of(level),
            hovertemplate="%{y:,}",
        )
        for level in levels
    ]


def _incidents(outcome: Outcome) -> list[dict[str, object]]:
    """Where incidents were: a line at the worst moment of each."""
    look = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1, "dash": "dot"}}
    return [
        {
            **look,
            "x0": f"{one.peak:%Y-%m-%dT%H:%M:%S}",
            "x1": f"{one.peak:%Y-%m-%dT%H:%M:%S}",
            "line": {"width": 1, "dash": "dot", "color": panels.BAND_COLOURS[one.band]},
        }
        for one in outcome.incidents[:100]
        if one.peak
    ]
