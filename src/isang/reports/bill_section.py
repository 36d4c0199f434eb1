"""A bill at a glance: the dates it covers, what changed most, and what its charges come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isang.reports.base import Outcome
from isang.reports.cards import told_time, where
from isang.reports.markup import Markup, element
from isang.reports.phrases import has_phrase, phrase
from isang.reports.pieces import section, table
from isang.reports.scoped import scoped
from isang.words.incident import Incident
from isang.words.money import money, percentage

_LARGEST = 10


def bill_section(outcome: Outcome, lang: str) -> Markup:
    """Nothing where the data are no bill."""
    bill = outcome.run.get("bill")
    if not bill:
        return Markup("")
    lines = element("p", None, " · ".join(bill_told(outcome, lang)))
    changed = [element("h4", None, phrase("largest", lang)), *_changed(outcome.incidents, lang)]
    totals = [element("h4", None, phrase("totals", lang)), _totals(bill["totals"], lang)]
    boxes = (element("div", {"class": "card panel"}, *parts) for parts in (changed, totals) if parts[1:])
    return section("bill", phrase("bill", lang), lines, *boxes)


def bill_told(outcome: Outcome, lang: str) -> list[str]:
    """The days that a bill covers, and what its incidents come to; nothing of other data."""
    return [_covered(outcome, lang), *summed(outcome.incidents, lang)] if outcome.run.get("bill") else []


def _covered(outcome: Outcome, lang: str) -> str:
    times = outcome.frame[str(outcome.columns.time)].dt.date()
    days = f"{times.n_unique():,}"
    return phrase("bill_covers", lang, days=days, start=str(times.min()), end=str(times.max()))


def summed(incidents: Sequence[Incident], lang: str) -> list[str]:
    """What all incidents that cost more, and all that cost less, come to in each currency."""
    told = []
    for word, sign in (("rose_in_all", 1), ("fell_in_all", -1)):
        own = {unit: [abs(_value(one)) for one in some if sign * _value(one) > 0] for unit, some in _by_unit(incidents)}
        if amounts := [money(sum(sizes), unit, lang) for unit, sizes in own.items() if sizes]:
            told.append(phrase(word, lang, amount=", ".join(amounts)))
    return told


def _by_unit(incidents: Sequence[Incident]) -> list[tuple[str, list[Incident]]]:
    """Those with money, of each currency by itself: amounts of two cannot be compared."""
    found: dict[str, list[Incident]] = {}
    for incident in incidents:
        if incident.impact:
            found.setdefault(str(incident.impact["unit"]), []).append(incident)
    return sorted(found.items())


def _value(incident: Incident) -> float:
    return float((incident.impact or {})["value"])


def _size(incident: Incident) -> float:
    return abs(_value(incident))


def _changed(incidents: Sequence[Incident], lang: str) -> list[Markup]:
    """The largest changes of each currency, first."""
    heads = ["#", *(phrase(word, lang) for word in ("entity", "moved", "percent_of", "per_month", "since_when"))]
    tables = []
    for _, own in _by_unit(incidents):
        largest = sorted(own, key=_size, reverse=True)[:_LARGEST]
        rows = [_change(one, _size(largest[0]) or 1.0, lang) for one in largest]
        tables.append(table(heads, rows, "drivers members ranked largest", figures=(2, 3, 4)))
    return tables


def _change(incident: Incident, most: float, lang: str) -> list[str]:
    impact = incident.impact or {}
    value, unit = float(impact["value"]), str(impact["unit"])
    look = {"class": "rise" if value >= 0 else "fall", "style": f"width:{max(100 * abs(value) / most, 0.5):.1f}%"}
    name = where(incident, scoped(incident.entity, lang)) or "–"
    return [
        element("a", {"href": f"#incident-{incident.id}"}, str(incident.rank)),
        element("span", None, name, element("span", {"class": "bar"}, element("i", look))),
        money(value, unit, lang, signed=True),
        percentage(value, float(impact["expected"]), lang) or "–",
        money(float(impact["per_month"]), unit, lang, signed=True),
        told_time(incident, incident.start),
    ]


def _totals(totals: Sequence[dict[str, Any]], lang: str) -> Markup:
    """A line for each category, and a sum for each currency."""
    heads = [phrase(word, lang) for word in ("category", "charges", "amount", "judged_here")]
    rows = []
    for unit in dict.fromkeys(one["currency"] for one in totals):
        own = [one for one in totals if one["currency"] == unit]
        rows += [_total(one, lang) for one in own]
        count, cost = (sum(one[name] for one in own) for name in ("rows", "cost"))
        rows.append(_line(phrase("in_all", lang), count, cost, unit, "", lang))
    return table(heads, rows, "totals", figures=(1, 2))


def _total(one: dict[str, Any], lang: str) -> list[str]:
    key = f"category_{one['category']}"
    name = phrase(key, lang) if has_phrase(key) else str(one["category"])
    judged = phrase("is_judged" if one["judged"] else "is_apart", lang)
    return _line(name, one["rows"], one["cost"], one["currency"], judged, lang)


def _line(name: str, rows: int, cost: float, unit: str, judged: str, lang: str) -> list[str]:
    return [name, f"{rows:,}", money(cost, unit, lang), judged]
