"""Verdicts near in time and of one entity told as one."""

from __future__ import annotations

import hashlib

import numpy as np

from isang.clusters import cluster_gap, clusters
from isang.words.frame import Flags, Integers


def group(flagged: Flags, entity: Integers, context_rows: int) -> list[Integers]:
    """The flagged grid rows of each incident, in order."""
    rows = np.flatnonzero(flagged)
    if not len(rows):
        return []
    number = clusters(rows, entity[rows], cluster_gap(context_rows))
    return np.split(rows, np.flatnonzero(np.diff(number)) + 1)


def incident_id(pack: str, entity: str, first: str) -> str:
    """12 hex digits that stay the same when the data are judged again; `first` is the first flagged time."""
    return hashlib.sha256("\x1f".join((pack, entity, first)).encode()).hexdigest()[:12]
