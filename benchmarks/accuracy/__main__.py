"""Print one table: `python -m benchmarks.accuracy [--quick] [--sets nab,smd] [--detector auto,knn] [--bare]`.

Needs ISANG_DATA. Every file is judged by each detector and by the baseline; the table has means over the
files of a set, `benchmarks/accuracy/latest.csv` has them singly.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks.accuracy.datasets import SETS, names
from benchmarks.accuracy.measure import BASELINE, MEANS, SCHEMA, Row, measure

_LATEST = Path(__file__).with_name("latest.csv")


def main() -> None:
    options = _options()
    # Each process has one core; threads of its own would only be in the way of the others.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    rows = []
    for row in _rows(options):
        rows.append(row)
        told = row["error"] or f"{row['seconds']:.1f} s"
        print(f"{len(rows):4d}  {row['set']}/{row['file']}  {row['detector']}  {told}", file=sys.stderr)
    table = pl.DataFrame(rows, schema=SCHEMA).sort("set", "file", "detector")
    table.write_csv(_LATEST)
    _show(table)


def _rows(options: argparse.Namespace) -> Iterator[Row]:
    asked = [
        (kind, name, detector)
        for kind in options.sets.split(",")
        for name in _chosen(names(kind), quick=options.quick)
        for detector in (*options.detector.split(","), BASELINE)
    ]
    # Spawned, not forked: polars' threads do not survive a fork.
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(measure, *each, bare=options.bare) for each in asked]):
            yield done.result()


def _chosen(files: list[str], *, quick: bool) -> list[str]:
    return files[:: max(1, len(files) // 4)][:4] if quick else files


def _show(table: pl.DataFrame) -> None:
    means = table.group_by("set", "detector", maintain_order=True).agg(
        pl.len().alias("files"),
        pl.col("error").is_not_null().sum().alias("failed"),
        pl.col(MEANS).fill_nan(None).mean(),
        pl.col("seconds").sum(),
    )
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        tbl_width_chars=200,
        float_precision=3,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
    ):
        print(means)
    for row in table.filter(pl.col("error").is_not_null()).iter_rows(named=True):
        print(f"failed: {row['set']}/{row['file']} {row['detector']}: {row['error']}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="four files of each set")
    parser.add_argument("--sets", default=",".join(SETS), help="some of %(default)s")
    parser.add_argument("--detector", default="auto", help="one or more, with commas (default %(default)s)")
    parser.add_argument("--bare", action="store_true", help="scores of the detectors alone, without the pipeline")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
