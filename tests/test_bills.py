"""Bills of known vendors and of none: what is read adds up to the file's own total, and nothing is added twice."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import InputError, IsangError, UnknownColumnError, UsageError
from isang.reading import read
from isang.recognise.bill_layouts import category_of
from isang.sources import _pieces
from isang.words.reading import Bill, Reading
from oracles import slow_bill_days

DATA = os.environ.get("ISANG_DATA")
FOCUS = {
    "BilledCost": "2",
    "BillingAccountId": "A",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-03-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeClass": "",
    "ChargePeriodStart": "2026-03-02T05:00:00Z",
    "ChargePeriodEnd": "2026-03-02T06:00:00Z",
    "EffectiveCost": "1",
    "RegionId": "eu",
    "ServiceName": "Storage",
    "SubAccountId": "s1",
    "Tags": '{"team": "web"}',
}
CUR = {
    "identity/LineItemId": "a1",
    "identity/TimeInterval": "2026-03-02T00:00:00Z/2026-03-03T00:00:00Z",
    "bill/PayerAccountId": "1",
    "bill/BillingPeriodStartDate": "2026-03-01T00:00:00.000Z",
    "lineItem/UsageAccountId": "2",
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageStartDate": "2026-03-02T05:00:00.000Z",
    "lineItem/UsageEndDate": "2026-03-02T06:00:00.000Z",
    "lineItem/ProductCode": "AmazonEC2",
    "lineItem/UsageType": "BoxUsage",
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedCost": "4",
    "product/regionCode": "eu-1",
    "resourceTags/user:Team": "web",
    "reservation/EffectiveCost": "",
    "reservation/ReservationARN": "",
    "savingsPlan/SavingsPlanEffectiveCost": "",
    "savingsPlan/TotalCommitmentToDate": "",
    "savingsPlan/UsedCommitment": "",
}
EA = {
    "BillingAccountId": "7",
    "BillingPeriodStartDate": "03/01/2026",
    "SubscriptionId": "s1",
    "Date": "03/02/2026",
    "MeterCategory": "Storage",
    "MeterSubCategory": "Premium SSD",
    "ResourceLocation": "EastUS",
    "Cost": "1.5",
    "BillingCurrency": "USD",
    "ChargeType": "Usage",
    "Tags": '"team": "web","env": "dev"',
}
MCA = {name[0].lower() + name[1:]: text for name, text in EA.items() if name != "Cost"} | {
    "costInBillingCurrency": "1.5",
    "date": "2026-03-02",
    "billingPeriodStartDate": "2026-03-01",
}
OCI = {
    "lineItem/referenceNo": "r1",
    "lineItem/tenantId": "t",
    "lineItem/intervalUsageStart": "2026-03-02T05:00Z",
    "lineItem/intervalUsageEnd": "2026-03-02T06:00Z",
    "product/service": "COMPUTE",
    "product/compartmentId": "c",
    "product/region": "us-a",
    "cost/productSku": "B1",
    "cost/myCost": "0.5",
    "cost/currencyCode": "EUR",
    "lineItem/isCorrection": "false",
    "tags/team": "web",
}
S0 = {
    "Date": "2026-03-02",
    "TotalCost": "500",
    "CustomerID": "900",
    "MaskedSub": "sub_A123",
    "MeterCategory": "Storage",
    "MeterSubCategory": "Premium SSD",
}


def text(base: Mapping[str, str], *changes: Mapping[str, str], bom: bool = False, separator: str = ",") -> bytes:
    """A CSV of one row for each change."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [*base], delimiter=separator)
    writer.writeheader()
    writer.writerows({**base, **change} for change in changes or [{}])
    return ("\ufeff" * bom + file.getvalue()).encode()


def bill(
    folder: Path, base: Mapping[str, str], *changes: Mapping[str, str], name: str = "bill.csv", **options: Any
) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text(base, *changes, **options))
    return path


def costs(reading: Reading) -> list[float]:
    return reading.frame[reading.columns.values[0]].to_list()


def total(reading: Reading) -> float:
    return sum(one.cost for one in told(reading).totals)


def told(reading: Reading) -> Bill:
    assert reading.bill is not None
    return reading.bill


