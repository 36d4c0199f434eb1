"""The head of the page: the verdict in one line, and the strip that says how it was arrived at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from isang.reports.base import Outcome
from isang.reports.contents import BANDS
from isang.reports.markup import Markup, element, joined
from isang.reports.phrases import phrase
from isang.reports.pieces import badge, pairs
from isang.words.frame import entity_names
from isang.words.note import worded
from isang.words.telling import day_or_moment, duration, number, numbers, times

_LEAST_RATE = 0.01  # a week; below, digits say nothing


def head(outcome: Outcome, lang: str) -> Markup:
    """Mark, verdict, counts per band, strip, notes."""
    counts = Counter(incident.band for incident in outcome.incidents)
    chips = [element("li", None, badge(band, count=counts[band])) for band in BANDS if counts[band]]
    return element(
        "header",
        None,
        element("div", {"class": "mark"}, "isang · 이상"),
        element("h1", None, verdict(outcome, lang)),
        element("div", {"class": "soft"}, _about(outcome, lang)),
        element("ul", {"class": "counts"}, *chips) if chips else "",
        pairs(_strip(outcome, lang), "strip"),
        _notes(outcome.run, lang),
    )


def verdict(outcome: Outcome, lang: str) -> str:
    """`3 incidents`, or that nothing stands out."""
    count = len(outcome.incidents)
    if count == 0:
        return phrase("nothing", lang)
    return phrase("one_incident", lang) if count == 1 else phrase("many_incidents", lang, count=f"{count:,}")


def detector_of(run: dict[str, Any], plan: dict[str, Any], lang: str = "en") -> str:
    """The detector as the run or else the plan names it, what it is made of, who it was ahead of, who judged lines."""
    said = run.get("detector") or plan.get("detector") or ""
    if not isinstance(said, dict):
        return str(said)
    compared, logs = said.get("compared") or [], run.get("logs")
    best = [phrase("best_of", lang, count=len(compared))] if compared else []
    lines = [phrase("order_by", lang, detector=_with_parts(logs["detector"]))] if logs else []
    return " · ".join([_with_parts(said), *best, *lines])


def _with_parts(said: dict[str, Any]) -> str:
    name, parts = str(said.get("name", "")), [str(part) for part in said.get("members") or []]
    return name if parts in ([], [name]) else f"{name} ({' + '.join(parts)})"


def model_told(run: dict[str, Any], lang: str) -> tuple[str, str]:
    """Which model judged, and from what it was learnt; two empty texts where the run has learnt itself."""
    found = run.get("model")
    if not found:
        return "", ""
    span = " – ".join(str(found[end])[:16].replace("T", " ") for end in ("start", "end") if found.get(end))
    rows = phrase("learnt_from_rows", lang, rows=f"{found['rows']:,}")
    return str(found.get("path") or "–"), f"{rows}, {span}" if span else rows


def rows_told(run: dict[str, Any], lang: str) -> tuple[str, str]:
    """How many rows were read and judged; how many were not, and how many skipped."""
    coverage = run.get("coverage", {})
    rows, scored, skipped = (int(coverage.get(key) or 0) for key in ("rows", "scored", "skipped"))
    left = [phrase("unscored_told", lang, unscored=f"{rows - scored:,}")] if rows > scored else []
    left += [phrase("skipped_told", lang, skipped=f"{skipped:,}")]
    judged = phrase("scored_told", lang, scored=f"{scored:,}")
    if logs := run.get("logs"):
        counts = phrase("counted_told", lang, rows=f"{rows:,}", templates=f"{logs['templates']:,}")
        return phrase("records_told", lang, count=f"{logs['records']:,}"), " · ".join([counts, judged, *left])
    return phrase("rows_told", lang, rows=f"{rows:,}"), " · ".join([judged, *left])


def threshold_told(run: dict[str, Any], lang: str) -> tuple[str, str]:
    """The threshold (of several: the lowest and the highest, and how many), and where it came from."""
    found = run.get("thresholds") or []
    values = [entry["value"] for entry in found if entry.get("value") is not None]
    if not values:
        return phrase("no_threshold", lang), worded(found[0].get("from", ""), lang) if found else ""
    low, high = numbers([min(values), max(values)])
    limit = number(values[0]) if len(found) == 1 else phrase("from_to", lang, low=low, high=high)
    again = [phrase("set_again", lang, count=len(found))] if len(found) > 1 else []
    return limit, ", ".join([*again, phrase("threshold_from", lang, source=worded(found[0].get("from", ""), lang))])


def false_alarms_told(run: dict[str, Any], lang: str) -> str:
    """How many false alarms a week are to be expected; of thresholds one after the other, in the mean."""
    rates = [entry.get("expected_false_alarms_per_week") for entry in run.get("thresholds") or []]
    known = [rate for rate in rates if rate is not None]
    if not known:
        return phrase("no_week", lang)
    rate = sum(known) / len(known)
    return phrase("a_week", lang, count=times(rate)) if rate >= _LEAST_RATE else phrase("hardly_a_week", lang)


def measured_told(run: dict[str, Any], lang: str) -> tuple[str, str]:
    """`4 of 6 events found`, and the false alarms, on which rows; two empty texts without labels."""
    found = run.get("measured")
    if not found:
        return "", ""
    rate = found["false_alarms_per_week"]
    alarms = phrase("alarms_a_week", lang, count=number(rate)) if rate is not None else ""
    alarms = alarms or phrase("alarms_in_all", lang, count=f"{found['false_alarms']:,}")
    told = phrase("events_found", lang, found=f"{found['found']:,}", events=f"{found['events']:,}")
    return told, ", ".join([alarms, phrase(f"on_{found['reported_on']}", lang)])


def conclusion_told(run: dict[str, Any], lang: str) -> str:
    """What known events say of later rows; empty without them, and in hindsight."""
    said = (run.get("measured") or {}).get("conclusion_text") or {}
    return str(said.get(lang, ""))


def _strip(outcome: Outcome, lang: str) -> list[tuple[str, str]]:
    run = outcome.run
    mode = str(run.get("mode", "hindsight"))
    requested = str((run.get("thresholds") or [{}])[0].get("requested") or "")
    asked = phrase("asked_for", lang, requested=requested) if requested else ""
    return [
        (phrase("rows", lang), two(*rows_told(run, lang))),
        (phrase("mode", lang), two(phrase(mode, lang), phrase(f"{mode}_means", lang))),
        *([(phrase("model", lang), two(*model_told(run, lang)))] if run.get("model") else []),
        (phrase("detector", lang), two(detector_of(run, outcome.plan, lang) or "–", _values(outcome))),
        (phrase("threshold", lang), two(*threshold_told(run, lang))),
        (phrase("false_alarms", lang), two(false_alarms_told(run, lang), asked)),
        *([(phrase("measured", lang), two(*measured_told(run, lang)))] if run.get("measured") else []),
    ]


def two(large: str, small: str) -> Markup:
    """What matters, and below it in small letters what belongs to it."""
    return joined([large, element("small", None, small) if small else ""])


def _values(outcome: Outcome) -> str:
    return _some(outcome.columns.values)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" +{len(names) - 4}" if len(names) > 4 else "")


def _about(outcome: Outcome, lang: str) -> str:
    run = outcome.run
    files = [PurePath(str(entry.get("path", ""))).name for entry in run.get("inputs", [])]
    more = [phrase("and_more", lang, count=len(files) - 3)] if len(files) > 3 else []
    parts = [", ".join(files[:3] + more)] if files else []
    recognised = run.get("recognised", {})
    if outcome.columns.time:
        times = outcome.frame[outcome.columns.time]
        zone = recognised.get("tz") or ""
        first, last = (day_or_moment(end, recognised.get("step_s")) for end in (times.min(), times.max()))  # type: ignore[arg-type]
        parts.append(f"{first} – {last} {zone}".strip())
    if recognised.get("step_s"):
        parts.append(phrase("step", lang, step=duration(recognised["step_s"], lang)))
    if outcome.columns.keys:
        parts.append(phrase("entities_told", lang, count=f"{len(entity_names(outcome.frame, outcome.columns.keys)):,}"))
    return " · ".join(parts)


def aside_by_reason(recognised: Mapping[str, Any]) -> dict[str, list[str]]:
    """The columns that were set aside, by the reason for it: of hundreds of sensors many are constant."""
    found: dict[str, list[str]] = {}
    for entry in recognised.get("set_aside") or []:
        found.setdefault(entry["reason"], []).append(entry["column"])
    return found


def _notes(run: dict[str, Any], lang: str) -> Markup:
    reasons = aside_by_reason(run.get("recognised", {}))
    aside = [f"{_some(columns)}: {worded(reason, lang)}" for reason, columns in reasons.items()]
    notes = [(phrase("set_aside", lang), note) for note in aside]
    notes += [(phrase("warnings", lang), worded(note, lang)) for note in run.get("warnings", [])]
    items = [element("li", None, element("b", None, name), " ", note) for name, note in notes[:12]]
    return element("ul", {"class": "notes"}, *items) if items else Markup("")
