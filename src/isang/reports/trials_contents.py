"""The columns and keys of what a self-test writes."""

from __future__ import annotations

from isang.reports.base import Field
from isang.reports.contents import RUN

SHARES = (
    Field("fault", "text", "kind of the fault that was put into the data", always=True),
    Field("size", "number", "how large; empty for kinds that have no size"),
    Field("size_unit", "text", "unit of size", values=("usual spreads",)),
    Field("injected", "integer", "how many were tried", always=True),
    Field("caught", "integer", "how many of them were flagged", always=True),
    Field("share", "number", "caught / injected", always=True),
    Field("low", "number", "lower end of the 95 % interval of share (Wilson)", always=True),
    Field("high", "number", "upper end of it", always=True),
    Field(
        "delay_s", "number", "median seconds from the first row of a caught fault to its first flag; empty without time"
    ),
    Field("delay_rows", "number", "the same in rows"),
)

_OF_RUN = (
    *("command", "inputs", "recognised", "model", "detector", "thresholds", "splits", "warnings", "versions", "seed"),
    *("timings_s", "exit"),
)

SELFTEST = (
    Field("passed", "flag", "every criterion is met", always=True),
    Field(
        "criteria",
        "list",
        "what was wanted, and what was found",
        True,
        (
            Field("name", "text", "defects, false_alarms, faults (those of the pack together), or a kind", always=True),
            Field("passed", "flag", "it is met", always=True),
            Field("wanted", "number", "at most so many (defects, false_alarms), at least such a share", always=True),
            Field("found", "number", "how many, or what share of large faults; null: none could be tried"),
            Field("cases", "integer", "on how many faults a share stands"),
            Field("faults", "texts", "kinds that a share is about", always=True),
        ),
    ),
    Field("false_alarms_per_week", "number", "incidents a week in the last part without faults; null without time"),
    Field(
        "false_alarms",
        "object",
        "the same in full",
        True,
        (
            Field("count", "integer", "incidents in the last part", always=True),
            Field("per_week", "number", "the same a week"),
            Field("low", "number", "lower end of the exact 95 % interval of it"),
            Field("high", "number", "upper end"),
            Field("requested", "text", "what was asked for; null where the threshold is no rate"),
            Field("expected", "number", "how many that is in the last part"),
        ),
    ),
    Field(
        "defects",
        "list",
        "what no detector may do",
        True,
        (
            Field("name", "text", "which", True, values=("constant_scores", "missing_scores", "misaligned", "blind")),
            Field("detail", "text", "what was seen", always=True),
            Field("text", "map", "ko, en: the same in each language", always=True),
        ),
    ),
    *(field for field in RUN if field.name in _OF_RUN),
)
