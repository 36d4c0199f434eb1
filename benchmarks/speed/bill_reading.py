"""How fast a bill is read: `python -m benchmarks.speed.bill_reading [--mb 1000] [--dimensions 20000] [--runs 1]`.

A FOCUS CSV of that size, made by repeating a block of made rows of 44 columns over one month of hours, is read by
`isang.read` to days and dimensions; beside it what one would write by hand: the whole table by `polars.read_csv` (and
`pandas.read_csv` with `--pandas`), its days, and `group_by`. Each reads in a process of its own. Isang also decodes,
checks each row, takes the file's checksum, keeps currencies and categories apart and counts what repeats.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.speed.__main__ import measured

_BLOCK_ROWS = 40_000
_LEAST_MB_A_SECOND, _MOST_MB = 100, 1000
_BY = ("BillingAccountId", "SubAccountId", "ServiceName", "RegionId", "ChargeCategory", "BillingCurrency")
_TEXTS = tuple(f"x_Text{number}" for number in range(20))  # beside those that are read: FOCUS has 43 to 60 columns


def main() -> None:
    options = _options()
    if options.reader:
        return _READERS[options.reader](options.path)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "focus.csv")
        rows = _write(path, options.mb, options.dimensions)
        size = path.stat().st_size / 1e6
        print(f"{size:,.0f} MB, {rows:,} rows, {options.dimensions:,} sets of dimensions, {os.cpu_count()} cores")
        print(f"{'reader':14} {'seconds':>8} {'CPU s':>8} {'MB/s':>8} {'peak MB':>8}")
        for name in _READERS:
            if name != "pandas" or options.pandas:
                for _ in range(options.runs):
                    _line(name, path, size)
    return None


def _line(name: str, path: Path, size: float) -> None:
    command = [sys.executable, "-m", "benchmarks.speed.bill_reading", "--reader", name, "--path", str(path)]
    seconds, busy, peak, why = measured(command)
    asked = f"  asked: {_LEAST_MB_A_SECOND} MB/s, {_MOST_MB} MB" if name == "isang.read" else ""
    print(f"{name:14} {seconds:8.2f} {busy:8.2f} {size / seconds:8.0f} {peak:8.0f}{asked} {why}", flush=True)


def _write(path: Path, mb: float, dimensions: int) -> int:
    """Blocks of rows, the days of each shifted; how many rows there are."""
    random, rows, day = np.random.default_rng(0), 0, 0
    block = _block(random, dimensions)
    with path.open("wb") as file:
        while file.tell() < mb * 1e6:
            start = pl.datetime(2026, 1, 1) + pl.duration(days=day % 31) + pl.duration(hours=pl.col("hour"))
            stamped = block.with_columns(start.alias("ChargePeriodStart"))
            ended = stamped.with_columns((pl.col("ChargePeriodStart") + pl.duration(hours=1)).alias("ChargePeriodEnd"))
            ended.drop("hour").write_csv(
                file, include_header=not rows, quote_style="always", datetime_format="%Y-%m-%d %H:%M:%S"
            )
            rows, day = rows + len(block), day + 1
    return rows


def _block(random: np.random.Generator, dimensions: int) -> pl.DataFrame:
    """A day of charges: each belongs to one of so many accounts, services and regions."""
    which = random.integers(0, dimensions, _BLOCK_ROWS)
    costs = random.gamma(0.5, 2.0, _BLOCK_ROWS).round(10)
    texts = {name: [f"{name.lower()}-{number % 97}" for number in which] for name in _TEXTS}
    return pl.DataFrame(
        {
            "BillingAccountId": [f"{number % 3:012d}" for number in which],
            "SubAccountId": [f"{number // 20:012d}" for number in which],
            "ServiceName": [f"Amazon Service {number % 20}" for number in which],
            "RegionId": [f"us-west-{number % 4}" for number in which],
            "ChargeCategory": random.choice(["Usage", "Tax"], _BLOCK_ROWS, p=[0.99, 0.01]),
            "BillingCurrency": ["USD"] * _BLOCK_ROWS,
            "BillingPeriodStart": ["2026-01-01 00:00:00"] * _BLOCK_ROWS,
            "BillingPeriodEnd": ["2026-02-01 00:00:00"] * _BLOCK_ROWS,
            "ChargeClass": ["NULL"] * _BLOCK_ROWS,
            "ChargeDescription": [f"$0.0{number % 9} per GB - regional data transfer" for number in which],
            "ResourceId": [f"arn:aws:ec2:us-west-2:{number:012d}:instance/i-{number:017x}" for number in which],
            **{name: costs for name in ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")},
            **{name: costs for name in ("ConsumedQuantity", "PricingQuantity", "ListUnitPrice", "ContractedUnitPrice")},
            **texts,
            "Tags": [f'{{"application": "app-{number % 50}", "environment": "dev"}}' for number in which],
            "hour": random.integers(0, 24, _BLOCK_ROWS),
        }
    )


def _isang(path: str) -> None:
    import isang

    isang.read(path)


def _polars(path: str) -> None:
    frame = pl.read_csv(path, infer_schema=False)
    days = frame.with_columns(pl.col("ChargePeriodStart").str.slice(0, 10), pl.col("EffectiveCost").cast(pl.Float64))
    days.group_by("ChargePeriodStart", *_BY).agg(pl.col("EffectiveCost").sum())


def _pandas(path: str) -> None:
    import pandas as pd

    frame = pd.read_csv(path, dtype={name: str for name in _BY})
    frame.groupby([frame["ChargePeriodStart"].str[:10], *_BY])["EffectiveCost"].sum()


_READERS = {"isang.read": _isang, "polars.read_csv": _polars, "pandas": _pandas}


def _options() -> argparse.Namespace:
    name = "python -m benchmarks.speed.bill_reading"
    parser = argparse.ArgumentParser(prog=name, description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--mb", type=float, default=1000)
    parser.add_argument("--dimensions", type=int, default=20_000, help="sets of account, service and region")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--pandas", action="store_true", help="pandas too: some minutes and GB")
    parser.add_argument("--reader", choices=_READERS, help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
