"""A figure as a piece of a page: an empty box, and its data as inert JSON beside it."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from isang.reports.markup import Markup, element, joined


def chart(ident: str, figure: go.Figure, words: str) -> Markup:
    """The box that report.js fills; `words` say to a screen reader what is drawn."""
    figure.update_layout(showlegend=False)
    height = str(figure.layout.height)
    box = {"class": "chart", "data-figure": ident, "data-height": height, "role": "img", "aria-label": words}
    data = {"type": "application/json", "id": ident}
    return joined([element("div", box), element("script", data, Markup(payload(figure)))])


def payload(figure: go.Figure) -> str:
    """The figure as JSON that cannot end its script element; an axis that several traces share is written once."""
    content: dict[str, Any] = json.loads(figure.to_json())
    axes: list[Any] = []
    for trace in content["data"]:
        if "x" in trace:
            if trace["x"] not in axes:
                axes.append(trace["x"])
            trace["x"] = axes.index(trace["x"])
    content["axes"] = axes
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
