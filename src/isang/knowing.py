"""What a plan says of known events, found in its inputs."""

from __future__ import annotations

from dataclasses import dataclass

from isang.event_files import inside, periods_of
from isang.events import Known, Truth
from isang.labelled import labels_of
from isang.plan import Plan
from isang.words.amounts import parse_span
from isang.words.reading import Reading


@dataclass(frozen=True)
class Told:
    """What is known, where it is from, the value of an event there, and what is to be said of it."""

    known: Known
    source: str
    positive: str
    warnings: tuple[str, ...] = ()


def told_events(plan: Plan, reading: Reading) -> Told | None:
    """The events of the label column and of the file of events; None where neither is named."""
    if not plan.knows_events:
        return None
    labels = labels_of(reading.frame[plan.label], plan.positive) if plan.label else None
    periods = periods_of(plan.events, reading) if plan.events else ()
    known = Known(
        labels.truth if labels else None,
        labels.missing if labels else None,
        periods,
        parse_span(plan.lead) if plan.lead else None,
        parse_span(plan.recovery) if plan.recovery else None,
    )
    said = []
    if labels and (missing := int(labels.missing.sum())):
        said.append(f"{missing:,} rows have no label in {plan.label!r}: they count neither way.")
    if outside := len(periods) - inside(periods, reading):
        said.append(f"{outside} of {len(periods)} events in {plan.events} lie outside the data: they do not count.")
    return Told(known, plan.label or str(plan.events), labels.positive if labels else "anomaly", tuple(said))


def lost_events(plan: Plan, truth: Truth) -> list[str]:
    """What is to be said of events that are in the data and do not count."""
    said = []
    if truth.lost:
        events = truth.lost + len(truth.first)
        said.append(
            f"{truth.lost} of {events} events lie wholly in rows that are left out or absent: they do not count."
        )
    if truth.unmarked:
        warned = f"have no row before them to warn in (--lead {plan.lead})"
        said.append(f"{truth.unmarked} of {len(truth.first)} events {warned}: they do not count.")
    return said
