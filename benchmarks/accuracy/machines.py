"""Detectors of ours, with and without `cleaned`, on servers and spacecraft: `python -m benchmarks.accuracy.machines`.

The train part is learnt from, its last quarter sets the threshold (1 false alarm a week, no label), the test part is
judged. Means over the files of a fixed choice that a detector could learn from. Each result is kept in machines.jsonl
beside this file as soon as it is there, so that an interrupted run goes on. Those of TSB-AD (`_machine_peers`) learn
from the whole train part and decide nothing; "smoothed" is a moving average around each row. Needs ISANG_DATA.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.accuracy import _machine_peers, judges
from benchmarks.accuracy.datasets import Case, load, names
from benchmarks.accuracy.judges import Judged
from benchmarks.accuracy.measure import SCHEMA, Row, measures
from isang.detectors.wrapped import Wrapped
from isang.errors import IsangError
from isang.pipeline import Pipeline
from isang.windows import moving_mean
from isang.words.frame import Floats

_KEPT = Path(__file__).with_name("machines.jsonl")
_PLAIN = ("auto", "robust_zscore", "isolation_forest", "knn", "pca_autoencoder", "dense_autoencoder")
_SHOWN = ["event_f1", "vus_pr", "auc_pr", "event_recall", "false_alarms_a_week", "seconds"]

_SMOOTHED_ROWS = 16  # as many as `auto` has by default

# Channels that TSB-AD judges too (same length, same labelled rows), every second of them by name.
_CHANNELS = [f"{name}.npz" for name in ("A-1", "A-5", "D-6", "E-11", "E-7", "F-5", "M-6", "S-1", "T-5")]


def main() -> None:
    options = _options()
    until = time.monotonic() + 60 * options.minutes
    for kind, name, judge in _left(options.sets.split(","), options.detector):
        if time.monotonic() > until:
            print("not all is judged yet: run it again.")
            break
        row = {"set": kind, "file": name, "detector": judge, **_row(load(kind, name), JUDGES[judge])}
        with _KEPT.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    print(_table(_kept()))


def _left(sets: list[str], detectors: str | None) -> Iterator[tuple[str, str, str]]:
    done = set(_kept().select("set", "file", "detector").iter_rows())
    for judge in detectors.split(",") if detectors else JUDGES:
        for kind in sets:
            for name in files(kind):
                if (kind, name, judge) not in done:
                    yield kind, name, judge


def files(kind: str) -> list[str]:
    """The files that stand for a set."""
    return _CHANNELS if kind == "smap_msl" else names(kind)


def _row(case: Case, judge: Callable[[Case], Judged]) -> Row:
    began = time.perf_counter()
    try:
        judged = judge(case)
    except IsangError as error:
        return {"error": str(error)}
    return {"seconds": time.perf_counter() - began} | measures(case, judged)


def _kept() -> pl.DataFrame:
    lines = _KEPT.read_text(encoding="utf-8").splitlines() if _KEPT.exists() else []
    return pl.DataFrame([json.loads(line) for line in lines], schema=SCHEMA)


def _table(rows: pl.DataFrame) -> str:
    """Means over files, in Markdown."""
    order = pl.col("detector").replace_strict({name: at for at, name in enumerate(JUDGES)}, return_dtype=pl.Int64)
    judged = pl.col("error").is_null().sum().alias("files")
    means = rows.group_by("set", "detector").agg(judged, pl.col(_SHOWN).fill_nan(None).mean())
    lines = [f"| set | files | detector | {' | '.join(_SHOWN)} |", "|---" * (len(_SHOWN) + 3) + "|"]
    for row in means.sort("set", order).iter_rows(named=True):
        figures = [f"{row[name]:.3f}" if row[name] is not None else "" for name in _SHOWN[:-2]]
        figures += [f"{row[name]:.1f}" if row[name] is not None else "" for name in _SHOWN[-2:]]
        lines.append(f"| {row['set']} | {row['files']} | {row['detector']} | {' | '.join(figures)} |")
    return "\n".join(lines)


def _pyod(name: str) -> Callable[[Case], Judged]:
    """A model of PyOD with its defaults, on robustly scaled rows and with our threshold, without features or rules."""

    def judge(case: Case) -> Judged:
        model = getattr(import_module(f"pyod.models.{name.lower()}"), name)()
        pipeline = Pipeline(case.columns.time, (), case.columns.values, Wrapped(model), features={}, rules={})
        times = case.frame["time"].dt.epoch("us").to_list()
        return judges.told(pipeline.fit_detect(case.frame, cuts=(times[case.train * 3 // 4], times[case.train])))

    return judge


def _peer(scores: Callable[[Floats, int], Floats], smoothed_rows: int = 1) -> Callable[[Case], Judged]:
    def judge(case: Case) -> Judged:
        key = (scores.__name__, case.name)
        if key not in _PEER_SCORES:
            _PEER_SCORES[key] = scores(case.frame.select(case.columns.values).to_numpy(), case.train)
        return Judged(moving_mean(_PEER_SCORES[key], smoothed_rows, centred=True), None, None)

    return judge


def _one_line(case: Case) -> Judged:
    """The baseline, smoothed; its flags are of the bare score."""
    return Judged(moving_mean(judges.baseline(case, "").score, _SMOOTHED_ROWS, centred=True), None, None)


def _judge(detector: Any) -> Callable[[Case], Judged]:
    return lambda case: judges.engine(case, detector)


_PEER_SCORES: dict[tuple[str, str], Floats] = {}  # the smoothed ones come later in the same run
_PEERS = {"PCA": _machine_peers.pca, "KMeansAD": _machine_peers.kmeans, "CNN": _machine_peers.cnn}
JUDGES: dict[str, Callable[[Case], Judged]] = {
    "one line: mean robust z": lambda case: judges.baseline(case, ""),
    "one line smoothed": _one_line,
    **{f"TSB-AD {name}": _peer(scores) for name, scores in _PEERS.items()},
    **{f"TSB-AD {name} smoothed": _peer(scores, _SMOOTHED_ROWS) for name, scores in _PEERS.items()},
    **{f"PyOD {name}": _pyod(name) for name in ("PCA", "IForest", "KNN")},
    **{name: _judge(name) for name in _PLAIN},
    "auto unsmoothed": _judge({"name": "auto", "smooth_rows": 1}),
    **{f"cleaned: {name}": _judge({"name": "cleaned", "first": {"name": name}}) for name in _PLAIN},
    "cleaned: robust_zscore then pca_autoencoder": _judge(
        {"name": "cleaned", "first": {"name": "robust_zscore"}, "second": {"name": "pca_autoencoder"}}
    ),
    "lstm_autoencoder": _judge("lstm_autoencoder"),
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", default="asd,jumpstarter,smap_msl,smd", help="some of %(default)s")
    parser.add_argument("--detector", help="some of the detectors, with commas")
    parser.add_argument("--minutes", type=float, default=600, help="begin nothing new after that")
    return parser.parse_args()


if __name__ == "__main__":
    main()
