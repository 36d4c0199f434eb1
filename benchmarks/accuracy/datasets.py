"""The sets of $ISANG_DATA as cases: a frame, and apart from it the truth.

What each set is and how it is split stands in its README. The frame never holds a label.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from isang.words.frame import Columns, Flags, Floats

_MOST_ROWS = 10_000


@dataclass(frozen=True)
class Case:
    """A frame, and what is known of it.

    `truth` (n,) marks labelled rows. The first `train` rows are for learning only and are not judged
    (0: all rows are judged, in hindsight). `step_s` is None where rows have no time.
    """

    name: str
    frame: pl.DataFrame
    columns: Columns
    truth: Flags
    train: int
    step_s: float | None


def names(kind: str) -> list[str]:
    """The files of a set, as paths below its folder."""
    folder, pattern, _ = SETS[kind]
    found = sorted(str(path.relative_to(_root() / folder)) for path in (_root() / folder).glob(pattern))
    # smtp is http's twin with 30 anomalies in 95 156 rows: a draw of 10 000 holds hardly one.
    return [name for name in found if "smtp" not in name]


def load(kind: str, name: str) -> Case:
    folder, _, read = SETS[kind]
    return read(_root() / folder, name)


def _root() -> Path:
    root = Path(os.environ.get("ISANG_DATA", ""))
    if not (root / "metrics").is_dir():
        sys.exit("benchmarks: set ISANG_DATA to the folder that holds metrics/ and tabular/.")
    return root


def _nab(folder: Path, name: str) -> Case:
    frame = pl.read_csv(folder / name).select(_utc("timestamp"), pl.col("value").cast(pl.Float64))
    truth = np.zeros(len(frame), dtype=np.bool_)
    for start, end in json.loads((folder / "combined_windows.json").read_text())[name]:
        first, last = (datetime.fromisoformat(time).replace(tzinfo=UTC) for time in (start, end))
        truth |= frame["time"].is_between(first, last).to_numpy()
    return _series(name, frame, truth)


def _kpi(folder: Path, name: str) -> Case:
    table = pl.read_csv(folder / name)
    time = pl.from_epoch("timestamp").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("time")
    return _series(name, table.select(time, pl.col("value").cast(pl.Float64)), _marked(table["label"]))


def _cloud_monitoring(folder: Path, name: str) -> Case:
    table = pl.read_csv(folder / name, schema_overrides={"TimeStamp": pl.String})
    frame = table.select(_utc("TimeStamp"), pl.col("Value").cast(pl.Float64).alias("value"))
    return _series(name, frame, _marked(table["Label"]))


def _machine(folder: Path, name: str) -> Case:
    """A machine of SMD (1 min) or ASD (5 min): train, then test; the arrays have no time, so it is made."""
    with np.load(folder / name, allow_pickle=False) as file:
        train, test, label = file["train"], file["test"], file["test_label"]
    return _arrays(name, train, test, label.astype(np.bool_), 60.0 if folder.name == "smd" else 300.0)


def _arrays(name: str, train: Floats, test: Floats, label: Flags, step_s: float) -> Case:
    frame = _numbered(np.concatenate([train, test]))
    first, step = datetime(2026, 1, 5, tzinfo=UTC), timedelta(seconds=step_s)
    times = pl.datetime_range(first, first + step * (len(frame) - 1), interval=step, time_unit="us", eager=True)
    columns = Columns("time", (), tuple(frame.columns))
    truth = np.concatenate([np.zeros(len(train), dtype=np.bool_), label])
    return Case(name, frame.insert_column(0, times.alias("time")), columns, truth, len(train), step_s)


def _service(folder: Path, name: str) -> Case:
    """An online service of JumpStarter (5 min): one array in each of three files."""
    train, test, label = (
        np.loadtxt(folder / name.replace("train", part), delimiter=",") for part in ("train", "test", "test_label")
    )
    return _arrays(name.removesuffix("_train.csv.gz"), train, test, label.astype(np.bool_), 300.0)


def _channel(folder: Path, name: str) -> Case:
    """A channel of SMAP or MSL, whose step is not told: taken as a minute."""
    with np.load(folder / name, allow_pickle=False) as file:
        train, test = file["train"], file["test"]
    known = pl.read_csv(folder / "labeled_anomalies.csv").filter(chan_id=Path(name).stem)
    label = np.zeros(len(test), dtype=np.bool_)
    for first, last in json.loads(known["anomaly_sequences"][0]):
        label[first : last + 1] = True
    return _arrays(name, train, test, label, 60.0)


def _table(folder: Path, name: str) -> Case:
    """A set of ADBench; of the large ones a draw of 10 000 rows."""
    with np.load(folder / name, allow_pickle=False) as file:
        X, y = file["X"], file["y"]
    if len(X) > _MOST_ROWS:
        drawn = np.sort(np.random.default_rng(0).choice(len(X), _MOST_ROWS, replace=False))
        X, y = X[drawn], y[drawn]
    frame = _numbered(X)
    return Case(name, frame, Columns(None, (), tuple(frame.columns)), y.astype(np.bool_), 0, None)


def _series(name: str, frame: pl.DataFrame, truth: Flags) -> Case:
    step_s = frame["time"].sort().dt.epoch("us").diff().drop_nulls().to_numpy() / 1e6
    return Case(name, frame, Columns("time", (), ("value",)), truth, 0, float(np.median(step_s)))


def _utc(column: str) -> pl.Expr:
    plain = pl.col(column).str.replace("T", " ").str.strip_suffix("Z")
    return plain.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC").alias("time")


def _marked(label: pl.Series) -> Flags:
    marked: Flags = (label.cast(pl.Float64).fill_null(0) > 0).to_numpy()
    return marked


def _numbered(X: Floats) -> pl.DataFrame:
    width = len(str(X.shape[1]))
    return pl.DataFrame(
        {f"x{number:0{width}d}": X[:, number - 1].astype(np.float64) for number in range(1, X.shape[1] + 1)}
    )


SETS: dict[str, tuple[str, str, Callable[[Path, str], Case]]] = {
    "nab": ("metrics/nab", "*/*.csv", _nab),
    "kpi": ("metrics/kpi", "*.csv.gz", _kpi),
    "cloud_monitoring": ("metrics/cloud_monitoring", "*/*.csv", _cloud_monitoring),
    "smd": ("metrics/smd", "*.npz", _machine),
    "asd": ("metrics/asd", "*.npz", _machine),
    "jumpstarter": ("metrics/jumpstarter", "*_train.csv.gz", _service),
    "smap_msl": ("metrics/smap_msl", "*.npz", _channel),
    "adbench": ("tabular/adbench", "*.npz", _table),
}
