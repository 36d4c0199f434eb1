"""The made bills: as FOCUS has them, what real ones have, and that faults come to the money that they say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import isang
from isang.synthetic import Made, bill_files, bills, daily_bill
from isang.words.frame import Floats, check_frame

KEYS = ["BillingAccountId", "ServiceName", "SubAccountId", "SkuMeter", "RegionId"]
KINDS = ["deleted_resource", "drop", "forgotten_cluster", "new_service", "opposite_moves", "price_change", "slow_leak"]
USAGE = (pl.col("ChargeCategory") == "Usage") & pl.col("ChargeClass").is_null()
START = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def bill() -> Made:
    return bills(customers=120, days=200, faults=60)


@pytest.fixture(scope="module")
def quiet() -> Made:
    return bills(customers=120, days=200, faults=0)


@pytest.fixture(scope="module")
def moved(bill: Made, quiet: Made) -> pl.DataFrame:
    """What each line costs more or less on a day than without faults, where it does."""
    by = [*KEYS, "ChargePeriodStart", "CommitmentDiscountId"]
    with_faults, without = (some.frame.filter(USAGE).select(*by, "EffectiveCost") for some in (bill, quiet))
    names = pl.col("CommitmentDiscountId").cast(pl.String)
    both = with_faults.with_columns(names).join(
        without.with_columns(names), on=by, how="full", coalesce=True, nulls_equal=True, suffix="_usual"
    )
    apart = pl.col("EffectiveCost").fill_null(0) - pl.col("EffectiveCost_usual").fill_null(0)
    return both.with_columns(apart=apart).filter(pl.col("apart").abs() > 1e-9)


def within(event: dict[str, object]) -> pl.Expr:
    """What lies in the scope and on the days of an event."""
    same = [pl.col(key) == event[key] for key in KEYS if event[key] is not None]
    return pl.all_horizontal(pl.col("ChargePeriodStart").is_between(event["start"], event["end"]), *same)  # type: ignore[arg-type]


def daily(data: Made, **only: object) -> Floats:
    """(days,) the usage's cost."""
    days = pl.DataFrame({"ChargePeriodStart": data.frame["ChargePeriodStart"].unique().sort()})
    cost = data.frame.filter(USAGE).filter(**only).group_by("ChargePeriodStart").agg(pl.col("EffectiveCost").sum())
    return days.join(cost, on="ChargePeriodStart", how="left").sort("ChargePeriodStart")["EffectiveCost"].to_numpy()


def test_s0_s_days_150_to_152_cost_less_than_the_day_before() -> None:
    data = daily_bill()
    cost, usual = data.frame["TotalCost"].to_numpy(), daily_bill(fault=False).frame["TotalCost"].to_numpy()
    assert np.array_equal(cost[150:153], np.full(3, 0.4 * cost[149]))
    assert np.array_equal(np.delete(cost, [150, 151, 152]), np.delete(usual, [150, 151, 152]))
    assert data.truth.nonzero()[0].tolist() == [150, 151, 152]
    assert data.events.select("start", "end").row(0) == (
        datetime(2025, 5, 31, tzinfo=UTC),
        datetime(2025, 6, 2, tzinfo=UTC),
    )


def test_s0_s_bill_is_the_one_whose_defects_were_counted() -> None:
    """S0-D8: 3 drops below −30 % and 15 rises above +30 % without any fault, and +77 % after it."""
    usual = daily_bill(fault=False).frame["TotalCost"].pct_change()
    assert ((usual < -0.3).sum(), (usual > 0.3).sum()) == (3, 15)
    assert daily_bill().frame["TotalCost"].pct_change()[153] == pytest.approx(0.77, abs=0.005)


def test_s0_s_columns_and_members() -> None:
    frame = daily_bill().frame
    assert frame.columns == ["Date", "TotalCost", "CustomerID", "MaskedSub", "MeterCategory", "MeterSubCategory"]
    assert (len(frame), frame["Date"].min(), frame["Date"].max()) == (180, START, datetime(2025, 6, 29, tzinfo=UTC))
    assert frame["CustomerID"].unique().to_list() == ["900"]
    assert set(frame["MaskedSub"]) == {"sub_A123", "sub_B456", "sub_C789"}
    assert set(frame["MeterCategory"]) == {"Virtual Machines", "Storage", "Database"}
    assert set(frame["MeterSubCategory"]) == {"Esv5", "Premium SSD", "PostgreSQL"}
    assert not daily_bill(fault=False).truth.any()


