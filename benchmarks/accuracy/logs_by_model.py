"""Made logs, two weeks: `python -m benchmarks.accuracy.logs_by_model [--seeds 1 2 3] [--lines 600000]`.

Of four services with thirty-two incidents, the second week is judged by a model of the first, and in one causal run
over both (`--train-until`). Caught and false as in `benchmarks.accuracy.logs`.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

import isang
from benchmarks.accuracy.logs import matched
from isang.result import Result
from isang.synthetic import log_files

_START, _DAYS, _INCIDENTS = datetime(2025, 11, 3), 14, 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--lines", type=int, default=600_000, help="of both weeks")
    options = parser.parse_args()
    sums = dict[str, list[int]]()
    for seed in options.seeds:
        with TemporaryDirectory() as name:
            for how, (caught, false, events) in _judged(Path(name), options.lines, seed).items():
                print(f"seed {seed}, {how}: {caught} of {events}, {false} false", flush=True)
                sums[how] = [a + b for a, b in zip(sums.get(how, [0, 0, 0]), (caught, false, events), strict=True)]
    print("| judged | events | caught | false a week |", "|---|---|---|---|", sep="\n")
    for how, (caught, false, events) in sums.items():
        print(f"| {how} | {events} | {caught} | {false / len(options.seeds):.1f} |")


def _judged(folder: Path, lines: int, seed: int) -> dict[str, tuple[int, int, int]]:
    """How the second week is judged → incidents caught, false ones, and how many there were."""
    made = log_files(folder / "both", lines, _DAYS, incidents=_INCIDENTS, random_state=seed)
    half = _START + timedelta(days=_DAYS / 2)
    for log in (folder / "both").iterdir():
        whole = log.read_bytes()
        cut = whole.index(f"\n{half:%Y-%m-%d}".encode()) + 1
        for week, part in (("first", whole[:cut]), ("second", whole[cut:])):
            (folder / week).mkdir(exist_ok=True)
            (folder / week / log.name).write_bytes(part)
    events = made.filter(pl.col("start") >= half)
    return {
        "by a model of the week before": _counted(events, isang.fit(folder / "first").detect(folder / "second")),
        "in one causal run": _counted(events, isang.detect(folder / "both", train_until=f"{half:%Y-%m-%d}")),
    }


def _counted(events: pl.DataFrame, result: Result) -> tuple[int, int, int]:
    found, told = matched(events, result)
    return int(found["caught"].sum()), int(told["false"].sum()), len(events)


if __name__ == "__main__":
    main()