@pytest.mark.parametrize(
    ("base", "layout", "keys", "value"),
    [
        (FOCUS, "FOCUS 1.0", {"customer": "A", "subscription": "s1", "service": "Storage", "region": "eu"}, 1.0),
        ({**FOCUS, "ServiceSubcategory": "x", "SkuMeter": "m"}, "FOCUS 1.1", {"meter": "m"}, 1.0),
        ({**FOCUS, "ServiceSubcategory": "x", "InvoiceId": ""}, "FOCUS 1.2", {}, 1.0),
        ({**FOCUS, "ServiceSubcategory": "x", "InvoiceId": "", "ServiceProviderName": ""}, "FOCUS 1.3", {}, 1.0),
        (
            CUR,
            "AWS cost and usage report",
            {
                **{"customer": "1", "subscription": "2", "service": "AmazonEC2"},
                **{"meter": "BoxUsage", "region": "eu-1"},
            },
            4.0,
        ),
        (EA, "Azure cost export", {"customer": "7", "service": "Storage", "meter": "Premium SSD"}, 1.5),
        (MCA, "Azure cost export", {"customer": "7", "subscription": "s1", "region": "EastUS"}, 1.5),
        (OCI, "OCI cost report", {"customer": "t", "subscription": "c", "service": "COMPUTE", "meter": "B1"}, 0.5),
        (S0, "daily costs", {"customer": "900", "subscription": "sub_A123", "service": "Storage"}, 500.0),
    ],
)
def test_a_bill_is_recognised_by_its_header(
    tmp_path: Path, base: Mapping[str, str], layout: str, keys: Mapping[str, str], value: float
) -> None:
    """S0-1 among them: the pack is found without being named, dimensions have the same names in every bill."""
    reading = read(bill(tmp_path, base))
    assert reading.recognised.pack == "cost"
    assert told(reading).layout == layout
    assert layout in reading.recognised.pack_reason
    row = reading.frame.row(0, named=True)
    assert {name: row[name] for name in keys} == keys
    assert row[reading.columns.time or ""].date() == date(2026, 3, 2)
    assert costs(reading) == [value]
    assert len(reading.source) == len(base)


def test_names_are_compared_without_case_and_punctuation(tmp_path: Path) -> None:
    """CUR 2.0 and Athena write line_item_usage_type where the report has lineItem/UsageType."""
    snake = {
        "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).replace("/_", "_"): cell
        for name, cell in CUR.items()
    }
    snake = {name.replace("/", "_"): cell for name, cell in snake.items()}
    assert "line_item_usage_type" in snake
    assert told(read(bill(tmp_path, snake))).layout == "AWS cost and usage report"


def test_other_tables_are_no_bills(tmp_path: Path) -> None:
    days = [f"2026-03-{day:02},{day}.5,a" for day in range(1, 15)]
    path = tmp_path / "metrics.csv"
    path.write_text("\n".join(["Date,cpu,host", *days]))
    assert read(path).bill is None
    with pytest.raises(InputError, match="no bill: no column of costs was found among 'Date', 'cpu', 'host'"):
        read(path, pack="cost")


def test_any_table_of_dates_costs_and_texts_is_read_where_it_is_said(tmp_path: Path) -> None:
    rows = [f"2026-03-{day:02};{customer};{env};{day},5" for day in range(1, 9) for customer in "ab" for env in "pq"]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["day;client;env;monthly cost", *rows]))
    reading = read(path, pack="cost")
    assert reading.columns.keys == ("customer", "env")
    assert reading.columns.values == ("monthly cost",)
    assert reading.frame["monthly cost"].sum() == 4 * sum(day + 0.5 for day in range(1, 9))
    assert read(path, pack="cost", key="client").columns.keys == ("client",)
    assert read(path, pack="cost", time="Day", value="Monthly Cost").columns == reading.columns
    for named in ({"value": "monthly costt"}, {"time": "dayy"}):
        with pytest.raises(UnknownColumnError, match=r"Did you mean '(monthly cost|day)'"):
            read(path, pack="cost", **named)  # type: ignore[arg-type]


def test_effective_cost_is_judged_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = bill(tmp_path, FOCUS)
    assert read(path).columns.values == ("EffectiveCost",)
    asked = read(path, value="BilledCost")
    assert asked.columns.values == ("BilledCost",)
    assert costs(asked) == [2.0]
    with pytest.raises(UnknownColumnError, match="Did you mean 'BilledCost'"):
        read(path, value="BiledCost")
    with pytest.raises(UsageError, match="one cost at a time"):
        read(path, value=["BilledCost", "EffectiveCost"])


