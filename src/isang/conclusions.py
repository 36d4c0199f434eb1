"""What an evaluation comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isang.chance import FEWEST_EVENTS
from isang.costs import Costs
from isang.words.conclusion import Conclusion

ALPHA = 0.01  # a ranking that luck gives more often than this is not called better than chance
_NUMBERS = ("events", "p_chance", "saving_pct", "saving_low", "saving_high", "false_alarms", "false_alarms_per_week")


def conclusion(row: Mapping[str, Any], costs: Costs | None, *, idle: bool) -> Conclusion:
    """Of a row that was reported on the test part; `idle`: nothing is ever flagged."""
    kind, *added = _said(row, costs, idle=idle)
    known = {name: row[name] for name in _NUMBERS if row.get(name) is not None}
    return Conclusion(kind, {**known, **_losses(known), **_catches(row)}, tuple(added))


def _losses(known: Mapping[str, float]) -> dict[str, float]:
    """What is lost where savings are below 0: the lower end of one interval is the upper of the other."""
    ends = {"loss_pct": "saving_pct", "loss_low": "saving_high", "loss_high": "saving_low"}
    return {loss: -known[saving] for loss, saving in ends.items() if saving in known}


def _catches(row: Mapping[str, Any]) -> dict[str, float]:
    """How many events were found, and how many false alarms a miss must be worth."""
    caught = round((row["event_recall"] or 0.0) * row["events"])
    return {"caught": caught, "worth": 1 + row["false_alarms"] / caught} if caught else {}


def _said(row: Mapping[str, Any], costs: Costs | None, *, idle: bool) -> list[str]:
    """The kind, and what is added to it."""
    if not row["events"]:
        return ["no_events"]
    if row["p_chance"] is None:
        return ["no_usual_rows"]
    if row["p_chance"] > ALPHA:
        few = row["events"] < FEWEST_EVENTS
        return ["chance_with_few" if few else "chance", *_beside(row, costs, idle=idle)]
    return _in_money(row, costs, idle=idle) if costs else [_in_events(row, idle=idle)]


def _beside(row: Mapping[str, Any], costs: Costs | None, *, idle: bool) -> list[str]:
    """What to do where scores tell nothing."""
    if costs is None:
        return []
    if row["cost_flag_all"] < row["cost_nothing"]:
        return ["flagging_all_pays", *_assumed(costs)]
    return ["and_no_threshold", *_assumed(costs)] if idle else []


def _in_money(row: Mapping[str, Any], costs: Costs, *, idle: bool) -> list[str]:
    assumed = _assumed(costs)
    if idle:
        return ["no_threshold", *assumed]
    if row["saving_low"] is None:
        return ["saves_with_few", *assumed]
    if row["saving_high"] < 0:
        return ["loses", *assumed]
    more = ["flagging_all_saves_more"] if row["cost_flag_all"] < row["cost"] else []
    return ["saves" if row["saving_low"] > 0 else "may_save", *assumed, *more]


def _assumed(costs: Costs) -> list[str]:
    return ["assumed"] if costs.assumed else []


def _in_events(row: Mapping[str, Any], *, idle: bool) -> str:
    if idle:
        return "never_flags"
    return "finds" if row["event_recall"] else "finds_none"
