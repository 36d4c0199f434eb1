"""`auto` on single series, its members and simple peers: `python -m benchmarks.accuracy.series [--sets ucr,nab9]`.

Bare scores of raw values, no feature, no rule. `ucr` and `nab9` (the nine files of NAB that TSB-AD has unchanged) are
learnt from their normal prefix (of `nab9` the first quarter) and scored whole; the other sets have none, and are judged
out of block in hindsight, as `isang detect` does. Thresholds: 1 false alarm a week, told by no label from scores out of
block; flagged rows no farther apart than a detector looks are one incident, as they are to `isang detect`. Each result
is kept in series.csv beside this file as soon as it is there, so that an interrupted run goes on. Needs ISANG_DATA.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.ensemble import IsolationForest

from benchmarks.accuracy.datasets import load, names
from benchmarks.accuracy.metrics import event_recall, hit_share, ranking, spans
from isang.calibrate import Past, learn_tail
from isang.detectors.auto import Auto
from isang.detectors.base import Detector
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.sub_pca import SubPca
from isang.detectors.window_knn import WindowKnn
from isang.detectors.window_statistics import WindowStatistics
from isang.grouping import group
from isang.metrics.base import harmonic
from isang.splits import blocks_of_values, out_of_block, score_only
from isang.thresholds.false_alarms import FalseAlarms
from isang.vus import usual_window, vus
from isang.words.frame import Flags, Floats

_KEPT = Path(__file__).with_name("series.csv")
_COLUMNS = ["set", "file", "judge", "rows", "located", "vus_pr", "auc_pr", "event_f1", "seconds"]
_BLOCKS = 5
_TOLERANCE = 100  # rows, or the length of the anomaly (Wu & Keogh)
_NINE = {
    "realKnownCause": (
        *("ec2_request_latency_system_failure", "nyc_taxi", "ambient_temperature_system_failure"),
        *("rogue_agent_key_hold", "cpu_utilization_asg_misconfiguration"),
    ),
    "artificialWithAnomaly": ("art_load_balancer_spikes", "art_increase_spike_density"),
    "realAdExchange": ("exchange-3_cpm_results",),
    "realTweets": ("Twitter_volume_FB",),
}


@dataclass(frozen=True)
class Series:
    """Values (n,), labelled rows, how many of the first are normal and learnt from (0: none), seconds a row."""

    values: Floats
    truth: Flags
    train: int
    step_s: float | None


@dataclass(frozen=True)
class Judged:
    """Scores (n,), those to learn a threshold from (m,), and how many rows before a row were looked at."""

    scores: Floats
    past: Floats
    context_rows: int


Judge = Callable[[Series], Judged]


def _detector(make: Callable[[], Detector]) -> Judge:
    def judge(series: Series) -> Judged:
        rows = series.values[:, None]
        if not series.train:
            return _out_of_block(make, rows)
        fitted = make().fit(rows[: series.train])
        past = _out_of_block(make, rows[: series.train]).scores if series.step_s else np.empty(0)
        return Judged(fitted.anomaly_score(rows), past, fitted.context_rows_)

    return judge


def _out_of_block(make: Callable[[], Detector], rows: Floats) -> Judged:
    scores, context = np.full(len(rows), np.nan), 0
    for mine, fitted in out_of_block(lambda others: make().fit(others), rows, blocks_of_values(rows, _BLOCKS)):
        scores[mine], context = score_only(fitted, rows, mine), max(context, fitted.context_rows_)
    return Judged(scores, scores, context)


def _one_place(series: Series) -> Judged:
    """As `isang detect --top 1 --effort thorough`: the whole series out of block, the prefix not known to be usual."""
    return _out_of_block(lambda: Auto(hindsight=True, effort="thorough", one_place=True), series.values[:, None])


def _windowed_z(series: Series) -> Judged:
    """One line: how far from the mean of the last 100 rows, in their standard deviations."""
    value = pl.Series(series.values)
    mean, spread = value.rolling_mean(100, min_samples=10), value.rolling_std(100, min_samples=10)
    apart = (value - mean).abs() / (spread + 1e-3 * float(np.std(series.values)))
    scores = np.asarray(apart.fill_null(0.0).to_numpy())
    return Judged(scores, scores[: series.train or None], 100)


def _forest(series: Series) -> Judged:
    """scikit-learn's isolation forest on the values, fitted on the prefix or on all."""
    rows = series.values[:, None]
    scores = -IsolationForest(random_state=0).fit(rows[: series.train or len(rows)]).score_samples(rows)
    return Judged(scores, scores[: series.train or None], 1)


JUDGES: dict[str, Judge] = {
    "windowed z": _windowed_z,
    "IForest": _forest,
    "robust_zscore": _detector(RobustZscore),
    "pca_autoencoder": _detector(lambda: PcaAutoencoder(hindsight=True)),
    "window_knn": _detector(lambda: WindowKnn(hindsight=True)),
    "sub_pca": _detector(lambda: SubPca(hindsight=True)),
    "window_statistics": _detector(lambda: WindowStatistics(hindsight=True)),
    "auto": _detector(lambda: Auto(hindsight=True)),
    "auto, unsmoothed": _detector(lambda: Auto(hindsight=True, smooth_rows=1)),
    "auto, quick": _detector(lambda: Auto(hindsight=True, effort="quick")),
    "auto, thorough": _detector(lambda: Auto(hindsight=True, effort="thorough")),
    "auto, one place": _one_place,
}


