"""The parts of the page below the cards: what was left undrawn, unjudged, unread, and where all comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isang.reports.base import Accounted, Outcome
from isang.reports.cards import headline, peaked, told_time, where
from isang.reports.documents import plan_yaml
from isang.reports.markup import Markup, element, joined
from isang.reports.phrases import has_phrase, phrase
from isang.reports.pieces import badge, section, table
from isang.reports.scoped import called
from isang.words.incident import Incident
from isang.words.telling import moment, number, numbers, percent, span

_LISTED = 200


def undrawn(incidents: Sequence[Incident], drawn: int, lang: str) -> Markup:
    """The incidents beyond those with a chart, as a table."""
    if not incidents:
        return Markup("")
    heads = ["#", *(phrase(word, lang) for word in ("band", "entity", "when", "title"))]
    rows = [_incident_row(incident, lang) for incident in incidents[:_LISTED]]
    more = len(incidents) - _LISTED
    tail = element("p", {"class": "soft"}, phrase("table_short", lang, count=f"{more:,}")) if more > 0 else ""
    told = element("p", {"class": "soft"}, phrase("undrawn_told", lang, drawn=drawn))
    box = element("div", {"class": "card panel"}, table(heads, rows, "ranked others"), tail)
    return section("undrawn", phrase("undrawn", lang), told, box)


def misses_table(outcome: Outcome, lang: str) -> Markup:
    """The rows that came nearest to the threshold."""
    heads = ["#", *(phrase(word, lang) for word in ("when", "column", "value", "usual_range", "score"))]
    if outcome.columns.keys:
        heads.insert(2, phrase("entity", lang))
    keyed = bool(outcome.columns.keys)
    misses = enumerate(outcome.misses.head(3).to_dicts(), start=1)
    pack = outcome.run["recognised"]["pack"]
    rows = [[str(number), *_miss_row(miss, keyed, pack, lang)] for number, miss in misses]
    return table(heads, rows, figures=(len(heads) - 3, len(heads) - 2, len(heads) - 1))


def miss_told(miss: dict[str, Any], lang: str) -> list[str]:
    """When, column, value, usual range, share of the threshold."""
    value, expected, lower, upper = numbers([miss.get(key) for key in ("value", "expected", "lower", "upper")])
    usual = span(lower, upper, lang) if miss.get("lower") is not None else expected
    when = moment(miss["time"]) if miss.get("time") else phrase("row_one", lang, first=miss.get("row", "–"))
    share = miss.get("times_over")
    score = phrase("share_of_threshold", lang, share=percent(share)) if share is not None else number(miss.get("score"))
    return [when, str(miss.get("column") or "–"), value, usual, score]


def unscored(run: dict[str, Any], skipped: list[dict[str, Any]], lang: str) -> Markup:
    """Rows that were not judged, were filled in, or could not be read, with reasons."""
    coverage = run.get("coverage", {})
    reasons = {str(k): int(v) for k, v in (coverage.get("unscored") or {}).items() if v}
    parts = []
    if reasons:
        rows = [(phrase(k, lang) if has_phrase(k) else k, f"{v:,}") for k, v in reasons.items()]
        parts.append(table([phrase("reason", lang), phrase("count", lang)], rows, figures=(1,)))
    if filled := int(coverage.get("filled") or 0):
        parts.append(element("p", {"class": "soft"}, phrase("filled_told", lang, count=f"{filled:,}")))
    left = (
        section("unscored", phrase("unscored", lang), element("div", {"class": "card panel"}, *parts)) if parts else ""
    )
    return joined([left, _skipped(skipped, lang)])


def provenance(outcome: Accounted, lang: str) -> Markup:
    """Inputs with checksums, command, versions, seed, times, plan."""
    run = outcome.run
    inputs = [
        [
            str(f.get("path", "")),
            f"{f.get('rows', 0):,}",
            f"{f.get('bytes', 0):,}",
            str(f.get("encoding") or "–"),
            _code(f),
        ]
        for f in run.get("inputs", [])[:_LISTED]
    ]
    heads = [phrase(word, lang) for word in ("file", "count", "bytes", "encoding")] + ["sha256"]
    versions = ", ".join(f"{name} {version}" for name, version in (run.get("versions") or {}).items())
    taken = ", ".join(f"{stage} {number(seconds)} s" for stage, seconds in (run.get("timings_s") or {}).items())
    facts = [("versions", versions), ("seed", str(run.get("seed", "–"))), ("timings", taken)]
    return section(
        "provenance",
        phrase("provenance", lang),
        element(
            "div",
            {"class": "card panel"},
            table(heads, inputs, figures=(1, 2)) if inputs else "",
            _titled(phrase("command", lang), element("pre", None, str(run.get("command", "")))),
            table(["", ""], [(phrase(word, lang), value) for word, value in facts if value]),
            element(
                "details",
                None,
                element("summary", None, phrase("plan", lang)),
                element("pre", None, plan_yaml(outcome)),
            ),
        ),
    )


def _incident_row(incident: Incident, lang: str) -> list[str]:
    when = (
        told_time(incident, incident.start)
        if incident.start
        else phrase("row_one", lang, first=f"{incident.first_row:,}")
    )
    band = badge(incident.band, incident.risk)
    return [
        str(incident.rank),
        band,
        where(incident, called(incident.entity, incident.pack, lang)) or "–",
        when,
        " · ".join([headline(incident, lang), *peaked(incident, lang)]),
    ]


def _miss_row(miss: dict[str, Any], keyed: bool, pack: str, lang: str) -> list[str]:
    row = miss_told(miss, lang)
    return [row[0], called(str(miss.get("entity") or "–"), pack, lang), *row[1:]] if keyed else row


def _skipped(skipped: list[dict[str, Any]], lang: str) -> Markup:
    if not skipped:
        return Markup("")
    heads = [phrase(word, lang) for word in ("file", "rows", "reason", "count")]
    rows = [
        [
            str(s.get("file", "")),
            str(s.get("row") or s.get("byte_offset") or "–"),
            str(s.get("reason", "")),
            f"{s.get('count', 0):,}",
        ]
        for s in skipped[:_LISTED]
    ]
    return section(
        "skipped",
        phrase("skipped_rows", lang),
        element("div", {"class": "card panel"}, table(heads, rows, figures=(3,))),
    )


def _titled(title: str, content: str) -> Markup:
    return joined([element("h4", None, title), content])


def _code(file: dict[str, Any]) -> Markup:
    return element("code", None, str(file.get("sha256", "")))
