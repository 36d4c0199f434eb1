"""How well scores rank rows in and near events, over all thresholds."""

from __future__ import annotations

from isang.exam import Exam
from isang.metrics.base import Metric
from isang.vus import vus


class Volume(Metric):
    """VUS-ROC and VUS-PR of the rows that count, one after the other (`isang.vus`)."""

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`vus_roc`, `vus_pr`; None where a class is missing or no row is scored."""
        found = vus(exam.scores[exam.counts], exam.positive[exam.counts], exam.buffer_rows)
        return {"vus_roc": found.roc if found else None, "vus_pr": found.pr if found else None}


EXAMPLE = Volume()
