"""AUC-PR alone, without intervals."""

from __future__ import annotations

from isang.curves import average_precision
from isang.exam import Exam
from isang.metrics.base import Metric


class Area(Metric):
    """The area under the precision-recall curve of scored rows: quick, to choose by."""

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`auc_pr`."""
        return {"auc_pr": average_precision(exam.scores[exam.counts], exam.positive[exam.counts])}


EXAMPLE = Area()
