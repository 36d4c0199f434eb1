"""What a plan says of known events, found in its inputs."""

from __future__ import annotations

from dataclasses import dataclass

from isang.event_files import inside, periods_of, strange
from isang.events import Known, Truth
from isang.labelled import labels_of
from isang.plan import Plan
from isang.words.amounts import parse_span
from isang.words.note import note
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
    every = periods_of(plan.events, reading) if plan.events else ()
    unknown = strange(every, reading)
    periods = tuple(period for period in every if period not in unknown)
    known = Known(
        labels.truth if labels else None,
        labels.missing if labels else None,
        periods,
        parse_span(plan.lead) if plan.lead else None,
        parse_span(plan.recovery) if plan.recovery else None,
    )
    said = list[str]()
    if labels and (missing := int(labels.missing.sum())):
        told = "{count:,} rows have no label in {label!r}: they count neither way."
        said.append(note(told, count=missing, label=plan.label))
    if unknown:
        told = "{count} of {all} events in {path} name what the bill does not hold ({name}): they do not count."
        name = ", ".join(f"{key} {value}" for key, value in unknown[0].keys.items())
        said.append(note(told, count=len(unknown), all=len(every), path=plan.events, name=name))
    if outside := len(periods) - inside(periods, reading):
        told = "{outside} of {count} events in {path} lie outside the data: they do not count."
        said.append(note(told, outside=outside, count=len(periods), path=plan.events))
    return Told(known, plan.label or str(plan.events), labels.positive if labels else "anomaly", tuple(said))


def lost_events(plan: Plan, truth: Truth) -> list[str]:
    """What is to be said of events that are in the data and do not count."""
    said = list[str]()
    if truth.lost:
        told = "{lost} of {count} events lie wholly in rows that are left out or absent: they do not count."
        said.append(note(told, lost=truth.lost, count=truth.lost + len(truth.first)))
    if truth.unmarked:
        told = "{unmarked} of {count} events have no row before them to warn in (--lead {lead}): they do not count."
        said.append(note(told, unmarked=truth.unmarked, count=len(truth.first), lead=plan.lead))
    return said
