"""A sine with noise and point spikes."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.synthetic.base import Event, Made, made
from isang.words.frame import Columns


def sine_spikes(rows: int = 1000, anomaly_ratio: float = 0.05, random_state: int = 42) -> Made:
    """Five waves of a sine with 0.1 noise; a share of the rows spikes up or down by 2 to 4.

    Without a time column. The draws are those of NumPy's legacy generator, which never change.

    >>> data = sine_spikes(rows=200)
    >>> int(data.truth.sum())
    10
    """
    random = np.random.RandomState(random_state)
    values = np.sin(np.linspace(0, 10 * np.pi, rows)) + 0.1 * random.randn(rows)
    places = random.choice(rows, int(rows * anomaly_ratio), replace=False)
    values[places] += random.choice([-1, 1], len(places)) * random.uniform(2, 4, len(places))
    frame = pl.DataFrame({"value": values})
    events = [Event(int(place), int(place), "spike", "value", None) for place in sorted(places)]
    return made(frame, Columns(None, (), ("value",)), events)
