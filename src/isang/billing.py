"""What a run has to know of a bill: whether it is long enough, from when on it is complete, in which currency it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from isang.errors import InputError, UsageError
from isang.plan import Plan
from isang.reports.priced import priced
from isang.result import Result
from isang.words.amounts import parse_span
from isang.words.reading import Bill, Reading

_DAY_US = 86_400_000_000
_RIPENS_S = 48 * 3600.0  # what clouds take until a day is complete, at most
_FEWEST_DAYS = 17  # two weeks that are learnt from, a day, and two that are not complete yet


def check_history(bill: Bill, days: int) -> None:
    """InputError, with the totals of the bill, where it holds too few days for a judgement."""
    if days < _FEWEST_DAYS:
        totals = ", ".join(f"{one.category} {one.cost:,.2f} {one.currency}".strip() for one in bill.totals)
        came = "1 day" if days == 1 else f"{days:,} days"
        raise InputError(
            f"{came} read, {_FEWEST_DAYS} needed for a judgement: give more of the bill. It holds {totals}."
        )


def ripe_until(plan: Plan, reading: Reading) -> int | None:
    """From when on (µs) the rows of a bill are too new to be judged; None where none are."""
    if plan.mature is None or reading.columns.time is None:
        return None
    seconds = parse_span(plan.mature).seconds
    if seconds is None:
        raise UsageError(f"--mature {plan.mature}: a span of time such as 48h is needed.")
    return _before_the_end(reading, seconds)


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
