"""Which detectors of an ensemble spoke."""

from __future__ import annotations

import numpy as np

from isang.detectors.auto import Auto
from isang.detectors.base import Detector
from isang.detectors.cleaned import Cleaned
from isang.detectors.ensemble import Ensemble
from isang.detectors.scan import Scan
from isang.family import name_of
from isang.words.frame import Floats, Integers

_SPOKE = 2.0  # a row that a member finds rarer than one in a hundred


def judge_of(detector: Detector) -> Detector:
    """The fitted detector that gives the scores: what was chosen, what is scanned, or learnt from the cleaned rows."""
    if isinstance(detector, Auto):
        return judge_of(detector.chosen_)
    if isinstance(detector, Scan):
        return judge_of(detector.detector_)
    return judge_of(detector.second_) if isinstance(detector, Cleaned) else detector


def members_that_spoke(detector: Detector, X: Floats, rows: Integers) -> tuple[dict[str, float | str], ...]:
    """Name, score (-log10 p) and p of each kind of member that found one of the rows rare, the strongest first."""
    chosen = judge_of(detector)
    if not isinstance(chosen, Ensemble):
        return ()
    strongest = np.nan_to_num(chosen.member_scores(X)[rows], nan=0.0).max(axis=0)
    told: list[dict[str, float | str]] = [
        {"name": name_of(judge_of(member)), "score": float(score), "p": float(10.0**-score)}
        for member, score in zip(chosen.members_, strongest, strict=True)
        if score >= _SPOKE
    ]
    loudest = {str(member["name"]): member for member in sorted(told, key=lambda member: float(member["score"]))}
    # Of members of one name the one that spoke loudest is told.
    return tuple(sorted(loudest.values(), key=lambda member: -float(member["score"])))
