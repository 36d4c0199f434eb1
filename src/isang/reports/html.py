"""report.html: the page of a result."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from isang.family import member
from isang.reports import figures, overview
from isang.reports.base import DRAWN, Outcome
from isang.reports.bill_section import bill_section
from isang.reports.cards import card
from isang.reports.charts import chart
from isang.reports.log_section import log_section
from isang.reports.markup import Markup, element, joined
from isang.reports.page import page
from isang.reports.phrases import phrase
from isang.reports.pieces import commands, legend, section
from isang.reports.raw_lines import raw_lines
from isang.reports.scoped import called
from isang.reports.sections import misses_table, provenance, undrawn, unscored
from isang.reports.strip import head, verdict
from isang.reports.suggest import in_folder, listen_closer, put_to_the_test
from isang.reports.training_chart import loss_figure, training_told
from isang.reports.usual_turn import usual_turn
from isang.words.incident import Incident

_WHOLE_POINTS = 2000


def render(outcome: Outcome, lang: str = "en") -> str:
    """The page as text; `lang` is "en" or "ko"."""
    named = [PurePath(str(entry.get("path", ""))).name for entry in outcome.run.get("inputs", [])[:1]]
    title = " · ".join(["isang", verdict(outcome, lang), *named])
    return page(title, head(outcome, lang), _content(outcome, lang), outcome.run, lang)


def _content(outcome: Outcome, lang: str) -> list[Markup]:
    top = _incidents(outcome, lang) if outcome.incidents else _calm(outcome, lang)
    return [
        bill_section(outcome, lang),
        *top,
        log_section(outcome, lang),
        _distribution(outcome, lang),
        _training(outcome, lang),
        unscored(outcome.run, outcome.skipped, lang),
        provenance(outcome, lang),
    ]


def _incidents(outcome: Outcome, lang: str) -> list[Markup]:
    drawn = outcome.incidents[:DRAWN]
    cards = [
        card(
            _from_here(incident, outcome),
            lang,
            chart(f"figure-{incident.rank}", figure, incident.title),
            _raw(incident, outcome, lang),
        )
        for incident, figure in zip(drawn, figures.incident_figures(outcome, drawn, lang), strict=True)
    ]
    return [
        section("incidents", phrase("incidents", lang), legend(lang, figures.marks_in(outcome)), *cards),
        undrawn(outcome.incidents[DRAWN:], len(drawn), lang),
        _fleet(outcome, lang),
        _whole(outcome, lang),
    ]


def _raw(incident: Incident, outcome: Outcome, lang: str) -> Markup:
    """The raw lines of an incident of logs."""
    found = outcome.excerpts.get(incident.id)
    return joined([raw_lines(found, lang), usual_turn(incident, outcome, lang)]) if found else Markup("")


def _from_here(incident: Incident, outcome: Outcome) -> Incident:
    """With commands that find the folder of this result."""
    folder = outcome.plan.get("out")
    return replace(incident, next=tuple(in_folder(command, folder) for command in incident.next))


def _calm(outcome: Outcome, lang: str) -> list[Markup]:
    """Nothing stands out: say so calmly, show the nearest misses, and how to listen more closely."""
    calm = element("div", {"class": "card calm"}, element("p", None, phrase(_why_calm(outcome), lang)))
    drawn = chart("figure-0", figures.misses_figure(outcome, lang), phrase("misses", lang))
    step = [
        *(element("p", None, phrase("listen_closer", lang)), commands([listen_closer(outcome.run)])),
        *(element("p", None, phrase("put_to_the_test", lang)), commands([put_to_the_test(outcome.run)])),
    ]
    return [
        calm,
        section(
            "misses",
            phrase("misses", lang),
            element("p", {"class": "soft"}, phrase("misses_told", lang)),
            element("div", {"class": "card panel"}, misses_table(outcome, lang), legend(lang), drawn),
        ),
        section("next", phrase("what_next", lang), element("div", {"class": "card panel"}, *step)),
    ]


def _why_calm(outcome: Outcome) -> str:
    """Nothing exceeds the threshold, or there is none: for want of rows, or of events worth a threshold."""
    thresholds = outcome.run.get("thresholds") or []
    if any(entry.get("value") is not None for entry in thresholds):
        return "nothing_means"
    rules = [member("thresholds", re.split(r"\W", str(entry["from"]))[0]) for entry in thresholds]
    return "nothing_worth" if any(rule.needs_events for rule in rules) else "nothing_unranked"


def _whole(outcome: Outcome, lang: str) -> Markup:
    entity, pack = outcome.incidents[0].entity, outcome.incidents[0].pack
    if figures.drawn_whole(outcome, outcome.incidents[0]):
        return Markup("")
    figure = figures.entity_figure(outcome, entity or None, lang, _WHOLE_POINTS)
    box = element("div", {"class": "card panel"}, chart("figure-whole", figure, phrase("whole", lang)))
    return section("whole", phrase("whole", lang) + (f": {called(entity, pack, lang)}" if entity else ""), box)


def _fleet(outcome: Outcome, lang: str) -> Markup:
    if len({entity for incident in outcome.incidents for entity in (incident.entity, *incident.also)}) < 2:
        return Markup("")
    drawn = chart("figure-fleet", overview.fleet_figure(outcome, lang), phrase("fleet", lang))
    return section("fleet", phrase("fleet", lang), element("div", {"class": "card panel"}, drawn))


def _distribution(outcome: Outcome, lang: str) -> Markup:
    drawn = chart("figure-scores", overview.score_figure(outcome, lang), phrase("distribution", lang))
    told = element("p", {"class": "soft"}, phrase("distribution_told", lang))
    return section("scores", phrase("distribution", lang), told, element("div", {"class": "card panel"}, drawn))


def _training(outcome: Outcome, lang: str) -> Markup:
    trained = outcome.run.get("training") or []
    if not trained:
        return Markup("")
    drawn = chart("figure-training", loss_figure(trained, lang), phrase("training", lang))
    told = element("p", {"class": "soft"}, phrase("training_told", lang))
    box = element("div", {"class": "card panel"}, drawn, element("p", {"class": "soft"}, training_told(trained, lang)))
    return section("training", phrase("training", lang), told, box)
