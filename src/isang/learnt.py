"""What a model is: a fitted pipeline, what it was told, what it was learnt from, and rows to try it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from isang.accounting import detector_told, threshold_told, training_told, versions
from isang.golden import Golden
from isang.log_memory import LogMemory
from isang.pipeline import Pipeline
from isang.plan import Plan
from isang.specs import lines_told
from isang.trained import Trained


@dataclass(frozen=True, eq=False)
class Learnt:
    """A model, wherever it lies; `lines` is what it remembers of logs; `folder` is where it was loaded from.

    `versions` are those of the libraries that it was learnt with.
    """

    pipeline: Pipeline
    plan: Plan
    trained: Trained = field(repr=False)
    golden: Golden = field(repr=False)
    lines: LogMemory | None = field(default=None, repr=False)
    folder: str | None = None
    versions: dict[str, str] = field(default_factory=versions, repr=False)

    @property
    def account(self) -> dict[str, Any]:
        """Detectors, training, threshold and the number of rows, under their names in `run.json`."""
        learner, decision = self.pipeline.learner_, self.pipeline.decision_
        return {
            "logs": {"detector": lines_told(self.plan.lines)} if self.lines else None,
            "rows": self.trained.rows,
            "detector": detector_told(learner.detector_, learner.context_rows),
            "training": training_told([learner.detector_]),
            "thresholds": [threshold_told(decision, "causal")],
        }
