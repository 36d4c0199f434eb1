"""Isang finds anomalies in operations data and proves on your own data how well it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isang import synthetic
    from isang.api import detect, evaluate, fit, selftest
    from isang.catalogue import members
    from isang.errors import IsangError
    from isang.evaluation import Evaluation
    from isang.mined import Mined
    from isang.mining import mine
    from isang.model import Model, load
    from isang.pipeline import Pipeline
    from isang.reading import read
    from isang.result import Result
    from isang.self_test import SelfTest
    from isang.words.incident import Incident

__all__ = [
    "Evaluation",
    "Incident",
    "IsangError",
    "Mined",
    "Model",
    "Pipeline",
    "Result",
    "SelfTest",
    "detect",
    "evaluate",
    "fit",
    "load",
    "members",
    "mine",
    "read",
    "selftest",
    "synthetic",
]

# Imported when first asked for: `isang --help` needs none of them.
_HOMES = {
    "detect": "isang.api",
    "evaluate": "isang.api",
    "fit": "isang.api",
    "load": "isang.model",
    "members": "isang.catalogue",
    "mine": "isang.mining",
    "read": "isang.reading",
    "selftest": "isang.api",
    "Evaluation": "isang.evaluation",
    "Mined": "isang.mined",
    "Model": "isang.model",
    "Pipeline": "isang.pipeline",
    "Result": "isang.result",
    "SelfTest": "isang.self_test",
    "Incident": "isang.words.incident",
    "IsangError": "isang.errors",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name == "synthetic":
        return importlib.import_module("isang.synthetic")
    if name not in _HOMES:
        raise AttributeError(f"module 'isang' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
