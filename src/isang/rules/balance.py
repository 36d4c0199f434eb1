"""A total and the parts that it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from isang.errors import UsageError
from isang.family import nearest
from isang.rules.base import Rule
from isang.words.frame import Flags, Floats, Grid
from isang.words.numbers import Share
from isang.words.telling import numbers
from isang.words.verdicts import Fired

_TOTAL = ("request", "requests", "total", "요청")
_SUCCESS = ("success", "successes", "succeeded", "성공")
_FAIL = ("fail", "fails", "failed", "failure", "failures", "error", "errors", "실패", "오류")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
_USUALLY = 0.95  # of the rows with all cells: a sum that holds less often says nothing about these data
_AT_LEAST = 1.0  # count: what a slot's edge cuts in two is no fault


@dataclass(frozen=True)
class _Sum:
    """`total` = the sum of `parts`; for which entities that usually `holds`, the last flag for those never seen."""

    total: str
    parts: tuple[str, ...]
    holds: Flags

    def __post_init__(self) -> None:
        if not self.parts or self.holds.ndim != 1 or not len(self.holds):
            raise ValueError("a sum needs parts, and for which entities it holds.")


class Balance(Rule):
    """Fires where a total is not the sum of its parts by more than `tolerance` of it, and more than one.

    Without `total` and `parts` all sums are found by name, each below its own prefix: request(s) or total, success(es),
    fail(s), failures or error(s). A sum that does not hold in 95 % of the rows of an entity never fires there.
    """

    sums_: list[_Sum]

    def __init__(self, total: str | None = None, parts: Sequence[str] = (), tolerance: Share = 0.01) -> None:
        self.total = total
        self.parts = parts
        self.tolerance = tolerance

    def fit(self, grid: Grid, columns: Sequence[str]) -> Self:
        """Learn where the sums hold; UsageError for an unknown column, or a total without parts and the reverse."""
        self.sums_ = []
        for total, parts in self._sums(columns):
            over = self._over(grid, columns, total, parts)
            self.sums_.append(_Sum(total, tuple(parts), _holding(over, grid)))
        return self

    def judge(self, grid: Grid, columns: Sequence[str]) -> Fired:
        """Rows in which a sum does not hold; `times_over` is 1 at the tolerance, `detail` tells the worst sum."""
        found = [one for one in self.sums_ if {one.total, *one.parts} <= set(columns)]
        over = np.zeros((len(grid.X), len(found)))
        for at, one in enumerate(found):
            entity = np.where(grid.entity < len(one.holds) - 1, grid.entity, -1)
            over[:, at] = np.where(one.holds[entity], self._over(grid, columns, one.total, one.parts), 0.0)
        worst = np.nan_to_num(over).max(axis=1, initial=0.0)
        rows = np.flatnonzero(worst > 1)
        sums = [found[int(at)] for at in np.nan_to_num(over[rows]).argmax(axis=1)] if len(rows) else []
        detail = tuple(_told(grid.X[row], columns, one) for row, one in zip(rows, sums, strict=True))
        return Fired(rows, worst[rows], grid.time[rows], detail)

    def _sums(self, columns: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
        if self.total is None and not self.parts:
            return _named_alike(columns)
        if self.total is None or not self.parts:
            raise UsageError("the rule balance needs `total` and `parts`, or neither: then they are found by name.")
        for name in (self.total, *self.parts):
            if name not in columns:
                raise UsageError(f"the rule balance names column '{name}'.{nearest(name, columns)}")
        return [(self.total, self.parts)]

    def _over(self, grid: Grid, columns: Sequence[str], total: str, parts: Sequence[str]) -> Floats:
        """(n,) how far from balance, 1 at the tolerance; NaN where a cell is missing."""
        whole = grid.X[:, columns.index(total)]
        with np.errstate(over="ignore"):
            apart = np.abs(whole - sum(grid.X[:, columns.index(part)] for part in parts))
        allowed = np.maximum(self.tolerance * np.abs(whole), _AT_LEAST)
        return np.asarray(np.minimum(apart, np.finfo(float).max) / allowed)


def _named_alike(columns: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    """Total, success and fail of each prefix: columns whose names differ in that one word."""
    known = {word: kind for kind, words in enumerate((_TOTAL, _SUCCESS, _FAIL)) for word in words}
    found: dict[tuple[str, str], dict[int, str]] = {}
    for name in columns:
        for word in _WORD.finditer(name):
            if (kind := known.get(word[0].lower())) is not None:
                around = name[: word.start()].lower(), name[word.end() :].lower()
                found.setdefault(around, {}).setdefault(kind, name)
                break
    return [(names[0], (names[1], names[2])) for names in found.values() if len(names) == 3]


def _holding(over: Floats, grid: Grid) -> Flags:
    """For which entities a sum usually holds; entities never seen are judged by all rows together."""
    known = ~np.isnan(over)
    entity = grid.entity[known]
    count = int(grid.entity.max(initial=-1)) + 1
    rows = np.bincount(entity, minlength=count)
    kept = np.bincount(entity, over[known] <= 1, minlength=count)
    overall = len(entity) > 0 and kept.sum() >= _USUALLY * len(entity)
    return np.append(np.where(rows > 0, kept >= _USUALLY * rows, overall), overall)


def _told(row: Floats, columns: Sequence[str], one: _Sum) -> str:
    """`request 120, success + fail 97`."""
    summed = sum(float(row[columns.index(part)]) for part in one.parts)
    whole, summed_up = numbers([row[columns.index(one.total)], summed])
    return f"{one.total} {whole}, {' + '.join(one.parts)} {summed_up}"


EXAMPLE = Balance()