def files(kind: str) -> list[str]:
    """The series of a set; those without a labelled row tell nothing."""
    if kind == "ucr":
        return sorted(path.name for path in (_root() / "ucr").glob("*.txt.gz"))
    if kind == "nab9":
        return [f"{folder}/{name}.csv" for folder, nine in _NINE.items() for name in nine]
    return names(kind)


def series(kind: str, name: str) -> Series:
    """One series, gaps bridged by a straight line."""
    if kind == "ucr":
        with gzip.open(_root() / "ucr" / name, "rt", encoding="ascii") as file:
            values = np.array(file.read().split(), dtype=np.float64)
        train, begin, end = (int(part) for part in name.removesuffix(".txt.gz").split("_")[-3:])
        truth = np.zeros(len(values), dtype=np.bool_)
        truth[begin - 1 : end] = True
        return Series(values, truth, train, None)
    case = load("nab" if kind == "nab9" else kind, name)
    values = _bridged(case.frame[case.columns.values[0]].cast(pl.Float64).fill_null(np.nan).to_numpy())
    if kind != "nab9":
        return Series(values, case.truth, 0, case.step_s)
    truth = case.truth & np.append(case.truth[1:], False)  # as TSB-AD has it: no last row of a window, no first row
    return Series(values[1:], truth[1:], (len(values) - 1) // 4, case.step_s)


def _root() -> Path:
    return Path(os.environ["ISANG_DATA"]) / "metrics"


def _bridged(values: Floats) -> Floats:
    known = np.flatnonzero(~np.isnan(values))
    return np.interp(np.arange(len(values)), known, values[known])


def row(kind: str, name: str, judge: str) -> dict[str, str | float | None]:
    """The figures of one series judged by one judge."""
    one = series(kind, name)
    began = time.perf_counter()
    judged = JUDGES[judge](one)
    scores = judged.scores
    told: dict[str, str | float | None] = {"set": kind, "file": name, "judge": judge, "rows": len(scores)}
    told["seconds"] = round(time.perf_counter() - began, 3)
    if kind == "ucr":
        return told | {"located": _located(one, scores)}
    volumes = vus(scores, one.truth, usual_window(one.values))
    auc_pr, _ = ranking(one.truth, scores)
    return told | {"vus_pr": volumes.pr if volumes else None, "auc_pr": auc_pr, "event_f1": _event_f1(one, judged)}


def _located(one: Series, scores: Floats) -> float:
    """1.0 where the highest score behind the prefix lies within max(100, its length) of the anomaly."""
    begin, end = np.flatnonzero(one.truth)[[0, -1]]
    near, at = max(_TOLERANCE, int(end - begin) + 1), one.train + int(np.nanargmax(scores[one.train :]))
    return float(begin - near <= at <= end + near)


def _event_f1(one: Series, judged: Judged) -> float:
    """Incidents and events that overlap, at the score that usual data would exceed once a week."""
    span = len(judged.past) * one.step_s if one.step_s else None
    past = Past(judged.past, np.zeros(len(judged.past), dtype=np.int64), judged.context_rows, span)
    flagged = judged.scores > FalseAlarms().choose(past, learn_tail(past))
    groups = group(flagged, np.zeros(len(flagged), dtype=np.int64), judged.context_rows)
    incidents, events = [(int(rows[0]), int(rows[-1])) for rows in groups], spans(one.truth)
    return harmonic(hit_share(events, incidents) if incidents else None, event_recall(events, incidents)) or 0.0


def _left(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    done = set(kept().select("set", "file", "judge").iter_rows()) if _KEPT.exists() else set()
    for judge in options.judges.split("; ") if options.judges else JUDGES:
        for kind in options.sets.split(","):
            for name in files(kind)[:: options.every]:
                if (kind, name, judge) not in done and series(kind, name).truth.any():
                    yield kind, name, judge


def kept() -> pl.DataFrame:
    """All results so far."""
    texts = {name: pl.String for name in _COLUMNS[:3]}
    return pl.read_csv(_KEPT, schema_overrides={**dict.fromkeys(_COLUMNS, pl.Float64), **texts})


def table(rows: pl.DataFrame) -> str:
    """Means over the series of a set, in Markdown."""
    shown = _COLUMNS[4:]
    means = rows.group_by("set", "judge", maintain_order=True).agg(pl.len().alias("series"), pl.col(shown).mean())
    order = pl.col("judge").replace_strict({name: at for at, name in enumerate(JUDGES)}, return_dtype=pl.Int64)
    lines = [f"| set | series | judge | {' | '.join(shown)} |", "|---" * (len(shown) + 3) + "|"]
    for mean in means.sort("set", order).iter_rows(named=True):
        figures = ["" if mean[name] is None else f"{mean[name]:.3f}" for name in shown]
        lines.append(f"| {mean['set']} | {mean['series']} | {mean['judge']} | {' | '.join(figures)} |")
    return "\n".join(lines)


def main() -> None:
    options = _options()
    until = time.monotonic() + 60 * options.minutes
    if not _KEPT.exists():
        _KEPT.write_text(",".join(_COLUMNS) + "\n", encoding="utf-8")
    for asked in _left(options):
        if time.monotonic() > until:
            print("not all is judged yet: run it again.")
            break
        with _KEPT.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, _COLUMNS, lineterminator="\n").writerow(row(*asked))
    print(table(kept()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", default="nab9,ucr,nab,kpi,cloud_monitoring", help="some of %(default)s")
    parser.add_argument("--judges", help=f"some of: {'; '.join(JUDGES)}, parted by '; '")
    parser.add_argument("--every", type=int, default=1, help="every so many series of a set")
    parser.add_argument("--minutes", type=float, default=600, help="begin nothing new after that")
    return parser.parse_args()


if __name__ == "__main__":
    main()
