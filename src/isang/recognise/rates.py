"""What follows from counters beside each other: the share of requests that failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

_TOTALS, _FAILS = re.compile(r"requests?|total", re.IGNORECASE), re.compile(r"fail(s|ed|ures?)?|errors?", re.IGNORECASE)
SHARE = "fail_share"


def with_fail_shares(frame: pl.DataFrame, asked: Sequence[str]) -> pl.DataFrame:
    """The frame with those of its columns `fail_share` (of each server, where they stand side by side) asked for.

    From 0 to 1, missing where nothing was requested. Not judged unless asked for: of few requests it says little, and a
    failure that is nothing among thousands of them is a great share at night.
    """
    pairs = {name: pair for name, pair in _pairs(frame.columns).items() if name in asked}
    return frame.with_columns(_share(total, fails).alias(name) for name, (total, fails) in pairs.items())


def _share(total: str, fails: str) -> pl.Expr:
    whole, part = (pl.col(name).cast(pl.Float64, strict=False) for name in (total, fails))
    return pl.when(whole > 0).then((part / whole).clip(0, 1))


def _pairs(names: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Name of a share → requests and failures, of each server whose name stands before the counter's."""
    totals, fails = _by_server(names, _TOTALS), _by_server(names, _FAILS)
    own = {f"{server}{SHARE}": (totals[server], fails[server]) for server in totals if server in fails}
    return {name: pair for name, pair in own.items() if name not in names}


def _by_server(names: Sequence[str], counter: re.Pattern[str]) -> dict[str, str]:
    """What stands before the counter in a column's name → the column."""
    found: dict[str, str] = {}
    for name in names:
        server, space, last = name.rpartition(" ")
        if counter.fullmatch(last):
            found.setdefault(server + space, name)
    return found
