"""One case judged by one judge, as a row of figures."""

from __future__ import annotations

import time

import numpy as np
import polars as pl

from benchmarks.accuracy import judges
from benchmarks.accuracy.datasets import Case, load
from benchmarks.accuracy.metrics import event_recall, hit_share, ranking, spans
from isang.metrics.base import harmonic
from isang.vus import usual_window, vus
from isang.words.frame import Flags, Floats

Row = dict[str, str | float | None]
BASELINE = "baseline"
_WEEK_S = 604_800

MEANS = ["auc_pr", "roc_auc", "vus_pr", "vus_roc", "event_f1", "event_recall", "incidents_hit", "incidents_a_week"]
MEANS += ["false_alarms_a_week", "share_flagged"]
SCHEMA = {
    "set": pl.String,
    "file": pl.String,
    "detector": pl.String,
    "rows": pl.Int64,
    "events": pl.Int64,
    "incidents": pl.Int64,
    **dict.fromkeys(MEANS, pl.Float64),
    "seconds": pl.Float64,
    "error": pl.String,
}


def measure(kind: str, name: str, detector: str, *, bare: bool) -> Row:
    """One row of `latest.csv`; a failure is told in its `error`."""
    case = load(kind, name)
    judge_by = judges.baseline if detector == BASELINE else judges.bare if bare else judges.engine
    row: Row = {"set": kind, "file": name, "detector": detector, "error": None}
    began = time.perf_counter()
    try:
        judged = judge_by(case, detector)
    except Exception as error:  # one file that fails must not hide the others; it is shown in the table
        return row | {"error": f"{type(error).__name__}: {error}"}
    return row | {"seconds": time.perf_counter() - began} | measures(case, judged)


def measures(case: Case, judged: judges.Judged) -> Row:
    """The figures of one case, over its judged part."""
    truth, score = case.truth[case.train :], judged.score[case.train :]
    auc_pr, roc_auc = ranking(truth, score)
    found: Row = {"rows": len(truth), "auc_pr": auc_pr, "roc_auc": roc_auc, **_volumes(case, truth, score)}
    if judged.flag is None or judged.incidents is None:
        return found
    found["share_flagged"] = float(np.mean(judged.flag[case.train :]))
    if case.step_s is None:  # rows in no order have no events
        return found
    events = [(first + case.train, last + case.train) for first, last in spans(truth)]
    incidents = [(first, last) for first, last in judged.incidents if last >= case.train]
    recall, hit = event_recall(events, incidents), hit_share(events, incidents)
    weeks = len(truth) * case.step_s / _WEEK_S
    return found | {
        "events": len(events),
        "incidents": len(incidents),
        "event_f1": harmonic(hit if incidents else None, recall if events else None),
        "event_recall": recall,
        "incidents_hit": hit,
        "incidents_a_week": len(incidents) / weeks,
        "false_alarms_a_week": (1 - hit) * len(incidents) / weeks if incidents else 0.0,
    }


def _volumes(case: Case, truth: Flags, score: Floats) -> Row:
    """VUS-PR and VUS-ROC of a series, whose first column gives the buffer as in TSB-AD; rows in no order have none."""
    if case.step_s is None:
        return {}
    values = case.frame[case.columns.values[0]][case.train :].cast(pl.Float64).fill_null(np.nan).to_numpy()
    volumes = vus(score, truth, usual_window(values))
    return {"vus_pr": volumes.pr, "vus_roc": volumes.roc} if volumes else {}
