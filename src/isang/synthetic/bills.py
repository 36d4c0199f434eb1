"""The bill of a cloud with thousands of customers: a row for each day and thing charged, in FOCUS's columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from isang.synthetic._bill_changes import Books, Changed, books, happen
from isang.synthetic._bill_faults import KINDS
from isang.synthetic._bill_places import Placed, place
from isang.synthetic._bill_table import KEYS, TIME, bill_table, scope
from isang.synthetic._charges import charges
from isang.synthetic._customers import customers as drawn_customers
from isang.synthetic._customers import lines as drawn_lines
from isang.synthetic._usage import usual_usage
from isang.synthetic.base import Made
from isang.words.frame import Columns


def bills(
    customers: int = 200,
    days: int = 400,
    *,
    start: str = "2025-01-01",
    faults: int = 60,
    clean_days: int = 60,
    random_state: int = 0,
) -> Made:
    """Daily costs of customers in FOCUS's columns, in one currency, with what real bills have, and faults.

    Most customers are tiny and a few huge. They grow or shrink, live on working days or at weekends (and Korea's public
    holidays), use some services now and then, and close their books at the ends of months. Beside `ChargeCategory`
    Usage stand Purchases of commitments on the first (what those cover has an EffectiveCost and no BilledCost), and of
    the month before Tax, Credits, Adjustments and corrections (`ChargeClass`). The last two days are not complete yet.

    Faults are of eight kinds, from hardly to be seen to obvious; they begin after `clean_days`, end before the last two
    days, and change usage or prices, a customer's one at a time. `events` has a row for each: the scope (null where
    that holds several), `size` (times the usual at its end; of what is new, times the customer's cost), `impact` (the
    EffectiveCost of usage that it added) and `moved` (the sum of its changes, up or down). With `faults=0` the usage is
    the same but for them. ValueError where there is no room for so many.

    >>> bills(customers=60, days=120, faults=15).events["fault"].n_unique()
    8
    """
    drawing, usual, happening, charging = np.random.default_rng(random_state).spawn(4)
    first = date.fromisoformat(start)
    dates = [first + timedelta(day) for day in range(days)]
    who = drawn_customers(customers, days, drawing)
    lines = drawn_lines(who, drawing)
    used = usual_usage(who, lines, dates, usual)
    placed, lines = place(who, lines, used, faults, clean_days, happening)
    on = books(who, lines, used)
    changed = [happen(one, on, happening) for one in placed]
    charged = charges(who, on, dates, charging)
    truth = on.changed[charged.line, charged.day] & (charged.category == 0) & (charged.corrects == 0)
    columns = Columns("ChargePeriodStart", KEYS, ("EffectiveCost",))
    return Made(bill_table(on.lines, charged, dates), columns, _events(placed, changed, on, dates), truth)


def _events(placed: Sequence[Placed], changed: Sequence[Changed], on: Books, dates: Sequence[date]) -> pl.DataFrame:
    """A row for each fault, in the order of their start; the scope says what its lines have in common."""
    stamps = pl.Series([datetime(day.year, day.month, day.day, tzinfo=UTC) for day in dates], dtype=TIME)
    rows = [
        (
            *(stamps[one.first], stamps[one.last], *scope(on.lines, one), "anomaly", one.kind, "EffectiveCost"),
            *(change.size, f"{one.kind.replace('_', ' ')}: {KINDS[one.kind].told.format(last=change.size)}"),
            *(change.impact, change.moved),
        )
        for one, change in zip(placed, changed, strict=True)
    ]
    return pl.DataFrame(rows, _SCHEMA, orient="row").sort("start", maintain_order=True)


_SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    **dict.fromkeys(("start", "end"), TIME),
    **dict.fromkeys((*KEYS, "kind", "fault", "column"), pl.String),
    "size": pl.Float64,
    "note": pl.String,
    **dict.fromkeys(("impact", "moved"), pl.Float64),
}
