"""The unit that scores of different detectors are told in: what they usually reach."""

from __future__ import annotations

import numpy as np

from isang.words.frame import Floats

_SHARE = 0.98  # of the rows: what is rare even for scores with a light tail
_OF_ONE_ROW = 1.5  # times the rows that one strange row is seen by


def usual_score(scores: Floats, rows: int) -> float:
    """What 98 % of scores (n,) stay below, or so many that one strange row cannot set it; 1 where that is 0.

    `rows` is how many scores one row has a part in. ValueError where no row has a score.
    """
    known = scores[np.isfinite(scores)]
    if not len(known):
        raise ValueError(f"none of {len(scores)} rows has a score, since stretches between gaps are too short.")
    share = max(0.5, min(_SHARE, 1 - _OF_ONE_ROW * rows / len(known)))
    return float(np.quantile(known, share)) or 1.0
