"""A thing that went through JSON and a file of arrays."""

from __future__ import annotations

import json
from typing import TypeVar

import numpy as np
from safetensors.numpy import load, save

from isang.errors import UsageError
from isang.state.restoring import restored
from isang.state.saving import saved

Thing = TypeVar("Thing")


def stored(thing: Thing) -> Thing:
    """The same again; AssertionError where it is no plain data."""
    try:
        tree, arrays = saved(thing)
    except (TypeError, UsageError) as error:
        raise AssertionError(f"cannot be saved: {error}") from error
    packed = load(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))
    return restored(type(thing), json.loads(json.dumps(tree, allow_nan=False)), packed)
