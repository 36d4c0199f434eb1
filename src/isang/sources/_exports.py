"""Exports of one bill: parts of one belong together; of several of one billing period the newest counts, day by day.

Two files are parts of one export where they lie in one folder and their names differ in a part number alone: `part-3`,
`part_0_0001`, or digits that begin with a zero (`-00002`). Newest is the one with the latest time in its path; without
times, or with the same, whose charges reach later; then whose file was named later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import polars as pl

from isang.words.telling import number, printable

_RANGE = re.compile(r"(?<!\d)20\d{6}-20\d{6}(?!\d)")  # a billing period, which says nothing of when it was written
_STAMP = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?:[T_-]?([0-2]\d)[:-]?([0-5]\d)(?:[:-]?([0-5]\d))?)?(?!\d)")
_PART = re.compile(r"part[-_]?\d+(?:[-_]\d+)*|(?<!\d)0\d{3,}(?!\d)|(?<=data)(?:_\d+)+")
_ACTUAL = re.compile(r"actual", re.IGNORECASE)
UNIT, DAY = "unit", "day"


@dataclass(frozen=True)
class Export:
    """The charges in one file. `unit` in `frame` names account and billing period, null where nothing tells them."""

    path: str
    frame: pl.DataFrame
    pieces: bool

    @property
    def name(self) -> str:
        """What the parts of one export share."""
        path = PurePath(self.path)
        return str(path.parent / _PART.sub("#", path.name))

    @property
    def rank(self) -> tuple[bool, str, str]:
        """Later is newer; what was amortised is better than what was actually charged."""
        folders = "/".join(PurePath(self.path).parts[-5:])
        stamps = _STAMP.findall(_RANGE.sub("", folders))
        written = "".join(stamps[-1]).ljust(14, "0") if stamps else ""
        return not _ACTUAL.search(PurePath(self.path).name), written, str(self.frame["time"].max())


def newest(exports: Sequence[Export]) -> tuple[list[pl.DataFrame], list[str]]:
    """The charges of each file that no newer one holds as well, and what is said of the others."""
    names = list(dict.fromkeys(one.name for one in exports))
    if len(names) < 2:
        return [one.frame for one in exports], []
    ranks = {name: max(one.rank for one in exports if one.name == name) for name in names}
    order = sorted(names, key=lambda name: (ranks[name], names.index(name)))
    held = [
        one.frame.select(UNIT, DAY).unique().drop_nulls().with_columns(pl.lit(order.index(one.name)).alias("rank"))
        for one in exports
        if not one.pieces
    ]
    best = pl.concat(held).group_by(UNIT, DAY).agg(pl.col("rank").max()) if held else None
    kept, said = [], []
    for one in exports:
        older = _older(one, order.index(one.name), best)
        if len(older):
            said.append(_told(one, older, order, exports))
        kept.append(one.frame.join(older.select(UNIT, DAY).unique(), on=[UNIT, DAY], how="anti", maintain_order="left"))
    return kept, said


def _older(one: Export, rank: int, best: pl.DataFrame | None) -> pl.DataFrame:
    """The charges that stand in a newer export as well, and its rank."""
    if one.pieces or best is None:
        return one.frame.clear().with_columns(pl.lit(rank).alias("rank"))
    return one.frame.join(best.filter(pl.col("rank") > rank), on=[UNIT, DAY], how="inner")


def _told(one: Export, older: pl.DataFrame, order: Sequence[str], exports: Sequence[Export]) -> str:
    rows, days, cost = int(older["rows"].sum()), older[DAY].n_unique(), float(older["cost"].sum())
    newer = next(other for other in exports if other.name == order[older["rank"].to_list()[-1]])
    return (
        f"{printable(PurePath(one.path).name, 60)}: {rows:,} rows of {days} days ({number(cost)}) are left out: "
        f"{printable(PurePath(newer.path).name, 60)} holds the same account and billing period anew."
    )
