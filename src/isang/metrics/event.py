"""Event by event, alarm by alarm."""

from __future__ import annotations

from isang.exam import Exam
from isang.metrics.base import Metric, harmonic, ratio


class Event(Metric):
    """Share of alarms with a row of an event in them, share of events caught, F1 of both, false alarms a week."""

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`event_precision`, `event_recall`, `event_f1`, `false_alarms`, and these a week (None without time)."""
        alarms = len(exam.alarms[0])
        precision = ratio(alarms - exam.false_alarms, alarms)
        recall = ratio(len(exam.caught), len(exam.events))
        return {
            "event_precision": precision,
            "event_recall": recall,
            "event_f1": harmonic(precision, recall),
            "false_alarms": float(exam.false_alarms),
            "false_alarms_per_week": exam.false_alarms / exam.weeks if exam.weeks else None,
        }


EXAMPLE = Event()
