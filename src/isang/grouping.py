"""Verdicts near in time told as one: those of one entity, and groups of several that begin together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from isang.alarms import alarm_starts
from isang.clusters import cluster_gap, clusters
from isang.words.frame import Flags, Integers


def group(flagged: Flags, entity: Integers, context_rows: int) -> list[Integers]:
    """The flagged grid rows of each incident, in order."""
    rows = np.flatnonzero(flagged)
    if not len(rows):
        return []
    number = clusters(rows, entity[rows], cluster_gap(context_rows))
    return np.split(rows, np.flatnonzero(np.diff(number)) + 1)


def together(groups: Sequence[Integers], time: Integers, reach: int) -> list[list[Integers]]:
    """The groups that begin at most `reach` after the first of them, put together; `time` (n,) is that of grid rows."""
    begins = time[[rows[0] for rows in groups]]
    order = np.argsort(begins, kind="stable")
    firsts = alarm_starts(begins[order], np.zeros_like(order), reach + 1)
    return [[groups[int(at)] for at in some] for some in np.split(order, firsts[1:])]


def incident_id(pack: str, entity: str, first: str) -> str:
    """12 hex digits that stay the same when the data are judged again; `first` is the first flagged time."""
    return hashlib.sha256("\x1f".join((pack, entity, first)).encode()).hexdigest()[:12]
