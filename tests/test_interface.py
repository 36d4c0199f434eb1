"""A CLI option is a keyword of the Python function is a key of the plan, spelled alike."""

from __future__ import annotations

import inspect
from typing import Any, get_args, get_type_hints

import pytest
import typer
from typer.models import OptionInfo

import isang
from isang.api import detect
from isang.cli.detect import detect as command
from isang.cli.fit import fit as fit_command
from isang.cli.selftest import selftest as selftest_command
from isang.plan import Plan
from isang.risk import BANDS

# What only one of the three has, and why.
SCREEN = {"json", "quiet", "debug", "dry_run", "explain_dry_run"}  # about the terminal
INPUT = {"cli": {"files"}, "python": {"source"}, "plan": {"inputs"}}
OVER_THE_PLAN = {"plan", "set"}  # which plan, and what to change in it
OTHER_VERBS = {"folds", "require"}  # of evaluate and of selftest
MEMBERS = {
    "features",
    "rules",
    "votes",
    "detectors",
    "meanings",
    "risk",
    "severity",
}  # mappings, which options set by --set
OF_PACKS = {"across", "hybrid", "lines"}  # what a pack settles

# interface.md "Options", those that concern series.
PROMISED = {
    *("--pack", "--time", "--key", "--value", "--label", "--positive", "--where", "--step", "--tz", "--encoding"),
    *(
        "--strict",
        "--together",
        "--apart",
        "--detector",
        "--train-until",
        "--split",
        "--model",
        "--effort",
        "--seed",
        "--set",
        "--preset",
    ),
    *("--false-alarms", "--alerts", "--threshold", "--direction", "--min-change", "--min-size", "--since", "--top"),
    *("--events", "--lead", "--recovery", "--cost", "--walk-forward", "--max-fill", "--holidays", "--predictions"),
    *("--mature", "--session", "--max-files", "--sample-lines", "--memory", "--mask", "--protect"),
    *("--out", "--json", "--fail-on", "--lang", "--quiet", "--debug", "--plan", "--dry-run"),
    *("--explain", "--explain-dry-run"),
}


def options() -> dict[str, OptionInfo]:
    """Each parameter of `isang detect` that is an option."""
    hints = get_type_hints(command, include_extras=True)
    found = {name: get_args(hint)[1] for name, hint in hints.items() if name != "return"}
    return {name: info for name, info in found.items() if isinstance(info, OptionInfo)}


def names_of(info: OptionInfo) -> set[str]:
    """Its spellings; inside Annotated, typer keeps the first of them as `default`."""
    return {part for name in (info.default, *(info.param_decls or ())) for part in str(name).split("/")}


def spelled() -> set[str]:
    return {name for info in options().values() for name in names_of(info)}


def test_options_keywords_and_plan_keys_are_the_same() -> None:
    cli = set(inspect.signature(command).parameters) - INPUT["cli"] - SCREEN - OVER_THE_PLAN
    python = set(inspect.signature(detect).parameters) - INPUT["python"] - OVER_THE_PLAN
    plan = set(Plan.model_fields) - INPUT["plan"] - MEMBERS - OF_PACKS - OTHER_VERBS
    assert cli == python == plan
    assert set(inspect.signature(detect).parameters) >= OVER_THE_PLAN


def test_options_are_spelled_like_their_keywords() -> None:
    for name, info in options().items():
        assert f"--{name.replace('_', '-')}" in names_of(info)


def test_every_promised_option_is_there_and_no_other_one() -> None:
    assert spelled() - {"-q"} == PROMISED


def test_choices_are_the_same_in_options_and_plan() -> None:
    hints = get_type_hints(command, include_extras=True)
    for name in ("pack", "walk_forward", "effort", "direction", "fail_on", "lang"):
        assert choices(hints[name]) == choices(Plan.model_fields[name].annotation), name
    assert choices(hints["fail_on"]) == tuple(BANDS)


def choices(hint: Any) -> tuple[Any, ...]:
    """The texts of the Literal inside a type."""
    inner = [choices(part) for part in get_args(hint) if not isinstance(part, str | OptionInfo)]
    return next((found for found in inner if found), tuple(part for part in get_args(hint) if isinstance(part, str)))


def test_options_have_help_and_stand_in_a_panel() -> None:
    for name, info in options().items():
        assert info.help, name
        assert info.rich_help_panel in ("Reading", "Learning", "Deciding", "Output and plan"), name


@pytest.mark.parametrize("name", isang.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(isang, name) is not None


def test_what_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        isang.nothing_such  # noqa: B018


def test_fit_has_the_options_of_detect_that_concern_learning() -> None:
    """The same spelling, the same help; what only judging needs, and where it learns from, belong to detect."""
    of_detect, of_fit = get_type_hints(command, include_extras=True), get_type_hints(fit_command, include_extras=True)
    judging = {
        "predictions",
        "mature",
        "train_until",
        "split",
        "walk_forward",
        "model",
        "direction",
        "min_change",
        "min_size",
        "since",
        "top",
        "explain",
        "explain_dry_run",
    }
    assert set(of_fit) == set(of_detect) - judging - {"json", "fail_on"}
    assert {name for name in of_fit if of_fit[name] != of_detect[name]} == {"out"}  # its usual folder is another one
    python = set(inspect.signature(isang.fit).parameters) - INPUT["python"]
    assert python == set(of_fit) - INPUT["cli"] - SCREEN - {"out", "lang", "return"}


def test_selftest_has_the_options_of_detect_that_concern_learning_and_deciding() -> None:
    of_detect, own = get_type_hints(command, include_extras=True), get_type_hints(selftest_command, include_extras=True)
    telling = {"direction", "min_change", "min_size", "since", "top", "fail_on"}
    telling |= {"events", "lead", "recovery", "cost", "walk_forward", "predictions", "mature"}
    telling |= {"explain", "explain_dry_run", "session", "max_files", "sample_lines", "memory", "mask", "protect"}
    assert set(own) == (set(of_detect) - telling) | {"require"}
    assert {name for name in own if own[name] != of_detect.get(name)} == {"out", "json", "require"}
    python = set(inspect.signature(isang.selftest).parameters) - INPUT["python"] - OVER_THE_PLAN
    assert python == set(own) - INPUT["cli"] - SCREEN - OVER_THE_PLAN - {"out", "lang", "return"}
    assert python <= set(Plan.model_fields)


def test_verbs_of_this_issue() -> None:
    from isang.cli import app

    names = {info.name for info in app.registered_commands}
    assert names == {"detect", "fit", "evaluate", "selftest", "show", "mine", "list", "demo"}
    assert isinstance(app, typer.Typer)
