"""What no plan may be: unknown members, amounts out of grammar, options at odds."""

from __future__ import annotations

import math
from collections.abc import Callable

from isang.costs import parse_costs
from isang.errors import UsageError
from isang.family import build
from isang.features._calendar import check_country
from isang.logs.severity import severity_of
from isang.plan import EXCLUSIVE, OF_FEATURE, Plan
from isang.required import parse_required
from isang.risk import risk_of
from isang.specs import check_member
from isang.votes import votes_of
from isang.words.amounts import parse_rate, parse_share, parse_size, parse_span, parse_wait

# Options that belong to one pack.
_OF_PACK = {
    "max_fill": "counters",
    "predictions": "counters",
    "mature": "cost",
    "session": "logs",
    "max_files": "logs",
    "sample_lines": "logs",
    "memory": "logs",
    "mask": "logs",
    "protect": "logs",
    "severity": "logs",
}
# What a model folder has settled already.
_LEARNT = (
    *(
        "pack",
        "preset",
        "time",
        "key",
        "value",
        "where",
        "session",
        "mask",
        "protect",
        "severity",
        "risk",
        "step",
        "tz",
        "apart",
        "max_fill",
        "holidays",
        "features",
        "detector",
        "detectors",
        "effort",
        "rules",
        "votes",
        "across",
    ),
    *("seed", "train_until", "split", "false_alarms", "alerts", "threshold", "cost"),
)
_GRAMMAR: dict[str, Callable[[str], object]] = {
    "since": parse_span,
    "lead": parse_span,
    "recovery": parse_span,
    "cost": parse_costs,
    "step": parse_span,
    "max_fill": parse_span,
    "holidays": check_country,
    "mature": parse_wait,
    "min_change": parse_share,
    "false_alarms": parse_rate,
    "alerts": parse_rate,
    "memory": parse_size,
    "require": parse_required,
}
_COUNTS = {"top": "incidents", "max_files": "files", "sample_lines": "lines"}
_LARGEST_SEED = 2**32 - 1  # what NumPy takes


def check(plan: Plan) -> None:
    """Raise UsageError for what cannot be run: unknown members, amounts out of grammar, options at odds."""
    for group in EXCLUSIVE:
        said = [f"--{name.replace('_', '-')}" for name in group if getattr(plan, name) is not None]
        if len(said) > 1:
            raise UsageError(f"{said[0]} and {said[1]} say the same thing in two ways; give one of them.")
    _check_model(plan)
    _check_owners(plan)
    for family, wanted in plan.members():
        check_member(family, wanted)
    _check_effort(plan)
    votes_of(plan.votes, plan.rules or {})
    risk_of(plan.risk)
    severity_of(plan.severity)
    if plan.hybrid and not plan.votes:
        raise UsageError("hybrid is a table of votes, and nothing votes: write votes.threshold=0.5 as well.")
    _check_amounts(plan)
    _check_events(plan)
    if (explain := plan.explain_spec()) is not None:
        build("llms", explain).check()


def _check_events(plan: Plan) -> None:
    if plan.learns_from_events and not plan.knows_events:
        name = plan.threshold_spec()["name"]
        option = f"--preset {plan.preset}" if plan.preset else "--cost" if plan.cost else f"--threshold {name}"
        raise UsageError(f"{option} learns from known events: name them with --label COLUMN or --events FILE.")
    for name in ("lead", "recovery"):
        if getattr(plan, name) is not None and not plan.knows_events:
            raise UsageError(f"--{name} is about events: name them with --label COLUMN or --events FILE.")


def _check_effort(plan: Plan) -> None:
    judging = [str(told["name"]) for told in plan.detector_specs()]
    if plan.effort is not None and "auto" not in judging:
        raise UsageError(
            f"--effort is about the detector auto, and {judging[0]} judges: leave it out, or add --detector auto."
        )


def _check_model(plan: Plan) -> None:
    if plan.model is not None and plan.walk_forward is not None:
        raise UsageError(
            f"--walk-forward {plan.walk_forward} learns anew as time goes on, and {plan.model} has learnt already: "
            "leave --model out and add --train-until TIME."
        )
    fields = Plan.model_fields
    said = [name for name in _LEARNT if getattr(plan, name) != fields[name].get_default()]
    if plan.model is not None and said:
        raise UsageError(
            f"--{said[0].replace('_', '-')} belongs to fit: {plan.model} has learnt with its own. "
            "Leave it out, or learn anew with 'isang fit'."
        )


def _check_owners(plan: Plan) -> None:
    for option, pack in _OF_PACK.items():
        if getattr(plan, option) not in (None, []) and plan.pack != pack and plan.model is None:
            told = "add" if plan.pack == "auto" else f"leave it out, or in place of {plan.pack} say"
            raise UsageError(f"--{option.replace('_', '-')} belongs to pack {pack}: {told} --pack {pack}.")
    for option, (name, _) in OF_FEATURE.items():
        if getattr(plan, option) is not None and name not in (plan.features or {}):
            raise UsageError(f"--{option.replace('_', '-')} is about the feature {name}, which the plan leaves out.")


def _check_amounts(plan: Plan) -> None:
    for name, parse in _GRAMMAR.items():
        if (text := getattr(plan, name)) is not None:
            _parsed(name, parse, text)
    if plan.positive is not None and plan.label is None:
        raise UsageError("--positive names a value of the label column; name that column with --label.")
    for name, what in _COUNTS.items():
        if (count := getattr(plan, name)) is not None and count < 1:
            raise UsageError(f"--{name.replace('_', '-')} {count}: a number of {what}, at least 1, is needed.")
    if plan.min_size is not None and not 0 <= plan.min_size < math.inf:
        raise UsageError(f"--min-size {plan.min_size}: an amount of 0 or more is needed.")
    if not 0 <= plan.seed <= _LARGEST_SEED:
        raise UsageError(f"--seed {plan.seed}: a whole number from 0 to {_LARGEST_SEED} is needed.")


def _parsed(name: str, parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except UsageError as error:
        raise UsageError(f"--{name.replace('_', '-')}: {error}") from error
