"""What a run has to know of a bill: whether it is long enough, from when on it is complete, in which currency it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from isang.errors import InputError, UsageError
from isang.plan import Plan
from isang.reports.priced import priced
from isang.result import Result
from isang.words.amounts import parse_wait
from isang.words.note import note
from isang.words.reading import Bill, Reading

_DAY_US = 86_400_000_000
_RIPENS_S = 48 * 3600.0  # what clouds take until a day is complete, at most
_FEWEST_DAYS = 15  # two weeks that are learnt from, and a day; those that are not complete yet come on top


def check_history(plan: Plan, reading: Reading) -> None:
    """InputError, with the totals of a bill, where it holds too few days for a judgement."""
    if reading.bill is None or reading.columns.time is None:
        return
    days = reading.frame[reading.columns.time].dt.date().n_unique()
    needed = _FEWEST_DAYS + int(_held_back_s(plan) * 1e6 // _DAY_US)
    if days < needed:
        totals = ", ".join(f"{one.category} {one.cost:,.2f} {one.currency}".strip() for one in reading.bill.totals)
        came = "1 day" if days == 1 else f"{days:,} days"
        less = f", or hold back less than --mature {plan.mature}" if _held_back_s(plan) > _RIPENS_S else ""
        raise InputError(
            f"{came} read, {needed:,} needed for a judgement: give more of the bill{less}. It holds {totals}."
        )


def unjudged_told(result: Result) -> list[str]:
    """What is said of the first days, none of whose rows is judged by a model: it keeps no costs to look back on."""
    days = result.scores.group_by(pl.col("time").dt.date()).agg(first=pl.col("reason").eq_missing("warm_up").all())
    if not (first := int(days["first"].sum())):
        return []
    told = "the first {first} of {days} days are not judged, as they follow no others: give the months before, too."
    return [note(told, first=first, days=len(days))]


def ripe_until(plan: Plan, reading: Reading) -> int | None:
    """From when on (µs) the rows of a bill are too new to be judged; None where none are."""
    if plan.mature is None or reading.columns.time is None:
        return None
    return _before_the_end(reading, _held_back_s(plan))


def _held_back_s(plan: Plan) -> float:
    """For how long before the end nothing is judged; UsageError where that is no time."""
    if plan.mature is None:
        return 0.0
    seconds = parse_wait(plan.mature).seconds
    if seconds is None:
        raise UsageError(f"--mature {plan.mature}: a span of time such as 48h is needed.")
    return seconds


def final_until(reading: Reading) -> int | None:
    """From when on (µs) the rows of a bill may still change, whether they are judged or not; None for other data."""
    return _before_the_end(reading, _RIPENS_S) if reading.bill and reading.columns.time else None


def _before_the_end(reading: Reading, seconds: float) -> int:
    times = reading.frame[str(reading.columns.time)].dt.epoch("us").unique().sort()
    step = int(times.diff().drop_nulls().to_numpy().min(initial=_DAY_US))
    return int(times.to_numpy()[-1]) + step - int(seconds * 1e6)


def in_money(result: Result, reading: Reading) -> Result:
    """The same with incidents told in money: of a bill in its currency, where there is but one, and of S0's score."""
    currencies = {one.currency for one in reading.bill.totals} if reading.bill else set()
    unit = currencies.pop() if len(currencies) == 1 else None
    return replace(result, incidents=priced(result, unit))


def bill_told(bill: Bill | None) -> dict[str, Any] | None:
    """The `bill` of run.json."""
    if bill is None:
        return None
    return {"layout": bill.layout, "cost": bill.cost, "totals": [vars(one) for one in bill.totals]}
