"""Row by row."""

from __future__ import annotations

from isang.curves import confusion
from isang.exam import Exam
from isang.metrics.base import Metric, harmonic, ratio


class Point(Metric):
    """Precision, recall and F1 of rows. No adjustment: a row counts as flagged only if it is (S4-7)."""

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`point_precision`, `point_recall`, `point_f1`."""
        found = confusion(exam.raised[exam.counts], exam.positive[exam.counts])
        hits = found["true_positives"]
        precision = ratio(hits, hits + found["false_positives"])
        recall = ratio(hits, hits + found["false_negatives"])
        return {"point_precision": precision, "point_recall": recall, "point_f1": harmonic(precision, recall)}


EXAMPLE = Point()
