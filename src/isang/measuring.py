"""A result against known events: events found, false alarms, and on a test part what that comes to in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from isang.backtest import Setting
from isang.conclusions import conclusion
from isang.costs import Costs
from isang.events import Known
from isang.exam import Exam
from isang.measures import measures
from isang.reports.concluded import concluded
from isang.result import Result
from isang.words.frame import entity_names, lay_out


def judged_setting(result: Result, known: Known, costs: Costs | None) -> Setting:
    """The rows of a result, with what is known of them."""
    grid, entities = lay_out(result.frame, result.columns), entity_names(result.frame, result.columns.keys)
    return Setting(grid, known.on(grid, result.columns.keys, entities), costs)


def measured(result: Result, setting: Setting, label: str, positive: str) -> dict[str, Any]:
    """The `measured` of run.json: only judged rows count. `label` and `positive` say where the events are from."""
    exam = _exam(result, setting)
    causal = "hindsight" not in result.scores["split"]
    said = _concluded(exam, result, setting.costs) if causal else None
    return {
        "label": label,
        "positive": positive,
        "events": len(exam.events),
        "found": len(exam.caught),
        "incidents": sum(incident.known is None for incident in result.incidents),
        "false_alarms": exam.false_alarms,
        "false_alarms_per_week": round(exam.false_alarms / exam.weeks, 4) if exam.weeks else None,
        "reported_on": "test" if causal else "hindsight",
        "conclusion": said["en"] if said else None,
        "conclusion_text": said,
    }


def _exam(result: Result, setting: Setting) -> Exam:
    """The judged rows of a result, examined; flagged are those that incidents tell of."""
    position, size = setting.grid.position, len(setting.grid.X)
    scores, flagged, judged = np.full(size, np.nan), np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    scores[position] = result.scores["score"].fill_null(np.nan).to_numpy()
    flagged[position] = result.scores["incident"].is_not_null().to_numpy()
    judged[position] = np.isin(result.scores["split"].to_numpy(), ("test", "hindsight"))
    return setting.exam(scores, flagged, judged)


def _concluded(exam: Exam, result: Result, costs: Costs | None) -> dict[str, str]:
    row = {"events": len(exam.events), **measures(exam, ("event", "ranking"), costs)}
    no_threshold = all(entry["value"] is None for entry in result.run["thresholds"])
    return concluded(conclusion(row, costs, idle=no_threshold and not exam.raised.any()))
