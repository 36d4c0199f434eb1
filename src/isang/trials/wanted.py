"""Which faults are tried: each kind in three sizes, as long as such faults usually are."""

from __future__ import annotations

import numpy as np

from isang.synthetic.faults import FAULTS, SIZELESS, Fault
from isang.trials.part import Part
from isang.trials.places import ANY

SIZES = (3.0, 5.0, 10.0)  # in usual spreads
_EACH = 30  # of every kind and size
_ROWS = {"spike": 1, "dip": 1, "noise_burst": 20, "missing_block": 20}
_LONG_ROWS = 48
_DAY_S = 86_400
_MOST_ROWS_A_DAY = 288
_SHARE = 4  # a fault is at most a quarter as long as the rows in which it is tried


def wanted(part: Part, step_s: float | None, random: np.random.Generator) -> list[Fault]:
    """So many of every kind and size, in a random order in which none of them comes late. Their places are not known.

    Ups and downs alternate. Columns that no other moves with cannot be decoupled.
    """
    kinds = [kind for kind in FAULTS if kind != "decoupled" or part.coupled.any()]
    faults: list[Fault] = []
    for number in range(_EACH):
        each = [
            Fault(kind, 0, _rows(kind, part, step_s), size * (-1) ** number, ANY)
            for kind in kinds
            for size in _sizes(kind)
        ]
        faults += [each[at] for at in random.permutation(len(each))]
    return faults


def _sizes(kind: str) -> tuple[float, ...]:
    return SIZES[:1] if kind in SIZELESS else SIZES


def _rows(kind: str, part: Part, step_s: float | None) -> int:
    """How long: a changed season a day, where that is no more than a few hundred rows."""
    rows = _ROWS.get(kind, _LONG_ROWS)
    if kind == "changed_season" and step_s:
        day = int(_DAY_S // step_s)
        rows = day if _ROWS["noise_burst"] <= day <= _MOST_ROWS_A_DAY else rows
    return int(max(1, min(rows, part.longest // _SHARE)))
