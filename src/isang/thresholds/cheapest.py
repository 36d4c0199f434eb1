"""The threshold whose mistakes cost least in the past."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from isang.calibrate import Past, Tail
from isang.costs import Costs, peak_of_each, sweep
from isang.thresholds.base import Threshold
from isang.words.numbers import Count, Weight

_LUCK = 1.64  # standard errors: one in twenty savings by luck is larger


class Cheapest(Threshold):
    """The score above which past rows cost least, by what a missed event, a false alarm and a hit (as an alarm) cost.

    Flagged rows within `cool_down` rows of an alarm are that alarm; `per="row"` counts rows. Nothing is flagged where
    the saving is not over 1.64 of its standard errors from one event to the next, so that luck in the past would
    explain it (the standard error rule of Breiman et al. 1984, ch. 3.4, for thresholds).
    """

    needs_events: ClassVar[bool] = True

    def __init__(
        self,
        miss: Weight,
        alarm: Weight,
        hit: Weight | None = None,
        cool_down: Count = 10,
        per: Literal["event", "row"] = "event",
    ) -> None:
        self.miss = miss
        self.alarm = alarm
        self.hit = hit
        self.cool_down = cool_down
        self.per = per

    def choose(self, past: Past, tail: Tail | None) -> float:
        """The threshold; `inf` where flagging nothing is cheapest or the past holds no event that was scored."""
        costs = Costs(self.miss, self.alarm, self.hit, cool_down=self.cool_down, per=self.per)
        if past.event is None or not (np.isfinite(past.scores) & (past.event >= 0)).any():
            return np.inf
        tried = sweep(past.scores, past.event, past.entity, costs)
        at = tried.best
        threshold = float(tried.thresholds[at])
        events = len(peak_of_each(past.scores, past.event)) if self.per == "event" else int((past.event >= 0).sum())
        if not _beyond_luck(int(tried.caught[at]), events, int(tried.false_alarms[at]), costs):
            return np.inf
        return threshold


def _beyond_luck(caught: int, events: int, false_alarms: int, costs: Costs) -> bool:
    """Whether the saving is large beside what the events, some caught and some not, let it vary."""
    saved, share = costs.miss - costs.for_hit, caught / events
    deviation = saved * np.sqrt(events * share * (1 - share)) + costs.alarm * np.sqrt(false_alarms)
    return bool(saved * caught - costs.alarm * false_alarms > _LUCK * deviation)


EXAMPLE = Cheapest(miss=20.0, alarm=1.0)