def test_commitments_of_aws_stand_on_the_usage_that_they_cover(tmp_path: Path) -> None:
    kind, cost = "lineItem/LineItemType", "lineItem/UnblendedCost"
    rows = [
        {kind: "DiscountedUsage", cost: "0", "reservation/EffectiveCost": "3"},
        {kind: "SavingsPlanCoveredUsage", cost: "9", "savingsPlan/SavingsPlanEffectiveCost": "5"},
        {kind: "SavingsPlanNegation", cost: "-9"},
        {
            kind: "SavingsPlanRecurringFee",
            cost: "8",
            "savingsPlan/TotalCommitmentToDate": "8",
            "savingsPlan/UsedCommitment": "6",
        },
        {kind: "Fee", cost: "100", "reservation/ReservationARN": "arn"},
        {kind: "Fee", cost: "7"},
    ]
    reading = read(bill(tmp_path, CUR, *rows))
    assert reading.columns.values == ("AmortizedCost",)
    assert costs(reading) == [8.0]
    assert {one.category: one.cost for one in told(reading).totals} == {"Usage": 8.0, "Purchase": 2.0 + 0.0 + 7.0}
    unblended = read(bill(tmp_path, CUR, *rows), value="lineItem/UnblendedCost")
    assert costs(unblended) == [0.0]
    assert total(unblended) == 115.0
    assert costs(read(bill(tmp_path, CUR, *rows), value="AmortizedCost")) == [8.0]


def test_without_what_covered_usage_cost_nothing_is_amortised(tmp_path: Path) -> None:
    """A Data Export of few columns: negations take off what covered usage would have cost, and must stay."""
    base = {name: cell for name, cell in CUR.items() if name != "savingsPlan/SavingsPlanEffectiveCost"}
    kind, cost = "lineItem/LineItemType", "lineItem/UnblendedCost"
    rows = [{kind: "SavingsPlanCoveredUsage", cost: "9"}, {kind: "SavingsPlanNegation", cost: "-9"}, {cost: "1"}]
    assert costs(read(bill(tmp_path, base, *rows))) == [1.0]
    few = {name: cell for name, cell in base.items() if not name.startswith(("reservation", "savingsPlan"))}
    assert read(bill(tmp_path, few)).columns.values == ("lineItem/UnblendedCost",)


def test_usage_is_judged_and_all_else_reconciled(tmp_path: Path) -> None:
    kinds = ["Usage", "Purchase", "Tax", "Credit", "Adjustment", "Usage"]
    amounts = [10.0, 7.0, 1.5, -3.0, 0.25, -2.0]
    changes = [{"ChargeCategory": kind, "EffectiveCost": str(one)} for kind, one in zip(kinds, amounts, strict=True)]
    reading = read(bill(tmp_path, FOCUS, *changes))
    assert costs(reading) == [8.0]
    assert [(one.category, one.rows, one.cost, one.judged) for one in told(reading).totals] == [
        ("Usage", 2, 8.0, True),
        ("Adjustment", 1, 0.25, False),
        ("Credit", 1, -3.0, False),
        ("Purchase", 1, 7.0, False),
        ("Tax", 1, 1.5, False),
    ]
    assert total(reading) == sum(amounts)
    assert any(
        said.startswith("not judged, as it is no usage: ") and "Credit -3 USD" in said for said in reading.warnings
    )


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("Usage", "Usage"),
        ("UnusedReservation", "Usage"),
        ("SavingsPlanNegation", "Usage"),
        ("EdpDiscount", "Usage"),
        ("RIFee", "Purchase"),
        ("Refund", "Credit"),
        ("RoundingAdjustment", "Adjustment"),
        ("NULL", "Usage"),
        ("Mystery", "Mystery"),
    ],
)
def test_words_of_vendors_are_categories_of_focus(word: str, category: str) -> None:
    assert category_of(word) == category


def test_only_credits_are_no_usage(tmp_path: Path) -> None:
    path = bill(tmp_path, FOCUS, {"ChargeCategory": "Credit", "EffectiveCost": "-3"})
    with pytest.raises(InputError, match=r"no usage to judge in this bill; not judged, .*: Credit -3 USD"):
        read(path)


def test_corrections_of_earlier_bills_are_added_up_apart(tmp_path: Path) -> None:
    late = {"ChargeClass": "Correction", "EffectiveCost": "-0.5", "BillingPeriodStart": "2026-04-01T00:00:00Z"}
    reading = read(bill(tmp_path, FOCUS, {}, late))
    assert costs(reading) == [1.0]
    assert [(one.category, one.cost, one.judged) for one in told(reading).totals] == [
        ("Usage", 1.0, True),
        ("Correction", -0.5, False),
    ]


def test_currencies_are_kept_apart(tmp_path: Path) -> None:
    won = {"BillingCurrency": "KRW", "EffectiveCost": "1000"}
    reading = read(bill(tmp_path, FOCUS, {}, won), key="customer")
    assert reading.columns.keys == ("currency", "customer")
    assert reading.frame.select("currency", "EffectiveCost").rows() == [("KRW", 1000.0), ("USD", 1.0)]
    assert [(one.currency, one.cost) for one in told(reading).totals] == [("KRW", 1000.0), ("USD", 1.0)]
    assert costs(read(bill(tmp_path, FOCUS, {}, won), where="currency=KRW")) == [1000.0]