def test_the_same_seed_gives_the_same_bill_and_another_another(bill: Made) -> None:
    again, other = (bills(customers=120, days=200, faults=60, random_state=seed) for seed in (0, 1))
    assert_frame_equal(bill.frame, again.frame)
    assert_frame_equal(bill.events, again.events)
    assert not bill.events.equals(other.events)
    assert bill.frame["EffectiveCost"].sum() != other.frame["EffectiveCost"].sum()


def test_the_frame_is_one(bill: Made) -> None:
    check_frame(bill.frame, bill.columns)
    assert bill.columns.keys == tuple(KEYS)
    assert len(bill.truth) == len(bill.frame)
    assert bill.frame["ChargePeriodStart"].is_sorted()


def test_without_faults_nothing_is_one(quiet: Made) -> None:
    assert quiet.events.is_empty()
    assert quiet.events.columns == bills(customers=60, days=120, faults=1).events.columns
    assert not quiet.truth.any()


def test_faults_are_where_the_events_say_and_nowhere_else(bill: Made, moved: pl.DataFrame) -> None:
    known = pl.any_horizontal(within(event) for event in bill.events.iter_rows(named=True))
    assert moved.filter(~known).is_empty()
    rows = bill.frame.filter(bill.truth).select(*KEYS, "ChargePeriodStart").unique()
    assert len(rows) == len(moved.filter(pl.col("EffectiveCost").is_not_null()).select(rows.columns).unique())
    assert rows.join(moved, on=rows.columns, how="anti").is_empty()


def test_a_fault_came_to_the_money_that_its_event_says(bill: Made, moved: pl.DataFrame) -> None:
    for event in bill.events.iter_rows(named=True):
        apart = moved.filter(within(event))["apart"]
        assert apart.sum() == pytest.approx(event["impact"], abs=1e-4), event["note"]
        assert apart.abs().sum() == pytest.approx(event["moved"], abs=1e-4), event["note"]
        assert event["moved"] > 0
    assert bill.events["impact"].sum() == pytest.approx(moved["apart"].sum(), abs=1e-3)


def test_every_kind_is_there_and_begins_and_ends_in_time(bill: Made) -> None:
    assert bill.events["fault"].unique().sort().to_list() == [*KINDS, "spike"]
    assert len(bill.events) == 60
    assert bill.events["start"].min() >= START + timedelta(60)  # type: ignore[operator]
    assert bill.events["end"].max() < START + timedelta(198)  # type: ignore[operator]
    days = bill.events.with_columns(days=(pl.col("end") - pl.col("start")).dt.total_days() + 1)
    cluster, usual = (
        days.filter(fault="forgotten_cluster")["days"],
        days.filter(pl.col("fault") != "forgotten_cluster")["days"],
    )
    assert (usual.min(), usual.max()) == (1, 21)
    assert cluster.min() >= 14  # type: ignore[operator]
    assert all(row["note"].startswith(row["fault"].replace("_", " ")) for row in bill.events.iter_rows(named=True))


def test_faults_go_up_and_down_as_their_kinds_do(bill: Made) -> None:
    of = {kind: own["impact"] for (kind,), own in bill.events.group_by("fault")}
    assert all((of[kind] < 0).all() for kind in ("drop", "deleted_resource"))
    assert all((of[kind] > 0).all() for kind in ("spike", "slow_leak", "new_service", "forgotten_cluster"))
    opposite = bill.events.filter(fault="opposite_moves")
    assert (opposite["impact"].abs() < 0.05 * opposite["moved"]).all()
    assert bill.events.filter(fault="price_change")["BillingAccountId"].null_count() == len(of["price_change"])


def test_a_customer_has_one_fault_at_a_time(bill: Made) -> None:
    own = bill.events.filter(pl.col("BillingAccountId").is_not_null()).sort("BillingAccountId", "start")
    apart = own.select((pl.col("start") - pl.col("end").shift(1).over("BillingAccountId")).dt.total_days())
    assert apart.to_series().drop_nulls().min() > 7  # type: ignore[operator]


