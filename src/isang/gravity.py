"""How grave what rows tell of is, where the rows of a frame say so: lines of logs, by level and exception."""

from __future__ import annotations

import numpy as np

from isang.involved import Involved
from isang.judgement import Judgement
from isang.words.frame import Floats, Integers

SEVERITY = "severity"


def severity(part: Involved) -> float | None:
    """The highest severity (0-100) of its rows; None where none has one."""
    found = _severities(part.judgement, part.rows)
    return None if np.isnan(found).all() else float(np.nanmax(found))


def risks(judgement: Judgement, rows: Integers) -> Floats:
    """(k,) the risk of grid rows by themselves: their anomaly, and their severity where they have one."""
    points, grave = judgement.points[rows].tolist(), _severities(judgement, rows).tolist()
    parts = [{"anomaly": own} | ({} if np.isnan(of) else {SEVERITY: of}) for own, of in zip(points, grave, strict=True)]
    return np.array([judgement.risk.of(some) for some in parts], dtype=np.float64)


def _severities(judgement: Judgement, rows: Integers) -> Floats:
    """(k,) NaN where a row has none, or is none of the frame; a column of that name in other data is the user's own."""
    if judgement.pack != "logs" or SEVERITY not in judgement.frame.columns:
        return np.full(len(rows), np.nan)
    at = judgement.caller_row[rows]
    found = judgement.frame[SEVERITY].gather(np.maximum(at, 0)).cast(float).fill_null(np.nan).to_numpy()
    return np.where(at >= 0, found, np.nan)