def test_blank_currencies_are_the_only_one_that_is_named(tmp_path: Path) -> None:
    blank, won = {"BillingCurrency": " "}, {"BillingCurrency": "KRW"}
    reading = read(bill(tmp_path, FOCUS, {}, blank, {**blank, "ChargeCategory": "Tax"}), key="customer")
    assert reading.columns.keys == ("customer",)
    assert costs(reading) == [2.0]
    assert [(one.currency, one.category, one.cost) for one in told(reading).totals] == [
        ("USD", "Usage", 2.0),
        ("USD", "Tax", 1.0),
    ]
    assert "2 rows name no currency; they are taken to be in USD, as all others are." in reading.warnings
    several = read(bill(tmp_path, FOCUS, {}, blank, won), key="customer")
    assert [one.currency for one in told(several).totals] == ["", "KRW", "USD"]
    none = read(bill(tmp_path, FOCUS, blank), key="customer")
    assert not [said for said in none.warnings if "currency" in said]


@pytest.mark.parametrize(
    ("base", "tag"),
    [
        (FOCUS, "tag:team"),
        ({**FOCUS, "Tags": '[{"key": "team", "value": "web"}]'}, "tag:team"),
        (CUR, "tag:Team"),
        (EA, "tag:team"),
        (OCI, "tag:team"),
    ],
)
def test_tags_are_dimensions_where_they_are_asked_for(tmp_path: Path, base: Mapping[str, str], tag: str) -> None:
    reading = read(bill(tmp_path, base), key=["customer", tag])
    assert reading.columns.keys == ("customer", tag)
    assert reading.frame[tag].to_list() == ["web"]
    assert len(read(bill(tmp_path, base), where=f"{tag}=web").frame) == 1


def test_a_tag_that_is_nowhere_is_empty(tmp_path: Path) -> None:
    changes = [{"Tags": cell} for cell in ('{"team": "web"}', "NULL", "", "{broken", '{"team": null}', '{"team": 5}')]
    reading = read(bill(tmp_path, FOCUS, *changes), key="tag:team")
    assert dict(reading.frame.select("tag:team", "EffectiveCost").iter_rows()) == {"web": 1.0, "": 4.0, "5": 1.0}


def test_columns_are_dimensions_where_they_are_asked_for(tmp_path: Path) -> None:
    path = bill(tmp_path, {**FOCUS, "ResourceId": "r"}, {}, {"ResourceId": "q"})
    assert "ResourceId" not in read(path).columns.keys
    assert read(path, key=["ResourceId", "service"]).columns.keys == ("service", "ResourceId")
    with pytest.raises(UnknownColumnError, match=r"there is no column 'custmer'.*'customer'"):
        read(path, key="custmer")


def test_where_picks_rows_by_dimension_or_column(tmp_path: Path) -> None:
    path = bill(tmp_path, S0, {}, {"CustomerID": "901", "TotalCost": "7"})
    assert costs(read(path, where="customer=901")) == [7.0]
    assert costs(read(path, where=["CustomerID=900.0", "service=Storage"])) == [500.0]
    with pytest.raises(InputError, match=r"no row has 'customer' = '90'\. Did you mean '90[01]'"):
        read(path, where="customer=90")


def test_rows_that_last_longer_than_a_slot_are_spread_evenly(tmp_path: Path) -> None:
    month = {
        "ChargePeriodStart": "2026-03-01T00:00:00Z",
        "ChargePeriodEnd": "2026-04-01T00:00:00Z",
        "EffectiveCost": "31",
    }
    reading = read(bill(tmp_path, FOCUS, month, {}))
    assert costs(reading) == [1.0, 2.0] + [1.0] * 29
    assert any("1 rows last longer than a slot" in said for said in reading.warnings)
    hours = read(bill(tmp_path, FOCUS, month), step="1h")
    assert len(hours.frame) == 31 * 24
    assert sum(costs(hours)) == pytest.approx(31.0)
    assert hours.recognised.step_s == 3600.0


def test_days_are_those_of_the_zone_that_is_asked_for(tmp_path: Path) -> None:
    late = {"ChargePeriodStart": "2026-03-02 20:00:00", "ChargePeriodEnd": "2026-03-02 21:00:00"}
    path = bill(tmp_path, FOCUS, late)
    assert read(path).frame["ChargePeriodStart"].to_list()[0].date() == date(2026, 3, 2)
    seoul = read(path, tz="Asia/Seoul").frame["ChargePeriodStart"]
    assert seoul.to_list()[0].isoformat() == "2026-03-03T00:00:00+09:00"
    day = read(bill(tmp_path, EA), tz="Asia/Seoul").frame["Date"]
    assert day.to_list()[0].isoformat() == "2026-03-02T00:00:00+09:00"


