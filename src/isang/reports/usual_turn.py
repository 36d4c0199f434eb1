"""What usually follows the line before one that is out of order, beside what came."""

from __future__ import annotations

from typing import Any

import polars as pl

from isang.reports.base import Outcome
from isang.reports.markup import Markup, element
from isang.reports.phrases import phrase
from isang.words.incident import Incident
from isang.words.telling import percent, printable

_FEWEST = 2  # odd lines of a slot that are news
_LONGEST = 300


def usual_turn(incident: Incident, outcome: Outcome, lang: str) -> Markup:
    """For the strangest line of an incident of lines out of order; nothing for others. It may be the likeliest."""
    found = _found(incident, outcome)
    if found is None:
        return Markup("")
    before = printable(found["before"], _LONGEST)
    if found["came"] == found["usual"][0]:
        return _figure(phrase("likeliest_next", lang, before=before, share=percent(found["share"][0])))
    usual = list(zip(found["usual"], found["share"], strict=True))
    rows = [_row(percent(share), text, hit=text == found["came"]) for text, share in usual]
    if found["came"] not in found["usual"]:
        rows.append(_row(phrase("came_here", lang), found["came"], hit=True))
    return _figure(phrase("usual_next", lang, before=before), element("pre", None, *rows))


def _figure(told: str, *rows: Markup) -> Markup:
    return element("figure", {"class": "raw turns"}, element("figcaption", None, told), *rows)


def _found(incident: Incident, outcome: Outcome) -> dict[str, Any] | None:
    if outcome.turns is None or not incident.lines or outcome.frame["odd"][incident.peak_row - 1] < _FEWEST:
        return None
    place = {name: incident.lines[0][name] for name in ("file", "byte_offset")}
    found = outcome.turns.filter(*(pl.col(name) == value for name, value in place.items()))
    return found.row(0, named=True) if len(found) else None


def _row(head: str, text: str, *, hit: bool) -> Markup:
    return element("span", {"class": "hit"} if hit else None, element("i", None, head), printable(text, _LONGEST))
