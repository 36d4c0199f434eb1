"""Exports of one bill: parts of one belong together; of several of one billing period the newest counts, day by day.

Two files are parts of one export where they lie in one folder and their names differ in a part number alone: `part-3`,
`part_0_0001`, or digits that begin with a zero (`-00002`). Newest is the one with the latest time in its path; without
times, or with the same, whose charges reach later; then whose file was given later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import polars as pl

from isang.words.note import note
from isang.words.telling import number, printable

_RANGE = re.compile(r"(?<!\d)20\d{6}-20\d{6}(?!\d)")  # a billing period, which says nothing of when it was written
_STAMP = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?:[T_-]?([0-2]\d)[:-]?([0-5]\d)(?:[:-]?([0-5]\d))?)?(?!\d)")
_PART = re.compile(r"part[-_]?\d+(?:[-_]\d+)*|(?<!\d)0\d{3,}(?!\d)|(?<=data)(?:_\d+)+")
_ACTUAL, _AMORTISED = (re.compile(word, re.IGNORECASE) for word in ("actual", "amorti[sz]ed"))
ACCOUNT, UNIT, DAY = "account", "unit", "day"


@dataclass(frozen=True)
class Export:
    """The charges in one file.

    `frame` has time, day, cost, rows, and numbers: `account` of account and billing period, `unit` of these and the sub
    account; null where a bill tells none.
    With `pieces` it completes others and is never replaced.
    """

    path: str
    frame: pl.DataFrame
    pieces: bool

    @property
    def name(self) -> str:
        """What the parts of one export share."""
        path = PurePath(self.path)
        return str(path.parent / _PART.sub("#", path.name))

    @property
    def rank(self) -> tuple[str, str]:
        """Later is newer: when it was written, as far as its path tells, and how far its charges reach."""
        folders = "/".join(PurePath(self.path).parts[-5:])
        stamps = _STAMP.findall(_RANGE.sub("", folders))
        return "".join(stamps[-1]).ljust(14, "0") if stamps else "", str(self.frame["time"].max())

    def is_named(self, word: re.Pattern[str]) -> bool:
        """Whether the file's name says so."""
        return bool(word.search(PurePath(self.path).name))


def newest(exports: Sequence[Export]) -> tuple[list[pl.DataFrame], list[str]]:
    """The charges of each file that no other one holds amortised or anew, and what is said of those left out."""
    amortised = [one.frame[ACCOUNT] for one in exports if one.is_named(_AMORTISED)]
    said: list[str] = []
    if amortised:
        known = pl.concat(amortised).drop_nulls().unique().implode()
        better = [pl.col(ACCOUNT).is_in(known) & pl.lit(one.is_named(_ACTUAL)) for one in exports]
        exports = [_without(one, one.frame.filter(out), said) for one, out in zip(exports, better, strict=True)]
    names = list(dict.fromkeys(one.name for one in exports))
    if len(names) > 1:
        ranks = {name: max(one.rank for one in exports if one.name == name) for name in names}
        order = sorted(names, key=lambda name: (ranks[name], names.index(name)))
        held = pl.concat([_held(one, order.index(one.name)) for one in exports])
        best = held.group_by(UNIT, DAY).agg(pl.col("rank").max())
        exports = [_without(one, _older(one, order.index(one.name), best), said) for one in exports]
    return [one.frame for one in exports], said


def _without(one: Export, out: pl.DataFrame, said: list[str]) -> Export:
    """The export without the units and days of these charges."""
    if out.is_empty():
        return one
    said.append(_told(one, out))
    left = one.frame.join(out.select(UNIT, DAY).unique(), on=[UNIT, DAY], how="anti", maintain_order="left")
    return replace(one, frame=left)


def _held(one: Export, rank: int) -> pl.DataFrame:
    """The units and days that an export has charges of, none where it completes others."""
    frame = one.frame.clear() if one.pieces else one.frame
    return frame.select(UNIT, DAY).unique().drop_nulls().with_columns(pl.lit(rank).alias("rank"))


def _older(one: Export, rank: int, best: pl.DataFrame) -> pl.DataFrame:
    """The charges that stand in a newer export as well."""
    newer = best.filter(pl.col("rank") > rank)
    return one.frame.clear() if one.pieces else one.frame.join(newer, on=[UNIT, DAY], how="semi")


def _told(one: Export, older: pl.DataFrame) -> str:
    rows, days, cost = int(older["rows"].sum()), older[DAY].n_unique(), float(older["cost"].sum())
    told = (
        "{path}: {rows:,} rows of {days} days ({cost}) are left out, as another export holds the same account and "
        "billing period newer or amortised; they are not added twice."
    )
    return note(told, path=printable(PurePath(one.path).name, 60), rows=rows, days=days, cost=number(cost))
