"""S1's own job for every member: `python -m benchmarks.accuracy.s1 [--runs 3]`.

2000 rows of a sine with spikes in 5 % of them, in training rows as well; the first 1400 are learnt from (the
last quarter of these sets the threshold: their 95th percentile), the last 600 are judged, each row by its own label. As
published, S1 reaches F1 0.00 to 0.04 and ROC-AUC 0.61 to 0.63 in 61 s (speed.md). The made rows, and so all
figures, differ with the seed of the data: means over `--runs` seeds are told.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

import isang
from isang.synthetic import sine_spikes

_TRAIN = 1400
_MEMBERS: dict[str, Any] = {
    "preset s1": None,
    "lstm_autoencoder": "lstm_autoencoder",
    "dense_autoencoder": "dense_autoencoder",
    "conv_autoencoder": "conv_autoencoder",
    "variational_autoencoder": "variational_autoencoder",
    "attention_autoencoder": "attention_autoencoder",
    "pca_autoencoder": "pca_autoencoder",
    "pca_autoencoder, 32 rows": {"name": "pca_autoencoder", "window_rows": 32},
    "cleaned dense, 16 rows": {"name": "cleaned", "first": {"name": "dense_autoencoder", "window_rows": 16}},
    "robust_zscore": "robust_zscore",
    "auto": "auto",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy.s1", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=3, help="seeds of the data, from S1's own 42 on")
    parser.add_argument("--only", default="", help="members whose name holds this")
    options = parser.parse_args()
    print(f"{'member':26} {'precision':>9} {'recall':>9} {'F1':>9} {'ROC-AUC':>9} {'seconds':>9}   F1 of each seed")
    for name, detector in _MEMBERS.items():
        if options.only in name:
            figures = [_judged(detector, 42 + run) for run in range(options.runs)]
            means = [statistics.mean(each) for each in zip(*figures, strict=True)]
            told = " ".join(f"{row[2]:.3f}" for row in figures)
            print(f"{name:26} {' '.join(f'{mean:9.3f}' for mean in means)}   {told}", flush=True)


def _judged(detector: Any, seed: int) -> tuple[float, ...]:
    """Precision, recall, F1 and ROC-AUC of the judged rows, and seconds."""
    made = sine_spikes(rows=2000, random_state=seed)
    settings = {"features": {}, "rules": {}, "threshold": {"name": "quantile", "q": 0.95}}
    plan = {"preset": "s1"} if detector is None else {**settings, "detector": detector}
    began = time.perf_counter()
    result = isang.detect(made.frame, plan=plan, train_until=str(_TRAIN))
    seconds = time.perf_counter() - began
    score = result.scores["score"].cast(float).fill_null(np.nan).to_numpy()[_TRAIN:]
    flag, truth = result.scores["flag"].to_numpy()[_TRAIN:], made.truth[_TRAIN:]
    if np.isnan(score).any():
        raise SystemExit(f"{np.isnan(score).sum()} judged rows have no score")
    return (
        float(precision_score(truth, flag, zero_division=0.0)),
        float(recall_score(truth, flag)),
        float(f1_score(truth, flag)),
        float(roc_auc_score(truth, score)),
        seconds,
    )


if __name__ == "__main__":
    main()
