"""Faults tried round by round: put into the rows, judged, and compared with what is flagged without them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from isang.pipeline import Pipeline
from isang.synthetic.faults import Fault
from isang.trials.copies import as_frame, rows_of, with_faults
from isang.trials.judge import Seen, judge
from isang.trials.part import Part
from isang.trials.places import rounds
from isang.words.frame import Flags, Floats, Integers

_log = logging.getLogger("isang")


@dataclass(frozen=True, eq=False)
class Trial:
    """One fault, the values of its column that it made, and the row of the part in which it was noticed first."""

    fault: Fault
    changed: Floats
    noticed: int | None


def trials(
    pipeline: Pipeline, part: Part, clean: Seen, faults: Sequence[Fault], events: Flags, seed: int
) -> Iterator[Trial]:
    """Every fault that finds room, with what came of it; one that changes no value is none.

    Faults keep off what is flagged already, off known `events` (n,), and apart from each other.
    """
    random = np.random.default_rng(seed)
    done = 0
    for number, placed in enumerate(rounds(faults, part, ~(clean.flagged | events), clean.between, random)):
        values = with_faults(part, placed, seed + number * len(faults))
        fresh = judge(pipeline, as_frame(part, values)).flagged & ~clean.flagged
        for fault in placed:
            rows = rows_of(part, fault)
            if not np.array_equal(part.values[rows], values[rows], equal_nan=True):
                yield Trial(fault, values[rows, fault.column], _noticed(part, fault, fresh, clean.apart))
        done += len(placed)
        _log.info("%d of %d faults tried", done, len(faults))


def _noticed(part: Part, fault: Fault, fresh: Flags, apart: int) -> int | None:
    """The first new flag in the fault, or soon after a short one.

    The end of a long one is a change of its own: only rows of the fault count. A missing block has none.
    """
    own, rows = part.own[fault.entity], fault.rows or 1
    until = fault.row + (rows + apart if fault.kind == "missing_block" else max(rows, apart))
    looked: Integers = own[fault.row : until]
    hits = np.flatnonzero(fresh[looked])
    return int(looked[hits[0]]) if len(hits) else None
