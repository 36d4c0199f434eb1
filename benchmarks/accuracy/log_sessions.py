"""Sessions of logs with known labels: `python -m benchmarks.accuracy.log_sessions [--detector log_sessions,deep_log]`.

Needs ISANG_DATA. A detector learns from normal sessions. Its threshold is the 99.9 % quantile of the scores of those
sessions, each judged by a clone that learnt from the other nine tenths of them (nets: from the other half): no label
and no test session has a say. Beside them stands what flags a session for a template never seen, and nothing else. A
session has the highest score of its lines; that it ended is a line too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.accuracy._log_sets import SETS, LogSet, Session
from isang.detectors.base import Detector
from isang.family import build
from isang.logs.sequences import Sequences, in_sequence, session_counts, session_scores
from isang.words.frame import Flags, Floats

_BLOCKS = 10
_LEAST, _MOST = -1e9, 1e9
_TRUE_RATE = 16_838 / 575_061  # of anomalous sessions in all of HDFS, of which those learnt from are normal
_COUNTS: dict[str, Any] = {
    "log_sessions": "log_sessions",
    "isolation_forest": "isolation_forest",
    "knn": {"name": "knn", "neighbors": 1},
}
_LINES: dict[str, Any] = {
    "log_anomaly": "log_anomaly",
    "log_anomaly z 3": {"name": "log_anomaly", "row_score": "window"},
    "log_counts": {"name": "log_counts", "detector": {"name": "isolation_forest", "trees": 100}},
    "ensemble": {
        "name": "ensemble",
        "combine": "max",
        "members": ["log_anomaly", {"name": "log_counts", "detector": {"name": "isolation_forest", "trees": 100}}],
    },
    "deep_log": {"name": "deep_log", "training": {"epochs": 10}},
    "deep_log top 9": {"name": "deep_log", "score_by": "place", "training": {"epochs": 10}},
    "log_robust": {"name": "log_robust", "training": {"epochs": 10}},
}
_EITHER = "log_sessions or new"  # flagged by log_sessions, or for a template never seen
_NETS = ("deep_log", "deep_log top 9", "log_robust")
# Thresholds that a source or a paper gives.
_FIXED = {"new_template": 0.5, "log_anomaly z 3": 3.0, "deep_log top 9": 9.0}

Scorer = Callable[[Sequence[Session]], Floats]


@dataclass(frozen=True)
class Found:
    """What one detector did on one set; `false` of `normal` test sessions were flagged."""

    threshold: float
    recall: float
    false: int
    normal: int
    roc_auc: float
    seconds: float

    def precision(self, rate: float) -> float:
        """At this share of anomalous sessions."""
        hits, alarms = rate * self.recall, (1 - rate) * self.false / self.normal
        return hits / (hits + alarms) if hits + alarms else 0.0

    def f1(self, rate: float) -> float:
        """At this share of anomalous sessions."""
        both = self.precision(rate) + self.recall
        return 2 * self.precision(rate) * self.recall / both if both else 0.0


def main() -> None:
    options = _options()
    columns = ("threshold", "false", "alarm rate", "recall", "precision", "F1", "at 2.9 %", "F1", "ROC-AUC", "seconds")
    print(f"{'set':12} {'detector':22}", *(f"{name:>10}" for name in columns))
    for name in options.sets.split(","):
        logs = SETS[name]()
        told = f"learnt from {len(logs.train)}, judged {len(logs.test)}, {logs.rate:.1%} anomalous"
        print(f"{name}: {told}", flush=True)
        for detector in options.detector.split(","):
            try:
                found = judged(logs, detector, options.quantile)
            except ValueError as error:
                print(f"{name:12} {detector:22} {error}")
                continue
            rates = (found.precision(logs.rate), found.f1(logs.rate), found.precision(_TRUE_RATE), found.f1(_TRUE_RATE))
            false = (found.threshold, found.false, found.false / found.normal)
            numbers = (*false, found.recall, *rates, found.roc_auc, found.seconds)
            print(f"{name:12} {detector:22}", *(f"{number:10.4g}" for number in numbers), flush=True)


def judged(logs: LogSet, detector: str, quantile: float) -> Found:
    """One detector on one set."""
    began = time.perf_counter()
    fit = _fitting(detector, logs.templates)
    threshold = _FIXED.get(detector)
    if threshold is None:
        past = _past(fit, logs.train, 2 if detector in _NETS else _BLOCKS)
        threshold = float(np.quantile(past, quantile))
    scores = fit(logs.train)(logs.test)
    if detector == _EITHER:
        scores += _MOST * _knowing_templates(logs.train)(logs.test)
    seconds = time.perf_counter() - began
    strange, normal = scores[logs.label], scores[~logs.label]
    return Found(
        threshold=threshold,
        recall=float((strange > threshold).mean()),
        false=int((normal > threshold).sum()),
        normal=len(normal),
        roc_auc=float(roc_auc_score(logs.label, scores)),
        seconds=seconds,
    )


def _past(fit: Callable[[Sequence[Session]], Scorer], sessions: Sequence[Session], blocks: int) -> Floats:
    """The scores of training sessions, block by block."""
    return np.concatenate([fit(others)(some) for some, others in _parts(sessions, min(blocks, len(sessions)))])


def _parts(sessions: Sequence[Session], blocks: int) -> Iterator[tuple[list[Session], list[Session]]]:
    """Each contiguous block, and all sessions but those of it."""
    block = np.arange(len(sessions)) * blocks // len(sessions)
    for one in range(blocks):
        mine: Flags = block == one
        yield _those(sessions, mine), _those(sessions, ~mine)


def _those(sessions: Sequence[Session], wanted: Flags) -> list[Session]:
    return [sessions[at] for at in np.flatnonzero(wanted).tolist()]


def _fitting(name: str, templates: int) -> Callable[[Sequence[Session]], Scorer]:
    if name == "new_template":
        return _knowing_templates
    name = "log_sessions" if name == _EITHER else name
    if name in _COUNTS:
        return lambda sessions: _by_counts(build("detectors", _COUNTS[name]), sessions, templates)
    return lambda sessions: _by_lines(build("detectors", _LINES[name]), sessions, templates)


def _knowing_templates(sessions: Sequence[Session]) -> Scorer:
    known = np.unique(np.concatenate(sessions))
    return lambda judged: np.array([float(not np.isin(one, known).all()) for one in judged])


def _by_counts(detector: Detector, sessions: Sequence[Session], templates: int) -> Scorer:
    detector.fit(_counts(sessions, templates))
    return lambda judged: detector.anomaly_score(_counts(judged, templates))


def _by_lines(detector: Detector, sessions: Sequence[Session], templates: int) -> Scorer:
    detector.fit(_sequences(sessions, templates).X)

    def score(judged: Sequence[Session]) -> Floats:
        lines = _sequences(judged, templates)
        scores = lines.to_records(detector.anomaly_score(lines.X))
        # Sessions too short to be scored are the last to be suspected.
        return np.nan_to_num(session_scores(_numbers(judged), scores, len(judged)), nan=_LEAST)

    return score


def _counts(sessions: Sequence[Session], templates: int) -> Floats:
    return session_counts(_numbers(sessions), np.concatenate(sessions), len(sessions), templates)


def _sequences(sessions: Sequence[Session], templates: int) -> Sequences:
    return in_sequence(_numbers(sessions), np.concatenate(sessions), end=templates)


def _numbers(sessions: Sequence[Session]) -> NDArray[np.int64]:
    """The session of each line."""
    return np.repeat(np.arange(len(sessions)), [len(one) for one in sessions])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    known = ["new_template", _EITHER, *_COUNTS, *_LINES]
    quick = [name for name in known if name not in _NETS]
    parser.add_argument("--sets", default=",".join(SETS), help="some of %(default)s")
    parser.add_argument("--detector", default=",".join(quick), help=f"some of {', '.join(known)}; default: no nets")
    parser.add_argument("--quantile", type=float, default=0.999, help="of training scores (default %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
