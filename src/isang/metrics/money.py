"""What the decisions cost, beside doing nothing and flagging everything."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from isang.chance import blocks_of_events, interval
from isang.costs import Costs
from isang.exam import Exam
from isang.metrics.base import Metric
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
            "saving_pct": float(100 * (1 - spent.sum() / idle.sum())) if idle.sum() else None,
            "saving_low": range_[0] if range_ else None,
            "saving_high": range_[1] if range_ else None,
            "breakeven_precision": costs.breakeven_precision,
        }

    def _by_block(self, exam: Exam, costs: Costs) -> Floats:
        """The cost of each event with the rows before it."""
        blocks, many = blocks_of_events(exam), max(len(exam.events), 1)
        missed, caught, false = _by_row(exam) if costs.per == "row" else _by_event(exam)
        return costs.total(*(np.bincount(blocks[rows], minlength=many) for rows in (missed, caught, false)))


def _by_row(exam: Exam) -> tuple[Integers, Integers, Integers]:
    """The rows that are missed, caught and falsely flagged."""
    positive = exam.positive & exam.counts
    found = (positive & ~exam.raised, positive & exam.raised, exam.raised & ~exam.positive)
    return np.flatnonzero(found[0]), np.flatnonzero(found[1]), np.flatnonzero(found[2])


def _by_event(exam: Exam) -> tuple[Integers, Integers, Integers]:
    """The first rows of events that are missed and of those that are caught, and the rows of false alarms."""
    rows = np.flatnonzero(exam.positive & exam.counts)
    first = rows[np.unique(exam.event[rows], return_index=True)[1]]
    caught = np.isin(exam.events, exam.caught)
    alarms, hits = exam.alarms
    return first[~caught], first[caught], alarms[~hits]


EXAMPLE = Money(miss=20.0, alarm=1.0)
