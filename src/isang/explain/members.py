"""Which detectors of an ensemble spoke."""

from __future__ import annotations

import numpy as np

from isang.detectors.auto import Auto
from isang.detectors.base import Detector
from isang.detectors.cleaned import Cleaned
from isang.detectors.discord import Discord
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


def made_of(detector: Detector) -> list[Detector]:
    """The fitted detectors that together give the scores."""
    if isinstance(detector, Auto):
        return made_of(detector.chosen_) + ([detector.discord_] if detector.discord_ else [])
    if isinstance(detector, Cleaned):
        return made_of(detector.second_)
    return list(map(judge_of, detector.members_)) if isinstance(detector, Ensemble) else [judge_of(detector)]


def members_that_spoke(detector: Detector, X: Floats, rows: Integers) -> tuple[dict[str, float | str], ...]:
    """Name, score and p of each kind of member that found one of the rows strange.

    Those of an ensemble that found it rare, by -log10 p, the strongest first; then a discord that stands out.
    """
    return (*_found_it_rare(judge_of(detector), X, rows), *_stands_out(made_of(detector), X, rows))


def _stands_out(parts: list[Detector], X: Floats, rows: Integers) -> list[dict[str, float | str]]:
    strongest = [
        float(np.nanmax(part.anomaly_score(X)[rows], initial=0.0)) for part in parts if isinstance(part, Discord)
    ]
    return [{"name": "discord", "score": score, "p": np.nan} for score in strongest if score > 1]


def _found_it_rare(chosen: Detector, X: Floats, rows: Integers) -> list[dict[str, float | str]]:
    if not isinstance(chosen, Ensemble):
        return []
    strongest = np.nan_to_num(chosen.member_scores(X)[rows], nan=0.0).max(axis=0)
    told: list[dict[str, float | str]] = [
        {"name": name_of(judge_of(member)), "score": float(score), "p": float(10.0**-score)}
        for member, score in zip(chosen.members_, strongest, strict=True)
        if score >= _SPOKE
    ]
    loudest = {str(member["name"]): member for member in sorted(told, key=lambda member: float(member["score"]))}
    # Of members of one name the one that spoke loudest is told.
    return sorted(loudest.values(), key=lambda member: -float(member["score"]))
