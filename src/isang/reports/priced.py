"""Incidents of a bill in words of money: the title, and a sentence that can be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from isang.explain.short import sentence
from isang.reports.base import Outcome
from isang.reports.hybrid import usual_before
from isang.reports.phrases import LANGUAGES, phrase
from isang.votes import reached, votes_of
from isang.words.incident import Incident
from isang.words.money import money, percentage

_GRAVE = ("CRITICAL", "HIGH")


def priced(outcome: Outcome, unit: str | None) -> tuple[Incident, ...]:
    """Those with money, or of the hybrid score, told in it; others as they are. `unit`: of all, None: each its own."""
    usual, new = _usual(outcome), _new(outcome)
    return tuple(_priced(one, outcome, usual, unit, first=(one.id, one.entity) in new) for one in outcome.incidents)


def titled(impact: Mapping[str, float | str], lang: str, *, first: bool = False) -> str:
    """How much came beyond what was expected, over all flagged days; `first`: for what was never there before."""
    unit = str(impact["unit"])
    value, expected, actual = (float(impact[name]) for name in ("value", "expected", "actual"))
    pct = percentage(value, expected, lang)
    key = "cost_rose" if value >= 0 else "cost_fell"
    if not pct:
        key = "cost_new" if value >= 0 and 0 <= expected < actual else f"{key}_by"
    if first and 2 * expected <= actual:  # most of it is new
        key = "cost_first"
    told = {name: money(one, unit, lang) for name, one in (("expected", expected), ("actual", actual))}
    return phrase(key, lang, change=money(abs(value), unit, lang), pct=pct, **told)


def mailed(incident: Incident, lang: str) -> str:
    """The sentence on the second line of the text of an incident in money; empty for others, and a language model's."""
    lines = incident.text.get(lang, "").split("\n")
    return lines[1] if incident.text_source == "template" and len(lines) > 2 else ""


def _usual(outcome: Outcome) -> pl.Series | None:
    """(n,) what each row should have cost; None where that is not known, or no money."""
    column = outcome.columns.values[0]
    if column in outcome.expected.columns:
        return outcome.expected[column] if any(one.impact for one in outcome.incidents) else None
    return usual_before(outcome) if outcome.plan.get("hybrid") else None


def _new(outcome: Outcome) -> set[tuple[str, str]]:
    """Incidents and scopes that were never there: the one that it is told of, or narrower ones that it holds."""
    rules = pl.col("rules").str.split(";").list.contains("novelty")
    return set(outcome.anomalies.filter(rules).select("incident", "entity").iter_rows())


def _priced(
    incident: Incident, outcome: Outcome, usual: pl.Series | None, unit: str | None, *, first: bool
) -> Incident:
    if usual is None or not (incident.impact or outcome.plan.get("hybrid")):
        return incident
    if incident.impact and unit is not None:
        incident = replace(incident, impact={**incident.impact, "unit": unit})
    text = {lang: "\n".join(_lines(incident, outcome, usual, lang, first=first)) for lang in LANGUAGES}
    return replace(incident, title=text["en"].partition("\n")[0], text=text)


def _lines(incident: Incident, outcome: Outcome, usual: pl.Series, lang: str, *, first: bool) -> list[str]:
    """Title, sentence where its worst day has a cost, telling."""
    title, _, telling = incident.text[lang].partition("\n")
    if incident.impact:
        title = titled(incident.impact, lang, first=first)
    said = _sentence(incident, outcome, usual, lang)
    return [title, *([said] if said else []), telling]


def _sentence(incident: Incident, outcome: Outcome, usual: pl.Series, lang: str) -> str:
    """Of its worst day; empty where that has no cost."""
    row, voted = incident.peak_row - 1, incident.vote is not None
    cost = outcome.frame[outcome.columns.values[0]][row]
    if cost is None:
        return ""
    strong = _agreed(incident, outcome) if voted else incident.band in _GRAVE
    return sentence(
        incident.peak.date() if incident.peak else None,
        cost,
        usual[row],
        str((incident.impact or {}).get("unit", "")),
        strong=strong,
        voted=voted,
        lang=lang,
    )


def _agreed(incident: Incident, outcome: Outcome) -> bool:
    full = votes_of(outcome.plan.get("votes"), outcome.plan.get("rules") or {}).full
    return bool(reached(np.array([incident.vote], dtype=np.float64), full)[0])
