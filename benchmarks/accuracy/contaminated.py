"""What `cleaned` is worth: `python -m benchmarks.accuracy.contaminated`.

Made series of two columns with six faults of 20 rows in the 2000 rows that are learnt from, six in the 2000 that are
judged. AUC-PR of the judged rows, means over three seeds: learnt as it is, cleaned, and learnt from the same rows
without faults, which is the most that cleaning could give.
"""

from __future__ import annotations

import numpy as np
from sklearn.base import clone

from isang.curves import average_precision
from isang.detectors.base import Detector
from isang.detectors.cleaned import Cleaned
from isang.detectors.dense_autoencoder import DenseAutoencoder
from isang.detectors.knn import Knn
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.synthetic import Fault, Made, series

_LEARNT, _FAULTS, _SEEDS = 2000, 6, 3
_DETECTORS = {
    "pca_autoencoder": PcaAutoencoder(24),
    "dense_autoencoder": DenseAutoencoder(24),
    "knn": Knn(),
    "robust_zscore": RobustZscore(),
}


def main() -> None:
    print(f"{'fault':24} {'detector':20} {'as it is':>9} {'cleaned':>9} {'no faults':>9}")
    for kind in ("level_shift", "noise_burst"):
        for size in (4.0, 8.0):
            for name, detector in _DETECTORS.items():
                figures = [_figures(detector, kind, size, seed) for seed in range(_SEEDS)]
                told = " ".join(f"{mean:9.3f}" for mean in np.mean(figures, axis=0))
                print(f"{f'{kind} of {size:g} spreads':24} {name:20} {told}", flush=True)


def _figures(detector: Detector, kind: str, size: float, seed: int) -> list[float]:
    contaminated, without = (_made(kind, size, seed, faults) for faults in (_FAULTS, 0))
    return [
        _auc_pr(detector, contaminated),
        _auc_pr(Cleaned(detector), contaminated),
        _auc_pr(detector, without),
    ]


def _made(kind: str, size: float, seed: int, learnt_faults: int) -> Made:
    random = np.random.default_rng(seed)
    parts = [(range(100, 2000, 60), learnt_faults), (range(2100, 3950, 60), _FAULTS)]
    rows = [row for places, count in parts for row in random.choice(places, count, replace=False)]
    faults = [Fault(kind, int(row), 20, size) for row in rows]
    return series(2 * _LEARNT, step="10min", columns=2, weekly=0, faults=faults, random_state=seed)


def _auc_pr(detector: Detector, made: Made) -> float:
    X, truth = made.frame.select(made.columns.values).to_numpy(), made.truth[_LEARNT:]
    score = clone(detector).fit(X[:_LEARNT]).anomaly_score(X[_LEARNT:])
    return average_precision(score, truth) or np.nan


if __name__ == "__main__":
    main()