def test_a_bill_of_days_has_no_hours(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds days and nothing finer"):
        read(bill(tmp_path, EA), step="1h")


@pytest.mark.parametrize(
    ("period", "days", "first"),
    [
        ("03/01/2026", ["03/02/2026", "03/05/2026"], date(2026, 3, 2)),
        ("01/03/2026", ["02/03/2026", "05/03/2026"], date(2026, 3, 2)),
        ("3/1/2026", ["3/2/2026"], date(2026, 3, 2)),
        ("2026-03-01", ["2026-03-02"], date(2026, 3, 2)),
        ("01/03/2026", ["02/03/2026", "25/03/2026"], date(2026, 3, 2)),
    ],
)
def test_billing_periods_tell_days_from_months(tmp_path: Path, period: str, days: Sequence[str], first: date) -> None:
    changes = [{"BillingPeriodStartDate": period, "Date": day} for day in days]
    reading = read(bill(tmp_path, EA, *changes, bom=True))
    assert reading.frame["Date"].to_list()[0].date() == first
    assert len(reading.frame) == len(days)
    assert not reading.warnings


def test_without_periods_an_order_is_assumed_and_told(tmp_path: Path) -> None:
    base = {name: cell for name, cell in EA.items() if name != "BillingPeriodStartDate"}
    reading = read(bill(tmp_path, base))
    assert any("could be day/month or month/day; read as M/D/YYYY" in said for said in reading.warnings)


def test_the_order_of_day_and_month_that_is_told_is_the_one_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    days = [f"{day:02}/{month:02}/2026" for month in range(1, 4) for day in range(1, 13)]
    path.write_text("\n".join(["Date,Customer,Cost", *(f"{day},{who},5" for day in days for who in "ab")]))
    reading = read(path, pack="cost")
    assert reading.recognised.time_format == "D/M/YYYY"
    assert any("read as D/M/YYYY" in said for said in reading.warnings)
    assert reading.frame["Date"].to_list()[-1].date() == date(2026, 3, 12)
    told = read(bill(tmp_path, EA, {"Date": "03/04/2026", "BillingPeriodStartDate": "01/04/2026"}, bom=True))
    assert told.recognised.time_format == "D/M/YYYY"


def test_two_styles_of_dates_in_one_file(tmp_path: Path) -> None:
    rows = [{"Date": f"2026-03-{day:02}"} for day in range(1, 20)] + [{"Date": "03/25/2026"}]
    reading = read(bill(tmp_path, EA, *rows))
    assert reading.frame["Date"].to_list()[-1].date() == date(2026, 3, 25)
    assert any("are written as M/D/YYYY, not YYYY-MM-DD" in said for said in reading.warnings)


def test_rows_without_a_time_or_a_cost_are_counted(tmp_path: Path) -> None:
    bad = [{"Date": "soon"}, {"Cost": ""}, {"Cost": "free"}]
    rows = [{"Date": f"03/{day:02}/2026"} for day in range(1, 20)]
    reading = read(bill(tmp_path, EA, *rows, *bad))
    assert [(one.reason, one.row, one.count, one.sample) for one in reading.skipped] == [
        ("no usable number in column 'Cost'", 21, 2, ""),
        ("no usable time in column 'Date'", 20, 1, "soon"),
    ]
    assert total(reading) == 1.5 * 19
    with pytest.raises(InputError, match="row 21 has no usable number in column 'Cost'"):
        read(bill(tmp_path, EA, *rows, *bad), strict=True)
    with pytest.raises(InputError, match="nor has any other"):
        read(bill(tmp_path, EA, {"Cost": "free"}))


@pytest.mark.parametrize(
    ("cells", "amount"),
    [
        (["1,234.56", "2"], 1236.56),
        (["₩1,234", "₩1,000"], 2234.0),
        (["$1,234.50", "(3)"], 1231.5),
        (["1.234,56", "2,44"], 1237.0),
    ],
)
def test_costs_are_numbers_however_they_are_written(tmp_path: Path, cells: Sequence[str], amount: float) -> None:
    assert total(read(bill(tmp_path, S0, *({"TotalCost": cell} for cell in cells)))) == pytest.approx(amount)


def test_rows_that_are_the_same_all_count_unless_they_name_themselves(tmp_path: Path) -> None:
    reading = read(bill(tmp_path, FOCUS, {}, {}, {"EffectiveCost": "2"}))
    assert costs(reading) == [4.0]
    assert any("1 rows are the same as another one; all of them count" in said for said in reading.warnings)
    named = read(bill(tmp_path, CUR, {}, {}, {"identity/LineItemId": "a2"}))
    assert costs(named) == [8.0]
    assert any("1 rows repeat a line item that was there; each counts once" in said for said in named.warnings)


def test_the_newest_export_of_a_billing_period_counts(tmp_path: Path) -> None:
    """Month to date, written twice: days that both hold come from the newer, and none is added twice."""
    second = {"ChargePeriodStart": "2026-03-03T05:00:00Z", "ChargePeriodEnd": "2026-03-03T06:00:00Z"}
    old = bill(tmp_path, FOCUS, {"EffectiveCost": "10"}, name="20260304/focus.csv")
    new = bill(tmp_path, FOCUS, {"EffectiveCost": "11"}, second, name="20260305/focus.csv")
    for order in ([old, new], [new, old]):
        reading = read(order)
        assert costs(reading) == [11.0, 1.0]
        assert total(reading) == 12.0
        assert any("1 rows of 1 days (10) are left out" in said for said in reading.warnings)
    assert costs(read(tmp_path)) == [11.0, 1.0]


def test_without_times_in_names_the_export_that_reaches_later_counts(tmp_path: Path) -> None:
    second = {"ChargePeriodStart": "2026-03-03T05:00:00Z", "ChargePeriodEnd": "2026-03-03T06:00:00Z"}
    longer = bill(tmp_path, FOCUS, {"EffectiveCost": "11"}, second, name="b.csv")
    shorter = bill(tmp_path, FOCUS, {"EffectiveCost": "10"}, name="c.csv")
    assert costs(read([longer, shorter])) == costs(read([shorter, longer])) == [11.0, 1.0]


def test_the_time_of_an_export_is_no_billing_period(tmp_path: Path) -> None:
    old = bill(tmp_path, FOCUS, {"EffectiveCost": "10"}, name="20260301-20260331/20260309/x.csv")
    new = bill(tmp_path, FOCUS, {"EffectiveCost": "11"}, name="20260301-20260331/20260310/x.csv")
    assert costs(read([new, old])) == [11.0]


def test_parts_accounts_and_periods_complete_each_other(tmp_path: Path) -> None:
    bill(tmp_path, FOCUS, name="one/part_0_0001.csv")
    bill(tmp_path, FOCUS, name="one/part_1_0001.csv")
    bill(tmp_path, FOCUS, {"SubAccountId": "s2"}, name="other.csv")
    bill(tmp_path, FOCUS, {"BillingPeriodStart": "2026-04-01T00:00:00Z"}, name="april.csv")
    (tmp_path / "one" / "manifest.json").write_text("{}")
    (tmp_path / "one" / "_SUCCESS.csv").write_text("")
    assert read(tmp_path).frame.select("subscription", "EffectiveCost").rows() == [("s1", 3.0), ("s2", 1.0)]


def test_amortised_costs_stand_for_the_actual_ones(tmp_path: Path) -> None:
    bill(
        tmp_path,
        EA,
        {"Cost": "1"},
        {"Cost": "9", "ChargeType": "Purchase", "Date": "03/09/2026"},
        name="ActualCost.csv",
    )
    bill(tmp_path, EA, {"Cost": "2"}, name="AmortizedCost.csv")
    reading = read(tmp_path)
    assert total(reading) == 2.0
    assert any("ActualCost.csv: 2 rows of 2 days (10) are left out" in said for said in reading.warnings)
    assert total(read(tmp_path / "ActualCost.csv")) == 10.0


def test_reports_of_oracle_are_pieces(tmp_path: Path) -> None:
    bill(tmp_path, OCI, name="0001000000000001.csv")
    bill(tmp_path, OCI, {"lineItem/referenceNo": "r2"}, name="late.csv")
    assert costs(read(tmp_path)) == [1.0]


def test_bills_of_several_clouds_are_one(tmp_path: Path) -> None:
    bill(tmp_path, FOCUS, name="a.csv")
    bill(tmp_path, EA, name="b.csv")
    reading = read(tmp_path)
    assert told(reading).layout == "FOCUS 1.0, Azure cost export"
    assert reading.frame.select("customer", "meter", "EffectiveCost").rows() == [
        ("7", "Premium SSD", 1.5),
        ("A", "", 1.0),
    ]


def made(rows: int, seed: int = 0) -> list[dict[str, str]]:
    """Rows of hours, of days and of some weeks."""
    random = np.random.default_rng(seed)
    changes = []
    for at in range(rows):
        start = datetime(2026, 3, 1) + timedelta(hours=int(random.integers(0, 240)))
        lasts = timedelta(hours=int(random.choice([1, 1, 1, 24, 100, 336])))
        changes.append(
            {
                "ChargePeriodStart": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                "ChargePeriodEnd": f"{start + lasts:%Y-%m-%dT%H:%M:%SZ}",
                "SubAccountId": f"s{random.integers(0, 9)}",
                "ServiceName": f'Service, "{random.integers(0, 5)}"' + "\nof two lines" * (at % 50 == 7),
                "EffectiveCost": f"{random.normal():.11f}",
                "Tags": "" if at % 3 else '{"a": "b"}',
            }
        )
    return changes


def as_dict(reading: Reading) -> dict[Any, float]:
    time, keys, value = reading.columns.time or "", reading.columns.keys, reading.columns.values[0]
    return {(row[time].date(), *(row[key] for key in keys)): row[value] for row in reading.frame.to_dicts()}


def test_a_line_that_does_not_end_is_looked_at_once(tmp_path: Path) -> None:
    """64 MB of it took 5.7 s of the processor when each piece that came had all before it copied; now 0.05."""
    (tmp_path / "endless.csv").write_bytes(b"0" * 64_000_000)
    began = time.process_time()
    assert _pieces._head(str(tmp_path / "endless.csv")) == (b"", b"0000")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("block", [2_000, 1 << 24])
@pytest.mark.parametrize("squeeze", [50, 1 << 19])
def test_in_pieces_it_is_what_row_by_row_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, squeeze: int
) -> None:
    monkeypatch.setattr(_pieces, "_BLOCK_BYTES", block)
    monkeypatch.setattr(_pieces, "_READ_BYTES", 700)
    monkeypatch.setattr("isang.sources._tally._SQUEEZE_ROWS", squeeze)
    changes = made(400)
    reading = read(bill(tmp_path, FOCUS, *changes), key=["subscription", "service"])
    rows = [{**FOCUS, **change} for change in changes]
    slow = slow_bill_days(
        rows, ["SubAccountId", "ServiceName"], "ChargePeriodStart", "ChargePeriodEnd", "EffectiveCost"
    )
    assert as_dict(reading) == pytest.approx(slow)
    assert reading.inputs[0].rows == 400
    assert total(reading) == pytest.approx(float(sum(Decimal(row["EffectiveCost"]) for row in rows)))


