"""PyOD in an interpreter of its own: `PYTHON _pyod.py MODEL TRAIN.npy JUDGED.npy SCORES.npy`, which has pyod installed.

It learns from the rows of TRAIN, with its defaults, and scores those of JUDGED; columns are standardised by TRAIN, as
its own benchmark does. Where both are the same file, the scores are those it gives to what it learnt from.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

import numpy as np


def main() -> None:
    warnings.simplefilter("ignore")
    name, train_file, judged_file, scores_file = sys.argv[1:]
    train, judged = (np.load(file, allow_pickle=False) for file in (train_file, judged_file))
    spread = train.std(axis=0)
    mean, spread = train.mean(axis=0), np.where(spread > 0, spread, 1.0)
    seed = {"random_state": 0} if name in ("IForest", "MCD") else {}
    model = getattr(import_module(f"pyod.models.{name.lower()}"), name)(**seed)
    model.fit((train - mean) / spread)
    same = train_file == judged_file
    np.save(scores_file, model.decision_scores_ if same else model.decision_function((judged - mean) / spread))


if __name__ == "__main__":
    main()
