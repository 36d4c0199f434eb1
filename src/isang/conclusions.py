"""What an evaluation comes to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isang.chance import FEWEST_EVENTS
from isang.costs import Costs

ALPHA = 0.01  # a ranking that luck gives more often than this is not called better than chance


def conclusion(row: Mapping[str, Any], costs: Costs | None, *, idle: bool) -> str:
    """One sentence about a row that was reported on the test part; `idle`: nothing is ever flagged."""
    if not row["events"]:
        return "no event in the rows reported on: nothing can be said"
    p = row["p_chance"]
    if p is None:
        return "no usual row was scored beside the events: nothing can be said"
    if p > ALPHA:
        few = f", {_events(row)}" if row["events"] < FEWEST_EVENTS else ""
        return f"not better than chance (p = {p:.2g}{few}){_beside(row, costs, idle=idle)}"
    return _in_money(row, costs, idle=idle) if costs else _in_events(row, idle=idle)


def _in_money(row: Mapping[str, Any], costs: Costs, *, idle: bool) -> str:
    assumed = _assumed(costs)
    if idle:
        return f"no threshold beats doing nothing{assumed}"
    saving, low, high = row["saving_pct"], row["saving_low"], row["saving_high"]
    if low is None:
        few = f"too few events ({row['events']}) for an interval"
        return f"saves {saving:.0f} % of the cost of doing nothing; {few}{assumed}"
    told = f"{saving:.0f} % ({low:.0f} to {high:.0f}) of the cost of doing nothing{assumed}"
    if high < 0:
        return f"costs {-saving:.0f} % ({-high:.0f} to {-low:.0f}) more than doing nothing{assumed}"
    if row["cost_flag_all"] < row["cost"]:
        told += ", and flagging everything saves more"
    return f"saves {told}" if low > 0 else f"not shown to beat doing nothing: saves {told}"


def _beside(row: Mapping[str, Any], costs: Costs | None, *, idle: bool) -> str:
    """What to do where scores tell nothing."""
    if costs is None:
        return ""
    if row["cost_flag_all"] < row["cost_nothing"]:
        return f"; at these costs even flagging everything beats doing nothing{_assumed(costs)}"
    return f"; no threshold beats doing nothing{_assumed(costs)}" if idle else ""


def _assumed(costs: Costs) -> str:
    return " (assumed costs)" if costs.assumed else ""


def _events(row: Mapping[str, Any]) -> str:
    return f"{row['events']} event{'s' if row['events'] > 1 else ''}"


def _in_events(row: Mapping[str, Any], *, idle: bool) -> str:
    caught, events = round(row["event_recall"] * row["events"]), _events(row)
    if idle:
        return "better than chance, but no threshold was found worth having: nothing is flagged"
    week = row["false_alarms_per_week"]
    alarms = f"{week:.1f} false alarms a week" if week is not None else f"{row['false_alarms']:.0f} false alarms"
    if not caught:
        return f"finds none of {events}, with {alarms}"
    worth = 1 + row["false_alarms"] / caught
    return f"finds {caught} of {events} with {alarms}; pays if a miss costs more than {worth:.1f} false alarms"
