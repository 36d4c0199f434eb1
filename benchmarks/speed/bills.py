"""The whole job on a large bill: `python -m benchmarks.speed.bills [--customers 10000] [--days 180] [--keras PYTHON]`.

`isang detect` with its default, all outputs and the report, on a made bill in Parquet, in a process of its own.
`--keras` names the interpreter of an environment with `pip install keras==3.15.1 tensorflow-cpu==2.21.0`: beside it
S0's way is timed, a Keras model for each of a few customers, and multiplied. `--parts 10` writes that many files, each
with customers and amounts of its own, of the one bill that is made: that many times `--customers`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.speed.__main__ import measured
from isang.synthetic import bills

_KERAS, _SAMPLE, _EPOCHS = Path(__file__).with_name("keras_customers.py"), 6, 50
_OWN = ("BillingAccountId", "SubAccountId")
_AMOUNTS = ("BilledCost", "EffectiveCost")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        bill = Path(folder, "bill")
        costs, rows = _write(bill, options.customers, options.days, options.parts)
        size = sum(file.stat().st_size for file in bill.iterdir()) / 1e6
        customers = options.customers * options.parts
        print(f"{customers:,} customers, {options.days} days, {rows:,} rows, {size:,.0f} MB, {os.cpu_count()} cores")
        command = [sys.executable, "-m", "isang", "detect", str(bill), "--out", str(Path(folder, "out")), "--quiet"]
        seconds, busy, peak, why = measured(command)
        print(f"isang detect   {seconds:9.1f} s  {busy:9.1f} CPU s  {peak:7,.0f} MB  {why}", flush=True)
        if options.keras:
            each = _by_keras(options.keras, costs, Path(folder))
            whole = each * customers
            print(f"Keras each     {whole:9.0f} s  ({each:.2f} s a customer, median of {_SAMPLE})")
            print(f"ratio          {whole / seconds:9.0f}")


def _write(folder: Path, customers: int, days: int, parts: int) -> tuple[np.ndarray, int]:
    """(customers, days) what some customers cost a day, and the rows of the bill in the folder."""
    frame = bills(customers, days, faults=max(customers // 160, 4)).frame
    folder.mkdir()
    for part in range(parts):
        own = [pl.format("{}-{}", pl.col(name), pl.lit(part)).alias(name) for name in _OWN] if parts > 1 else []
        amounts = [pl.col(name) * (1 + part / 3) for name in _AMOUNTS]
        frame.with_columns(*own, *amounts).write_parquet(folder / f"part-{part:04}.parquet")
    daily = frame.group_by("BillingAccountId", pl.col("ChargePeriodStart").dt.date()).agg(pl.col("EffectiveCost").sum())
    table = daily.pivot(on="ChargePeriodStart", index="BillingAccountId", values="EffectiveCost", sort_columns=True)
    some = table.sort("BillingAccountId").gather_every(max(len(table) // _SAMPLE, 1)).head(_SAMPLE)
    return some.drop("BillingAccountId").fill_null(0.0).to_numpy(), len(frame) * parts


def _by_keras(python: str, costs: np.ndarray, folder: Path) -> float:
    """The median seconds of a customer."""
    rows, out = folder / "costs.npy", folder / "errors.npz"
    np.save(rows, costs)
    command = [python, str(_KERAS), str(rows), str(out), str(_EPOCHS)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(np.median(json.loads(told.stdout.splitlines()[-1])["seconds"]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.bills", description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--keras", default="", metavar="PYTHON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
