"""Made bills, judged by us and by what others do: `python -m benchmarks.accuracy.bills [--customers 300 --seeds 2]`.

The last 200 of 400 days of `isang.synthetic.bills` are judged, each by the days before it, but the last two, which are
not complete. What is judged is the EffectiveCost of usage. Peers get the daily series of each customer and of each
service of a customer (AWS watches accounts and services, Azure subscriptions); a run of flagged days is one alarm.
How faults are caught and which alarms are false: `benchmarks.accuracy._bill_score`. Of each kind of fault stands the
share of the money that was flagged within two days (the whole of a fault, as soon as it is flagged), and the days until
a flag, as the mean over the faults at customers that were flagged at all; false alarms are for each of the peers'
series and month. Whoever flags every day misses nothing: `--false-alarms` compares at a like number of them (three
MADs of a fee that is charged on the first of each month are 0, however often they are taken).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl

import isang
from benchmarks.accuracy._bill_peers import PEERS, Peer
from benchmarks.accuracy._bill_score import SCOPE, USAGE, caught, deviations, false_alarms, within_soon
from isang.synthetic import Made, bill_files, bills
from isang.words.frame import ALL, Floats

_DAYS, _JUDGED, _NOT_COMPLETE = 400, 200, 2
_WIDER = 1.25 ** np.arange(24)
_MONTH_DAYS = 30.4
_KEYS = ("customer", "subscription", "service", "meter", "region")  # what SCOPE is called by us
_SERIES = (["BillingAccountId"], ["BillingAccountId", "ServiceName"])

# Of a bill, its first judged day, and how many times as wide as written the bands are.
Judge = Callable[[Made, date, float], pl.DataFrame]


def main() -> None:
    options = _options()
    found, false = [], []
    for seed in range(options.seeds):
        made = [bills(options.customers, _DAYS, faults=number, random_state=seed) for number in (options.faults, 0)]
        for name, judge in _judges().items():
            began = time.perf_counter()
            times, caught_by, rate = _judged(made[0], deviations(*made), judge, options.false_alarms)
            found.append(caught_by.with_columns(judge=pl.lit(name), seed=seed))
            false.append({"judge": name, "rate": rate})
            wider = f", bands {times:.1f} times as wide" if times > 1 else ""
            print(f"seed {seed}: {name}, {time.perf_counter() - began:.1f} s{wider}", flush=True)
    print(*_table(pl.concat(found), pl.DataFrame(false)), sep="\n")


def _judged(bill: Made, moved: pl.DataFrame, judge: Judge, most: float | None) -> tuple[float, pl.DataFrame, float]:
    """How wide the bands were taken, what was caught, and false alarms a series-month, of which there are at `most`."""
    since, until = _span(bill)
    judged = moved.filter(pl.col("day").min().over("event") >= since)
    for times in _WIDER:
        flags = judge(bill, since, times).filter(pl.col("day").is_between(since, until))
        rate = false_alarms(flags, moved) / _months(bill)
        if most is None or rate <= most:
            break
    return times, caught(flags, judged), rate


def ours(bill: Made, since: date, times: float) -> pl.DataFrame:
    """The flags of `isang.detect` with the pack `cost` on the files of a bill, as they are."""
    with tempfile.TemporaryDirectory() as folder:
        for name, table in bill_files(bill).items():
            table.write_csv(Path(folder, name))
        paths = sorted(str(path) for path in Path(folder).glob("focus-*.csv"))
        result = isang.detect(paths, pack="cost", train_until=since.isoformat())
    named = [
        _unless_all(key).alias(name) if key in result.anomalies.columns else _NOT_NAMED.alias(name)
        for name, key in zip(SCOPE, _KEYS, strict=True)
    ]
    signs = pl.col("direction").replace_strict({"up": 1, "down": -1}, default=0, return_dtype=pl.Int8)
    flags: pl.DataFrame = result.anomalies.select(*named, day=pl.col("time").dt.date(), sign=signs, alarm="incident")
    return flags


def _unless_all(key: str) -> pl.Expr:
    """The values of a dimension, null where it was added up."""
    return pl.when(pl.col(key) != ALL).then(pl.col(key))


def _peer(judge: Peer) -> Judge:
    """The flags of a peer on each of its series; an alarm is a run of days that are flagged the same way."""

    def flags(bill: Made, since: date, times: float) -> pl.DataFrame:
        return pl.concat([_flags(judge, bill, by, times) for by in _SERIES])

    return flags


def _flags(judge: Peer, bill: Made, by: list[str], times: float) -> pl.DataFrame:
    series, costs = _daily(bill, by)
    over = judge(costs) / times
    signs = (np.sign(over) * (np.abs(over) > 1)).astype(np.int8)
    begins = (signs != np.roll(signs, 1, axis=1)) & (signs != 0)
    begins[:, 0] = signs[:, 0] != 0
    alarm = np.cumsum(begins.ravel()).reshape(signs.shape)
    which, day = np.nonzero(signs)
    return series[which].select(
        *[pl.col(name) if name in by else _NOT_NAMED.alias(name) for name in SCOPE],
        day=pl.Series(day).cast(pl.Int64) * timedelta(days=1) + bill.frame["ChargePeriodStart"][0].date(),
        sign=pl.Series(signs[which, day]),
        alarm=pl.format("{}: {}", pl.lit(by[-1]), pl.Series(alarm[which, day])),
    )


def _daily(bill: Made, by: list[str]) -> tuple[pl.DataFrame, Floats]:
    """The series, and (series, days) what each cost; a day without a charge cost nothing."""
    usage = bill.frame.filter(USAGE).group_by(*by, "ChargePeriodStart").agg(pl.col("EffectiveCost").sum())
    series = usage.select(by).unique().sort(by)
    usage = usage.join(series.with_row_index("series"), on=by)
    day = (usage["ChargePeriodStart"] - bill.frame["ChargePeriodStart"].min()).dt.total_days()
    costs = np.zeros((len(series), _DAYS))
    costs[usage["series"].to_numpy(), day.to_numpy()] = usage["EffectiveCost"].to_numpy()
    return series, costs


_NOT_NAMED = pl.lit(None, pl.String)


def _judges() -> dict[str, Judge]:
    """The peers, and ourselves as soon as there is a pack for it."""
    there = files("isang.packs").joinpath("cost.yaml").is_file()
    return ({"isang": ours} if there else {}) | {name: _peer(judge) for name, judge in PEERS.items()}


def _span(bill: Made) -> tuple[date, date]:
    """The first and the last day that is judged."""
    last: date = bill.frame["ChargePeriodStart"][-1].date()
    return last - timedelta(days=_JUDGED - 1), last - timedelta(days=_NOT_COMPLETE)


def _months(bill: Made) -> float:
    """Of all series of the peers together."""
    series = sum(bill.frame.filter(USAGE).select(by).n_unique() for by in _SERIES)
    return series * (_JUDGED - _NOT_COMPLETE) / _MONTH_DAYS


def _table(found: pl.DataFrame, false: pl.DataFrame) -> list[str]:
    """A line for each kind of fault, one for all, one for false alarms; two columns for each judge."""
    judges = false["judge"].unique(maintain_order=True).to_list()
    kinds = found["fault"].unique().sort().to_list()
    lines = [f"{'money flagged within 2 days':28} {'faults':>6}" + "".join(f" {name:>20}" for name in judges)]
    for kind in (*kinds, "all"):
        own = found if kind == "all" else found.filter(fault=kind)
        there = own.filter(judge=judges[0]).select(pl.struct("seed", "event").n_unique()).item()
        lines.append(f"{kind:28} {there:6}" + "".join(f" {_cell(own.filter(judge=name)):>20}" for name in judges))
    rate = dict(false.group_by("judge").agg(pl.col("rate").mean()).iter_rows())
    return [*lines, f"{'false alarms a series-month':35}" + "".join(f" {rate[name]:20.3f}" for name in judges)]


def _cell(own: pl.DataFrame) -> str:
    """The share of the money, and the days until a flag."""
    share = float(own.filter(within_soon())["money"].sum()) / float(own["money"].sum())
    days = own["days"].drop_nulls()
    return f"{share:.0%}, {days.to_numpy().mean():.1f} days" if len(days) else "0%"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--faults", type=int, default=160, help="in the whole of a bill (default %(default)s)")
    parser.add_argument("--seeds", type=int, default=2, help="how many bills (default %(default)s)")
    parser.add_argument("--false-alarms", type=float, help="at most so many: the peers' bands are widened until then")
    return parser.parse_args()


if __name__ == "__main__":
    main()
