"""What usually follows the line before one that is out of its order, beside what came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from isang.log_records import NO_KEY, LogRecords
from isang.logs.sequences import in_sequence

_SHOWN, _FEWEST = 3, 2  # one line out of order in a slot is no news
_PLACE = ["file", "byte_offset"]
_NONE = pl.DataFrame(
    schema={
        "file": pl.String,
        "byte_offset": pl.Int64,
        "before": pl.String,
        "came": pl.String,
        "usual": pl.List(pl.String),
        "share": pl.List(pl.Float64),
    }
)


def usual_next(records: LogRecords, frame: pl.DataFrame) -> pl.DataFrame:
    """For the strangest line of each row of the frame that has several odd ones: the templates before it and of itself.

    `usual` are the three that most often follow the one before within a thread or session, and `share` how often, in
    the millions of lines around. A line that begins its thread or session has none.
    """
    wanted = frame.filter(pl.col("odd") >= _FEWEST).select(_PLACE).drop_nulls().unique()
    if wanted.is_empty():
        return _NONE
    files = pl.DataFrame({"file": [one.path for one in records.files]}).with_row_index("number")
    wanted = wanted.join(files, on="file").with_columns(pl.col("number").cast(pl.Int64))
    found, counts = list[pl.DataFrame](), list[pl.DataFrame]()
    for turns in _turns(records, wanted.select("number", "byte_offset")):
        found.append(turns.join(wanted, on=["number", "byte_offset"]).select(*_PLACE, "before", "came"))
        counts.append(turns.group_by("before", "came").len())
    texts = pl.Series([one.text for one in records.templates], dtype=pl.String)
    if not found:
        return _NONE
    told = pl.concat(found).join(_likeliest(pl.concat(counts), texts), on="before", how="left")
    named = {name: texts.gather(told[name]) for name in ("before", "came")}
    return told.with_columns(**named).select(_NONE.columns)


def _turns(records: LogRecords, wanted: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Lines (file, place) and the one before in their thread or session, of stretches that hold wanted ones."""
    step = records.means.chunk_rows
    for first in range(0, records.spool.rows, step):
        names = ("key", "slot", "time", "file", "offset")
        key, slot, time, file, offset = (records.spool.part(name, first, first + step) for name in names)
        if not len(_places(file, offset).join(wanted, on=wanted.columns, how="semi")):
            continue
        keyed = np.flatnonzero(key != NO_KEY)
        told = in_sequence(key[keyed], records.templates.numbers(slot[keyed].astype(np.int64)), time[keyed])
        template, at = told.X[:, 0], np.flatnonzero((told.rows[1:] >= 0) & (told.rows[:-1] >= 0)) + 1
        mine = keyed[told.rows[at]]
        pair = pl.Series("before", template[at - 1]), pl.Series("came", template[at])
        yield _places(file[mine], offset[mine]).with_columns(*pair)


def _places(file: NDArray[Any], offset: NDArray[Any]) -> pl.DataFrame:
    return pl.DataFrame({"number": file.astype(np.int64), "byte_offset": offset})


def _likeliest(counts: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """Of each template before (its number): the texts of what follows most often, and its shares."""
    sums = counts.group_by("before", "came").agg(pl.col("len").sum()).sort("before", "len", "came", descending=True)
    sums = sums.with_columns(share=pl.col("len") / pl.col("len").sum().over("before"), usual=texts.gather(sums["came"]))
    return sums.group_by("before", maintain_order=True).agg(pl.col("usual", "share").head(_SHOWN))
