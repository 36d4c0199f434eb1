"""What `isang.selftest` gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isang.reports.trials_documents import shares_table
from isang.words.native import like
from isang.words.trial import Criterion, Defect, FalseAlarms, Trials

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class SelfTest:
    """What would be caught in one's own data, and whether that is enough.

    `table` has the columns of `selftest.csv`, and is a frame of the caller's kind (polars for files). `trials` is all
    of it: `shares`, `criteria`, `false_alarms`, `defects`, `examples`, `run` and `plan`.
    """

    table: Any
    trials: Trials = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return self.trials.passed

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What was wanted, and what was found."""
        return self.trials.criteria

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What no detector may do, and this one did."""
        return self.trials.defects

    @property
    def false_alarms(self) -> FalseAlarms:
        """Incidents in the rows without faults."""
        return self.trials.false_alarms

    def figure(self, lang: str = "en") -> go.Figure:
        """A Plotly figure: the share caught of each kind and size."""
        from isang.reports.trials_figures import share_figure  # plotly takes long to load

        return share_figure(self.trials, lang)

    def save(self, folder: str | Path, lang: str = "en") -> Path:
        """Write all outputs into a folder, which appears whole or not at all; gives its full path.

        Raises OutputError, with what stood there untouched, where the folder holds something else.
        """
        from isang.reports.trials_files import write_trials  # loads plotly as well

        return write_trials(self.trials, Path(folder), lang)


def self_test(trials: Trials, data: Any = None) -> SelfTest:
    """Trials with their table as a frame of the caller's kind."""
    return SelfTest(like(data, shares_table(trials)), trials)
