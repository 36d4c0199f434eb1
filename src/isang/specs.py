"""Members as plans write them: `knn`, `quantile:0.99`, `a,b`, or a mapping with a name; and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from isang.errors import UsageError
from isang.family import build, describe, member, names
from isang.yamls import scalar

_DEFAULTS = {"detectors": "auto", "thresholds": "false_alarms"}
_HINTS = {"detectors": ": add --detector {}", "thresholds": ": write --threshold {}:VALUE"}
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


def check_member(family: str, wanted: Mapping[str, Any]) -> None:
    """Raise UsageError for an unknown member or parameter, or a value of another type than its own."""
    _check_parameters(family, wanted)
    build(family, wanted)
    name = str(wanted["name"])
    hints = get_type_hints(member(family, name).__init__)
    for key, value in wanted.items():
        if isinstance(value, list):
            for part in value:
                check_member(family, spec(family, part))
        elif key != "name" and not _is(value, hints[key]):
            raise UsageError(f"{name}: {key} is {value!r}; {in_words(hints[key])} is needed.")


def changed(family: str, wanted: Mapping[str, Any]) -> list[str]:
    """What was set otherwise than by default: `knn: neighbors 3`."""
    name = str(wanted["name"])
    defaults = describe(family, name).parameters
    return [f"{name}: {key} {value!r}" for key, value in wanted.items() if repr(value) != defaults.get(key, repr(name))]


def in_words(hint: Any) -> str:
    """What a type asks for: `a whole number or a text`."""
    kind = get_origin(hint) or hint
    if kind is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    if kind in (Union, UnionType):
        return " or ".join(in_words(part) for part in get_args(hint) if part is not NoneType)
    if kind in (list, Sequence):
        return "a list"
    return _WORDS.get(kind, "something else")


def _is(value: Any, hint: Any) -> bool:
    try:
        TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True)).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _check_parameters(family: str, wanted: Mapping[str, Any]) -> None:
    """A parameter that another member has: probably that one was meant."""
    name = str(wanted["name"])
    if name not in names(family):
        return
    own = describe(family, name).parameters
    for key in set(wanted) - {"name", *own}:
        having = [other for other in names(family) if key in describe(family, other).parameters]
        if having:
            hint = _HINTS.get(family, "").format(having[0])
            raise UsageError(f"{name} has no parameter '{key}'; {', '.join(having)} has{hint}.")
