"""The loss curves of nets."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from isang.reports import panels
from isang.reports.dressing import dressed
from isang.reports.phrases import phrase

_STEEP = 30  # highest loss over lowest: beyond, a linear axis hides the end
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def loss_figure(trained: list[dict[str, Any]], lang: str = "en") -> go.Figure:
    """Loss by epoch: of the windows that were trained on, and of the later ones that tell when to stop."""
    figure = go.Figure()
    for at, net in enumerate(trained):
        for kind, colour in (("loss", panels.EXPECTED), ("validation_loss", panels.LINE)):
            losses = [epoch[kind] for epoch in net["epochs"]]
            figure.add_scatter(
                x=list(range(1, len(losses) + 1)),
                y=losses,
                name=f"{_name(net, trained)} {phrase(kind, lang)}",
                mode="lines+markers" if len(losses) < 3 else "lines",
                line={"color": colour, "width": 1.6, "dash": _DASHES[at % len(_DASHES)]},
                hovertemplate="%{y:.4~g}",
            )
    figure.update_xaxes(title=phrase("epoch", lang), showgrid=False)
    told = [loss for trace in figure.data for loss in trace.y if loss is not None]
    steep = max(told) > _STEEP * min(told) > 0
    figure.update_yaxes(title=phrase("loss_axis", lang), type="log" if steep else "linear", rangemode="tozero")
    return dressed(figure, 280).update_layout(hovermode="x unified")


def training_told(trained: list[dict[str, Any]], lang: str) -> str:
    """How many epochs each net took, and why it stopped; empty without nets."""
    told = [
        phrase(
            "training_ended",
            lang,
            net=_name(net, trained),
            epochs=len(net["epochs"]),
            stopped=phrase(net["stopped"], lang),
        )
        for net in trained
    ]
    return " · ".join(told)


def _name(net: dict[str, Any], trained: list[dict[str, Any]]) -> str:
    """The detector, and which block it judged where there are several."""
    blocks = {other["block"] for other in trained}
    return f"{net['detector']} {net['block']}" if len(blocks) > 1 else str(net["detector"])
