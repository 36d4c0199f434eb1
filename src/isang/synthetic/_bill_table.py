"""Charges as a table in the columns of FOCUS 1.2 (https://focus.finops.org)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from isang.synthetic._bill_places import Placed
from isang.synthetic._charges import CATEGORIES, PURCHASE, USAGE, Charges
from isang.synthetic._customers import SUBSCRIPTIONS, Lines
from isang.synthetic._meters import METERS, REGIONS
from isang.words.frame import Integers

TIME = pl.Datetime("us", "UTC")
KEYS = ("BillingAccountId", "ServiceName", "SubAccountId", "SkuMeter", "RegionId")

_SCOPE = dict(zip(("customer", "service", "subscription", "meter", "region"), KEYS, strict=True))
_FIRST = ("Amber", "Blue", "Coral", "Delta", "Ever", "Fern", "Gold", "Hana", "Iris", "Jade", "Koru", "Luna", "Mira")
_SECOND = (
    "Foods",
    "Games",
    "Health",
    "Insurance",
    "Labs",
    "Logistics",
    "Media",
    "Mobility",
    "Retail",
    "Steel",
    "Travel",
)
_TEAMS = ("web", "data", "platform", "mobile", None)  # who has none did not tag
_OF_A_METER = ("SkuId", "SkuMeter", "RegionId", "ResourceId", "PricingUnit", "ConsumedUnit", "Tags")
_ISSUER = dict.fromkeys(("ProviderName", "PublisherName", "InvoiceIssuerName"), "Example Cloud")
_CONSTANT = {"BillingCurrency": "USD", **_ISSUER}
_COSTS = {"BilledCost": "billed", "EffectiveCost": "effective", "ListCost": "listed", "ContractedCost": "contracted"}
_AMOUNTS = {"ListUnitPrice": "unit_price", "PricingQuantity": "quantity"}


def bill_table(lines: Lines, charged: Charges, dates: Sequence[date]) -> pl.DataFrame:
    """A row a charge, in their order; what is no key and has few members is an Enum, which takes little memory."""
    numbers = {name: getattr(charged, own) for name, own in (_COSTS | _AMOUNTS).items()}
    used = pl.col("ChargeCategory") == CATEGORIES[USAGE]
    bought = used | (pl.col("ChargeCategory") == CATEGORIES[PURCHASE])
    of_meter = bought & pl.col("ChargeClass").is_null()
    return (
        pl.concat(
            [
                _calendar(dates)[charged.day],
                _of_categories()[2 * charged.category + charged.corrects],
                _of_lines(lines)[charged.line],
                pl.DataFrame(numbers).fill_nan(None),
            ],
            how="horizontal",
        )
        .with_columns(
            pl.when(of_meter).then(pl.col(_OF_A_METER)),
            pl.when(bought).then("CommitmentDiscountId"),
            pl.when(used & of_meter).then(pl.col("CommitmentDiscountStatus", "PricingCategory")),
            ConsumedQuantity=pl.when(used).then("PricingQuantity"),
            **{name: pl.lit(value, pl.Enum([value])) for name, value in _CONSTANT.items()},
        )
        .select(pl.exclude(KEYS), *KEYS)
    )


def scope(lines: Lines, one: Placed) -> tuple[str | None, ...]:
    """The keys of what the lines of a fault have in common, None where they differ."""
    row = _keys(lines.at(one.lines[:1])).row(0, named=True)
    named = {_SCOPE[name] for name in one.named}
    return tuple(row[key] if key in named else None for key in KEYS)


def _calendar(dates: Sequence[date]) -> pl.DataFrame:
    day = pl.Series([datetime(one.year, one.month, one.day, tzinfo=UTC) for one in dates], dtype=TIME)
    month = day.dt.month_start()
    return pl.DataFrame(
        {
            "BillingPeriodStart": month,
            "BillingPeriodEnd": month.dt.offset_by("1mo"),
            "ChargePeriodStart": day,
            "ChargePeriodEnd": day + timedelta(days=1),
        }
    )


def _of_categories() -> pl.DataFrame:
    """A row for each category, and one for its corrections."""
    often = ("Usage-Based", "Recurring", "One-Time", "One-Time", "One-Time")
    return pl.DataFrame(
        {
            "ChargeCategory": _few([name for name in CATEGORIES for _ in range(2)]),
            "ChargeClass": _few([None, "Correction"] * len(CATEGORIES)),
            "ChargeFrequency": _few([name for name in often for _ in range(2)]),
        }
    )


def _of_lines(lines: Lines) -> pl.DataFrame:
    """A row for each line."""
    meter = [METERS[at] for at in lines.meter]
    keys = _keys(lines)
    subscription = _names(SUBSCRIPTIONS, lines.subscription)
    short = [f"{one.service}-{one.name}".lower().replace(" ", "-") for one in meter]
    resource = pl.DataFrame({"of": keys["SubAccountId"], "region": keys["RegionId"], "short": short})
    discount = pl.Series([f"commitment-{at:06d}" if own else None for at, own in enumerate(lines.committed)])
    status = ["Used" if own else None for own in lines.committed]
    pricing = ["Committed" if own else "Standard" for own in lines.committed]
    return keys.with_columns(
        BillingAccountName=_few([_customer_name(at) for at in lines.customer]),
        SubAccountName=_few(subscription),
        ServiceCategory=_few([one.category for one in meter]),
        RegionName=_few(_names(list(REGIONS.values()), lines.region)),
        ResourceId=_few(resource.select(pl.format("/{}/{}/{}", "of", "region", "short")).to_series().to_list()),
        ChargeDescription=_few([f"{one.service}: {one.name}" for one in meter]),
        SkuId=_few([f"SKU-{at:04d}" for at in lines.meter]),
        PricingUnit=_few([one.unit for one in meter]),
        ConsumedUnit=_few([one.unit for one in meter]),
        CommitmentDiscountId=_few(discount.to_list()),
        CommitmentDiscountStatus=_few(status),
        PricingCategory=_few(pricing),
        Tags=_few([_tags(*own) for own in zip(subscription, lines.customer + lines.meter, strict=True)]),
    )


def _keys(lines: Lines) -> pl.DataFrame:
    names = {
        "ServiceName": [one.service for one in METERS],
        "SkuMeter": [f"{one.service} {one.name}" for one in METERS],
    }
    return pl.DataFrame(
        {
            "BillingAccountId": [f"{900 + at}" for at in lines.customer],
            **{key: _names(own, lines.meter) for key, own in names.items()},
            "SubAccountId": [
                f"sub-{900 + own}-{at}" for own, at in zip(lines.customer, lines.subscription, strict=True)
            ],
            "RegionId": _names(list(REGIONS), lines.region),
        },
        schema_overrides=dict.fromkeys(KEYS, pl.String),
    )


def _names(names: Sequence[str], numbers: Integers) -> list[str]:
    return [names[at] for at in numbers]


def _customer_name(number: int) -> str:
    return f"{_FIRST[number % len(_FIRST)]} {_SECOND[number // len(_FIRST) % len(_SECOND)]} {900 + number}"


def _tags(subscription: str, number: int) -> str | None:
    team = _TEAMS[number % len(_TEAMS)]
    return json.dumps({"env": subscription, "team": team}) if team else None


def _few(values: Sequence[str | None]) -> pl.Series:
    series = pl.Series(values, dtype=pl.String)
    return series.cast(pl.Enum(series.drop_nulls().unique(maintain_order=True)))
