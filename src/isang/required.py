"""Which faults must be caught: `70%`, `spike=90%`, or several with commas between."""

from __future__ import annotations

from isang.errors import UsageError
from isang.family import nearest
from isang.synthetic.faults import FAULTS
from isang.words.amounts import parse_share

# What any detector of a pack must see.
_OF_PACK = {"series": ("spike", "dip", "level_shift", "noise_burst")}
_USUAL_SHARE = 0.8


def required(written: str | None, pack: str) -> dict[str, float]:
    """Kind of fault → least share of those of 5 usual spreads or more (or of all that have no size).

    A share alone is for all kinds of the pack that are not named beside it; a kind with 0% is not required.
    """
    told = parse_required(written or "")
    usual = told.pop("", _USUAL_SHARE)
    wanted = {**dict.fromkeys(_OF_PACK.get(pack, _OF_PACK["series"]), usual), **told}
    return {kind: wanted[kind] for kind in FAULTS if wanted.get(kind)}


def parse_required(written: str) -> dict[str, float]:
    """Kind → share, "" for a share alone; UsageError tells what cannot be understood."""
    told: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in written.split(","))):
        kind, equals, share = (piece.strip() for piece in part.rpartition("="))
        if equals and kind not in FAULTS:
            raise UsageError(f"'{kind}' is no fault.{nearest(kind, FAULTS)}")
        if kind in told:
            raise UsageError(f"'{written}' names {kind or 'a share for all'} twice.")
        told[kind] = _share(share, part)
    return told


def _share(text: str, part: str) -> float:
    try:
        share = parse_share(text)
    except UsageError:
        share = 2.0
    if share > 1:
        raise UsageError(f"'{part}' asks for no share; write 70%, spike=90% or spike=90%,drift=50%.")
    return share