def test_what_is_new_was_not_there_and_what_is_deleted_is_gone(bill: Made) -> None:
    for event in bill.events.filter(pl.col("fault").is_in(["new_service", "forgotten_cluster"])).iter_rows(named=True):
        line = bill.frame.filter(USAGE).filter(**{key: event[key] for key in KEYS})
        assert line["ChargePeriodStart"].min() == event["start"]
        assert line["ChargePeriodStart"].max() == event["end"]
    for event in bill.events.filter(fault="deleted_resource").iter_rows(named=True):
        assert bill.frame.filter(USAGE, within(event), pl.col("CommitmentDiscountId").is_null()).is_empty()


def test_a_price_changes_for_everyone_who_pays_it(bill: Made) -> None:
    for event in bill.events.filter(fault="price_change").iter_rows(named=True):
        prices = bill.frame.filter(USAGE, pl.col("CommitmentDiscountId").is_null()).filter(SkuMeter=event["SkuMeter"])
        during = pl.col("ChargePeriodStart").is_between(event["start"], event["end"])
        (new,), *old = (prices.filter(own)["ListUnitPrice"].unique().to_list() for own in (during, ~during))
        assert new / min(old[0], key=lambda price: abs(price - new / event["size"])) == pytest.approx(event["size"])


def test_costs_are_usage_times_price(bill: Made) -> None:
    usage = bill.frame.filter(USAGE)
    assert (usage["ListCost"] / (usage["PricingQuantity"] * usage["ListUnitPrice"]) - 1).abs().max() < 1e-9  # type: ignore[operator]
    paid = usage.filter(pl.col("CommitmentDiscountId").is_null())
    assert paid["BilledCost"].equals(paid["EffectiveCost"], check_names=False)
    assert (paid["EffectiveCost"] > 0).all()


def test_commitments_are_paid_for_once(quiet: Made) -> None:
    """Purchases of a month cost what is covered in it, as long as both are whole."""
    covered = quiet.frame.filter(USAGE, CommitmentDiscountStatus="Used")
    bought = quiet.frame.filter(ChargeCategory="Purchase")
    assert covered["BilledCost"].sum() == 0 == bought["EffectiveCost"].sum()
    by, whole = (
        ["CommitmentDiscountId", "BillingPeriodStart"],
        pl.col("BillingPeriodStart") < datetime(2025, 7, 1, tzinfo=UTC),
    )
    months = bought.filter(whole).group_by(by).agg(pl.col("BilledCost").sum())
    months = months.join(covered.group_by(by).agg(pl.col("EffectiveCost").sum(), pl.len()), on=by)
    assert len(months) > 50
    assert (months["BilledCost"] / months["EffectiveCost"] - 1).abs().max() < 1e-9  # type: ignore[operator]


