"""What there is to choose from: families and their members."""

from __future__ import annotations

from isang.errors import UsageError
from isang.family import Description, describe, names, nearest

FAMILIES = ("detectors", "features", "llms", "rules", "sources", "thresholds")


def members(family: str | None = None) -> dict[str, list[Description]]:
    """The members of each family (or of one) with their parameters; nothing is imported."""
    if family is not None and family not in FAMILIES:
        raise UsageError(f"'{family}' is no family.{nearest(family, FAMILIES)}")
    return {name: [describe(name, one) for one in names(name)] for name in ([family] if family else FAMILIES)}
