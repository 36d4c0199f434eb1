"""What was learnt → plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np

from isang.errors import UsageError
from isang.family import member, name_of, names, nearest
from isang.state.hints import Arrays, Tree, Unbounded, dtype_of, family_of, learnt, parameters, parts


def saved(thing: Any) -> tuple[Tree, Arrays]:
    """A dataclass, or a thing with its parameters and what it learnt.

    UsageError for a member that holds more than plain data, TypeError for what its class does not declare.
    """
    saving = _Saving()
    return saving.value(thing, type(thing), ""), saving.arrays


def saved_state(thing: Any) -> tuple[Tree, Arrays]:
    """Only what a thing learnt, without its parameters."""
    saving = _Saving()
    return saving.state(thing, ""), saving.arrays


class _Saving:
    """One pass over a thing; `arrays` have the names of their places in it."""

    def __init__(self) -> None:
        self.arrays: Arrays = {}

    def value(self, value: Any, hint: Any, at: str) -> Tree:
        """A value of the type that its class declares."""
        kind, inner = get_origin(hint), get_args(hint)
        if kind in (Union, UnionType):
            return self._one_of(value, inner, at)
        if hint is Unbounded:
            return value if math.isfinite(value) else str(float(value))
        if kind is Annotated:
            return self.value(value, inner[0], at)
        if kind is Literal or hint in (bool, int, float, str, NoneType):
            return _scalar(value, hint, at)
        if kind is np.ndarray:
            return self._array(value, dtype_of(hint), at)
        if kind in (dict, Mapping):
            return {str(key): self.value(one, inner[1], f"{at}/{key}") for key, one in value.items()}
        if kind in (list, tuple, Sequence):
            each = inner if kind is tuple and Ellipsis not in inner else inner[:1] * len(value)
            return [self.value(one, part, f"{at}/{n}") for n, (one, part) in enumerate(zip(value, each, strict=True))]
        if not isinstance(hint, type) or not isinstance(value, hint):
            raise TypeError(f"{at} is {value!r}, which is no {hint}.")
        if is_dataclass(hint):
            return {name: self.value(getattr(value, name), one, f"{at}/{name}") for name, one in parts(hint).items()}
        return self._thing(value, family_of(hint), at)

    def state(self, thing: Any, at: str) -> Tree:
        """What it learnt; empty where it was not fitted."""
        declared, found = learnt(type(thing)), vars(thing)
        if others := [name for name in found if name.endswith("_") and name not in declared]:
            raise TypeError(f"{type(thing).__name__} learns '{others[0]}', which its class does not declare.")
        if not declared.keys() & found.keys():
            return {}
        return {name: self.value(found[name], hint, f"{at}/{name}") for name, hint in declared.items()}

    def _thing(self, thing: Any, family: str | None, at: str) -> Tree:
        kind = type(thing)
        if family:
            _check_own(thing, family)
        told = {name: self.value(vars(thing)[name], one, f"{at}/{name}") for name, one in parameters(kind).items()}
        named = {"name": name_of(thing)} if family else {}
        return {**named, "parameters": told, "state": self.state(thing, at)}

    def _one_of(self, value: Any, hints: Sequence[Any], at: str) -> Tree:
        for hint in hints:
            try:
                return self.value(value, hint, at)
            except TypeError:
                continue
        raise TypeError(f"{at} is {value!r}, which is none of {hints}.")

    def _array(self, array: Any, dtype: np.dtype[Any], at: str) -> Tree:
        if not isinstance(array, np.ndarray) or array.dtype != dtype or at in self.arrays:
            raise TypeError(f"{at} is no array of {dtype}.")
        if dtype.kind == "f" and not np.isfinite(array).all():
            raise UsageError(f"{at} holds numbers that are not finite: nothing was learnt that could be saved.")
        self.arrays[at] = array
        return {"dtype": str(dtype), "shape": list(array.shape)}


def _scalar(value: Any, hint: Any, at: str) -> Tree:
    plain = value.item() if isinstance(value, np.generic) else value
    if hint is float and type(plain) in (int, float) and math.isfinite(plain):
        return float(plain)
    if plain in get_args(hint) if get_origin(hint) is Literal else hint is not float and type(plain) is hint:
        return plain
    raise TypeError(f"{at} is {value!r}, which is no {hint}.")


def _check_own(thing: Any, family: str) -> None:
    """Only members of ours can be found again by their name, and only those that hold plain data."""
    name = name_of(thing)
    if name not in names(family) or member(family, name) is not type(thing):
        raise UsageError(
            f"{type(thing).__name__} is none of isang's own {family} and cannot be saved.{nearest(name, names(family))}"
        )
    hidden = next((one for one, hint in parameters(type(thing)).items() if hint is Any), None)
    if hidden is not None:
        foreign = type(vars(thing)[hidden]).__name__
        hint = nearest(foreign.lower(), (other for other in names(family) if other != name))
        raise UsageError(f"{name} around {foreign} cannot be saved: use one of isang's own {family} instead.{hint}")
