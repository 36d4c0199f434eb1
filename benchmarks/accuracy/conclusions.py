"""Are the conclusions of `isang evaluate` true? Made sets of which the truth is known.

    python -m benchmarks.accuracy.conclusions [--sets 200]

Pure noise must be called "not better than chance", a weak but real signal must not, and where no threshold pays, doing
nothing must be the advice. Prints one line a kind with the counts, and the conclusions that were wrong.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Callable

import numpy as np
import polars as pl
from joblib import Parallel, delayed

import isang

_ROWS, _EVENTS, _COLUMNS = 3000, 60, 4
_COST = "miss=100,alarm=5,hit=5"


def made(seed: int, shift: float, correlation: float = 0.7) -> pl.DataFrame:
    """Correlated noise with single-row events; the two rows before each are moved by `shift` spreads in one column."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(_ROWS, _COLUMNS))
    values = np.zeros_like(noise)
    for row in range(1, _ROWS):
        values[row] = correlation * values[row - 1] + np.sqrt(1 - correlation**2) * noise[row]
    at = np.sort(random.choice(np.arange(10, _ROWS), _EVENTS, replace=False))
    for row in at:
        values[row - 2 : row, 0] += shift
    time = pl.datetime(2024, 1, 1, time_zone="UTC") + pl.duration(minutes=2) * pl.int_range(_ROWS)
    frame = pl.DataFrame({f"x{column}": values[:, column] for column in range(_COLUMNS)})
    return frame.with_columns(time=time, y=pl.Series(np.isin(np.arange(_ROWS), at).astype(int)))


def concluded(seed: int, shift: float, cost: str | None) -> str:
    """What is said of one made set."""
    logging.getLogger("isang").setLevel(logging.WARNING)
    detector = "robust_zscore,pca_autoencoder"
    frame = made(seed, shift)
    return isang.evaluate(frame, label="y", time="time", lead="2rows", cost=cost, detector=detector).conclusion


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=200)
    sets = parser.parse_args().sets
    kinds: list[tuple[str, int, float, str | None, Callable[[str], bool]]] = [
        ("pure noise", sets, 0.0, _COST, lambda told: told.startswith("not better than chance")),
        ("a weak signal", sets, 2.0, None, lambda told: not told.startswith("not better than chance")),
        ("flagging never pays", sets // 4, 0.0, "miss=100,alarm=60,hit=60", lambda told: "no threshold beats" in told),
        ("weak, alarms dear", sets // 4, 2.5, "miss=100,alarm=60,hit=60", lambda told: "no threshold beats" in told),
    ]
    for name, many, shift, cost, right in kinds:
        told = Parallel(n_jobs=-1)(delayed(concluded)(seed, shift, cost) for seed in range(many))
        wrong = Counter(one.split(" (")[0].split(":")[0] for one in told if not right(one))
        print(f"{name:22} {sum(map(right, told)):4} of {many} right   wrong: {dict(wrong)}", flush=True)


if __name__ == "__main__":
    main()
