"""Files in which nothing happens: noise of several kinds, and flat ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from scipy.signal import lfilter

from isang.synthetic import series
from isang.words.frame import Floats

DAY_ROWS = 288  # every five minutes
_ROWS = 4 * 7 * DAY_ROWS
_SEEDS = (0, 1)
_SETTLED = 1000  # rows after which what is sticky has forgotten where it began

Noise = Callable[[np.random.Generator, int], Floats]


def quiet_frames() -> dict[str, pl.DataFrame]:
    """Name → frame with a time column; four weeks of each kind of noise with two seeds, and of flat ones."""
    noise = {f"{name}, seed {seed}": quiet_frame(name, _ROWS, seed) for name in NOISE for seed in _SEEDS}
    noise |= {f"season of day and week, seed {seed}": series(_ROWS, random_state=seed).frame for seed in _SEEDS}
    return noise | {name: _timed(values) for name, values in _FLAT.items()}


def quiet_frame(name: str, rows: int, seed: int) -> pl.DataFrame:
    """Noise of one kind, a row every five minutes."""
    return _timed(NOISE[name](np.random.default_rng(seed), rows).reshape(rows, -1))


def _timed(values: Floats) -> pl.DataFrame:
    start, step = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=5)
    time = pl.datetime_range(start, start + step * (len(values) - 1), interval=step, time_unit="us", eager=True)
    names = ["value"] if values.shape[1] == 1 else [f"value_{at + 1}" for at in range(values.shape[1])]
    return pl.DataFrame(values.astype(np.float64), schema=names).insert_column(0, time.alias("time"))


def _sticky(random: np.random.Generator, rows: int, kept: float, columns: int = 1) -> Floats:
    """Each value keeps a share of the one before."""
    steps = random.standard_normal((rows + _SETTLED, columns))
    values: Floats = lfilter([1.0], [1.0, -kept], steps, axis=0)[_SETTLED:]
    return 50 + values


def _day(rows: int) -> Floats:
    return np.sin(np.arange(rows) * 2 * np.pi / DAY_ROWS)


NOISE: dict[str, Noise] = {
    "normal": lambda random, rows: random.normal(100, 5, rows),
    "uniform": lambda random, rows: random.uniform(0, 1, rows),
    "heavy tails (t, 3)": lambda random, rows: 100 + random.standard_t(3, rows),
    "log-normal": lambda random, rows: random.lognormal(3, 0.5, rows),
    "counts (Poisson, 4)": lambda random, rows: random.poisson(4, rows).astype(np.float64),
    "rare counts (Poisson, .05)": lambda random, rows: random.poisson(0.05, rows).astype(np.float64),
    "sticky (AR .5)": lambda random, rows: _sticky(random, rows, 0.5),
    "sticky (AR .9)": lambda random, rows: _sticky(random, rows, 0.9),
    "sticky (AR .99)": lambda random, rows: _sticky(random, rows, 0.99),
    "daily": lambda random, rows: 100 + 30 * _day(rows) + random.normal(0, 5, rows),
    "daily, sticky": lambda random, rows: 30 * _day(rows) + 4 * _sticky(random, rows, 0.7)[:, 0],
    "daily counts": lambda random, rows: random.poisson(20 * (1.2 + _day(rows))).astype(np.float64),
    "3 columns, normal": lambda random, rows: random.normal(100, 5, (rows, 3)),
    "12 columns, normal": lambda random, rows: random.normal(100, 5, (rows, 12)),
    "12 columns, sticky": lambda random, rows: _sticky(random, rows, 0.9, 12),
}
_FLAT = {
    "flat": np.full((_ROWS, 1), 42.0),
    "flat zeros, 3 columns": np.zeros((_ROWS, 3)),
    "flat beside a wave": np.column_stack([np.full(_ROWS, 7.0), _day(_ROWS)]),
}
