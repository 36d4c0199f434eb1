"""What flags on a made bill are worth: which faults they caught, how soon, and how often they were false.

Flags are a table of `SCOPE` (null: not named), `day`, `sign` (1 too much, -1 too little, 0 either), and `alarm`, which
the days of one alarm share. A fault is caught at a customer on the day of a flag whose scope names the customer (for
prices, which change for all, the service or meter will do) and in which the fault moved the money that day the way that
was flagged, by at least half of what it moved there. An alarm is false when no fault touches its scope on any of its
days, or in the week before, in which things go back to what they were.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from isang.synthetic import Made

SCOPE = ["BillingAccountId", "SubAccountId", "ServiceName", "SkuMeter", "RegionId"]
USAGE = (pl.col("ChargeCategory") == "Usage") & pl.col("ChargeClass").is_null()
_SOON, _BACK = 2, 7  # days
_NET = 0.5


def deviations(bill: Made, quiet: Made) -> pl.DataFrame:
    """What each fault moved: `event` (its row), `fault`, `SCOPE`, `day`, `apart` (money); `quiet` is without faults."""
    by = [*SCOPE, "day"]
    costs = (_costs(some).group_by(by).agg(pl.col("EffectiveCost").sum()) for some in (bill, quiet))
    both = pl.concat([next(costs), next(costs).with_columns(-pl.col("EffectiveCost"))])
    apart = both.group_by(by).agg(apart=pl.col("EffectiveCost").sum()).filter(pl.col("apart").abs() > 1e-9)
    events = bill.events.with_row_index("event").iter_rows(named=True)
    return pl.concat([_of_event(apart, event) for event in events])


def _costs(bill: Made) -> pl.DataFrame:
    return bill.frame.filter(USAGE).with_columns(day=pl.col("ChargePeriodStart").dt.date())


def _of_event(apart: pl.DataFrame, event: dict[str, object]) -> pl.DataFrame:
    own = [pl.col(name) == event[name] for name in SCOPE if event[name] is not None]
    during = pl.col("day").is_between(pl.lit(event["start"]).dt.date(), pl.lit(event["end"]).dt.date())
    told = {name: pl.lit(event[name]) for name in ("event", "fault")}
    wide = pl.lit(event["BillingAccountId"] is None)
    return apart.filter(during, *own).with_columns(**told, wide=wide)


def caught(flags: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """A row for each fault at each customer: `event`, `fault`, `money` that it moved, `days` until a flag (or null)."""
    whose = ["event", "BillingAccountId"]
    parts = moved.group_by(*whose, "fault").agg(money=pl.col("apart").abs().sum(), onset=pl.col("day").min())
    hits = [_hits(named, own, moved) for named, own in _by_scope(flags) if named]
    first = (
        pl.concat(hits).group_by(whose).agg(pl.col("day").min()) if hits else parts.select(*whose, day="onset").clear()
    )
    days = (pl.col("day") - pl.col("onset")).dt.total_days()
    return parts.join(first, on=whose, how="left").select("event", "fault", "money", days=days)


def _hits(named: list[str], flags: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    holds = pl.lit("BillingAccountId" in named) | (
        pl.col("wide") & pl.lit(bool({"ServiceName", "SkuMeter"} & {*named}))
    )
    apart = pl.col("apart")
    at = moved.filter(holds).group_by(*named, "day", "event").agg(
        net=apart.sum(), whole=apart.abs().sum(), whose=pl.col("BillingAccountId").unique()
    )  # fmt: skip
    same = (pl.col("sign") == 0) | (pl.col("sign") == pl.col("net").sign())
    hits = flags.join(at, on=[*named, "day"]).filter(same, pl.col("net").abs() >= _NET * pl.col("whole"))
    return hits.select("event", pl.col("whose").alias("BillingAccountId"), "day").explode("BillingAccountId")


def false_alarms(flags: pl.DataFrame, moved: pl.DataFrame) -> int:
    """How many alarms no fault touches."""
    false = 0
    for named, own in _by_scope(flags):
        days = [moved.select(*named, pl.col("day") + timedelta(days=after)) for after in range(_BACK + 1)]
        touched = own.join(pl.concat(days).unique(), on=[*named, "day"], how="semi")["alarm"].unique()
        false += own.filter(~pl.col("alarm").is_in(touched.implode()))["alarm"].n_unique()
    return false


def _by_scope(flags: pl.DataFrame) -> list[tuple[list[str], pl.DataFrame]]:
    """The flags whose scopes name the same dimensions, with these."""
    named = pl.concat_list(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in SCOPE).list.drop_nulls()
    groups = flags.with_columns(named=named.list.join("|")).partition_by("named", as_dict=True)
    return [
        ((names := str(key).split("|") if key else []), own.drop([name for name in SCOPE if name not in names]))
        for (key,), own in groups.items()
    ]


def within_soon() -> pl.Expr:
    """Whether a fault was flagged at most two days after it began."""
    return pl.col("days").is_not_null() & (pl.col("days") <= _SOON)
