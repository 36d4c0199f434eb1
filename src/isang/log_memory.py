"""What a model remembers of the logs that it learnt from, under the numbers that later logs give their lines."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isang.detectors.base import Detector
from isang.logs.before import Before
from isang.logs.templates import Templates
from isang.logs.turn import parted
from isang.logs.usual import Usual

_FARTHEST = 3.0  # of a session: `detectors.log_sessions`


@dataclass(frozen=True, eq=False)
class LogMemory:
    """What is usual of the kinds of lines of some logs, and of their order; `templates` is their state as JSON.

    The number of a kind is that of its template times how many `exceptions` there are, plus that of its exception.
    `bursts` (logs,) are the dispersions of whole logs. `order` judges the order of lines, and `limits` (templates,) say
    from which bin of its scores on they are odd; None and empty where no thread or session taught any. `before` are the
    lines that others are held against, in slots before the one with number `behind` since 1970. Whole sessions are
    strange that score more than `farthest` by `sessions`; None where too few taught what they are like.
    """

    step_us: int
    templates: str
    exceptions: list[str]
    logs: list[str]
    usual: Usual
    bursts: NDArray[np.float64]
    limits: NDArray[np.int16]
    order: Detector | None
    before: Before
    behind: int
    sessions: Detector | None
    farthest: float

    def __post_init__(self) -> None:
        templates = len(self.restored())
        if self.step_us < 1 or not self.exceptions or self.exceptions[0]:
            raise ValueError("a memory of logs has a step, and no exception as its first.")
        if not self.bursts.shape == self.usual.totals.shape == (len(self.logs),):
            raise ValueError("the logs of a memory are not all of one number.")
        kind, kinds = self.usual.kind, templates * len(self.exceptions)
        if self.limits.shape != (templates if self.order else 0,) or np.any((kind < 0) | (kind >= kinds)):
            raise ValueError("the kinds of a memory are not those of its templates.")
        if self.sessions and (self.sessions.n_features_in_ != templates + 1 or not 0 <= self.farthest <= _FARTHEST):
            raise ValueError("the sessions of a memory are not those of its templates.")
        self._check_before(templates, kinds)

    def _check_before(self, templates: int, kinds: int) -> None:
        turns = np.concatenate([self.before.turns, self.before.pauses.turns])
        log, *pair = parted(turns)
        if len(self.before.totals) != len(self.logs) or np.any((turns < 0) | (log >= len(self.logs))):
            raise ValueError("what came before is of other logs than a memory.")
        if np.any(self.before.kind >= kinds) or np.any(np.concatenate(pair) >= templates):
            raise ValueError("what came before is of other templates than a memory.")

    def restored(self) -> Templates:
        """The templates as they were; ModelError for what are none."""
        return Templates.from_state(json.loads(self.templates))
