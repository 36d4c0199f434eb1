"""The chart of a cost: what was charged on the left axis, on the right the votes (or the score) that tell of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from isang.reports import panels
from isang.reports.base import Outcome
from isang.reports.dressing import dressed, set_axis
from isang.reports.phrases import phrase
from isang.reports.scoped import scoped
from isang.reports.series_chart import marks_of, shades_of, value_traces
from isang.reports.stretch import Stretch, values_of
from isang.reports.thin import thin
from isang.words.frame import Floats, Integers
from isang.words.incident import Incident
from isang.words.telling import shortened

_HEIGHT, _DOT, _VOTE_MARK = 330, 9, 5
_ROOM = 0.1  # beyond the lowest and the highest vote
_DEEP = 4  # times below the threshold scores tell nothing
_FAR = 10  # times above it, a logarithmic axis shows both
_SCORE = "#c77b30"
_NAME, _THOUSAND = 44, 1000


def told_in_costs(outcome: Outcome) -> bool:
    """Whether a result has one column, and that is money, or votes (of S0) told of it."""
    money = any(incident.impact for incident in outcome.incidents)
    return len(outcome.columns.values) == 1 and (money or bool(outcome.plan.get("hybrid")))


def cost_chart(outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident], lang: str, points: int) -> go.Figure:
    """About `points` points; the rows of incidents are red dots."""
    column = outcome.columns.values[0]
    track = values_of(outcome, outcome.frame, stretch, column)
    told = outcome.scores["incident"][stretch.rows].is_not_null().to_numpy()
    votes = _votes(outcome, stretch)
    other = stretch.score if votes is None else votes
    places = panels.with_breaks(thin([track, other], told, points), stretch.breaks())
    figure = go.Figure()
    figure.layout.shapes = shades_of(outcome, stretch, incidents, lang)
    for trace in _right(stretch, places, votes, lang):
        figure.add_trace(trace.update(yaxis="y2"))
    figure.add_traces(value_traces(outcome, stretch, column, track, places, lang, told))
    figure.update_traces(marker={"size": _DOT}, selector={"name": phrase("flagged", lang)})
    if len(incidents) > 1:
        figure.add_trace(panels.peaks(stretch, track, marks_of(outcome, stretch, incidents)))
    _axes(figure, stretch, votes, lang)
    # 20k is twenty thousand; half a dollar as 500m would be read as millions.
    told_in = "~s" if np.nanmax(np.abs(track), initial=0.0) >= _THOUSAND else "~g"
    figure.update_yaxes(title=_titled(column, incidents), tickformat=told_in, selector={"overlaying": "y2"})
    name = scoped(incidents[0].entity, lang) if incidents else ""
    corner = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 4}
    figure.add_annotation(text=panels.safe(shortened(name, _NAME)), showarrow=False, **corner)
    figure.update_layout(hovermode="x unified", legend={"orientation": "h", "y": -46 / _HEIGHT, "yanchor": "top"})
    return _dressed(figure, stretch)


def _votes(outcome: Outcome, stretch: Stretch) -> Floats | None:
    """(n,) the vote of each judged row, None where nothing votes."""
    votes = outcome.scores["vote"]
    if votes.is_null().all():
        return None
    found = votes[stretch.rows].cast(float).fill_null(float("nan")).to_numpy()
    return np.where(stretch.scored, found, np.nan)


def _right(stretch: Stretch, places: Integers, votes: Floats | None, lang: str) -> list[go.Scatter]:
    """What belongs to the right axis."""
    if votes is not None:
        line = panels.line(stretch, votes, places, phrase("vote", lang))
        look = {"color": panels.FLAGGED, "width": 1, "dash": "dash"}
        return [line.update(line=look, marker={"size": _VOTE_MARK, "color": panels.FLAGGED}, mode="lines+markers")]
    limit = np.nanmax(stretch.threshold, initial=-np.inf)
    score = np.maximum(stretch.score, limit / _DEEP) if limit > 0 else stretch.score
    lines = [panels.line(stretch, score, places, phrase("score", lang))]
    lines[0].update(line={"color": _SCORE, "width": 1}, mode="lines", opacity=0.8)
    if np.isfinite(limit):
        limits = panels.line(stretch, stretch.threshold, places, phrase("threshold", lang))
        lines.append(limits.update(line={"color": panels.FLAGGED, "width": 1, "dash": "dash"}, mode="lines"))
    return lines


def _axes(figure: go.Figure, stretch: Stretch, votes: Floats | None, lang: str) -> None:
    """The left one lies over the right one, so that costs are never hidden."""
    right = {"side": "right", "showgrid": False, "zeroline": False, "anchor": "x"}
    if votes is None:
        right |= {"title": phrase("score", lang), **_scale(stretch)}
    else:
        full = float(np.nanmax(votes, initial=1.0))
        right |= {
            "title": phrase("vote", lang),
            "tickvals": np.unique([0.0, full / 2, full]).tolist(),
            "range": [-_ROOM * full, (1 + _ROOM) * full],
        }
    # Plotly lets the ticks of an axis that lies over another stand where that one's are, unless told otherwise.
    left = {"overlaying": "y2", "tickmode": "auto", "side": "left", "rangemode": "tozero"}
    figure.update_layout(yaxis2=right, yaxis=left)


def _titled(column: str, incidents: Sequence[Incident]) -> str:
    """The column, and its currency where that is known."""
    unit = str((incidents[0].impact or {}).get("unit", "")) if incidents else ""
    return panels.safe(f"{column} ({unit})" if unit else column, 40)


def _scale(stretch: Stretch) -> dict[str, object]:
    """From 0, or logarithmic where the highest score is far over the threshold."""
    top, limit = np.nanmax(stretch.score, initial=0.0), np.nanmax(stretch.threshold, initial=0.0)
    if limit > 0 and top > _FAR * limit:
        return {"type": "log", "dtick": 1, "range": [np.log10(0.7 * limit / _DEEP), np.log10(2 * top)]}
    return {"range": [0, 1.1 * max(top, limit, 1e-9)]}


def _dressed(figure: go.Figure, stretch: Stretch) -> go.Figure:
    set_axis(figure, timed=stretch.timed)
    return dressed(figure, _HEIGHT).update_layout(margin={"r": 56}, yaxis2={"showgrid": False})