def test_packed_or_parquet_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pieces, "_BLOCK_ROWS", 70)
    plain = bill(tmp_path, FOCUS, *made(300))
    usual = read(plain)
    packed = tmp_path / "packed.csv"
    packed.write_bytes(gzip.compress(plain.read_bytes()[:5000]) + gzip.compress(plain.read_bytes()[5000:]))
    pl.read_csv(plain, infer_schema=False).write_parquet(tmp_path / "texts.parquet")
    typed = pl.read_csv(plain, try_parse_dates=True).with_columns(
        pl.col("EffectiveCost").cast(pl.Decimal(20, 11)),
        pl.col("Tags").map_elements(maps, return_dtype=pl.List(pl.Struct({"key": pl.String, "value": pl.String}))),
    )
    typed.write_parquet(tmp_path / "typed.parquet")
    for other in (packed, tmp_path / "texts.parquet", tmp_path / "typed.parquet", pl.read_csv(plain)):
        reading = read(other)
        assert reading.columns == usual.columns
        assert as_dict(reading) == pytest.approx(as_dict(usual))
        assert reading.inputs[0].rows == 300
    tagged = [read(one, key="tag:a").frame["EffectiveCost"].to_list() for one in (plain, tmp_path / "typed.parquet")]
    assert tagged[0] == pytest.approx(tagged[1])


