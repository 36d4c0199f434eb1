"""The counters of a farm as its collectors export them: a file for each function, and a file of events."""

from __future__ import annotations

import polars as pl

from isang.synthetic.base import Made
from isang.synthetic.counters import SLOT


def counter_files(farm: Made) -> dict[str, pl.DataFrame]:
    """Name → table of `Media_INFO.csv` and its like, and of `events.csv`, to be written with `write_csv`.

    `Timestamp` is begin and end of a slot, `20181231_2355-0000`; then stand the counters of each server, `1_Request`
    where there are several. Events are on the same clock, first and last slot included.

    >>> from isang.synthetic import counters
    >>> list(counter_files(counters(days=1))["Media_INFO.csv"].columns)[:3]
    ['Timestamp', '1_Request', '1_Success']
    """
    files: dict[str, pl.DataFrame] = {}
    for own in farm.frame.partition_by("server", maintain_order=True):
        function, _, number = own["server"][0].partition("_")
        values = own.select(pl.col(farm.columns.values).cast(pl.Int64).name.prefix(f"{number}_" if number else ""))
        name = f"Media_{function}.csv"
        files[name] = files.get(name, own.select(_stamp())).hstack(values)
    local = pl.col("start", "end").dt.replace_time_zone(None)
    return files | {"events.csv": farm.events.select(local, "server", "kind", "note")}


def _stamp() -> pl.Expr:
    begin, end = pl.col("time").dt.strftime("%Y%m%d_%H%M"), (pl.col("time") + SLOT).dt.strftime("%H%M")
    return pl.format("{}-{}", begin, end).alias("Timestamp")
