"""Which column holds the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from isang.recognise.names import hints_at_time, is_time_name, words
from isang.words.frame import dominant_step

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def choose_time(frame: pl.DataFrame, candidates: Sequence[str], stamps: Mapping[str, pl.Series]) -> str | None:
    """The best of the columns that can be read as times, None if there is none.

    `stamps` holds the parsed times of those candidates that are numbers too: without a
    telling name they must rise, be plausible and evenly spaced.
    """
    plausible = [name for name in candidates if name not in stamps or _is_clock(name, stamps[name])]
    return max(plausible, key=lambda name: _rank(frame, name, number=name in stamps), default=None)


def _rank(frame: pl.DataFrame, name: str, *, number: bool) -> tuple[bool, bool, bool, bool, int, int]:
    """A name that says time, texts before numbers, varying, starts before ends, many different times, the first."""
    ends = bool({"end", "stop", "until", "종료"} & set(words(name)))
    kinds = frame[name].n_unique()
    return is_time_name(name), not number, kinds > 1, not ends, kinds, -frame.columns.index(name)


def _is_clock(name: str, stamps: pl.Series) -> bool:
    known = stamps.drop_nulls()
    years = known.dt.year()
    if not len(known) or not years.is_between(_FIRST_YEAR, _LAST_YEAR).all():
        return is_time_name(name)
    if hints_at_time(name):
        return True
    micros = known.dt.epoch("us").to_numpy().astype(np.int64)
    rising = np.mean(np.diff(micros) >= 0) if len(micros) > 1 else 0
    return bool(rising > 0.9) and dominant_step(micros, np.zeros(len(micros), dtype=np.int64)) is not None
