"""What a class declares: its parameters, what it learns, and of which types."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

Tree = Any  # what JSON can hold
Arrays = dict[str, NDArray[Any]]

# A float that may also be infinite; every other one must be finite.
Unbounded = Annotated[float, "may be infinite"]


def learnt(kind: type[Any]) -> dict[str, Any]:
    """What `fit` learns: name → type, without what is the same for the whole class."""
    declared = get_type_hints(kind, include_extras=True)
    constants = {name for base in kind.__mro__ for name in vars(base)}
    return {name: hint for name, hint in declared.items() if name.endswith("_") and name not in constants}


def parameters(kind: type[Any]) -> dict[str, Any]:
    """What the constructor takes: name → type."""
    if kind.__init__ is object.__init__:
        return {}
    hints = get_type_hints(kind.__init__, include_extras=True)
    return {name: hint for name, hint in hints.items() if name != "return"}


def parts(kind: type[Any]) -> dict[str, Any]:
    """The fields of a dataclass: name → type."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in fields(kind)}


def family_of(kind: type[Any]) -> str | None:
    """`detectors` for the base class of detectors; None for what is no base of a family."""
    words = kind.__module__.split(".")
    return words[1] if len(words) == 3 and (words[0], words[2]) == ("isang", "base") else None


def dtype_of(hint: Any) -> np.dtype[Any]:
    """The dtype that an `NDArray[…]` names."""
    named: np.dtype[Any] = np.dtype(get_args(get_args(hint)[1])[0])
    return named
