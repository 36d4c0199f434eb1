"""Incidents of logs in words of lines: how many came of which level, how many were due."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from isang.reports.base import Outcome
from isang.reports.phrases import LANGUAGES, phrase
from isang.words.incident import Incident
from isang.words.telling import numbers


def lined(outcome: Outcome) -> tuple[Incident, ...]:
    """All of them, with titles in lines."""
    return tuple(_lined(one, outcome) for one in outcome.incidents)


def level_of(incident: Incident, outcome: Outcome) -> str:
    """The level of its lines; empty where they have none."""
    return str(outcome.frame["log_level"][incident.peak_row - 1] or "")


def template_of(incident: Incident) -> str:
    """Its template with the exception; empty for other data."""
    return incident.keys.get("template", "") if incident.pack == "logs" else ""


def log_of(incident: Incident) -> str:
    """The log that it is in; empty where there is but one."""
    return incident.keys.get("log", "")


def _lined(incident: Incident, outcome: Outcome) -> Incident:
    own = outcome.anomalies.filter((pl.col("incident") == incident.id) & (pl.col("entity") == incident.entity))
    new = "novelty" in ";".join(own["rules"].drop_nulls()).split(";")
    title = {lang: (_new if new else _moved)(incident, own, outcome, lang) for lang in LANGUAGES}
    text = {lang: f"{title[lang]}\n{incident.text[lang].partition(chr(10))[2]}" for lang in LANGUAGES}
    return replace(incident, title=title["en"], text=text)


def _new(incident: Incident, own: pl.DataFrame, outcome: Outcome, lang: str) -> str:
    came, in_all = float(own["value"].sum()), _in_all(incident, outcome)
    more = phrase("in_all_lines", lang, count=f"{in_all:,.0f}") if in_all > came else ""
    turned = _odd(own, outcome) == came  # of a turn that never came all lines are out of order, of a new kind none
    return (
        phrase(f"lines_{'turned' if turned else 'new'}", lang, lines=_lines(came, level_of(incident, outcome), lang))
        + more
    )


def _moved(incident: Incident, own: pl.DataFrame, outcome: Outcome, lang: str) -> str:
    """Of its flagged rows that went the same way: after a silence the first lines are more than were due."""
    apart = (own["value"] - own["expected"]).sign()
    own = own.filter(apart == apart.filter(own["row"] == incident.peak_row).sum())
    came, due = float(own["value"].sum()), float(own["expected"].sum())
    lines = _lines(came, level_of(incident, outcome), lang)
    if (odd := _odd(own, outcome)) and _as_due(own):
        return phrase("lines_odd", lang, lines=lines, odd=f"{odd:,}")
    return phrase("lines_due", lang, lines=lines, due=_due(due))


def _lines(came: float, level: str, lang: str) -> str:
    return phrase("line" if came == 1 else "lines", lang, count=f"{came:,.0f}", level=f"{level} " if level else "")


def _in_all(incident: Incident, outcome: Outcome) -> float:
    """All lines of its kind."""
    own = [pl.col(key) == value for key, value in incident.keys.items()]
    return float(outcome.frame.filter(own)["lines"].sum())


def _odd(own: pl.DataFrame, outcome: Outcome) -> int:
    """How many of these lines are out of their usual order."""
    return int(outcome.frame["odd"].gather(own["row"] - 1).sum())


def _as_due(own: pl.DataFrame) -> bool:
    """Whether as many lines came as can be expected: then it is their order that was strange."""
    apart = (own["value"] - own["expected"]).abs()
    return bool((apart <= own["upper"] - own["expected"]).all())


def _due(due: float) -> str:
    return f"{due:,.0f}" if due >= 10 else numbers([round(due, 1)])[0]
