"""Half a year of one customer's cloud cost, a row a day, with three days of a fault."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from isang.synthetic.base import Event, Made, made
from isang.words.frame import Columns

_DAYS, _START, _CUSTOMER = 180, datetime(2025, 1, 1, tzinfo=UTC), "900"
_FIRST, _LAST, _LEFT = 150, 152, 0.4
_DIMENSIONS = {
    "MaskedSub": ("sub_A123", "sub_B456", "sub_C789"),
    "MeterCategory": ("Virtual Machines", "Storage", "Database"),
    "MeterSubCategory": ("Esv5", "Premium SSD", "PostgreSQL"),
}


def daily_bill(fault: bool = True, random_state: int = 42) -> Made:
    """About 500 a day with a weekly wave and noise; the days 150 to 152 (from 0) cost 0.4 times day 149.

    The draws are those of NumPy's legacy generator, which never change: the noise of all days first, then one
    dimension after the other for each day. The dimensions say nothing about the cost.

    >>> daily_bill().frame["TotalCost"].round(2)[149:152].to_list()
    [612.34, 244.94, 244.94]
    """
    random = np.random.RandomState(random_state)
    cost = 500 + 100 * np.sin(2 * np.pi * np.arange(_DAYS) / 7) + random.normal(0, 50, _DAYS)
    cost = np.clip(cost, 100, None)
    dimensions = {name: random.choice(members, _DAYS) for name, members in _DIMENSIONS.items()}
    if fault:
        cost[_FIRST : _LAST + 1] = _LEFT * cost[_FIRST - 1]
    dates = pl.datetime_range(_START, interval="1d", end=_START.replace(month=6, day=29), time_unit="us", eager=True)
    columns = {"Date": dates, "TotalCost": cost, "CustomerID": [_CUSTOMER] * _DAYS}
    frame = pl.DataFrame(columns | {name: members.astype(str).tolist() for name, members in dimensions.items()})
    events = [Event(_FIRST, _LAST, "drop", "TotalCost", None, "0.4 times the day before")] if fault else []
    return made(frame, Columns("Date", ("CustomerID",), ("TotalCost",)), events)
