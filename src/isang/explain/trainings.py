"""How the nets in a fitted detector were trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from isang.detectors.base import Detector
from isang.family import name_of
from isang.nets.epoch import Epoch


def trainings(detector: Detector) -> Iterator[dict[str, Any]]:
    """Of each net: the detector's name, its epochs with their losses, and why training stopped."""
    learnt = vars(detector)
    history: list[Epoch] = learnt.get("history_", [])
    if history:
        told = [asdict(epoch) for epoch in history]
        yield {"detector": name_of(detector), "stopped": learnt["stopped_"], "epochs": told}
    for value in learnt.values():
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, Detector):
                yield from trainings(part)
