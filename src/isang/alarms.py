"""Flagged rows → the alarms that people would get."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Integers


def alarm_starts(rows: Integers, entity: Integers, cool_down: int) -> Integers:
    """(a,) where in the sorted flagged grid `rows` an alarm is raised.

    Rows of the entity within `cool_down` rows of an alarm belong to it; what is flagged after that raises the next.
    So one run of flagged rows is one alarm unless it outlasts the cool-down, and flagging everything is no bargain.
    """
    place = rows + entity * cool_down  # entities follow each other in the grid: no alarm reaches into the next
    following = np.searchsorted(place, place + cool_down).tolist()
    starts, at = list[int](), 0
    while at < len(following):
        starts.append(at)
        at = following[at]
    return np.array(starts, dtype=np.int64)
