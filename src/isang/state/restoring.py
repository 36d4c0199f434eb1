"""Plain data → what was learnt. What comes in may be hostile: only what the classes declare can come out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import numpy as np
from pydantic import TypeAdapter, ValidationError

from isang.errors import ModelError
from isang.family import member, names, nearest
from isang.state.hints import Arrays, Tree, Unbounded, dtype_of, family_of, learnt, parameters, parts

Thing = TypeVar("Thing")
_SHOWN = 60
_LARGEST = sys.float_info.max


def restored(kind: type[Thing], tree: Tree, arrays: Arrays) -> Thing:
    """The thing that `saved` took apart; ModelError names the place of what does not fit its class."""
    restoring = _Restoring(arrays)
    try:
        thing = restoring.value(tree, kind, "")
    except RecursionError as error:
        raise ModelError("members are nested too deeply.") from error
    restoring.check_nothing_left()
    return cast(Thing, thing)


def restore_state(thing: Any, tree: Tree, arrays: Arrays) -> None:
    """Give a thing back what it learnt; ModelError names the place of what does not fit its class."""
    restoring = _Restoring(arrays)
    try:
        restoring.state(thing, tree, "")
    except RecursionError as error:
        raise ModelError("members are nested too deeply.") from error
    restoring.check_nothing_left()


class _Restoring:
    """One pass over a tree; every array is taken once."""

    def __init__(self, arrays: Arrays) -> None:
        self._left = dict(arrays)

    def check_nothing_left(self) -> None:
        """ModelError for an array that the tree does not speak of."""
        if self._left:
            raise ModelError(f"the array '{min(self._left)[:_SHOWN]}' belongs to nothing.")

    def value(self, tree: Tree, hint: Any, at: str) -> Any:
        """A value of the type that its class declares."""
        kind, inner = get_origin(hint), get_args(hint)
        if kind in (Union, UnionType):
            return self._one_of(tree, inner, at)
        if hint is Unbounded:
            return float(tree) if tree in ("inf", "-inf") else _scalar(tree, float, at)
        if kind is Annotated:
            return _in_range(self.value(tree, inner[0], at), hint, at)
        if kind is Literal or hint in (bool, int, float, str, NoneType):
            return _scalar(tree, hint, at)
        if kind is np.ndarray:
            return self._array(tree, dtype_of(hint), at)
        if kind in (dict, Mapping):
            _check_is(tree, dict, at)
            return {key: self.value(one, inner[1], f"{at}/{key}") for key, one in tree.items()}
        if kind in (list, tuple, Sequence):
            return self._listed(tree, tuple if kind is tuple else list, inner, at)
        if is_dataclass(hint):
            return _built(hint, self._values(tree, parts(cast(type[Any], hint)), at), at)
        return self._thing(tree, hint, at)

    def state(self, thing: Any, tree: Tree, at: str) -> None:
        """What a thing learnt, into it; nothing where it was not fitted."""
        for name, value in self._values(tree, learnt(type(thing)) if tree != {} else {}, at).items():
            setattr(thing, name, value)

    def _thing(self, tree: Tree, kind: type[Any], at: str) -> Any:
        family = family_of(kind)
        _check_keys(tree, [*(["name"] if family else []), "parameters", "state"], at)
        kind = _member(family, tree["name"], at) if family else kind
        thing = _built(kind, self._values(tree["parameters"], parameters(kind), at), at)
        self.state(thing, tree["state"], at)
        return thing

    def _values(self, tree: Tree, hints: Mapping[str, Any], at: str) -> dict[str, Any]:
        _check_keys(tree, hints, at)
        return {name: self.value(tree[name], hint, f"{at}/{name}") for name, hint in hints.items()}

    def _listed(self, tree: Tree, kind: type[Any], inner: tuple[Any, ...], at: str) -> Any:
        _check_is(tree, list, at)
        each = inner if kind is tuple and Ellipsis not in inner else inner[:1] * len(tree)
        if len(each) != len(tree):
            raise ModelError(f"{at} has {len(tree)} entries; {len(each)} are needed.")
        return kind(self.value(one, hint, f"{at}/{n}") for n, (one, hint) in enumerate(zip(tree, each, strict=True)))

    def _one_of(self, tree: Tree, hints: Sequence[Any], at: str) -> Any:
        if tree is None and NoneType in hints:
            return None
        first: ModelError | None = None
        for hint in hints:
            try:
                return self.value(tree, hint, at)
            except ModelError as error:
                first = first or error
        raise first or ModelError(f"{at} is empty.")

    def _array(self, tree: Tree, dtype: np.dtype[Any], at: str) -> Any:
        _check_keys(tree, ("dtype", "shape"), at)
        array = self._left.pop(at, None)
        if array is None:
            raise ModelError(f"the array {at} is missing.")
        if array.dtype != dtype or [str(dtype), list(array.shape)] != [tree["dtype"], tree["shape"]]:
            raise ModelError(f"the array {at} is {array.dtype} of shape {array.shape}; {dtype} as told is needed.")
        if dtype.kind == "f" and not np.isfinite(array).all():
            raise ModelError(f"the array {at} holds numbers that are not finite.")
        return array


def _scalar(tree: Tree, hint: Any, at: str) -> Any:
    if hint is float and type(tree) in (int, float) and -_LARGEST <= tree <= _LARGEST:
        return float(tree)
    if tree in get_args(hint) if get_origin(hint) is Literal else hint is not float and type(tree) is hint:
        return tree
    wanted = hint.__name__ if isinstance(hint, type) else f"one of {get_args(hint)}"
    raise ModelError(f"{at} is {_short(tree)}; {wanted} is needed.")


def _in_range(value: Any, hint: Any, at: str) -> Any:
    """A number that keeps to the range that its type names, such as `Annotated[int, Ge(1)]`."""
    try:
        return TypeAdapter(hint).validate_python(value, strict=True)
    except ValidationError as error:
        raise ModelError(f"{at} is {_short(value)}; {error.errors()[0]['msg'].lower()}.") from error


def _member(family: str, name: Tree, at: str) -> type[Any]:
    if not isinstance(name, str) or name not in names(family):
        raise ModelError(f"{at}: {_short(name)} is no member of {family}.{nearest(_short(name), names(family))}")
    return member(family, name)


def _built(kind: Any, values: Mapping[str, Any], at: str) -> Any:
    """A class checks by itself whether its parts fit together."""
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        raise ModelError(f"{at}: {error}") from error


def _check_keys(tree: Tree, wanted: Iterable[str], at: str) -> None:
    _check_is(tree, dict, at)
    for what, keys in (("unknown", set(tree) - set(wanted)), ("missing", set(wanted) - set(tree))):
        if keys:
            raise ModelError(f"{at or 'the tree'}: {_short(min(keys))} is {what}.")


def _check_is(tree: Tree, kind: type[Any], at: str) -> None:
    if not isinstance(tree, kind):
        raise ModelError(f"{at or 'the tree'} is {_short(tree)}; a {kind.__name__} is needed.")


def _short(tree: Tree) -> str:
    text = repr(tree) if isinstance(tree, str | int | float | None) else type(tree).__name__
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
