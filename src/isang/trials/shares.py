"""Many trials → what share of each kind and size was caught, and how soon; and one of each kind to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isang.synthetic.faults import FAULTS, SIZELESS
from isang.trials.part import Part
from isang.trials.trying import Trial
from isang.words.frame import Entity, Integers
from isang.words.trial import Example, Share

_Z = 1.959964  # 95 %
_SHOWN_SIZE = 5.0
_LEAST_MARGIN_ROWS = 40


def shares(trials: Sequence[Trial], part: Part) -> tuple[Share, ...]:
    """A line for each kind and size that was tried."""
    groups = _grouped(trials)
    return tuple(_share(kind, size, groups[kind, size], part) for kind, size in sorted(groups, key=_order))


def examples(trials: Sequence[Trial], part: Part, entities: Sequence[Entity]) -> tuple[Example, ...]:
    """Of each kind the trial in the middle, from the one that was noticed first to those that never were."""
    groups = _grouped(trials)
    shown = [key for key in sorted(groups, key=_order) if key[1] in (None, _SHOWN_SIZE)]
    return tuple(_example(key[1], _middle(groups[key], part), part, entities) for key in shown)


def wilson(caught: int, injected: int) -> tuple[float, float]:
    """The ends of the 95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    share, weight = caught / injected, _Z**2 / injected
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * np.sqrt(share * (1 - share) / injected + weight / (4 * injected)) / (1 + weight)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _grouped(trials: Sequence[Trial]) -> dict[tuple[str, float | None], list[Trial]]:
    groups: dict[tuple[str, float | None], list[Trial]] = {}
    for trial in trials:
        size = None if trial.fault.kind in SIZELESS else abs(trial.fault.size)
        groups.setdefault((trial.fault.kind, size), []).append(trial)
    return groups


def _order(key: tuple[str, float | None]) -> tuple[int, float]:
    return list(FAULTS).index(key[0]), key[1] or 0.0


def _share(kind: str, size: float | None, tried: Sequence[Trial], part: Part) -> Share:
    delays = np.array([_delay(trial, part) for trial in tried if trial.noticed is not None]).reshape(-1, 2)
    low, high = wilson(len(delays), len(tried))
    micros, rows = np.median(delays, axis=0) if len(delays) else (None, None)
    seconds = None if micros is None or part.columns.time is None else float(micros) / 1e6
    share, low, high = (round(ratio, 4) for ratio in (len(delays) / len(tried), low, high))
    after = None if rows is None else float(rows)
    return Share(kind, size, len(tried), len(delays), share, low, high, seconds, after)


def _delay(trial: Trial, part: Part) -> tuple[int, int]:
    """From the first row of the fault to the one in which it was noticed: in time, and in rows."""
    own = part.own[trial.fault.entity]
    place = int(np.flatnonzero(own == trial.noticed)[0])
    return int(part.time[own[place]] - part.time[own[trial.fault.row]]), place - trial.fault.row


def _middle(tried: Sequence[Trial], part: Part) -> Trial:
    def late(trial: Trial) -> float:
        return np.inf if trial.noticed is None else _delay(trial, part)[1]

    return sorted(tried, key=late)[len(tried) // 2]


def _example(size: float | None, trial: Trial, part: Part, entities: Sequence[Entity]) -> Example:
    fault, own = trial.fault, part.own[trial.fault.entity]
    rows = len(trial.changed)
    margin = max(_LEAST_MARGIN_ROWS, rows)
    noticed = None if trial.noticed is None else int(np.flatnonzero(own == trial.noticed)[0])
    start = max(0, fault.row - margin)
    shown: Integers = own[start : max(fault.row + rows, noticed or 0) + margin]
    clean = part.values[shown, fault.column]
    changed = clean.copy()
    changed[fault.row - start : fault.row - start + rows] = trial.changed
    time = part.columns.time
    at = part.frame[time].gather(shown).to_list() if time else (part.row[shown]).tolist()
    return Example(
        fault.kind,
        size,
        " / ".join(entities[fault.entity]),
        part.columns.values[fault.column],
        tuple(at),
        clean,
        changed,
        fault.row - start,
        fault.row - start + rows - 1,
        None if noticed is None else noticed - start,
    )
