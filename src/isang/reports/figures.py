"""The figures of entities: the whole of one, one incident near by, the nearest misses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import plotly.graph_objects as go

from isang.reports.base import Outcome, is_of_logs
from isang.reports.cost_chart import cost_chart, told_in_costs
from isang.reports.pieces import MARKS
from isang.reports.series_chart import series_chart
from isang.reports.stretch import Stretch, around, keys_of, stretch_of
from isang.words.frame import named
from isang.words.incident import Incident

_MARGIN_ROWS = 300


def entity_figure(outcome: Outcome, entity: str | None = None, lang: str = "en", points: int = 4000) -> go.Figure:
    """The columns that drive an entity's incidents with their usual range, and below them its score.

    `entity=None` is the riskiest; InputError names the nearest known one.
    """
    keys = keys_of(outcome, entity)
    name = named(tuple(keys.values()), tuple(keys))
    mine = [incident for incident in outcome.incidents if dict(incident.keys) == keys or name in incident.also]
    return _chart(outcome, stretch_of(outcome, keys), mine, 4, lang, points)


def incident_figures(
    outcome: Outcome, incidents: Sequence[Incident], lang: str = "en", points: int = 900
) -> list[go.Figure]:
    """Each incident with its surroundings."""
    wholes: dict[str, Stretch] = {}  # an entity may have many incidents, and a million rows
    drawn = []
    for incident in incidents:
        if incident.entity not in wholes:
            wholes[incident.entity] = stretch_of(outcome, incident.keys)
        near = around(wholes[incident.entity], outcome, incident, _MARGIN_ROWS)
        drawn.append(_chart(outcome, near, [incident], 3, lang, points))
        if is_of_logs(outcome):
            drawn[-1].update_xaxes(range=_slots_around(outcome, incident))
    return drawn


def _slots_around(outcome: Outcome, incident: Incident) -> list[str]:
    """As much time as a margin of rows takes: kinds of log lines have rows in some slots only."""
    named = [time for time in (incident.start, incident.end) if time is not None]
    margin = timedelta(seconds=_MARGIN_ROWS * outcome.run["recognised"]["step_s"])
    times = outcome.frame[str(outcome.columns.time)]
    first: datetime = times.min()  # type: ignore[assignment]
    last: datetime = times.max()  # type: ignore[assignment]
    return [f"{time:%Y-%m-%dT%H:%M:%S}" for time in (max(named[0] - margin, first), min(named[-1] + margin, last))]


def _chart(
    outcome: Outcome, stretch: Stretch, incidents: Sequence[Incident], most: int, lang: str, points: int
) -> go.Figure:
    """Of a cost, or of at most so many columns."""
    if told_in_costs(outcome):
        return cost_chart(outcome, stretch, incidents, lang, points)
    return series_chart(outcome, stretch, incidents, _driving(outcome, incidents, most), lang, points)


def marks_in(outcome: Outcome) -> tuple[str, ...]:
    """What the charts of incidents hold, by the words of their legend."""
    if not told_in_costs(outcome):
        return MARKS
    usual = ("expected", "usual") if outcome.expected.columns else ()
    voted = ("vote",) if outcome.plan.get("votes") else ("score", "threshold")
    return ("cost_line", *usual, "told_row", *voted, "not_scored")


def drawn_whole(outcome: Outcome, incident: Incident) -> bool:
    """Whether the figure of an incident shows its entity from end to end, with no other incident in it."""
    others = sum(incident.entity in (other.entity, *other.also) for other in outcome.incidents)
    return others == 1 and len(stretch_of(outcome, incident.keys).rows) <= _MARGIN_ROWS


def misses_figure(outcome: Outcome, lang: str = "en", points: int = 2000) -> go.Figure:
    """The entity of the nearest miss, with the misses marked."""
    first = outcome.misses.head(1).to_dicts()
    keys = {key: str(first[0][key]) for key in outcome.columns.keys} if first else keys_of(outcome, None)
    column = str(first[0]["column"]) if first else ""
    columns = [column] if column in outcome.columns.values else list(outcome.columns.values[:1])
    return series_chart(
        outcome, stretch_of(outcome, keys), [], columns, lang, points, misses=outcome.misses["row"].to_list()
    )


def _driving(outcome: Outcome, incidents: Sequence[Incident], most: int) -> list[str]:
    """The value columns that caused the incidents, strongest first; else the first ones."""
    named = [
        driver.name
        for incident in incidents
        for driver in incident.drivers
        if driver.entity is None and driver.share * (1 + len(incident.also)) >= 0.1
    ]
    found = [name for name in dict.fromkeys(named) if name in outcome.columns.values]
    if not found and incidents:  # a rule that fired on absent data: one column shows it as well as four
        most = 1
    return (found or list(outcome.columns.values))[:most]
