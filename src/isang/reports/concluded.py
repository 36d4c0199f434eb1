"""A conclusion in words."""

from __future__ import annotations

from collections.abc import Mapping

from isang.reports.phrases import LANGUAGES, phrase
from isang.words.conclusion import Conclusion


def concluded(found: Conclusion) -> dict[str, str]:
    """One sentence in each language."""
    return {lang: _told(found, lang) for lang in LANGUAGES}


def _told(found: Conclusion, lang: str) -> str:
    count = found.numbers["events"]
    events = phrase("an_event" if count == 1 else "many_events", lang, count=count)
    fields = {**found.numbers, "count": count, "events": events, "alarms": _alarms(found.numbers, lang)}
    return "".join(phrase(f"concluded_{key}", lang, **fields) for key in (found.kind, *found.added))


def _alarms(numbers: Mapping[str, float], lang: str) -> str:
    """False alarms a week, or in all where there is no time."""
    if "false_alarms_per_week" in numbers:
        return phrase("alarms_a_week", lang, count=f"{numbers['false_alarms_per_week']:.1f}")
    return phrase("alarms_in_all", lang, count=f"{numbers['false_alarms']:.0f}")
