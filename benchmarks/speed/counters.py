"""Counters of a farm at full size: `python -m benchmarks.speed.counters [--keras PYTHON] [--only s2|pack|longer]`.

Two years of 13 made servers, 210 240 slots of 52 columns in four files. `s2`: S2's job from the files to `predict.csv`
beside the same in Keras (see `benchmarks.speed.nets` for its environment), in turns; `--epochs` of each stage are run
and told for the 20 and 10 of S2, `--epochs 20` runs them all. `pack`: time and memory of the pack's default, and of
windows of 144 slots. `longer`: what longer windows, dropout and weight decay bring on half a year.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from benchmarks.speed.__main__ import measured
from isang.synthetic import counters
from isang.synthetic.counter_files import counter_files
from isang.words.frame import Flags, Floats

_FIRST, _SECOND = 20, 10  # epochs of S2
_MOST_DROPPED = 0.05  # S2's 0.2 would drop more than half of these rows: both sides drop the same share of them
_ONE_A_WEEK = 1 / 2016
_KERAS = Path(__file__).with_name("keras_counters.py")
# `isang`, with what it logs and when on standard error.
_LOGGED = (
    "import logging; logging.basicConfig(level=logging.INFO, format='%(created)f %(message)s'); "
    "from isang.cli import main; main()"
)
_EPOCH = re.compile(r"^(\d+\.\d+) training \S+ (\d+) of ")


class Job(NamedTuple):
    """Seconds of all, and of an epoch after the first of each training; the last rows' `flags` and scores."""

    seconds: float
    epochs: list[float]
    flags: Flags
    scores: Floats  # calibration rows, then as many as flags

    def told(self, epochs: int) -> tuple[float, float, float]:
        """Seconds with all epochs of S2, of a first and of a second one; the last training is the second stage."""
        first, second = sum(self.epochs[:-1]), self.epochs[-1]
        more = (_FIRST - min(epochs, _FIRST)) * first + (_SECOND - min(epochs, _SECOND)) * second
        return self.seconds + more, first, second


def main() -> None:
    options = _options()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as parent:
        if options.only in ("", "s2", "pack"):
            folder = _written(Path(parent, "farm"))
        if options.only in ("", "s2"):
            _s2(folder, options)
        if options.only in ("", "pack"):
            _pack(folder, options.rows)
        if options.only in ("", "longer"):
            _longer(_written(Path(parent, "half"), days=180, incidents_a_year=240), options.rows)


def _written(folder: Path, **asked: Any) -> Path:
    folder.mkdir()
    for name, table in counter_files(counters(**asked)).items():
        table.write_csv(folder / name)
    return folder


def _s2(folder: Path, options: argparse.Namespace) -> None:
    """Both train on the same three quarters of the first year, in float32 or what they choose, without early stop."""
    found: dict[str, list[Job]] = {}
    for _ in range(options.rounds):
        for batch in options.batches:
            found.setdefault(f"isang, batches of {batch}", []).append(_by_isang(folder, options.epochs, batch))
        if options.keras:
            found.setdefault("keras 3, batches of 128", []).append(_by_keras(folder, options))
    print(f"\nS2's job, 20 and 10 epochs told from {options.epochs}; medians of {options.rounds}, load {_load()}")
    print(f"{'':24} {'seconds':>8} {'':>8} {'an epoch':>8} {'and':>8}  event F1: one slot a week, over 0.1")
    rival = [job.told(options.epochs)[0] for job in found.get("keras 3, batches of 128", [])]
    for name, jobs in found.items():
        seconds, first, second = map(statistics.median, zip(*(job.told(options.epochs) for job in jobs), strict=True))
        times = f"{statistics.median(rival) / seconds:6.2f} x" if rival else ""
        weekly, fixed = (event_f1(flags, folder) for flags in (_rarest(jobs[0]), jobs[0].flags))
        print(
            f"{name:24} {seconds:8.0f} {times:>8} {first:8.1f} {second:8.1f}  {weekly:25.3f} {fixed:9.3f}", flush=True
        )


