"""Faults of known place, kind and size that can be put into any column of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from isang.errors import UsageError
from isang.family import nearest
from isang.words.frame import Floats

_MAD_TO_SIGMA = 1.4826  # the standard deviation of normal data over its median absolute deviation

Change = Callable[[Floats, float, np.random.Generator], Floats]


@dataclass(frozen=True)
class Fault:
    """One fault: `kind` is a name in `FAULTS`, `row` where it begins, `rows` how long (None: to the end).

    `size` is its height in usual spreads; a negative one turns a level shift or drift downwards.
    `column` and `entity` are numbers, for data of several.
    """

    kind: str
    row: int
    rows: int | None = 1
    size: float = 6.0
    column: int = 0
    entity: int = 0


def usual_spread(values: Floats) -> float:
    """How far a value usually lies from the one before it, as the standard deviation of noise that does so.

    Robust, and blind to slow seasons. A column whose values seldom change has the spread about
    its median, and a constant one 1.
    """
    known = values[np.isfinite(values)]
    steps = np.diff(known)
    for spread in (_robust(steps) / np.sqrt(2), _robust(known), float(np.std(known)) if len(known) else 0.0):
        if spread > 0:
            return float(spread)
    return 1.0


def inject(values: Floats, fault: Fault, *, spread: float | None = None, random_state: int = 0) -> Floats:
    """A copy of one column (n,) with the fault in it; ValueError where it would lie outside.

    `spread` is the unit of `fault.size`; by default the column's own `usual_spread`.
    """
    if fault.kind not in FAULTS:
        raise UsageError(f"'{fault.kind}' is no fault.{nearest(fault.kind, FAULTS)}")
    stop = len(values) if fault.rows is None else fault.row + fault.rows
    if not 0 <= fault.row < stop <= len(values):
        raise ValueError(f"rows {fault.row} to {stop} of a {fault.kind} do not lie within the {len(values)} rows.")
    reach = fault.size * (usual_spread(values) if spread is None else spread)
    changed = values.copy()
    random = np.random.default_rng(random_state)
    changed[fault.row : stop] = FAULTS[fault.kind](values[fault.row : stop], reach, random)
    return changed


def spike(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """Rows that jump up by `reach` and come back at once."""
    return part + abs(reach)


def dip(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """Rows that fall by `reach` and come back at once."""
    return part - abs(reach)


def level_shift(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """A new level, `reach` above the old one (below it where negative)."""
    return part + reach


def drift(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """A slow climb that ends `reach` above (below where negative) and then is gone."""
    return part + reach * np.arange(1, len(part) + 1) / len(part)


def changed_season(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """The part turned upside down about its middle, so scaled that the largest change is `reach`."""
    return _moved(part, np.nanmedian(part) - part, reach)


def scaled(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """The part stretched about its middle (a sensor with a wrong gain), so that the largest change is `reach`."""
    return _moved(part, part - np.nanmedian(part), reach)


def decoupled(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """The part turned round in time: its own values, no longer in step with those of other columns. It has no size."""
    least = max(1, len(part) // 4)
    return np.roll(part, int(random.integers(least, max(len(part) - least, least) + 1)))


def flat_line(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """The first value, held: a sensor that is stuck. It has no size."""
    return np.full_like(part, part[0])


def missing_block(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """Missing values. It has no size."""
    return np.full_like(part, np.nan)


def noise_burst(part: Floats, reach: float, random: np.random.Generator) -> Floats:
    """Additional noise with a standard deviation of `reach`."""
    return part + abs(reach) * random.standard_normal(len(part))


FAULTS: dict[str, Change] = {
    change.__name__: change
    for change in (
        *(spike, dip, level_shift, drift, changed_season, flat_line, missing_block, noise_burst),
        *(scaled, decoupled),
    )
}
SIZELESS = frozenset({"flat_line", "missing_block", "decoupled"})


def _moved(part: Floats, along: Floats, reach: float) -> Floats:
    """The part moved along these changes, so stretched that the largest is `reach`."""
    largest = np.nanmax(np.abs(along))
    return part + along * (abs(reach) / largest) if largest > 0 else part.copy()


def _robust(values: Floats) -> float:
    """The standard deviation of normal data with this median absolute deviation."""
    if not len(values):
        return 0.0
    return float(_MAD_TO_SIGMA * np.median(np.abs(values - np.median(values))))
