"""One card an incident, five lines: What, How bad, Why, Since, Next."""

from __future__ import annotations

from datetime import datetime

from isang.reports.lined import template_of
from isang.reports.markup import Markup, element, joined
from isang.reports.members import members, waterfall
from isang.reports.phrases import phrase
from isang.reports.pieces import badge, commands, table
from isang.reports.priced import mailed
from isang.reports.scoped import scoped
from isang.words.incident import Driver, Incident
from isang.words.money import money
from isang.words.telling import duration, moment, numbers, once_in_rows, percent, shortened, span, times

_DRIVERS_SHOWN, _ENTITIES_SHOWN, _SCOPES_SHOWN = 5, 5, 2
_TEMPLATE = 60


def card(incident: Incident, lang: str, drawing: str = "", below: str = "") -> Markup:
    """The facts of an incident, its chart beside them, and what stands `below` both."""
    kind = f"card incident {incident.band.lower()}" + ("" if drawing else " undrawn")
    facts = element("div", {"class": "facts"}, _top(incident, lang), _lines(incident, lang))
    drawn = element("div", {"class": "drawing"}, drawing) if drawing else ""
    return element("article", {"class": kind, "id": f"incident-{incident.id}"}, facts, drawn, below)


def headline(incident: Incident, lang: str) -> str:
    """The title in this language: the first line of its text."""
    return incident.text.get(lang, "").partition("\n")[0] or incident.title


def how_bad(incident: Incident, lang: str) -> list[str]:
    """Risk and its parts, how far over the threshold, how rare, what it costs."""
    said = [phrase("risk", lang, risk=f"{incident.risk:.0f}")]
    if len(incident.risk_parts) > 1:
        known = [part for part in ("anomaly", "severity", "impact") if part in incident.risk_parts]
        said.append(", ".join(phrase(f"part_{p}", lang, points=f"{incident.risk_parts[p]:.0f}") for p in known))
    if incident.times_over is not None and incident.times_over > 1:
        said.append(phrase("times_over", lang, times=times(incident.times_over)))
    if rare := once_in_rows(incident.once_in, lang):
        said.append(rare)
    if incident.impact:
        said += _impact(incident.impact, lang)
    if incident.provisional:
        said.append(phrase("provisional", lang))
    return said


def since(incident: Incident, lang: str) -> list[str]:
    """From when to when, whether it is over, since when it was on its way, how many rows, what was like it."""
    rows = phrase("flagged_row" if incident.rows == 1 else "flagged_rows", lang, rows=f"{incident.rows:,}")
    alike = [
        phrase("alike", lang, start=entry.get("start", ""), similarity=percent(float(entry.get("similarity", 0))))
        for entry in incident.alike[:2]
    ]
    if incident.start is None:
        one = incident.first_row == incident.last_row
        first, last = f"{incident.first_row:,}", f"{incident.last_row:,}"
        span = phrase("row_one" if one else "row_span", lang, first=first, last=last)
        return [span, *([phrase("ongoing", lang)] if incident.ongoing else []), rows, *alike]
    lasted = phrase("lasted", lang, duration=duration(incident.duration_s, lang)) if incident.duration_s else ""
    over = phrase("ongoing" if incident.ongoing else "ended", lang)
    known = incident.onset if incident.onset != incident.start or not incident.in_days else None
    onset = phrase("onset", lang, time=told_time(incident, known)) if known else ""
    ended = over if incident.ongoing or incident.end == incident.start else f"{over} {_until(incident)}"
    begun = told_time(incident, incident.start)
    return [text for text in (begun, lasted, ended, onset, _ahead(incident, lang), rows, *alike) if text]


def told_time(incident: Incident, time: datetime | None) -> str:
    """A moment of an incident, without the hour where it is made of whole days."""
    return moment(time).removesuffix(" 00:00") if incident.in_days else moment(time)


def _ahead(incident: Incident, lang: str) -> str:
    """How long before a known event it was noticed, or after."""
    if incident.lead_s is None:
        return ""
    return phrase("led" if incident.lead_s > 0 else "lagged", lang, duration=duration(abs(incident.lead_s), lang))


def _until(incident: Incident) -> str:
    """The end, without its date where it is that of the start."""
    if incident.in_days:
        return told_time(incident, incident.end)
    told = moment(incident.end)
    same_day = incident.start and incident.end and incident.start.date() == incident.end.date()
    return told.split(" ")[1] if same_day else told


def why(incident: Incident, lang: str) -> list[str]:
    """Other entities in which it began at the same time, rules and detectors that spoke, and their vote."""
    parts = members(incident)
    said = [phrase("all_of_it", lang, member=scoped(parts[0].name, lang))] if len(parts) == 1 else []
    said += [phrase("also_in", lang, entities=_others(incident, lang))] if incident.also else []
    said += [phrase("rules_fired", lang, rules=", ".join(incident.rules))] if incident.rules else []
    said += [phrase("voted", lang, vote=f"{incident.vote:.3g}")] if incident.vote is not None else []
    names = [str(member.get("name", "")) for member in incident.members]
    return said + ([phrase("members_spoke", lang, members=", ".join(names))] if names else [])