def maps(cell: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in json.loads(cell).items()]


def test_read_twice_it_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    path = bill(tmp_path, FOCUS, *made(400))
    assert read(path).frame.equals(read(path).frame)


def test_damaged_bills_say_where(tmp_path: Path) -> None:
    whole = text(FOCUS, *made(2000))
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(whole)[:-3000])
    with pytest.raises(InputError, match=r"cut.csv.gz: the gzip data are cut off after \d+ unpacked bytes"):
        read(cut)
    (tmp_path / "half.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    with pytest.raises(InputError, match=r"half\.parquet: no readable Parquet"):
        read(tmp_path / "half.parquet", pack="cost")
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"empty\.csv: the file is empty"):
        read(tmp_path / "empty.csv", pack="cost")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="none: a folder without a table"):
        read(tmp_path / "none", pack="cost")


def test_a_header_alone_is_no_bill_but_may_be_a_part_of_one(tmp_path: Path) -> None:
    head = tmp_path / "part-1.csv"
    head.write_bytes(text(FOCUS).splitlines()[0] + b"\n")
    with pytest.raises(InputError, match="a header and no rows"):
        read(head)
    bill(tmp_path, FOCUS, name="part-2.csv")
    reading = read(tmp_path)
    assert costs(reading) == [1.0]
    assert any("part-1.csv: a header and no rows" in said for said in reading.warnings)


