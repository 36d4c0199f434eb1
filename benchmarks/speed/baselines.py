"""What one would write by hand: `python -m benchmarks.speed.baselines forest|rolling FILE`.

Both read the same CSV file and give one score a row; neither reads times, decides, explains or writes anything.
"""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import polars.selectors as cs
from sklearn.ensemble import IsolationForest


def forest(frame: pl.DataFrame) -> pl.DataFrame:
    """scikit-learn's isolation forest on the rows as they are."""
    values = frame.select(cs.numeric()).to_numpy()
    score = -IsolationForest(random_state=0, n_jobs=2).fit(values).score_samples(values)
    return pl.DataFrame({"score": score.astype(np.float64)})


def rolling(frame: pl.DataFrame) -> pl.DataFrame:
    """How far each value lies from the rolling median, in rolling median absolute deviations."""
    median = cs.numeric().rolling_median(101, min_samples=10)
    apart = (cs.numeric() - median).abs()
    score = apart / apart.rolling_median(101, min_samples=10)
    return frame.select(score.over("entity") if "entity" in frame.columns else score)


if __name__ == "__main__":
    {"forest": forest, "rolling": rolling}[sys.argv[1]](pl.read_csv(sys.argv[2]))
