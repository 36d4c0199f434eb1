"""How many incidents the rows have without any fault in them, against how many were asked for."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import gammainc, gammaincinv

from isang.judging import Decision
from isang.result import Result
from isang.thresholds.base import default_rate
from isang.trials.part import Part
from isang.words.amounts import Span, parse_rate
from isang.words.frame import Flags
from isang.words.trial import Criterion, FalseAlarms

_WEEK_S = 604_800
_TAIL = 0.025  # on either side of a 95 % interval
_LUCK = 0.05
_BEARABLE = 2  # times what was asked for


def false_alarms(result: Result, decision: Decision, part: Part, events: Flags) -> FalseAlarms:
    """The incidents of the last part without those that touch an event; `events` (n,) are rows of the whole frame."""
    incident, last = result.scores["incident"], part.row[part.last] - 1
    known = set(incident.filter(pl.Series(events)).drop_nulls())
    count = len(set(incident.gather(last).drop_nulls()) - known)
    seconds = _lasts(part)
    requested, expected = _asked(decision, len(last), seconds)
    if not seconds:
        return FalseAlarms(count, None, None, None, requested, expected)
    low = float(gammaincinv(count, _TAIL)) if count else 0.0
    high = float(gammaincinv(count + 1, 1 - _TAIL))
    per_week, low, high = (round(number * _WEEK_S / seconds, 4) for number in (count, low, high))
    return FalseAlarms(count, per_week, low, high, requested, expected)


def bearable(alarms: FalseAlarms) -> list[Criterion]:
    """At most twice as many as asked for, unless it may be luck; nothing where no rate was asked for.

    It may be luck where usual data would raise as many in one of twenty such stretches, if the rate asked for held.
    """
    if alarms.expected is None:
        return []
    most = _BEARABLE * alarms.expected
    by_luck = float(gammainc(alarms.count, alarms.expected)) if alarms.count else 1.0
    passed = alarms.count <= most or by_luck >= _LUCK
    return [Criterion("false_alarms", passed, round(most, 4), alarms.count)]


def _asked(decision: Decision, rows: int, seconds: float | None) -> tuple[str | None, float | None]:
    """The rate that was asked for, and how many that makes in these rows."""
    settings = decision.rule.get_params()
    if "rate" not in settings:
        return None, None
    written = settings["rate"] or default_rate(decision.span_s)
    rate = parse_rate(written)
    return written, rate.over(Span(None, rows) if rate.per.rows else Span(seconds, None))


def _lasts(part: Part) -> float | None:
    """Seconds that the last part lasts; None without time."""
    return float(np.ptp(part.time[part.last])) / 1e6 if part.columns.time is not None else None
