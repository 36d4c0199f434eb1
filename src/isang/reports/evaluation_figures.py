"""Figures of an evaluation, drawn from the arrays that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go

from isang.family import nearest
from isang.reports import panels
from isang.reports.dressing import dressed
from isang.reports.phrases import phrase
from isang.reports.training_chart import loss_figure

Picture = dict[str, Any]
_USUAL, _EVENT = panels.LINE, panels.FLAGGED
_GREY = panels.EXPECTED
_CURVES = (("precision", _USUAL), ("recall", "#3d8f7d"), ("f1", _EVENT))


def figures_of(pictures: Picture, lang: str) -> dict[str, go.Figure]:
    """Every figure that there is something for, by name, in the order of a report."""
    return {name: draw(pictures, name, lang) for name, (source, _) in _DRAWN.items() if pictures.get(source)}


def draw(pictures: Picture, name: str, lang: str = "en") -> go.Figure:
    """One figure; KeyError names those that there are."""
    known = [one for one, (source, _) in _DRAWN.items() if pictures.get(source)]
    if name not in known:
        raise KeyError(f"no figure '{name}'.{nearest(name, known)}")
    source, drawn = _DRAWN[name]
    return drawn(pictures[source], lang)


def _errors(found: Picture, lang: str) -> go.Figure:
    """Scores by true class with the threshold (S4-5)."""
    figure = go.Figure()
    for inside, colour, size in ((False, _USUAL, 4), (True, _EVENT, 7)):
        at = [number for number, event in enumerate(found["event"]) if event is inside]
        figure.add_scattergl(
            x=[found["place"][number] for number in at],
            y=[found["score"][number] for number in at],
            mode="markers",
            name=phrase("event_row" if inside else "usual_row", lang),
            marker={"color": colour, "size": size, "symbol": "diamond" if inside else "circle"},
            hovertemplate="%{x}: %{y:.4~g}",
        )
    _level(figure, found["threshold"], phrase("threshold", lang))
    scores = [score for score in found["score"] if score > 0]
    steep = scores and max(scores) > 100 * sorted(scores)[len(scores) // 2]
    figure.update_yaxes(title=phrase("score", lang), type="log" if steep else "linear")
    return dressed(figure, 320)


def _threshold(found: Picture, lang: str) -> go.Figure:
    """Precision, recall and F1 against the threshold, the highest F1 marked (S4-6)."""
    figure = go.Figure()
    for name, colour in _CURVES:
        _line(figure, found["threshold"], found[name], phrase(name, lang), colour)
    named = [f"<span style='color:{colour}'>{phrase(name, lang)}</span>" for name, colour in _CURVES]
    figure.add_annotation(x=0, y=1.12, xref="paper", yref="paper", text=" · ".join(named), showarrow=False)
    told = phrase("best_f1", lang, f1=f"{found['best_f1']:.2f}", threshold=f"{found['best']:.3g}")
    _mark(figure, found["best"], told)
    figure.update_yaxes(range=[0, 1.05])
    return _over_thresholds(figure, found, lang)


def _cost(found: Picture, lang: str) -> go.Figure:
    """Cost against the threshold, with the cost of doing nothing (S4-16)."""
    figure = go.Figure()
    _line(figure, found["threshold"], found["cost"], phrase("cost", lang), _EVENT)
    _level(figure, found["nothing"], phrase("cost_nothing", lang))
    told = phrase("cheapest_at", lang, cost=f"{found['best_cost']:,.6g}", threshold=f"{found['best']:.3g}")
    _mark(figure, found["best"], told)
    title = phrase("cost_axis", lang, unit=panels.safe(found["unit"], 12)) if found["unit"] else phrase("cost", lang)
    figure.update_yaxes(title=title, range=[0, 2 * found["nothing"]])
    return _over_thresholds(figure, found, lang)


def _confusion(found: Mapping[str, int], lang: str) -> go.Figure:
    """Rows by truth and decision (S4-7)."""
    rows = [
        [found["true_negatives"], found["false_positives"]],
        [found["false_negatives"], found["true_positives"]],
    ]
    shares = [[cell / max(sum(row), 1) for cell in row] for row in rows]
    texts = [
        [f"{cell:,} ({share:.0%})" for cell, share in zip(*pair, strict=True)]
        for pair in zip(rows, shares, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=[phrase("not_flagged", lang), phrase("flagged", lang)],
            y=[phrase("usual_row", lang), phrase("event_row", lang)],
            text=texts,
            texttemplate="%{text}",
            colorscale=[[0, "rgba(90,140,210,0.08)"], [1, "rgba(90,140,210,0.55)"]],
            showscale=False,
            zmin=0,
            zmax=1,
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return dressed(figure, 240)


def _roc(found: Picture, lang: str) -> go.Figure:
    figure = go.Figure()
    _line(figure, [0, 1], [0, 1], phrase("chance", lang), _GREY, dash="dot")
    _line(figure, found["false_positive_rate"], found["recall"], "ROC", _USUAL)
    figure.update_xaxes(title=phrase("false_positive_rate", lang), range=[0, 1])
    figure.update_yaxes(title=phrase("recall", lang), range=[0, 1.02])
    return dressed(figure, 300)


def _precision_recall(found: Picture, lang: str) -> go.Figure:
    figure = go.Figure()
    _line(figure, [0, 1], [found["share"]] * 2, phrase("chance", lang), _GREY, dash="dot")
    _line(figure, found["recall"], found["precision"], phrase("precision", lang), _USUAL)
    figure.update_xaxes(title=phrase("recall", lang), range=[0, 1])
    figure.update_yaxes(title=phrase("precision", lang), range=[0, 1.02])
    return dressed(figure, 300)


def _per_day(found: Picture, lang: str) -> go.Figure:
    """How many events begin on each day (S4-11)."""
    figure = go.Figure(go.Bar(x=found["day"], y=found["events"], marker={"color": _USUAL}, hovertemplate="%{x}: %{y}"))
    figure.update_yaxes(title=phrase("events", lang), rangemode="tozero")
    return dressed(figure, 240)


def _over_thresholds(figure: go.Figure, found: Picture, lang: str) -> go.Figure:
    positive = [value for value in found["threshold"] if value > 0]
    steep = positive and len(positive) > 0.95 * len(found["threshold"]) and max(positive) > 100 * min(positive)
    figure.update_xaxes(title=phrase("threshold", lang), type="log" if steep else "linear", showgrid=False)
    return dressed(figure, 300)


def _line(figure: go.Figure, x: list[Any], y: list[Any], name: str, colour: str, dash: str = "solid") -> None:
    figure.add_scatter(
        x=x, y=y, name=name, mode="lines", line={"color": colour, "width": 1.7, "dash": dash}, hovertemplate="%{y:.4~g}"
    )


def _level(figure: go.Figure, value: float | None, name: str) -> None:
    if value is not None:
        figure.add_hline(y=value, line={"color": _EVENT, "width": 1.5, "dash": "dash"}, annotation_text=name)


def _mark(figure: go.Figure, threshold: float, told: str) -> None:
    figure.add_vline(x=threshold, line={"color": _GREY, "width": 1.2, "dash": "dash"})
    figure.add_annotation(x=1, y=1.12, xref="paper", yref="paper", text=told, showarrow=False, xanchor="right")


_DRAWN: dict[str, tuple[str, Callable[[Any, str], go.Figure]]] = {
    "errors": ("errors", _errors),
    "threshold": ("threshold", _threshold),
    "cost": ("cost", _cost),
    "confusion": ("confusion", _confusion),
    "roc": ("ranking", _roc),
    "precision_recall": ("ranking", _precision_recall),
    "training": ("training", loss_figure),
    "events_per_day": ("events_per_day", _per_day),
}
