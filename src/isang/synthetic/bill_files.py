"""A bill as it is exported: a FOCUS table for each billing period, and the events."""

from __future__ import annotations

import polars as pl

from isang.synthetic.base import Made

_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def bill_files(bill: Made) -> dict[str, pl.DataFrame]:
    """Name → table of `focus-2025-01.csv` and its like, and of `events.csv`, to be written with `write_csv`.

    Columns are sorted by name; times are text, `2025-01-31T00:00:00Z`. Events are on the same clock, first and last day
    included.

    >>> from isang.synthetic import bills
    >>> list(bill_files(bills(customers=5, days=40, faults=0)))
    ['focus-2025-01.csv', 'focus-2025-02.csv', 'events.csv']
    """
    stamps = pl.col(pl.Datetime).dt.strftime(_STAMP)
    months = bill.frame.select(sorted(bill.frame.columns)).partition_by("BillingPeriodStart", maintain_order=True)
    files = {f"focus-{month['BillingPeriodStart'][0]:%Y-%m}.csv": month.with_columns(stamps) for month in months}
    return files | {"events.csv": bill.events.select("start", "end", *bill.columns.keys, "kind", "note")}
