"""Plotly figures: an entity with its incidents, one incident near by, the scores, the fleet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from isang.reports import panels
from isang.reports.base import Outcome
from isang.reports.phrases import phrase
from isang.reports.stretch import (
    Stretch,
    absent_spans,
    around,
    keys_of,
    span_of,
    stretch_of,
    unscored_spans,
    values_of,
)
from isang.reports.thin import thin
from isang.words.frame import Floats, Integers
from isang.words.incident import Incident

_PANEL, _SCORE_PANEL, _EDGES = 190, 110, 76
_LABELLED, _FLEET = 20, 20


def entity_figure(outcome: Outcome, entity: str | None = None, lang: str = "en", points: int = 4000) -> go.Figure:
    """The columns that drive an entity's incidents with their usual range, and below them its score.

    `entity=None` is the riskiest; InputError names the nearest known one.
    """
    keys = keys_of(outcome, entity)
    mine = [incident for incident in outcome.incidents if dict(incident.keys) == keys]
    return _figure(outcome, stretch_of(outcome, keys), mine, _driving(outcome, mine, 4), lang, points)


def incident_figure(outcome: Outcome, incident: Incident, lang: str = "en", points: int = 900) -> go.Figure:
    """An incident and its surroundings."""
    whole = stretch_of(outcome, incident.keys)
    near = around(whole, outcome, incident, margin=300)
    return _figure(outcome, near, [incident], _driving(outcome, [incident], 3), lang, points)


def misses_figure(outcome: Outcome, lang: str = "en", points: int = 2000) -> go.Figure:
    """The entity of the nearest miss, with the misses marked."""
    first = outcome.misses.head(1).to_dicts()
    keys = {key: str(first[0][key]) for key in outcome.columns.keys} if first else keys_of(outcome, None)
    column = str(first[0]["column"]) if first else ""
    columns = [column] if column in outcome.columns.values else list(outcome.columns.values[:1])
    figure = _figure(outcome, stretch_of(outcome, keys), [], columns, lang, points)
    return figure


def score_figure(outcome: Outcome, lang: str = "en") -> go.Figure:
    """How many rows have which score, and the threshold."""
    scores = outcome.scores.filter("scored")["score"].drop_nulls().to_numpy()
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
    return _dressed(figure, 260)


def fleet_figure(outcome: Outcome, lang: str = "en") -> go.Figure:
    """When and in which entity the incidents were: one mark each, the riskiest entities first."""
    worst = list(dict.fromkeys(incident.entity for incident in outcome.incidents))[:_FLEET]
    drawn = [incident for incident in outcome.incidents if incident.entity in set(worst)][:500]
    figure = go.Figure(
        go.Scatter(
            x=[(i.peak or i.start).replace(tzinfo=None) if i.start else i.peak_row for i in drawn],  # type: ignore[union-attr]
            y=[panels.safe(i.entity, 28) for i in drawn],
            text=[panels.safe(f"#{i.rank} {i.title}", 90) for i in drawn],
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
    names = [panels.safe(entity, 28) for entity in dict.fromkeys(worst)]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=names[::-1], automargin=True)
    figure.update_xaxes(title=None if drawn[0].start else phrase("row_number", lang))
    return _dressed(figure, 80 + 26 * len(worst))


def _figure(
    outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident], columns: list[str], lang: str, points: int
) -> go.Figure:
    heights = [_PANEL] * len(columns) + [_SCORE_PANEL]
    figure = make_subplots(
        rows=len(heights),
        cols=1,
        shared_xaxes=True,
        row_heights=heights,
        vertical_spacing=28 / sum(heights),
        subplot_titles=[*(panels.safe(column) for column in columns), phrase("score", lang)],
    )
    tracks = {column: values_of(outcome, outcome.frame, stretch, column) for column in columns}
    places = panels.with_breaks(thin([*tracks.values(), stretch.score], stretch.flag, points), stretch.breaks())
    _shades(figure, outcome, stretch, incidents, lang)
    for number, (column, track) in enumerate(tracks.items(), start=1):
        for trace in _value_traces(outcome, stretch, column, track, places, lang):
            trace.showlegend = trace.showlegend is not False and (number == 1 or trace.name == panels.safe(column))
            figure.add_trace(trace, row=number, col=1)
        if marks := _marks(outcome, stretch, incidents):
            figure.add_trace(panels.peaks(stretch, track, marks), row=number, col=1)
    _score_panel(figure, stretch, places, len(heights), lang)
    return _finished(figure, stretch, sum(heights), lang)


def _value_traces(
    outcome: Outcome, stretch: Stretch, column: str, track: Floats, places: Integers, lang: str
) -> list[go.Scatter]:
    expected, lower, upper = (
        values_of(outcome, table, stretch, column) for table in (outcome.expected, outcome.lower, outcome.upper)
    )
    traces = []
    if np.isfinite(lower).any() and np.isfinite(upper).any():
        traces.append(panels.band(stretch, lower, upper, places, lang))
    if np.isfinite(expected).any():
        traces.append(panels.expected_line(stretch, expected, lower, upper, places, lang))
    traces.append(panels.line(stretch, track, places, column))
    flagged = places[places >= 0]
    flagged = flagged[stretch.flag[flagged]]
    if len(flagged):
        traces.append(panels.dots(stretch, track, flagged, phrase("flagged", lang)))
    return traces


def _score_panel(figure: go.Figure, stretch: Stretch, places: Integers, row: int, lang: str) -> None:
    score = panels.line(stretch, stretch.score, places, phrase("score", lang))
    score.update(line={"color": panels.EXPECTED, "width": 1.2}, showlegend=False)
    figure.add_trace(score, row=row, col=1)
    if not np.isfinite(stretch.threshold).any():
        return
    line = panels.line(stretch, stretch.threshold, places, phrase("threshold", lang))
    line.update(line={"color": panels.FLAGGED, "width": 1.2, "dash": "dash"}, mode="lines")
    figure.add_trace(line, row=row, col=1)
    top = np.nanmax(stretch.score, initial=-np.inf)
    if top > 30 * np.nanmax(stretch.threshold) > 0:
        figure.update_yaxes(type="log", row=row, col=1)


def _shades(
    figure: go.Figure, outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident], lang: str
) -> None:
    panels.shade(figure, stretch, unscored_spans(stretch), panels.QUIET, phrase("not_scored", lang))
    panels.shade(figure, stretch, absent_spans(stretch), panels.QUIET, phrase("no_data", lang))
    for incident in incidents[:200]:
        if span := span_of(stretch, outcome, incident):
            colour = panels.BAND_COLOURS.get(incident.band, panels.FLAGGED)
            panels.shade(figure, stretch, [span], f"rgba({','.join(map(str, _rgb(colour)))},0.16)")


def _marks(outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident]) -> list[tuple[int, str, str]]:
    """The worst row of each incident: its place, its rank (where there are several), its band."""
    ids = outcome.scores["incident"][stretch.rows].to_numpy()
    marks = []
    for incident in incidents[:_LABELLED]:
        places = np.flatnonzero(ids == incident.id)
        if len(places):
            worst = places[np.argmax(np.nan_to_num(stretch.score[places], nan=-np.inf))]
            marks.append((int(worst), str(incident.rank) if len(incidents) > 1 else "", incident.band))
    return marks


def _driving(outcome: Outcome, incidents: Sequence[Incident], most: int) -> list[str]:
    """The value columns that caused the incidents, strongest first; else the first ones."""
    named = [driver.name for incident in incidents for driver in incident.drivers if driver.share >= 0.1]
    found = [name for name in dict.fromkeys(named) if name in outcome.columns.values]
    return (found or list(outcome.columns.values))[:most]


def _finished(figure: go.Figure, stretch: Stretch, height: int, lang: str) -> go.Figure:
    for title in figure.layout.annotations:
        title.update(x=0, xanchor="left", font={"size": 13})
    figure.update_xaxes(type="date" if stretch.timed else "linear")
    if not stretch.timed:
        figure.update_xaxes(title=phrase("row_number", lang), row=len(figure.layout.annotations), col=1)
    figure.update_layout(hovermode="x unified", legend={"orientation": "h", "y": -46 / height, "yanchor": "top"})
    return _dressed(figure, height + _EDGES)


def _dressed(figure: go.Figure, height: int) -> go.Figure:
    """Clear of plotly's template, on whatever lies behind it."""
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 56, "r": 16, "t": 30, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONTS, "size": 12, "color": "#6b7280"},
        bargap=0,
    )
    figure.update_xaxes(gridcolor="rgba(128,132,140,0.18)", zeroline=False)
    return figure.update_yaxes(gridcolor="rgba(128,132,140,0.18)", zeroline=False, automargin=True)


FONTS = 'system-ui, -apple-system, "Segoe UI", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif'


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


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
