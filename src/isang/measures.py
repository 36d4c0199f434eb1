"""Metrics of an exam by their names."""

from __future__ import annotations

from collections.abc import Sequence

from isang.costs import Costs
from isang.exam import Exam
from isang.family import build


def measures(exam: Exam, metrics: Sequence[str], costs: Costs | None) -> dict[str, float | None]:
    """The figures of these metrics, and those of money where costs are known."""
    money = [{"name": "money", **costs.settings("miss", "alarm", "hit", "per")}] if costs else []
    return {name: figure for one in [*metrics, *money] for name, figure in build("metrics", one).measure(exam).items()}
