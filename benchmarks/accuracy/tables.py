"""`auto` on tables: `python -m benchmarks.accuracy.tables [--peer PYTHON] [--judges auto,knn] [--minutes 30]`.

The sets of `$ISANG_DATA/tabular/adbench` (smtp left out), at most 10,000 rows of each drawn at random and put in random
order; ROC-AUC in three settings. `unsupervised`: fitted on all rows, and the same rows are scored. `detect`:
the whole job as a user calls it, in which no row is judged by what was learnt from it. `normal rows`: fitted on the
normal rows among 70 %, drawn by label, and the other 30 % are scored; five times with sets under 2,000 rows, of which a
draw holds a few anomalies. With `--peer`, an interpreter that has pyod, PyOD's detectors with their defaults get the
same rows. Each result is kept in tables.csv beside this file as soon as it
is there: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.accuracy.datasets import Case, load, names
from isang import detect, family
from isang.curves import roc_auc
from isang.words.frame import Flags, Floats

_KEPT = Path(__file__).with_name("tables.csv")
_PYOD = Path(__file__).with_name("_pyod.py")
_FEW_ROWS = 2000
_SETTINGS = ("unsupervised", "detect", "normal rows")
_SCHEMA = {
    "set": pl.String,
    "setting": pl.String,
    "judge": pl.String,
    "rows": pl.Int64,
    "columns": pl.Int64,
    "anomalies": pl.Int64,
    "roc_auc": pl.Float64,
    "seconds": pl.Float64,
}
_OURS = "auto,knn,isolation_forest"
_PEERS = "pyod IForest,pyod KNN,pyod ECOD,pyod MCD"


def main() -> None:
    options = _options()
    until = time.monotonic() + 60 * options.minutes
    judges = (options.judges + (f",{_PEERS}" if options.peer else "")).split(",")
    for name, setting, judge in _left(judges):
        if time.monotonic() > until:
            print("not all is judged yet: run it again.")
            break
        row = pl.DataFrame([_row(load("adbench", name), setting, judge, options.peer)], schema=_SCHEMA)
        with _KEPT.open("ab") as file:
            row.write_csv(file, include_header=not file.tell())
    _show(_kept())


def split(truth: Flags, random: np.random.Generator) -> tuple[Flags, Flags]:
    """(n,) normal rows among 70 %, and the other 30 %: both hold normal rows and anomalies in these shares."""
    first = np.zeros(len(truth), dtype=np.bool_)
    for kind in (False, True):
        rows = random.permutation(np.flatnonzero(truth == kind))
        first[rows[: int(0.7 * len(rows))]] = True
    return first & ~truth, ~first


def _row(case: Case, setting: str, judge: str, peer: str | None) -> dict[str, str | float | None]:
    random = np.random.default_rng(0)
    order = random.permutation(len(case.truth))
    X, truth = case.frame.to_numpy()[order], case.truth[order]
    everything = np.ones(len(X), dtype=np.bool_)
    parts = [(everything, everything)]
    if setting == "normal rows":
        parts = [split(truth, random) for _ in range(5 if len(X) < _FEW_ROWS else 1)]
    began = time.perf_counter()
    found = [roc_auc(_scores(judge, X[train], X[judged], setting, peer), truth[judged]) for train, judged in parts]
    seconds = (time.perf_counter() - began) / len(parts)
    return {
        "set": case.name.removesuffix(".npz"),
        "setting": setting,
        "judge": judge,
        "rows": len(X),
        "columns": X.shape[1],
        "anomalies": int(truth.sum()),
        "roc_auc": float(np.mean([one for one in found if one is not None])),
        "seconds": seconds,
    }


def _scores(judge: str, train: Floats, judged: Floats, setting: str, peer: str | None) -> Floats:
    if judge.startswith("pyod "):
        return _of_pyod(str(peer), judge.removeprefix("pyod "), train, judged, same=setting == "unsupervised")
    if setting == "detect":
        return np.asarray(detect(judged, detector=judge).scores["score"].cast(pl.Float64).to_numpy())
    return np.asarray(family.build("detectors", judge).fit(train).anomaly_score(judged))


def _of_pyod(python: str, model: str, train: Floats, judged: Floats, *, same: bool) -> Floats:
    with TemporaryDirectory() as folder:
        files = [str(Path(folder, f"{name}.npy")) for name in ("train", "judged", "scores")]
        np.save(files[0], train)
        np.save(files[1], judged)
        subprocess.run([python, str(_PYOD), model, files[0], files[0 if same else 1], files[2]], check=True)
        found: Floats = np.load(files[2], allow_pickle=False)
    return found


def _left(judges: list[str]) -> Iterator[tuple[str, str, str]]:
    done = set(_kept().select("set", "setting", "judge").iter_rows())
    for judge in judges:
        for name in names("adbench"):
            for setting in _SETTINGS:
                known = (name.removesuffix(".npz"), setting, judge) in done
                if not known and not (judge.startswith("pyod ") and setting == "detect"):
                    yield name, setting, judge


def _kept() -> pl.DataFrame:
    return pl.read_csv(_KEPT, schema=_SCHEMA) if _KEPT.exists() else pl.DataFrame(schema=_SCHEMA)


def _show(table: pl.DataFrame) -> None:
    means = table.group_by("judge", maintain_order=True).agg(
        pl.len().alias("results"),
        *(pl.col("roc_auc").filter(setting=setting).mean().round(3).alias(setting) for setting in _SETTINGS),
        pl.col("seconds").filter(setting="normal rows").sum().round(1).alias("seconds, normal rows"),
    )
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(means)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.tables", description=__doc__.split("\n")[0])
    parser.add_argument("--judges", default=_OURS, help="detectors of ours (default %(default)s)")
    parser.add_argument("--peer", help="an interpreter that has pyod installed")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop after so many (default %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