def test_ragged_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = text(FOCUS, {}, {}, {}).splitlines()
    lines[2] = lines[2].rsplit(b",", 4)[0]
    path = tmp_path / "ragged.csv"
    path.write_bytes(b"\n".join(lines))
    reading = read(path)
    assert costs(reading) == [2.0]
    assert [(one.row, one.count) for one in reading.skipped] == [(2, 1)]


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_encodings_of_spreadsheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setattr(_pieces, "_BLOCK_BYTES", 2_000)
    monkeypatch.setattr(_pieces, "_READ_BYTES", 700)
    rows = [*({} for _ in range(100)), {"ServiceName": "저장소 서비스"}]
    path = tmp_path / "bill.csv"
    path.write_bytes(text(FOCUS, *rows).decode().encode(encoding))
    reading = read(path)
    assert sorted(reading.frame["service"]) == ["Storage", "저장소 서비스"]
    assert reading.inputs[0].encoding == encoding


def test_a_label_column_cannot_be_added_up(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name known events with --events"):
        read(bill(tmp_path, FOCUS), label="ChargeClass")


def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    name = '"><script>alert(1)</script>\x1b[31m=cmd|{{7*7}}'
    reading = read(bill(tmp_path, FOCUS, {"ServiceName": name, "SubAccountId": "NULL"}))
    assert reading.frame["service"].to_list() == [name]
    assert reading.frame["subscription"].to_list() == [""]


def test_dimensions_may_have_any_name(tmp_path: Path) -> None:
    reading = read(bill(tmp_path, {**FOCUS, "time": "a", "cost": "b", "key 0": "c"}), key=["cost", "time", "key 0"])
    assert reading.frame.drop("ChargePeriodStart").rows() == [("b", "a", "c", 1.0)]
    with pytest.raises(UsageError, match="that column is the time or the cost"):
        read(bill(tmp_path, FOCUS), key="EffectiveCost")


def test_an_end_that_can_be_none_is_none(tmp_path: Path) -> None:
    assert len(read(bill(tmp_path, FOCUS, {"ChargePeriodEnd": "2260-01-01T00:00:00Z"})).frame) == 1
    assert len(read(bill(tmp_path, FOCUS, {"ChargePeriodEnd": "2026-01-01T00:00:00Z"})).frame) == 1


def test_a_plan_that_was_recognised_reads_it_again(tmp_path: Path) -> None:
    path = bill(tmp_path, CUR, *({"lineItem/UnblendedCost": str(day)} for day in range(40)))
    first = read(path)
    found = first.recognised
    again = read(path, pack=found.pack, time=found.time, key=found.keys, value=found.values, tz=found.tz)
    assert again.frame.equals(first.frame)


def test_s0_1_the_public_door_takes_the_daily_cost_table(tmp_path: Path) -> None:
    rows = [{"Date": str(date(2026, 1, 1) + timedelta(days=day)), "TotalCost": str(500 + day % 7)} for day in range(60)]
    result = isang.detect(bill(tmp_path, S0, *rows), pack="cost", where="customer=900")
    assert result.run["recognised"]["pack"] == "cost"
    assert len(result.scores) == 60


SAMPLES = {
    "focus/focus_sample.csv": ("EffectiveCost", "EffectiveCost"),
    "aws_cur/sample-anonymous-aws-export-dataset.csv.gz": ("lineItem/UnblendedCost", "AmortizedCost"),
    "azure/EA_ActualCost_Small.csv": ("Cost", "Cost"),
    "azure/EA_AmortizedCost_Small.csv": ("Cost", "Cost"),
    "azure/sample-anonymous-ea-export-dataset.csv": ("CostInBillingCurrency", "CostInBillingCurrency"),
}


@pytest.mark.skipif(DATA is None, reason="ISANG_DATA is not set: no real files")
@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_bill_sums_to_its_own_total(name: str) -> None:
    path = Path(str(DATA), "cost", name)
    column, value = SAMPLES[name]
    raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    own = [Decimal(row[column]) for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))]
    reading = read(path)
    assert reading.recognised.pack == "cost"
    assert reading.columns.values == (value,)
    assert total(reading) == pytest.approx(float(sum(own)), rel=1e-12)
    assert sum(one.rows for one in told(reading).totals) == len(own)
    judged = sum(one.cost for one in told(reading).totals if one.judged)
    assert reading.frame[value].sum() == pytest.approx(judged, rel=1e-12)
    assert not reading.skipped


def test_errors_are_one_line(tmp_path: Path) -> None:
    one_by_one = {"step": "1h", "key": "x\ny", "where": "customer", "value": "x", "time": "Tags"}
    for name, given in one_by_one.items():
        with pytest.raises(IsangError) as error:
            read(bill(tmp_path, EA), **{name: given})  # type: ignore[arg-type]
        assert "\n" not in str(error.value)
