"""What the decisions cost, beside doing nothing and flagging everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from isang.chance import blocks_of_events, interval
from isang.costs import Costs
from isang.curves import confusion
from isang.exam import Exam
from isang.metrics.base import Metric, ratio
from isang.words.frame import Floats, Integers
from isang.words.numbers import Weight


class Money(Metric):
    """The cost of missed events, false alarms and hits, and the share of the cost of doing nothing that it saves."""

    def __init__(
        self, miss: Weight, alarm: Weight, hit: Weight | None = None, per: Literal["event", "row"] = "event"
    ) -> None:
        self.miss = miss
        self.alarm = alarm
        self.hit = hit
        self.per = per

    def measure(self, exam: Exam) -> dict[str, float | None]:
        """`cost`, `cost_nothing`, `cost_flag_all`, `saving_pct` with its 95 % interval, `breakeven_precision`."""
        costs = Costs(self.miss, self.alarm, self.hit, cool_down=exam.cool_down, per=self.per)
        nothing = replace(exam, flagged=np.zeros_like(exam.flagged))
        everything = replace(exam, flagged=np.isfinite(exam.scores))
        spent, idle = self._by_block(exam, costs), self._by_block(nothing, costs)

        def saving(weights: Floats) -> Floats:
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(100 * (1 - weights @ spent / (weights @ idle)))

        range_ = interval(len(exam.events), saving)
        return {
            "cost": float(spent.sum()),
            "cost_nothing": float(idle.sum()),
            "cost_flag_all": float(self._by_block(everything, costs).sum()),
            "saving_pct": None if not idle.sum() else 100 * (1 - ratio(spent.sum(), idle.sum())),  # type: ignore[operator]
            "saving_low": range_[0] if range_ else None,
            "saving_high": range_[1] if range_ else None,
            "breakeven_precision": costs.breakeven_precision,
        }

    def _by_block(self, exam: Exam, costs: Costs) -> Floats:
        """The cost of each event with the rows before it."""
        blocks = blocks_of_events(exam)
        many = max(len(exam.events), 1)
        if costs.per == "row":
            found = [confusion(exam.raised[mine], exam.positive[mine]) for mine in self._blocks_of(exam, many)]
            counts = [(f["false_negatives"], f["true_positives"], f["false_positives"]) for f in found]
            return np.array([float(costs.total(*each)) for each in counts])
        rows, hits = exam.alarms
        false_alarms = np.bincount(blocks[rows[~hits]], minlength=many)
        caught = np.zeros(many)
        if len(exam.caught):
            inside = np.flatnonzero(exam.positive & exam.counts)
            at = [blocks[inside[exam.event[inside] == number][0]] for number in exam.caught]
            np.add.at(caught, at, 1)
        missed = (1.0 if len(exam.events) else 0.0) - caught
        return costs.total(missed, caught, false_alarms)

    def _blocks_of(self, exam: Exam, many: int) -> list[Integers]:
        blocks = blocks_of_events(exam)
        return [np.flatnonzero((blocks == number) & exam.counts) for number in range(many)]


EXAMPLE = Money(miss=20.0, alarm=1.0)
