"""Small pieces that the parts of a page share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from isang.reports.markup import Markup, element, joined
from isang.reports.phrases import phrase
from isang.words.telling import points

MARKS = ("value", "expected", "usual", "flagged", "threshold", "not_scored")


def badge(band: str, risk: float | None = None, count: int | None = None) -> Markup:
    """A band with its name (colour alone says nothing), and the risk or how many there are."""
    told = band if risk is None else f"{band} {points(risk)}"
    return element("span", {"class": f"badge {band.lower()}"}, told if count is None else f"{count} × {band}")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "", figures: Sequence[int] = ()) -> Markup:
    """A table; the columns in `figures` are numbers, set to the right."""

    def cell(tag: str, place: int, content: str) -> Markup:
        return element(tag, {"class": "number"} if place in figures else None, content)

    head = element("tr", None, *(cell("th", i, text) for i, text in enumerate(heads)))
    body = joined(element("tr", None, *(cell("td", i, text) for i, text in enumerate(row))) for row in rows)
    inner = element("table", {"class": kind}, element("thead", None, head), element("tbody", None, body))
    return element("div", {"class": "wide"}, inner)


def pairs(entries: Iterable[tuple[str, str]], kind: str) -> Markup:
    """A list of terms with what belongs to each."""
    return element("dl", {"class": kind}, *(_pair(*entry) for entry in entries))


def _pair(term: str, content: str) -> Markup:
    return element("div", None, element("dt", None, term), element("dd", None, content))


def commands(entries: Iterable[str]) -> Markup:
    """Commands to copy; a click selects a whole one."""
    return element("ul", {"class": "commands"}, *(element("li", None, element("code", None, c)) for c in entries))


def section(ident: str, title: str, *content: str) -> Markup:
    """A part of the page under its own heading."""
    return element("section", {"id": ident}, element("h2", None, title), *content)


def legend(lang: str, words: Sequence[str] = MARKS) -> Markup:
    """What the marks of the charts mean, once for all."""
    items = (element("li", None, element("i", {"class": f"l-{word}"}), phrase(word, lang)) for word in words)
    return element("ul", {"class": "legend"}, *items)