def test_what_stands_beside_usage(quiet: Made) -> None:
    """Taxes are a tenth of the month before, credits and what goes back negative; all of them sum up by category."""
    sums = {
        row[0]: row[1:]
        for row in quiet.frame.group_by("ChargeCategory").agg(pl.col("BilledCost").sum(), pl.len()).rows()
    }
    assert set(sums) == {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
    assert sum(own[0] for own in sums.values()) == pytest.approx(quiet.frame["BilledCost"].sum())
    months = datetime(2025, 7, 1, tzinfo=UTC)
    taxed = quiet.frame.filter(USAGE, pl.col("ChargePeriodStart") < months)["BilledCost"].sum()
    assert sums["Tax"][0] == pytest.approx(0.1 * float(taxed), rel=1e-3)
    assert sums["Credit"][0] < 0
    assert sums["Adjustment"][0] < 0
    corrected = quiet.frame.filter(ChargeClass="Correction")
    assert set(corrected["ChargeCategory"]) == {"Usage", "Adjustment"}
    assert (corrected["EffectiveCost"] < 0).all()
    assert corrected["SkuMeter"].null_count() == len(corrected)


def test_the_last_two_days_are_not_complete(quiet: Made) -> None:
    cost = daily(quiet)
    usual = np.median(cost[-9:-2])
    assert cost[-1] < 0.6 * usual < 0.8 * usual < cost[-2] < usual


def test_customers_are_tiny_and_a_few_huge_and_live_by_the_week(quiet: Made) -> None:
    cost = (
        quiet.frame.filter(USAGE).group_by("BillingAccountId").agg(pl.col("EffectiveCost").sum()).sort("EffectiveCost")
    )
    assert cost["EffectiveCost"][-6:].sum() > 0.3 * float(cost["EffectiveCost"].sum())
    assert cost["EffectiveCost"].median() < 0.3 * cost["EffectiveCost"].mean()  # type: ignore[operator]
    weekend = np.array([(START + timedelta(at)).weekday() >= 5 for at in range(198)])
    functions = daily(quiet, ServiceName="Functions")[:198]
    storage = daily(quiet, SkuMeter="Object Storage Hot Data Stored")[:198]
    assert functions[weekend].mean() < 0.9 * functions[~weekend].mean()
    assert storage[weekend].mean() == pytest.approx(storage[~weekend].mean(), rel=0.02)


def test_some_services_come_now_and_then_and_some_once_a_month(quiet: Made) -> None:
    def days(service: str) -> list[list[date]]:
        own = (
            quiet.frame.filter(USAGE, ServiceName=service)
            .group_by("ResourceId")
            .agg(pl.col("ChargePeriodStart").dt.date())
        )
        return own["ChargePeriodStart"].to_list()

    assert {day.day for line in days("Support") for day in line} == {1}
    batches = np.array([len(line) for line in days("Batch")]) / 200
    assert 0.2 < batches.mean() < 0.5


def test_months_close_with_more(quiet: Made) -> None:
    databases = daily(quiet, ServiceName="SQL Database")
    days = [START + timedelta(at) for at in range(198)]
    closing = np.array([(day + timedelta(2)).day <= 3 for day in days])
    near = np.array([4 <= day.day <= 8 or 22 <= day.day <= 26 for day in days])
    assert databases[:198][closing].mean() > 1.12 * databases[:198][near].mean()


def test_days_beside_each_other_are_alike(quiet: Made) -> None:
    lines = (
        quiet.frame.filter(USAGE, SkuMeter="PostgreSQL General Purpose D2s").group_by("ResourceId").agg("EffectiveCost")
    )
    whole = [np.log(cost.to_numpy()[:198]) for cost in lines["EffectiveCost"] if len(cost) == 200]
    alike = [np.corrcoef(cost[7:] - cost[:-7], np.roll(cost, 1)[7:] - np.roll(cost, 1)[:-7])[0, 1] for cost in whole]
    assert np.mean(alike) > 0.3


def test_files_are_focus_by_month(bill: Made, tmp_path: Path) -> None:
    files = bill_files(bill)
    assert list(files) == [*(f"focus-2025-{month:02d}.csv" for month in range(1, 8)), "events.csv"]
    assert sum(len(file) for name, file in files.items() if name != "events.csv") == len(bill.frame)
    for name, file in files.items():
        file.write_csv(tmp_path / name)
    january = pl.read_csv(tmp_path / "focus-2025-01.csv", infer_schema_length=None)
    assert january.columns == sorted(bill.frame.columns)
    assert january["BillingPeriodStart"].unique().to_list() == ["2025-01-01T00:00:00Z"]
    assert january["ChargePeriodEnd"].max() == january["BillingPeriodEnd"][0] == "2025-02-01T00:00:00Z"
    own = bill.frame.filter(pl.col("ChargePeriodStart") < datetime(2025, 2, 1, tzinfo=UTC))
    assert january["BilledCost"].sum() == pytest.approx(own["BilledCost"].sum())
    assert set(json.loads(january["Tags"].drop_nulls()[0])) == {"env", "team"}
    reading = isang.read(
        own.with_columns(pl.col(pl.Enum).cast(pl.String)), time="ChargePeriodStart", value="EffectiveCost", key=KEYS[:2]
    )
    assert reading.columns.values == ("EffectiveCost",)


def test_too_many_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="no room for another"):
        bills(customers=3, days=100, faults=60)
