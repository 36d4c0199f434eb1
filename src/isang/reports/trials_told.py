"""A self-test in words: what was wanted and found, how soon, what to try next."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from isang.reports.phrases import phrase
from isang.reports.suggest import more_alarms
from isang.synthetic.faults import SIZELESS
from isang.words.telling import duration, number, percent, span
from isang.words.trial import Criterion, Example, FalseAlarms, Share, Trials, large_from


def verdict_told(trials: Trials, lang: str) -> str:
    """Passed, or how many criteria are not met."""
    failed = sum(not criterion.passed for criterion in trials.criteria)
    return phrase("self_test_failed", lang, count=failed) if failed else phrase("self_test_passed", lang)


def criterion_told(criterion: Criterion, trials: Trials, lang: str) -> tuple[str, str, str]:
    """Its name, what was found, what is wanted."""
    if criterion.name == "defects":
        found = phrase("defects_found", lang, count=len(trials.defects)) if trials.defects else phrase("none", lang)
        return phrase("defects", lang), found, phrase("none", lang)
    if criterion.name == "false_alarms":
        wanted = phrase(
            "twice", lang, most=number(math.floor(criterion.wanted)), requested=trials.false_alarms.requested
        )
        found = alarms_told(trials.false_alarms, lang)
        if criterion.passed and trials.false_alarms.count > criterion.wanted:
            found = f"{found}; {phrase('by_chance', lang)}"
        return phrase("realised_alarms", lang), found, wanted
    found = phrase("none_tried", lang)
    if criterion.found is not None:
        large = f"{large_from(trials.run['recognised']['pack']):g}"
        named = "of_any_size" if SIZELESS.issuperset(criterion.faults) else "of_large_size"
        size = phrase(named, lang, size=large)
        share = percent(criterion.found)
        if not criterion.passed and share == percent(criterion.wanted):
            share = f"{criterion.found:.1%}"
        found = phrase("share_of_cases", lang, share=share, cases=criterion.cases, size=size)
    kinds = ", ".join(fault_told(kind, lang) for kind in criterion.faults)
    return kinds, found, phrase("at_least", lang, share=percent(criterion.wanted))


def alarms_told(alarms: FalseAlarms, lang: str) -> str:
    """How many in the last part, and a week."""
    count = phrase("in_last_part", lang, count=f"{alarms.count:,}")
    return f"{count}, {rate}" if (rate := rate_told(alarms, lang)) else count


def rate_told(alarms: FalseAlarms, lang: str) -> str:
    """How many a week, with the ends of the interval; empty without time."""
    if alarms.per_week is None:
        return ""
    rate, low, high = (_two_digits(each) for each in (alarms.per_week, alarms.low, alarms.high))
    return f"{phrase('a_week', lang, count=rate)} ({span(low, high, lang)})"


def _two_digits(value: float | None) -> str:
    return number(value if value is None else float(f"{value:.2g}"))


def fault_told(fault: str, lang: str) -> str:
    """The kind of a fault in words."""
    return phrase(f"fault_{fault}", lang)


def size_told(size: float | None, lang: str) -> str:
    """`5 spreads`; empty where there is none."""
    return "" if size is None else phrase("spreads", lang, size=f"{size:g}")


def delay_told(rows: float | None, seconds: float | None, lang: str) -> str:
    """At once, or after how long (rows without time); a dash where nothing was noticed."""
    if rows is None:
        return "–"
    if rows == 0:
        return phrase("at_once", lang)
    return phrase("after_rows", lang, rows=number(rows)) if seconds is None else duration(seconds, lang)


def noticed_told(example: Example, lang: str) -> str:
    """Whether the fault was noticed, and how soon."""
    if example.noticed is None:
        return phrase("not_noticed", lang)
    if example.noticed == example.first:
        return phrase("noticed_at_once", lang)
    first, noticed = example.at[example.first], example.at[example.noticed]
    seconds = None
    if isinstance(first, datetime) and isinstance(noticed, datetime):
        seconds = (noticed - first).total_seconds()
    return phrase("noticed_later", lang, delay=delay_told(example.noticed - example.first, seconds, lang))


def middle_delay(shares: Sequence[Share], lang: str) -> str:
    """How soon faults of one kind are noticed: those of the middle size."""
    middle = shares[len(shares) // 2]
    return delay_told(middle.delay_rows, middle.delay_s, lang)


def hints(trials: Trials, lang: str) -> list[str]:
    """What may be behind a criterion that is not met."""
    failed = {criterion.name for criterion in trials.criteria if not criterion.passed}
    told = [phrase("alarms_or_events", lang)] if "false_alarms" in failed else []
    if failed - {"false_alarms", "defects"}:
        part = (trials.run.get("splits") or {}).get("calibration")
        told.append(phrase("missed_faults", lang, dates=f" ({' – '.join(_ends(part))})" if part else ""))
    return told


def _ends(part: dict[str, Any]) -> list[str]:
    return [str(part[end])[:16].replace("T", " ") for end in ("start", "end")]


def last_part_told(run: dict[str, Any], lang: str) -> str:
    """Which rows were tried."""
    found = (run.get("splits") or {}).get("test")
    if not found:
        return ""
    start, end = _ends(found)
    return phrase("tried_in", lang, rows=f"{found['rows']:,}", start=start, end=end)


def next_trial(trials: Trials) -> str:
    """Another detector, a look at the incidents, more false alarms; or to learn from all rows, and judge new ones."""
    failed = [criterion.name for criterion in trials.criteria if not criterion.passed]
    plan = shlex.quote(str(PurePath(str(trials.plan.get("out") or "isang-selftest"), "plan.yaml")))
    model = trials.plan.get("model")
    if "false_alarms" in failed and "defects" not in failed:
        return f"isang detect --plan {plan} --out isang-out"
    if not failed:
        files = shlex.join([str(path) for path in trials.plan.get("inputs") or []][:3] or ["FILE"])
        return f"isang detect NEW --model {shlex.quote(str(model))}" if model else f"isang fit {files}"
    change = "--detector robust_zscore" if "defects" in failed else f"--false-alarms {more_alarms(trials.run)}"
    return f"isang fit FILE… {change}" if model else f"isang selftest --plan {plan} {change}"
