"""One judge in an interpreter of its own: `PYTHON _judge.py NAME ROWS.npy LEARNT`, fit and scores of (n, d) rows.

It prints seconds by the clock and of the processor, and the peak of memory. Each judges a few rows first: what is
imported late does not count. What learns from a train part learns from the first LEARNT rows; TSB-AD's detectors
without one learn from what they score.
Settings are those that TSB-AD found best, epochs each maker's own. PyOD knows no time: of one column its autoencoder
gets windows of 100 rows, as TSB-AD's has them. Rows are standardised by the train part, for all alike.
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

_WINDOW_ROWS, _FEW_ROWS = 100, 2000
Job = Callable[[], Any]


def main() -> None:
    warnings.simplefilter("ignore")
    name, file, learnt = sys.argv[1], sys.argv[2], int(sys.argv[3])
    rows = np.load(file, allow_pickle=False)
    maker, called = name.split()
    _JOBS[maker](called, rows[:_FEW_ROWS], _FEW_ROWS // 2)()
    job = _JOBS[maker](called, rows, learnt)
    began = time.perf_counter(), time.process_time()
    scores = job()
    spent = time.perf_counter() - began[0], time.process_time() - began[1]
    if len(scores) < len(rows) - _WINDOW_ROWS:
        sys.exit(f"{len(scores)} scores for {len(rows)} rows")
    print(*spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _isang(name: str, rows: Any, learnt: int) -> Job:
    from isang.family import build

    return lambda: build("detectors", {"name": name}).fit(rows[:learnt]).anomaly_score(rows)


def _tsb_ad(name: str, rows: Any, learnt: int) -> Job:
    wrapper, best = import_module("TSB_AD.model_wrapper"), import_module("TSB_AD.HP_list")
    settings = (best.Optimal_Uni_algo_HP_dict if rows.shape[1] == 1 else best.Optimal_Multi_algo_HP_dict)[name]
    parts = (rows[:learnt], rows) if name in wrapper.Semisupervise_AD_Pool else (rows,)
    judge = getattr(wrapper, f"run_{name}")
    return lambda: judge(*parts, **settings)


def _pyod(name: str, rows: Any, learnt: int) -> Job:
    judge = getattr(import_module("pyod.models.auto_encoder"), name)(verbose=0)
    if rows.shape[1] == 1:
        rows = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(rows[:, 0], _WINDOW_ROWS))
    return lambda: judge.fit(rows[:learnt]).decision_function(rows)


_JOBS = {"isang": _isang, "TSB-AD": _tsb_ad, "PyOD": _pyod}

if __name__ == "__main__":
    main()
