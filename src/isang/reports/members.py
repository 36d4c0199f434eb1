"""The members that an incident of a bill comes from, as a waterfall: each begins where the one before it ended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from isang.reports.markup import Markup, element, joined
from isang.reports.phrases import phrase
from isang.reports.pieces import table
from isang.reports.scoped import scoped
from isang.words.incident import Driver, Incident
from isang.words.money import money


def members(incident: Incident) -> tuple[Driver, ...]:
    """The members of a dimension that drive it: their changes add up. None where it is told of columns."""
    if not incident.impact:
        return ()
    return tuple(one for one in incident.drivers if one.lower is None and _known(one))


def waterfall(parts: Sequence[Driver], unit: str, lang: str) -> Markup:
    """A line for each member with what it was and is, and their sum below."""
    changes = [moved(one) for one in parts]
    steps = [sum(changes[:at]) for at in range(len(parts) + 1)]
    low, high = min(steps), max(steps)
    bars = [*pairwise(steps), (0.0, steps[-1])]
    names = [*(scoped(one.name, lang) for one in parts), phrase("in_all", lang)]
    # Each as it is: a difference of two ends is not 0 to the last bit.
    columns = changes, [float(one.expected or 0) for one in parts], [float(one.actual or 0) for one in parts]
    figures = zip(*([*each, sum(each)] for each in columns), strict=True)
    rows = [
        [
            joined([name, _bar(*ends, low, high)]),
            money(change, unit, lang, signed=True),
            money(was, unit, lang),
            money(now, unit, lang),
        ]
        for name, ends, (change, was, now) in zip(names, bars, figures, strict=True)
    ]
    heads = [phrase(word, lang) for word in ("member", "moved", "before", "now")]
    told = element("p", {"class": "soft small"}, phrase("members_told", lang))
    return joined([table(heads, rows, "drivers members summed", figures=(1, 2, 3)), told])


def _known(driver: Driver) -> bool:
    return driver.actual is not None and driver.expected is not None


def moved(driver: Driver) -> float:
    """By how much it changed."""
    return float(driver.actual or 0) - float(driver.expected or 0)


def _bar(start: float, end: float, low: float, high: float) -> Markup:
    """From one end to the other, on a line that holds all of them."""
    width = (high - low) or 1.0
    left, size = 100 * (min(start, end) - low) / width, max(100 * abs(end - start) / width, 0.5)
    kind = "rise" if end >= start else "fall"
    look = {"class": kind, "style": f"margin-left:{min(left, 99.5):.1f}%;width:{size:.1f}%"}
    return element("span", {"class": "bar"}, element("i", look))
