"""The figures of a self-test: what share was caught, and one fault of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import plotly.graph_objects as go

from isang.reports import panels
from isang.reports.dressing import dressed, set_axis
from isang.reports.phrases import phrase
from isang.reports.trials_told import delay_told, fault_told, size_told
from isang.words.trial import Example, Share, Trials

SIZE_COLOURS = ("#9dbfe8", "#3e7fd0", "#1d4a86")  # small, middle, large
_KIND, _EDGES, _EXAMPLE = 46, 76, 190
_APART = 0.24  # of the height of a kind


def share_figure(trials: Trials, lang: str = "en") -> go.Figure:
    """One row a kind: the share caught of each size with its 95 % interval, and what is required."""
    kinds = list(dict.fromkeys(share.fault for share in trials.shares))[::-1]
    sizes = sorted({share.size for share in trials.shares if share.size is not None})
    figure = go.Figure()
    for size in (*sizes, None):
        figure.add_trace(_dots([share for share in trials.shares if share.size == size], kinds, sizes, lang))
    marked = [(c.wanted, kinds.index(kind)) for c in trials.criteria for kind in c.faults if kind in kinds]
    figure.layout.shapes = [_mark(wanted, place) for wanted, place in marked]
    names = [fault_told(kind, lang) for kind in kinds]
    figure.update_yaxes(tickvals=list(range(len(kinds))), ticktext=names, range=[-0.6, len(kinds) - 0.4], ticklen=4)
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%", dtick=0.2, title=phrase("share_caught", lang))
    return dressed(figure, _KIND * len(kinds) + _EDGES)


def _mark(wanted: float, place: int) -> dict[str, Any]:
    """Where the share of a required kind should be."""
    look = {"color": panels.FLAGGED, "width": 1.5, "dash": "dash"}
    return {"type": "line", "x0": wanted, "x1": wanted, "y0": place - 0.46, "y1": place + 0.46, "line": look}


def _dots(shares: Sequence[Share], kinds: list[str], sizes: list[float], lang: str) -> go.Scatter:
    """The shares of one size; larger ones stand lower, those without a size in the middle of their kind."""
    place = [0.0 if share.size is None else _APART * (1 - sizes.index(share.size)) for share in shares]
    share_of = np.array([share.share for share in shares])
    colour = panels.EXPECTED if not shares or shares[0].size is None else _colour(shares[0].size, sizes)
    return go.Scatter(
        x=share_of,
        y=[kinds.index(share.fault) + at for share, at in zip(shares, place, strict=True)],
        error_x={
            "array": np.array([share.high for share in shares]) - share_of,
            "arrayminus": share_of - np.array([share.low for share in shares]),
            "color": colour,
            "thickness": 1.5,
            "width": 3,
        },
        mode="markers",
        marker={"color": colour, "size": 9},
        text=[_hover(share, lang) for share in shares],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _colour(size: float, sizes: list[float]) -> str:
    return SIZE_COLOURS[min(sizes.index(size), len(SIZE_COLOURS) - 1)]


def _hover(share: Share, lang: str) -> str:
    named = ", ".join(filter(None, (fault_told(share.fault, lang), size_told(share.size, lang))))
    between = phrase("to", lang, lower=f"{share.low:.0%}", upper=f"{share.high:.0%}")
    caught = phrase("caught_of", lang, caught=share.caught, injected=share.injected)
    delay = delay_told(share.delay_rows, share.delay_s, lang)
    return f"{named}: {caught} ({between}); {phrase('noticed_after', lang)} {delay}"


def example_figure(example: Example, lang: str = "en") -> go.Figure:
    """The values with the fault in them, as they were, and where the fault was noticed."""
    timed = isinstance(example.at[0], datetime)
    at = [one.replace(tzinfo=None).isoformat() if isinstance(one, datetime) else one for one in example.at]
    figure = go.Figure()
    figure.add_scatter(
        x=at,
        y=example.clean,
        name=phrase("as_it_was", lang),
        mode="lines",
        line={"color": panels.EXPECTED, "width": 1.2, "dash": "dot"},
    )
    figure.add_scatter(
        x=at,
        y=example.changed,
        name=phrase("with_fault", lang),
        mode="lines",
        line={"color": panels.LINE, "width": 1.5},
    )
    if example.noticed is not None:
        figure.add_scatter(
            x=[at[example.noticed]],
            y=[example.changed[example.noticed]],
            name=phrase("noticed", lang),
            mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": panels.FLAGGED},
            cliponaxis=False,
        )
    before, after = max(example.first - 1, 0), min(example.last + 1, len(at) - 1)
    figure.add_vrect(x0=at[before], x1=at[after], fillcolor=panels.QUIET, line_width=0, layer="below")
    set_axis(figure, timed=timed)
    return dressed(figure, _EXAMPLE).update_layout(hovermode="x unified", margin={"t": 8, "b": 34, "l": 48, "r": 10})
