"""A made farm through the pack `counters`: `python -m benchmarks.accuracy.counters [--days 240 --seeds 2]`.

The four files of `isang.synthetic.counters`; the first half of the time is learnt from with its incidents in it, the
second is judged. No label is used: only the flash crowds are known, as they were announced. An incident on several
servers counts once and is caught when one of them is flagged in it, or in the hour after it. False alarms are
incidents of ours without a row in any.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl

import isang
from isang.result import Result
from isang.synthetic import Made, counter_files, counters

_LATE = pl.duration(hours=1)
_WEEK_S = 604_800
_MINUTES = (pl.col("begins") - pl.col("start")).dt.total_seconds() / 60


def main() -> None:
    options = _options()
    asked = {"preset": options.preset} if options.preset else {"pack": "counters"}
    asked |= {"detector": options.detector} if options.detector else {}
    found, false = [], []
    for seed in range(options.seeds):
        began = time.perf_counter()
        incidents, alarms, result = judged(counters(options.days, random_state=seed), **asked, set=options.set)
        found.append(incidents)
        false.append(alarms)
        told = f"{alarms:.2f} false alarms a week, {time.perf_counter() - began:.0f} s, {result.run['peak_mb']:,.0f} MB"
        print(f"seed {seed}: {result.run['detector']['name']}, {told}", flush=True)
    print(*by_kind(pl.concat(found)), f"false alarms a week: {sum(false) / len(false):.2f}", sep="\n")


def judged(farm: Made, **options: Any) -> tuple[pl.DataFrame, float, Result]:
    """The incidents of the second half with the minutes until each was flagged (null: missed); false alarms a week."""
    result = detected(farm, **options)
    test = result.scores.filter(split="test")
    events = farm.events.filter(pl.col("end") >= test["time"].min()).with_row_index("event")
    flagged = test.filter(pl.col("incident").is_not_null()).select("time", "server", "incident")
    pairs = flagged.join(events, on="server").filter(pl.col("time").is_between(pl.col("start"), pl.col("end") + _LATE))
    begins = pairs.group_by("fault", "start").agg(pl.col("time").min().alias("begins"))
    incidents = events.select("fault", "start").unique().join(begins, on=["fault", "start"], how="left")
    false = flagged.filter(~pl.col("incident").is_in(pairs["incident"].unique().to_list()))["incident"].n_unique()
    weeks = (test["time"].max() - test["time"].min()).total_seconds() / _WEEK_S
    return incidents.select("fault", minutes=_MINUTES), false / weeks, result


def detected(farm: Made, **options: Any) -> Result:
    """`isang.detect` on the files of a farm."""
    first, last = farm.frame.select(pl.col("time").min().alias("first"), pl.col("time").max().alias("last")).row(0)
    half = first + (last - first) / 2
    with tempfile.TemporaryDirectory() as folder:
        for name, table in counter_files(farm).items():
            known = table.filter(kind="planned") if name == "events.csv" else table
            known.write_csv(Path(folder, name))
        files = sorted(str(path) for path in Path(folder).glob("Media_*.csv"))
        return isang.detect(files, events=str(Path(folder, "events.csv")), train_until=half.isoformat(), **options)


def by_kind(found: pl.DataFrame) -> list[str]:
    """A line for each kind of incident, planned ones last, and one for all others together."""
    lines = [f"{'incident':22} {'there':>6} {'caught':>7} {'share':>6} {'minutes until, mean':>22}"]
    planned, others = found.filter(fault="flash_crowd"), found.filter(pl.col("fault") != "flash_crowd")
    for kind in others["fault"].unique().sort():
        lines.append(_line(kind, others.filter(fault=kind)))
    return [*lines, _line("all", others), _line("flash_crowd (known)", planned)]


def _line(kind: str, some: pl.DataFrame) -> str:
    caught, there = some["minutes"].count(), len(some)
    until = f"{some['minutes'].drop_nulls().to_numpy().mean():22.0f}" if caught else ""
    return f"{kind:22} {there:6} {caught:7} {caught / max(there, 1):6.0%} {until}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--days", type=int, default=730, help="half of them are learnt from (default %(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="how many farms (default %(default)s)")
    parser.add_argument("--preset", help="instead of the pack's default")
    parser.add_argument("--detector", help="instead of the pack's")
    parser.add_argument("--set", action="append", default=[], help="any path of the plan, as `isang detect --set`")
    return parser.parse_args()


if __name__ == "__main__":
    main()
