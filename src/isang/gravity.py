"""How grave what an incident tells of is, where the rows of a frame say so: lines of logs, by level and exception."""

from __future__ import annotations

from isang.involved import Involved

SEVERITY = "severity"


def severity(part: Involved) -> float | None:
    """The highest severity (0-100) of its rows; None where none has one."""
    judgement = part.judgement
    if SEVERITY not in judgement.frame.columns or SEVERITY in judgement.columns.values:
        return None
    rows = judgement.caller_row[part.rows]
    return judgement.frame[SEVERITY].gather(rows[rows >= 0]).max()  # type: ignore[return-value]
