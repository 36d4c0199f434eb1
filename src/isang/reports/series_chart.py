"""The chart of a stretch: its columns with their usual range, one above the other, and the score below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from isang.reports import panels
from isang.reports.base import Outcome, is_of_logs
from isang.reports.dressing import dressed, set_axis
from isang.reports.phrases import phrase
from isang.reports.stretch import Stretch, absent_spans, span_of, unscored_spans, values_of
from isang.reports.thin import thin
from isang.words.frame import Flags, Floats, Integers
from isang.words.incident import Incident

_PANEL, _SCORE_PANEL, _EDGES = 190, 110, 76
_LABELLED, _SHADED = 20, 200


def series_chart(
    outcome: Outcome,
    stretch: Stretch,
    incidents: Sequence[Incident],
    columns: list[str],
    lang: str,
    points: int,
    misses: Sequence[int] = (),
) -> go.Figure:
    """About `points` points a column; `misses` are rows to mark where there are no incidents."""
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
    marks = marks_of(outcome, stretch, incidents) + _missed(outcome, stretch, misses)
    kept = stretch.flag.copy()
    kept[[place for place, _, _ in marks]] = True
    places = panels.with_breaks(thin([*tracks.values(), stretch.score], kept, points), stretch.breaks())
    # All at once: plotly copies the whole layout for each shape that is added.
    figure.layout.shapes = shades_of(outcome, stretch, incidents, lang)
    for number, (column, track) in enumerate(tracks.items(), start=1):
        for trace in value_traces(outcome, stretch, column, track, places, lang, stretch.flag):
            trace.showlegend = trace.showlegend is not False and (number == 1 or trace.name == panels.safe(column))
            figure.add_trace(trace, row=number, col=1)
        if marks:
            figure.add_trace(panels.peaks(stretch, track, marks), row=number, col=1)
    _score_panel(figure, stretch, places, len(heights), lang)
    return _finished(figure, stretch, sum(heights), lang)


def value_traces(
    outcome: Outcome, stretch: Stretch, column: str, track: Floats, places: Integers, lang: str, dotted: Flags
) -> list[go.Scatter | go.Bar]:
    """Usual range, expectation, the values, and dots where they are `dotted` (n,)."""
    expected, lower, upper = (
        values_of(outcome, table, stretch, column) for table in (outcome.expected, outcome.lower, outcome.upper)
    )
    traces: list[go.Scatter | go.Bar] = []
    if np.isfinite(lower).any() and np.isfinite(upper).any():
        traces.append(panels.band(stretch, lower, upper, places, lang))
    if np.isfinite(expected).any():
        traces.append(panels.expected_line(stretch, expected, lower, upper, places, lang))
    drawn = panels.bars if _of_a_kind(outcome, stretch) else panels.line
    traces.append(drawn(stretch, track, places, column))
    flagged = places[places >= 0]
    flagged = flagged[dotted[flagged]]
    if len(flagged):
        traces.append(panels.dots(stretch, track, flagged, phrase("flagged", lang)))
    return traces


def _of_a_kind(outcome: Outcome, stretch: Stretch) -> bool:
    """Whether it counts lines of one kind, which has rows only where there were some."""
    return is_of_logs(outcome) and outcome.frame["template_id"][int(stretch.rows[0])] is not None


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
        figure.update_yaxes(type="log", dtick=1, row=row, col=1)


def shades_of(outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident], lang: str) -> list[dict[str, Any]]:
    """What was not judged, where data are absent, and incidents in the colours of their bands."""
    shapes = panels.shades(stretch, unscored_spans(stretch), panels.QUIET, phrase("not_scored", lang))
    if not is_of_logs(outcome):  # where a kind of line has no row, there was none
        shapes += panels.shades(stretch, absent_spans(stretch), panels.QUIET, phrase("no_data", lang))
    for incident in incidents[:_SHADED]:
        if span := span_of(stretch, outcome, incident):
            colour = panels.BAND_COLOURS.get(incident.band, panels.FLAGGED)
            shapes += panels.shades(stretch, [span], f"rgba({','.join(map(str, _rgb(colour)))},0.16)")
    return shapes


def marks_of(outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident]) -> list[tuple[int, str, str]]:
    """The peak of each incident: its place, its rank (where there are several), its band."""
    at = outcome.scores["row"][stretch.rows].to_numpy()
    found = ((np.flatnonzero(at == incident.peak_row), incident) for incident in incidents[:_LABELLED])
    several = len(incidents) > 1
    return [(int(places[0]), str(i.rank) if several else "", i.band) for places, i in found if len(places)]


def _missed(outcome: Outcome, stretch: Stretch, rows: Sequence[int]) -> list[tuple[int, str, str]]:
    """The nearest misses that lie on this stretch, numbered as in their table."""
    at = outcome.scores["row"][stretch.rows].to_numpy()
    found = ((np.flatnonzero(at == row), number) for number, row in enumerate(rows, start=1))
    return [(int(places[0]), str(number), "INFO") for places, number in found if len(places)]


def _finished(figure: go.Figure, stretch: Stretch, height: int, lang: str) -> go.Figure:
    for title in figure.layout.annotations:
        title.update(x=0, xanchor="left", font={"size": 13})
    set_axis(figure, timed=stretch.timed)
    if not stretch.timed:
        figure.update_xaxes(title=phrase("row_number", lang), row=len(figure.layout.annotations), col=1)
    figure.update_layout(hovermode="x unified", legend={"orientation": "h", "y": -46 / height, "yanchor": "top"})
    return dressed(figure, height + _EDGES)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
