"""Files in which nothing happens: noise of several kinds, and flat ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from isang.synthetic import series
from isang.words.frame import Floats

_ROWS = 4 * 7 * 288  # four weeks, every five minutes
_SEEDS = (0, 1)


def quiet_frames() -> dict[str, pl.DataFrame]:
    """Name → frame with a time column; each kind of noise with two seeds."""
    noise = {f"{name}, seed {seed}": make(seed) for name, make in _NOISE.items() for seed in _SEEDS}
    return noise | {name: _timed(values) for name, values in _FLAT.items()}


def _timed(values: Floats) -> pl.DataFrame:
    start, step = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=5)
    time = pl.datetime_range(start, start + step * (len(values) - 1), interval=step, time_unit="us", eager=True)
    names = ["value"] if values.shape[1] == 1 else [f"value_{at + 1}" for at in range(values.shape[1])]
    return pl.DataFrame(values.astype(np.float64), schema=names).insert_column(0, time.alias("time"))


def _drawn(draw: Callable[[np.random.Generator], Floats]) -> Callable[[int], pl.DataFrame]:
    return lambda seed: _timed(np.asarray(draw(np.random.default_rng(seed))).reshape(_ROWS, -1))


def _sticky(random: np.random.Generator) -> Floats:
    """Each value keeps nine tenths of the one before."""
    steps, values = random.standard_normal(_ROWS), np.empty(_ROWS)
    level = 0.0
    for row, step in enumerate(steps):
        level = 0.9 * level + step
        values[row] = level
    return 50 + values


_NOISE: dict[str, Callable[[int], pl.DataFrame]] = {
    "normal": _drawn(lambda random: random.normal(100, 5, _ROWS)),
    "uniform": _drawn(lambda random: random.uniform(0, 1, _ROWS)),
    "heavy tails (t, 3)": _drawn(lambda random: 100 + random.standard_t(3, _ROWS)),
    "log-normal": _drawn(lambda random: random.lognormal(3, 0.5, _ROWS)),
    "counts (Poisson, 4)": _drawn(lambda random: random.poisson(4, _ROWS).astype(np.float64)),
    "sticky (AR 0.9)": _drawn(_sticky),
    "12 columns, normal": _drawn(lambda random: random.normal(100, 5, (_ROWS, 12))),
    "season of day and week": lambda seed: series(_ROWS, random_state=seed).frame,
}
_FLAT = {
    "flat": np.full((_ROWS, 1), 42.0),
    "flat zeros, 3 columns": np.zeros((_ROWS, 3)),
    "flat beside a wave": np.column_stack([np.full(_ROWS, 7.0), np.sin(np.arange(_ROWS) * 2 * np.pi / 288)]),
}
