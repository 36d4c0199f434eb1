"""A bill of no known vendor: any table with a date, a cost and columns that say whose and what for."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from isang.errors import InputError
from isang.recognise.bill_layouts import CUSTOMER, DIMENSIONS, METER, REGION, SERVICE, SUBSCRIPTION
from isang.recognise.bills import BillColumns, Key, column_named
from isang.recognise.names import is_row_number_name, words
from isang.recognise.numbers import is_numeric, to_numbers

# Words of a column's name, the telling ones first.
_COSTS = ("cost", "costs", "비용", "요금", "spend", "spending", "charge", "charges", "amount", "금액", "price")
_NO_COSTS = {"unit", "rate", "quantity", "단가", "category", "type", "id", "center", "centre"}
_EFFECTIVE = {"effective", "amortized", "amortised", "total"}
_CURRENCIES = {"currency", "통화"}
_NAMED = {  # in this order: MeterCategory is a service, MeterSubCategory then a meter and no subscription
    SERVICE: {"service", "product", "category", "서비스"},
    METER: {"meter", "sku", "subcategory", "usage"},
    CUSTOMER: {"customer", "client", "tenant", "payer", "고객"},
    SUBSCRIPTION: {"sub", "subscription", "subaccount", "account", "project", "구독", "계정"},
    REGION: {"region", "location", "zone", "리전", "지역"},
}
_MOST_DIMENSIONS = 8
_FEW = 0.5  # distinct values a row: more name single rows


def guess_bill(path: str, sample: pl.DataFrame, time: str | None, value: Sequence[str]) -> BillColumns:
    """The columns of a bill whose dates stand in `time`, by their names and, in a sample, by what stands in them.

    Raises InputError where there are no dates, or no column of costs is found, UnknownColumnError for a name that is
    not there.
    """
    if time is None:
        raise InputError(f"{path}: no bill: no column of dates was found among {_listed(sample)}; name it with --time.")
    time = column_named("time", time, sample.columns)
    cost = column_named("value", value[0], sample.columns) if value else _cost(sample, time)
    if cost is None:
        raise InputError(f"{path}: no bill: no column of costs was found among {_listed(sample)}; name it: --value.")
    currency = next((name for name in sample.columns if set(words(name)) & _CURRENCIES), None)
    left = [name for name in sample.columns if name not in (time, cost, currency)]
    keys = _dimensions(sample, left)
    known = {name: Key(name, name) for name in sample.columns} | {key.name: key for key in keys}
    units = tuple(key.column for key in keys if key.name in (CUSTOMER, SUBSCRIPTION))
    return BillColumns(
        "costs", time, cost, currency=currency, keys=keys, units=units, alike=tuple(left), utc=False, known=known
    )


def _listed(sample: pl.DataFrame) -> str:
    return ", ".join(repr(name[:40]) for name in sample.columns[:6]) + (" …" if sample.width > 6 else "")


def _cost(sample: pl.DataFrame, time: str) -> str | None:
    """The column of numbers whose name says cost most plainly; effective or total costs before others."""
    found = [name for name in sample.columns if name != time and is_numeric(to_numbers(sample[name]))]
    ranks = {name: _rank(name) for name in found if set(words(name)) & set(_COSTS) and not set(words(name)) & _NO_COSTS}
    return min(ranks, key=lambda name: ranks[name], default=None)


def _rank(name: str) -> tuple[bool, int]:
    said = words(name)
    return not set(said) & _EFFECTIVE, min(_COSTS.index(word) for word in said if word in _COSTS)


def _dimensions(sample: pl.DataFrame, names: Sequence[str]) -> tuple[Key, ...]:
    """Those with a usual name first, in their usual order, then other texts of few values; at most eight."""
    usual: dict[str, str] = {}
    for dimension, telling in _NAMED.items():
        free = [name for name in names if name not in usual.values() and _few(sample[name])]
        found = next((name for name in free if set(words(name)) & telling), None)
        if found is not None:
            usual[dimension] = found
    keys = [Key(dimension, usual[dimension]) for dimension in DIMENSIONS if dimension in usual]
    others = [name for name in names if name not in usual.values() and _is_text(sample[name]) and _few(sample[name])]
    return (*keys, *(Key(name, name) for name in others))[:_MOST_DIMENSIONS]


def _few(column: pl.Series) -> bool:
    return not is_row_number_name(column.name) and 0 < column.drop_nulls().n_unique() <= max(1, _FEW * len(column))


def _is_text(column: pl.Series) -> bool:
    return column.dtype == pl.String and not is_numeric(to_numbers(column))
