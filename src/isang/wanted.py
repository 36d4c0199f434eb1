"""Which incidents the user asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from isang.incidents import Told
from isang.words.incident import Incident


@dataclass(frozen=True)
class Wanted:
    """Which incidents the user asked for. `min_change` is a share of what was expected, `min_size` an amount.

    Of both an incident must have enough; what has no size, such as silence, is told. Rows from `ripe_until` (µs) on are
    not judged: what they hold is not complete yet. Those from `final_until` (µs) on are provisional.
    """

    direction: str = "both"
    min_change: float | None = None
    min_size: float | None = None
    since: datetime | None = None
    top: int | None = None
    ripe_until: int | None = None
    final_until: int | None = None

    def choose(self, told: Sequence[Told]) -> list[Told]:
        """Those incidents, ranked anew; one that holds a row that may still change is provisional."""
        kept = [one for one in told if self._recent(one.incident) and self._asked(one.incident) and self._large(one)]
        return [
            replace(one, incident=replace(one.incident, rank=at + 1, provisional=self._may_change(one)))
            for at, one in enumerate(kept[: self.top])
        ]

    def _may_change(self, told: Told) -> bool:
        time = told.parts[0].judgement.verdicts.grid.time[told.rows]
        return self.final_until is not None and bool((time >= self.final_until).any())

    def _recent(self, incident: Incident) -> bool:
        return self.since is None or incident.end is None or incident.end > self.since

    def _asked(self, incident: Incident) -> bool:
        return self.direction == "both" or incident.direction in (self.direction, "pattern")

    def _large(self, told: Told) -> bool:
        """Whether its first entity moved by enough on its worst row, whoever flagged it; what has no size is told."""
        if (change := told.parts[0].change) is None:
            return True
        apart, due = change
        return apart >= (self.min_size or 0.0) and apart >= (self.min_change or 0.0) * due