def _by_isang(folder: Path, epochs: int, batch: int) -> Job:
    stages = {"first": min(epochs, _FIRST), "second": min(epochs, _SECOND)}
    changes = [f"detector.max_share={_MOST_DROPPED}"]
    for stage, count in stages.items():
        own = {"epochs": count, "patience": count, "batch_windows": batch}
        changes += [f"detector.{stage}.training.{name}={value}" for name, value in own.items()]
    return _detected(folder, ["--preset", "s2"], changes)


def _detected(folder: Path, asked: list[str], changes: list[str]) -> Job:
    """`isang detect` over the files, in a process of its own."""
    with tempfile.TemporaryDirectory() as parent:
        out, began = Path(parent, "out"), time.perf_counter()
        command = [sys.executable, "-c", _LOGGED, *_command(folder, out), *asked, *_set(changes)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        if done.returncode:
            sys.exit(f"benchmarks: isang failed: {done.stderr.strip().splitlines()[-1]}")
        judged = pl.read_parquet(out / "scores.parquet").filter(pl.col("split") != "train")
        scores = judged["score"].fill_null(-np.inf).to_numpy()
        return Job(seconds, _epochs(done.stderr), _predicted(out), scores)


def _epochs(told: str) -> list[float]:
    """Seconds of an epoch after the first, one for each training."""
    moments: list[list[float]] = []
    for found in filter(None, map(_EPOCH.match, told.splitlines())):
        if int(found[2]) == 1:
            moments.append([])
        moments[-1].append(float(found[1]))
    return [(own[-1] - own[0]) / max(len(own) - 1, 1) for own in moments]


def _by_keras(folder: Path, options: argparse.Namespace) -> Job:
    with tempfile.TemporaryDirectory() as out:
        counts = (min(options.epochs, most) for most in (_FIRST, _SECOND))
        command = [options.keras, str(_KERAS), str(folder), out, str(_MOST_DROPPED), *map(str, counts)]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        if done.returncode:
            sys.exit(f"keras failed: {done.stderr.strip().splitlines()[-1]}")
        told = json.loads(done.stdout.strip().splitlines()[-1])
        epochs = [statistics.mean(told[stage][1:] or [0.0]) for stage in ("first", "second")]
        return Job(seconds, epochs, _predicted(Path(out)), np.load(Path(out, "scores.npy")).astype(np.float64))


def _predicted(out: Path) -> Flags:
    return np.asarray(pl.read_csv(out / "predict.csv")["Prediction"].to_numpy() == 1)


def _rarest(job: Job) -> Flags:
    """Flags at the threshold that one slot a week exceeds in the rows before: so that both are asked the same."""
    before, judged = np.split(job.scores, [len(job.scores) - len(job.flags)])
    return np.asarray(judged > np.quantile(before, 1 - _ONE_A_WEEK))


def event_f1(flags: Flags, folder: Path) -> float:
    """F1 of incidents found (a flagged slot lies in it) and of runs of flagged slots (it touches an incident).

    `flags` are the last slots of the files of a folder.
    """
    truth, events = np.zeros(len(flags), dtype=bool), _events(folder, len(flags))
    for first, last in events:
        truth[first : last + 1] = True
    found = sum(flags[first : last + 1].any() for first, last in events) / max(len(events), 1)
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    right = sum(truth[first:after].any() for first, after in edges) / max(len(edges), 1)
    return float(2 * found * right / max(found + right, 1e-9))


def _events(folder: Path, slots: int) -> list[tuple[int, int]]:
    """First and last slot of each anomaly that begins in the last `slots`, counted from there."""
    stamps = pl.read_csv(folder / "Media_INFO.csv")["Timestamp"]
    begin = stamps.str.slice(0, 13).str.to_datetime("%Y%m%d_%H%M").max() - pl.duration(minutes=5 * (slots - 1))
    events = pl.read_csv(folder / "events.csv", try_parse_dates=True).filter(pl.col("kind") == "anomaly")
    number = ((pl.col("start", "end") - begin).dt.total_minutes() // 5).cast(pl.Int64)
    return events.select(number).unique(maintain_order=True).filter(pl.col("start") >= 0).rows()


def _pack(folder: Path, only: str) -> None:
    """The default, and windows of 144 slots: of the closed form, and of S2's first net with one epoch of a quarter."""
    nets = [f"detector.{stage}.training.epochs=1" for stage in ("first", "second")]
    quarter = ["--preset", "s2", "--train-until", "2017-04-01"]
    jobs = {
        "pack counters": (["--pack", "counters"], []),
        "shapes of 144 slots": (["--pack", "counters", "--detector", "pca_autoencoder"], ["detector.window_rows=144"]),
        "S2's net of 144 slots": (
            quarter,
            [f"detector.max_share={_MOST_DROPPED}", "detector.first.window_rows=144", *nets],
        ),
    }
    print(f"\n{'isang detect Media*.csv':24} {'seconds':>8} {'CPU s':>8} {'peak MB':>8} {'load':>6}")
    for name, (asked, changes) in ((name, job) for name, job in jobs.items() if only in name):
        with tempfile.TemporaryDirectory() as parent:
            command = [sys.executable, "-m", "isang", *_command(folder, Path(parent, "out")), *asked, *_set(changes)]
            seconds, busy, peak_mb, why = measured(command)
        print(f"{name:24} {seconds:8.1f} {busy:8.1f} {peak_mb:8.0f} {_load():>6}  {why}", flush=True)


def _longer(folder: Path, only: str) -> None:
    """S2's nets on 2 x 90 days, one alarm a week: event F1 and seconds."""
    epochs = {"first": 6, "second": 4}
    settings: dict[str, dict[str, float]] = {
        "5 slots": {},
        "5 slots, dropout 0.2": {"dropout": 0.2},
        "5 slots, weight decay 0.01": {"training.weight_decay": 0.01},
        **{f"{slots} slots": {"window_rows": slots} for slots in (12, 36, 144)},
    }
    print(f"\nS2's nets, 90 days learnt from, 90 judged, {epochs['first']} and {epochs['second']} epochs")
    print(f"{'':28} {'event F1':>9} {'seconds':>8} {'load':>6}")
    for name, own in settings.items():
        if only in name:
            changes = [f"detector.max_share={_MOST_DROPPED}"]
            for stage, count in epochs.items():
                each = {"training.epochs": count, "training.batch_windows": 64, **own}
                changes += [f"detector.{stage}.{key}={value}" for key, value in each.items()]
            asked = ["--preset", "s2", "--train-until", "2017-04-01", "--threshold", "false_alarms"]
            job = _detected(folder, asked, changes)
            print(f"{name:28} {event_f1(job.flags, folder):9.3f} {job.seconds:8.1f} {_load():>6}", flush=True)


def _command(folder: Path, out: Path) -> list[str]:
    files = [str(file) for file in sorted(folder.glob("Media_*.csv"))]
    return ["detect", *files, "--predictions", "--quiet", "--out", str(out)]


def _set(changes: list[str]) -> list[str]:
    return [part for change in changes for part in ("--set", change)]


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _options() -> argparse.Namespace:
    name = "python -m benchmarks.speed.counters"
    parser = argparse.ArgumentParser(prog=name, description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--keras", help="interpreter of an environment with Keras 3 and polars")
    parser.add_argument("--only", default="", choices=["", "s2", "pack", "longer"], help="one of the tables")
    parser.add_argument("--rounds", type=int, default=3, help="of S2's job, the median of so many")
    parser.add_argument("--epochs", type=int, default=3, help="of each stage that are run; the rest is told from them")
    parser.add_argument("--batches", type=int, nargs="*", default=[128, 256], help="of isang; Keras takes S2's 128")
    parser.add_argument("--rows", default="", help="of `pack` and `longer`, those whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    main()
