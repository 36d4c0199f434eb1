"""A copy of the rows with faults in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from isang.synthetic.faults import Fault, inject
from isang.trials.part import Part
from isang.words.frame import Floats, Integers


def rows_of(part: Part, fault: Fault) -> Integers:
    """The frame's rows of a fault, in the order of time."""
    return part.own[fault.entity][fault.row : fault.row + (fault.rows or 1)]


def with_faults(part: Part, faults: Sequence[Fault], seed: int) -> Floats:
    """(n, d) the values with each fault in its place; a missing block takes all columns, as when no data come."""
    values = part.values.copy()
    for number, fault in enumerate(faults):
        rows = rows_of(part, fault)
        if fault.kind == "missing_block":
            values[rows] = np.nan
            continue
        before, spread = values[rows, fault.column], float(part.spread[fault.entity, fault.column])
        if np.isfinite(before[0]):
            values[rows, fault.column] = inject(
                before, replace(fault, row=0), spread=spread, random_state=seed + number
            )
    return values


def as_frame(part: Part, values: Floats) -> pl.DataFrame:
    """The rows of the part with these values."""
    return part.frame.with_columns(
        pl.Series(name, values[:, at]).fill_nan(None) for at, name in enumerate(part.columns.values)
    )
