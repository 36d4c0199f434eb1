"""False alarms, asked for and got, where nothing happens: `python -m benchmarks.accuracy.false_alarms [--minutes 30]`.

The whole job, `isang.detect(frame, false_alarms=RATE)`, on made noise (`quiet.NOISE`) of two and four weeks, and, with
ISANG_DATA, on NAB's files without anomalies: `hindsight` judges all rows, `causal` the second half by the first. The
table has incidents over what was asked for, pooled over seeds. Each result is kept in false_alarms.csv beside this file
as soon as it is there: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import polars as pl

from benchmarks.accuracy.datasets import load, names
from benchmarks.accuracy.quiet import DAY_ROWS, NOISE, quiet_frame
from isang import detect

Task = tuple[str, int, int, str, str]  # file, days, seed, rate, mode

_KEPT = Path(__file__).with_name("false_alarms.csv")
_SCHEMA = {
    "file": pl.String,
    "days": pl.Int64,
    "seed": pl.Int64,
    "rate": pl.String,
    "mode": pl.String,
    "asked": pl.Float64,
    "got": pl.Int64,
    "seconds": pl.Float64,
}
_A_DAY = {"1/day": 1.0, "1/week": 1 / 7}
_DAYS = (14, 28)
_NAB, _NAB_DAYS = "artificialNoAnomaly", 14


def main() -> None:
    options = _options()
    until = time.monotonic() + 60 * options.minutes
    done = set(_kept().select("file", "days", "seed", "rate", "mode").iter_rows())
    for task in (one for one in _tasks(options.seeds) if one not in done):
        if time.monotonic() > until:
            print("not all is judged yet: run it again.")
            break
        with _KEPT.open("ab") as file:
            _row(task).write_csv(file, include_header=not file.tell())
    _show(_kept())


def _tasks(seeds: int) -> Iterator[Task]:
    """Seed by seed, so that a run that stops has something of each."""
    ways = list(product(_A_DAY, ("hindsight", "causal")))
    if "ISANG_DATA" in os.environ:
        quiet = [name for name in names("nab") if name.startswith(_NAB)]
        yield from ((name, _NAB_DAYS, 0, *way) for name, way in product(quiet, ways))
    yield from ((name, days, seed, *way) for seed, days, name, way in product(range(seeds), _DAYS, NOISE, ways))


def _row(task: Task) -> pl.DataFrame:
    file, days, seed, rate, mode = task
    frame = quiet_frame(file, days * DAY_ROWS, seed) if file in NOISE else load("nab", file).frame
    half = frame["time"][len(frame) // 2].isoformat() if mode == "causal" else None
    asked = days * _A_DAY[rate] * (0.5 if half else 1.0)
    began = time.perf_counter()
    got = len(detect(frame, false_alarms=rate, train_until=half).incidents)
    return pl.DataFrame([(*task, asked, got, time.perf_counter() - began)], schema=_SCHEMA, orient="row")


def _kept() -> pl.DataFrame:
    return pl.read_csv(_KEPT, schema=_SCHEMA) if _KEPT.exists() else pl.DataFrame(schema=_SCHEMA)


def _show(table: pl.DataFrame) -> None:
    """Got over asked for, and what was asked for, of each file in each way."""
    pooled = table.group_by("file", "mode", "rate", maintain_order=True).agg(pl.col("asked", "got").sum())
    told = pl.format("{} ({}/{})", (pl.col("got") / pl.col("asked")).round(2), "got", pl.col("asked").round())
    way = pl.format("{} {}", "mode", "rate")
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, tbl_hide_column_data_types=True):
        print(pooled.select("file", way.alias("way"), told.alias("got")).pivot("way", index="file", values="got"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.false_alarms", description="see the file")
    parser.add_argument("--seeds", type=int, default=8, help="of each kind and length (default %(default)s)")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so many (default %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
