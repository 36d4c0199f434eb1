"""Traces and shapes of a chart: what is drawn in one panel."""

from __future__ import annotations

import html
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from isang.reports.phrases import phrase
from isang.reports.stretch import Span, Stretch
from isang.words.frame import Floats, Integers
from isang.words.telling import printable

# Legible on white and on near-black alike (contrast 3:1 or near it on both); place and shape tell them apart as well.
BAND_COLOURS = {"CRITICAL": "#e5484d", "HIGH": "#e8710a", "MEDIUM": "#b58900", "LOW": "#3d8f7d", "INFO": "#7d8590"}
LINE, EXPECTED, USUAL, QUIET = "#3e7fd0", "#8a8f98", "rgba(90,140,210,0.22)", "rgba(128,132,140,0.20)"
FLAGGED = "#e5484d"
_NUMBER = ",.5~g"
_UNITS: tuple[Literal["m", "s", "ms", "us"], ...] = ("m", "s", "ms", "us")
_LARGEST_SHORT = 1e30


def safe(text: str, longest: int = 60) -> str:
    """Text for a figure: plotly reads `<b>` and `<a href>` in any text, so these are escaped."""
    return html.escape(printable(text, longest), quote=False)


def axis(stretch: Stretch, at: Floats | Integers) -> NDArray[Any]:
    """Positions as the axis takes them: wall-clock texts (short, and the same in every browser), or row numbers."""
    if not stretch.timed:
        return np.asarray(at)
    micros = np.rint(at).astype("datetime64[us]")
    for unit in _UNITS:
        if unit == "us" or np.all(micros == micros.astype(f"datetime64[{unit}]")):
            break
    return np.datetime_as_string(micros, unit=unit)


def cells(track: Floats, places: Integers) -> NDArray[np.floating[Any]]:
    """Values at places, NaN at -1; as short floats where that cannot be seen, because pages grow by them."""
    taken = np.where(places >= 0, track[places], np.nan)
    known = taken[np.isfinite(taken)]
    if not len(known) or np.abs(known).max() > _LARGEST_SHORT:
        return taken
    short = taken.astype(np.float32)
    return short if np.nanmax(np.abs(short - taken)) <= np.ptp(known) / 1000 else taken


def with_breaks(places: Integers, breaks: Integers) -> Integers:
    """Places with a -1 where data are absent between two of them."""
    before = np.searchsorted(places, breaks, side="right")
    return np.insert(places, np.unique(before[(before > 0) & (before < len(places))]), -1)


def positions(stretch: Stretch, places: Integers) -> NDArray[Any]:
    """The axis positions of places; a break stands where the place before it does."""
    filled = places.copy()
    filled[places < 0] = places[np.flatnonzero(places < 0) - 1]
    return axis(stretch, stretch.at[filled])


def line(stretch: Stretch, track: Floats, places: Integers, name: str) -> go.Scatter:
    """A measured column."""
    lone = np.count_nonzero(places >= 0) < 120
    return go.Scatter(
        x=positions(stretch, places),
        y=cells(track, places),
        name=safe(name),
        mode="lines+markers" if lone else "lines",
        marker={"size": 4},
        line={"color": LINE, "width": 1.4},
        hovertemplate=f"%{{y:{_NUMBER}}}",
    )


def bars(stretch: Stretch, track: Floats, places: Integers, name: str) -> go.Bar:
    """A counted column, of which slots without a row have nothing to count."""
    return go.Bar(
        x=positions(stretch, places),
        y=cells(track, places),
        name=safe(name),
        width=stretch.step / 1000,
        marker={"color": LINE, "line": {"width": 1, "color": LINE}},
        hovertemplate=f"%{{y:{_NUMBER}}}",
    )


def expected_line(
    stretch: Stretch, expected: Floats, lower: Floats, upper: Floats, places: Integers, lang: str
) -> go.Scatter:
    """What was expected; the pointer shows the usual range as well."""
    usual = phrase("to", lang, lower=f"%{{customdata[0]:{_NUMBER}}}", upper=f"%{{customdata[1]:{_NUMBER}}}")
    return go.Scatter(
        x=positions(stretch, places),
        y=cells(expected, places),
        customdata=np.column_stack([cells(lower, places), cells(upper, places)]),
        name=phrase("expected", lang),
        mode="lines",
        line={"color": EXPECTED, "width": 1, "dash": "dot"},
        hovertemplate=f"%{{y:{_NUMBER}}} ({usual})",
    )


def band(stretch: Stretch, lower: Floats, upper: Floats, places: Integers, lang: str) -> go.Scatter:
    """The usual range, as one closed outline for each unbroken run (plotly's `tonexty` runs across gaps)."""
    known = (places >= 0) & np.isfinite(lower[places]) & np.isfinite(upper[places])
    around: list[Integers] = []
    height: list[Floats] = []
    for run in np.split(np.arange(len(places)), np.flatnonzero(np.diff(known)) + 1):
        if len(run) and known[run[0]]:
            part = places[run]
            around += [part, part[::-1], part[:1]]
            height += [upper[part], lower[part][::-1], np.array([np.nan])]
    outline = np.concatenate(height)
    return go.Scatter(
        x=axis(stretch, stretch.at[np.concatenate(around)]),
        y=cells(outline, np.arange(len(outline))),
        name=phrase("usual", lang),
        fill="toself",
        fillcolor=USUAL,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def dots(stretch: Stretch, track: Floats, places: Integers, name: str) -> go.Scatter:
    """Single rows to look at."""
    return go.Scatter(
        x=axis(stretch, stretch.at[places]),
        y=cells(track, places),
        name=name,
        mode="markers",
        marker={"color": FLAGGED, "size": 5},
        hoverinfo="skip",
    )


def peaks(stretch: Stretch, track: Floats, marks: list[tuple[int, str, str]]) -> go.Scatter:
    """A diamond with its label at each (place, label, band)."""
    places = np.array([place for place, _, _ in marks], dtype=np.int64)
    middle = np.nanmedian(track) if np.isfinite(track).any() else 0.0
    return go.Scatter(
        x=axis(stretch, stretch.at[places]),
        y=cells(track, places),
        text=[safe(label) for _, label, _ in marks],
        textposition=["top center" if track[p] >= middle else "bottom center" for p in places],
        textfont={"size": 13},
        mode="markers+text",
        marker={"symbol": "diamond", "size": 11, "color": [BAND_COLOURS.get(band, FLAGGED) for _, _, band in marks]},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def shades(stretch: Stretch, spans: list[Span], colour: str, name: str = "") -> list[dict[str, Any]]:
    """Spans of the common axis, behind everything, in all panels; a name stands in the legend once."""
    look = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    return [
        {**look, "x0": first, "x1": last, "fillcolor": colour, "name": name, "showlegend": bool(name) and number == 0}
        for number, (first, last) in enumerate(axis(stretch, np.array(span)).tolist() for span in spans)
    ]
