"""What share of the faults must be caught: `70%`, `spike=90%`, or several with commas between."""

from __future__ import annotations

from isang.errors import UsageError
from isang.family import nearest
from isang.synthetic.faults import FAULTS
from isang.words.amounts import parse_share

TOGETHER = "faults"  # what is asked of the faults of the pack together
# What any detector of a pack must see.
_OF_PACK = {"series": ("spike", "dip", "level_shift", "noise_burst")}
_USUAL = "80%"


def required(written: str | None, pack: str) -> dict[str, tuple[tuple[str, ...], float]]:
    """Name of a criterion → the kinds it is about, and the least share of them.

    A share alone is for the faults of the pack together, `KIND=SHARE` for one kind; what is not named is not required.
    """
    of_pack = _OF_PACK.get(pack, _OF_PACK["series"])
    told = parse_required(written or _USUAL)
    return {name: (of_pack if name == TOGETHER else (name,), share) for name, share in told.items()}


def parse_required(written: str) -> dict[str, float]:
    """Kind (or `TOGETHER`, for a share alone) → share; UsageError tells what cannot be understood."""
    told: dict[str, float] = {}
    for part in written.split(","):
        kind, equals, share = (piece.strip() for piece in part.rpartition("="))
        if equals and kind not in FAULTS:
            raise UsageError(f"'{kind}' is no fault.{nearest(kind, FAULTS)}")
        name = kind or TOGETHER
        if name in told:
            raise UsageError(f"'{written}' says twice what share of {name.replace('_', ' ')} is wanted.")
        told[name] = _share(share, part.strip())
    return told


def _share(text: str, part: str) -> float:
    try:
        share = parse_share(text)
    except UsageError:
        share = 2.0
    if share > 1:
        raise UsageError(f"'{part}' asks for no share; write 70%, spike=90% or 70%,spike=90%,drift=50%.")
    return share
