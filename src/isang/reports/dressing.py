"""Looks that all figures share: fonts, colours of the axes, dates in ISO order."""

from __future__ import annotations

import plotly.graph_objects as go

FONTS = 'system-ui, -apple-system, "Segoe UI", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif'
_DAY_MS = 86_400_000
# ISO order, the same in every language; what follows the line break is told only where it changes.
_DATES = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S\n%m-%d"},
    {"dtickrange": [60_000, _DAY_MS], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [_DAY_MS, "M1"], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def dressed(figure: go.Figure, height: int) -> go.Figure:
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


def set_axis(figure: go.Figure, *, timed: bool) -> None:
    """The common axis of a figure: dates, or row numbers."""
    if timed:
        figure.update_xaxes(type="date", hoverformat="%Y-%m-%d %H:%M:%S", tickformatstops=_DATES)
    else:
        figure.update_xaxes(type="linear")