def where(incident: Incident, name: str) -> str:
    """The `name` of its entity, and how many others it began in: `LOGIN_2 +3`."""
    return f"{name} +{len(incident.also)}" if incident.also else name


def drivers(incident: Incident) -> list[Driver]:
    """Those to be shown: of its own entity, and the strongest of other ones."""
    own = [driver for driver in incident.drivers if driver.entity is None]
    others = [driver for driver in incident.drivers if driver.entity is not None]
    return own[:_DRIVERS_SHOWN] + others[:_DRIVERS_SHOWN]


def _others(incident: Incident, lang: str) -> str:
    most = _SCOPES_SHOWN if incident.impact else _ENTITIES_SHOWN
    names = [_quoted(one) if template_of(incident) else scoped(one, lang) for one in incident.also[:most]]
    named, more = ", ".join(names), len(incident.also) - most
    return phrase("also_more", lang, entities=named, count=more) if more > 0 else named


def _quoted(template: str) -> str:
    """Templates hold commas themselves."""
    return f"“{shortened(template, _TEMPLATE)}”"


def usual_range(driver: Driver, lang: str) -> tuple[str, str]:
    """What was measured, and the usual range (or what was expected)."""
    actual, expected, lower, upper = numbers([driver.actual, driver.expected, driver.lower, driver.upper])
    if driver.lower is not None and driver.upper is not None:
        return actual, span(lower, upper, lang)
    return actual, expected


def _top(incident: Incident, lang: str) -> Markup:
    return element(
        "header",
        None,
        badge(incident.band, incident.risk),
        element("span", {"class": "soft"}, f"#{incident.rank}"),
        element("span", {"class": "entity"}, where(incident, scoped(incident.entity, lang))) if incident.entity else "",
        element("code", None, incident.id),
    )


def _lines(incident: Incident, lang: str) -> Markup:
    said = {
        "what": _what(incident, lang),
        "how_bad": element("p", None, " · ".join(how_bad(incident, lang))),
        "why": _why(incident, lang),
        "since": element("p", None, " · ".join(since(incident, lang))),
        "next": commands(incident.next) if incident.next else phrase("no_next", lang),
    }
    lines = [element("dt", None, phrase(word, lang)) + element("dd", None, content) for word, content in said.items()]
    return element("dl", {"class": "lines"}, *map(Markup, lines))


def _what(incident: Incident, lang: str) -> Markup:
    """The template's telling repeats the lines below, so only a sentence to be mailed or a model's is shown."""
    own = incident.text_source == "template"
    told = mailed(incident, lang) if own else incident.text.get(lang, "").partition("\n")[2]
    source = "" if own else element("span", {"class": "soft"}, phrase("worded_by", lang, model=incident.text_source))
    known = ""
    if incident.known:
        note = " – ".join(part for part in (incident.known.get("kind"), incident.known.get("note")) if part)
        known = element("p", {"class": "told"}, phrase("known", lang, kind=note))
    title = element("h3", None, headline(incident, lang))
    return joined([title, known, element("p", {"class": "told"}, told, " ", source) if told else ""])


def _why(incident: Incident, lang: str) -> Markup:
    said = why(incident, lang)
    spoken = element("p", None, " · ".join(said)) if said else ""
    if len(parts := members(incident)) > 1:
        return joined([waterfall(parts, str((incident.impact or {})["unit"]), lang), spoken])
    if incident.impact:  # its one column, or member, stands in the title
        return joined([spoken or element("p", {"class": "soft"}, phrase("nothing_narrower", lang))])
    if not incident.drivers:
        return joined([spoken or element("p", {"class": "soft"}, phrase("unexplained", lang))])
    heads = [phrase(word, lang) for word in ("column", "share", "actual", "usual_range")]
    rows = [_driver(driver, lang) for driver in drivers(incident)]
    return joined([table(heads, rows, "drivers", figures=(2, 3)), spoken])


def _driver(driver: Driver, lang: str) -> list[str]:
    width = f"width:{100 * min(max(driver.share, 0.0), 1.0):.0f}%"
    bar = element("span", {"class": "bar"}, element("i", {"style": width}))
    return [driver.told, joined([percent(driver.share), bar]), *usual_range(driver, lang)]


def _impact(impact: dict[str, float | str], lang: str) -> list[str]:
    unit = str(impact.get("unit", ""))
    said = [phrase("impact", lang, value=money(float(impact["value"]), unit, lang, signed=True))]
    if impact.get("per_month") is not None:
        said.append(phrase("a_month", lang, value=money(float(impact["per_month"]), unit, lang, signed=True)))
    return said
