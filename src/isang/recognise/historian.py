"""What a historian writes in the place of a number: the state that a sensor, or the way to it, was in.

The names are those of the PI System's system states (AVEVA, AFSystemStateCode), and others in use. Such a cell is a
missing value, and counted; it never turns a column of numbers into one of text.
"""

from __future__ import annotations

import polars as pl

_STATES = [
    *("bad", "bad data", "bad input", "bad output", "bad quality", "bad total", "bad value", "bad lab data"),
    *("set to bad", "sample bad", "no data", "no sample", "no result", "no value", "no lab data", "no good data"),
    *("isu saw no data", "i/o timeout", "timeout", "comm fail", "not connect", "not connected", "disconnected"),
    *("access denied", "pt created", "intf shut", "shutdown", "scan off", "out of serv", "out of service"),
    *("arc off-line", "unit down", "equip fail", "dcs failed", "calc failed", "calc off", "calc overflw", "failed"),
    *("error", "configure", "filtered", "under range", "over range", "inp outrange", "out of range", "not converge"),
    *("digital state", "invalid", "unknown"),
]
_ERROR = r"^\[-\d+\]"  # [-11059] No Good Data For Calculation


def are_states(texts: pl.Series) -> pl.Series:
    """Which of the texts name a state, in whatever case; null where there is none."""
    plain = texts.str.strip_chars().str.to_lowercase()
    return plain.str.replace_all(r"[\s_]+", " ").is_in(_STATES) | plain.str.contains(_ERROR)


def count_states(texts: pl.Series) -> tuple[tuple[str, int], ...]:
    """Each state among the texts as it is written there, and how often, the commonest first."""
    stated = texts.filter(are_states(texts).fill_null(value=False)).str.strip_chars()
    counted = stated.value_counts().sort("count", stated.name, descending=[True, False])
    return tuple((str(text), int(count)) for text, count in counted.iter_rows())
