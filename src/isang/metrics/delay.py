"""How soon events are noticed."""

from __future__ import annotations

import numpy as np

from isang.exam import Exam
from isang.metrics.base import Metric
from isang.words.frame import Flags, Integers


class Delay(Metric):
    """Over caught events, the mean time from the first row of an event to its first flagged row, and the lead.

    The lead is the mean time from the first flagged row to the event itself where rows lead up to events.
    """

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`delay_s`, `lead_s`; None without time, and where nothing is caught."""
        if exam.time is None or not len(exam.caught):
            return {"delay_s": None, "lead_s": None}
        first, noticed = (_earliest(exam, rows & exam.positive)[exam.caught] for rows in (exam.counts, exam.raised))
        ahead = exam.time[exam.begins[exam.caught]] - noticed
        leads = bool(np.all(ahead > 0))
        return {
            "delay_s": None if leads else float(np.mean(noticed - first)) / 1e6,
            "lead_s": float(np.mean(ahead)) / 1e6 if leads else None,
        }


def _earliest(exam: Exam, rows: Flags) -> Integers:
    """(E,) the earliest time of each event's rows among these, which may belong to several entities."""
    found = np.full(len(exam.begins), np.iinfo(np.int64).max)
    if exam.time is not None:
        np.minimum.at(found, exam.event[rows], exam.time[rows])
    return found


EXAMPLE = Delay()
