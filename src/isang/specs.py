"""Members as plans write them: `knn`, `quantile:0.99`, `a,b`, or a mapping with a name; and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt
from pydantic import ConfigDict, TypeAdapter, ValidationError
from sklearn.base import BaseEstimator

from isang.errors import UsageError
from isang.family import build, describe, holds_members, member, names, settings_of
from isang.yamls import scalar

_DEFAULTS = {"detectors": "auto", "thresholds": "false_alarms"}
_LINES = ("log_anomaly", "isolation_forest")  # S3-20c
_OF_COUNTS = ("isolation_forest",)
_HINTS = {"detectors": ": add --detector {}", "thresholds": ": write --threshold {}:VALUE"}
_PLURALS = {int: "whole numbers", float: "numbers", str: "texts"}
_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", dict: "a mapping"}


def spec(family: str, written: Any) -> dict[str, Any]:
    """A mapping with the member's name. `name:value` sets its first parameter, `a,b` is an ensemble, 3 is `fixed:3`."""
    if not isinstance(written, str):
        return {"name": _DEFAULTS.get(family, ""), **written}
    if family == "detectors" and "," in written:
        return {"name": "ensemble", "members": [spec(family, part.strip()) for part in written.split(",")]}
    if family == "thresholds" and isinstance(scalar(written), int | float):
        return {"name": "fixed", "value": scalar(written)}
    name, colon, text = written.partition(":")
    if not colon:
        return {"name": name}
    parameters = describe(family, name).parameters
    if not parameters:
        raise UsageError(f"{name} has no parameter that '{text}' could set; write {name} alone.")
    return {"name": name, next(iter(parameters)): scalar(text)}


def spec_of_lines(written: Any) -> dict[str, Any]:
    """The same of what judges log lines: `ensemble` has members, and a forest sees how often each template came."""
    found = spec("detectors", written)
    if found["name"] == "ensemble":
        members = found.get("members", _LINES)
        return {"combine": "max", **found, "members": [spec_of_lines(one) for one in members]}
    return {"name": "log_counts", "detector": found} if found["name"] in _OF_COUNTS else found


def lines_told(written: Any) -> dict[str, Any]:
    """Name and members of what judges the order of log lines, as run.json has them."""
    found = spec_of_lines(written)
    return {"name": _asked_for(found), "members": [_asked_for(one) for one in found.get("members", [found])]}


def _asked_for(found: Mapping[str, Any]) -> str:
    counted = found.get("detector") if found["name"] == "log_counts" else None
    return str(spec("detectors", counted or found)["name"])


def check_member(family: str, wanted: Mapping[str, Any]) -> None:
    """Raise UsageError for an unknown member or parameter, or a value of another type than its own."""
    _check_parameters(family, wanted)
    build(family, wanted)
    name = str(wanted["name"])
    hints = get_type_hints(member(family, name).__init__, include_extras=True)
    for key, value in wanted.items():
        if key != "name":
            _check_value(family, f"{name}: {key}", value, hints[key])


def changed(family: str, wanted: Mapping[str, Any]) -> list[str]:
    """What was set otherwise than by default: `knn: neighbors 3`."""
    name = str(wanted["name"])
    defaults = describe(family, name).parameters
    return [f"{name}: {key} {value!r}" for key, value in wanted.items() if repr(value) != defaults.get(key, repr(name))]


def in_words(hint: Any) -> str:
    """What a type asks for: `a whole number or a text`."""
    kind = get_origin(hint) or hint
    if kind is Annotated:
        inner, *bounds = get_args(hint)
        return " ".join([in_words(inner), " and ".join(_bound(bound) for bound in bounds)])
    if kind is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if kind in (Union, UnionType):
        return " or ".join(in_words(part) for part in get_args(hint) if part is not NoneType)
    if kind in (list, Sequence):
        inner = get_args(get_args(hint)[0])[:1] or get_args(hint)
        return f"a list of {_PLURALS.get(inner[0], 'members')}"
    if is_dataclass(kind):
        return "a mapping of settings"
    return (
        "a member" if isinstance(kind, type) and issubclass(kind, BaseEstimator) else _WORDS.get(kind, "something else")
    )


def _bound(bound: Any) -> str:
    """`of at least 1`, `above 0`, `below 1`."""
    if isinstance(bound, Ge):
        return f"of at least {bound.ge}"
    return f"above {bound.gt}" if isinstance(bound, Gt) else f"below {bound.lt}"


def _is(value: Any, hint: Any) -> bool:
    try:
        TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True)).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _check_value(family: str, where: str, value: Any, hint: Any) -> None:
    settings = settings_of(hint)
    if holds_members(family, hint) and isinstance(value, str | Mapping | list):
        for part in value if isinstance(value, list) else [value]:
            check_member(family, spec(family, part))
    elif settings is not None and isinstance(value, Mapping):
        for setting, inner in value.items():
            _check_value(family, f"{where}.{setting}", inner, get_type_hints(settings, include_extras=True)[setting])
    elif not _is(value, hint):
        raise UsageError(f"{where} is {value!r}; {in_words(hint)} is needed.")


def _check_parameters(family: str, wanted: Mapping[str, Any]) -> None:
    """A parameter that another member has: probably that one was meant."""
    name = str(wanted["name"])
    if name not in names(family):
        return
    own = describe(family, name).parameters
    for key in set(wanted) - {"name", *own}:
        having = [other for other in names(family) if key in describe(family, other).parameters]
        if having:
            has, which = ("has", having[0]) if len(having) == 1 else ("have", "with one of them")
            hint = _HINTS.get(family, "").format(which)
            raise UsageError(f"{name} has no parameter '{key}'; {', '.join(having)} {has}{hint}.")
