"""Figures of a whole result: how strange its rows are, and when and where its incidents were."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import polars as pl

from isang.reports import panels
from isang.reports.base import Outcome, is_of_logs
from isang.reports.cards import headline
from isang.reports.dressing import dressed, set_axis
from isang.reports.phrases import phrase
from isang.reports.scoped import called
from isang.words.frame import Floats
from isang.words.telling import shortened

_FLEET, _FLEET_MARKS, _NAME, _TEMPLATE = 20, 500, 30, 44


def score_figure(outcome: Outcome, lang: str = "en") -> go.Figure:
    """How many rows have which score, and the threshold."""
    scores = outcome.scores["score"].filter(outcome.scores["scored"]).drop_nulls().to_numpy()
    scores = scores[np.isfinite(scores)]
    edges, log = _bins(scores)
    counts = np.histogram(scores, edges)[0]
    thresholds = outcome.scores["threshold"].drop_nulls().unique().to_numpy()
    line = float(np.median(thresholds)) if len(thresholds) else None
    past = np.zeros(len(counts), dtype=bool) if line is None else edges[:-1] >= line
    figure = go.Figure(
        go.Bar(
            x=_middles(edges, log),
            y=counts,
            width=np.diff(edges),
            marker={"color": np.where(past, panels.FLAGGED, panels.LINE).tolist(), "line": {"width": 0}},
            hovertemplate="%{x:,.4~g}: %{y:,}<extra></extra>",
        )
    )
    if line is not None:
        figure.add_vline(x=line, line={"color": panels.FLAGGED, "width": 1.5, "dash": "dash"})
        figure.add_annotation(
            x=np.log10(line) if log and line > 0 else line,
            y=1,
            yref="paper",
            text=phrase("threshold", lang),
            showarrow=False,
            xanchor="left",
            xshift=4,
            yanchor="top",
        )
    figure.update_xaxes(type="log" if log else "linear", title=phrase("score", lang), showgrid=False)
    figure.update_yaxes(type="log", title=phrase("rows_here", lang), dtick=1)
    return dressed(figure, 260)


def fleet_figure(outcome: Outcome, lang: str = "en") -> go.Figure:
    """When and in which entities the incidents were: a mark for each, the riskiest entities first."""
    places = [(entity, incident) for incident in outcome.incidents for entity in (incident.entity, *incident.also)]
    worst = list(dict.fromkeys(entity for entity, _ in places))[:_FLEET]
    places = [(entity, incident) for entity, incident in places if entity in set(worst)][:_FLEET_MARKS]
    drawn, longest = [incident for _, incident in places], _TEMPLATE if is_of_logs(outcome) else _NAME
    pack = outcome.incidents[0].pack
    names = {entity: panels.safe(shortened(called(entity, pack, lang), longest)) for entity in worst}
    figure = go.Figure(
        go.Scatter(
            x=[(i.peak or i.start).replace(tzinfo=None) if i.start else i.peak_row for i in drawn],
            y=[names[entity] for entity, _ in places],
            text=[panels.safe(f"#{i.rank} {headline(i, lang)}", 90) for i in drawn],
            customdata=[i.band for i in drawn],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": [8 + i.risk / 12 for i in drawn],
                "color": [panels.BAND_COLOURS.get(i.band, panels.FLAGGED) for i in drawn],
            },
            hovertemplate="%{text}<br>%{customdata} · %{x}<extra></extra>",
        )
    )
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=list(names.values())[::-1], automargin=True
    )
    set_axis(figure, timed=outcome.columns.time is not None)
    figure.update_xaxes(range=_extent(outcome))
    return dressed(figure, 80 + 26 * len(worst))


def _extent(outcome: Outcome) -> list[object]:
    """The whole of the data, a little wider, so that marks at its ends are not cut."""
    if outcome.columns.time is None:
        first, last = 1.0, float(len(outcome.frame))
        return [first - (last - first) / 50, last + (last - first) / 50]
    clock = outcome.frame[outcome.columns.time].dt.replace_time_zone(None)
    begin, end = clock.dt.epoch("ms").min(), clock.dt.epoch("ms").max()
    margin = (end - begin) // 50  # type: ignore[operator]
    ends = pl.Series([begin - margin, end + margin]).cast(pl.Datetime("ms"))  # type: ignore[operator]
    return list(ends.dt.to_string("%Y-%m-%dT%H:%M:%S"))


def _bins(scores: Floats) -> tuple[Floats, bool]:
    """Edges of up to 60 bins, even on a logarithmic axis where scores span several powers of ten."""
    if not len(scores):
        return np.array([0.0, 1.0]), False
    low, high = float(scores.min()), float(scores.max())
    if low > 0 and high > 100 * float(np.median(scores)):
        return np.geomspace(low, high * 1.0001, 61), True
    return np.linspace(low, high if high > low else low + 1, 61), False


def _middles(edges: Floats, log: bool) -> Floats:
    return np.sqrt(edges[:-1] * edges[1:]) if log else (edges[:-1] + edges[1:]) / 2
