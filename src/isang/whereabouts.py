"""Which lines rows of logs count: file, line and byte offset of the strangest, and what kind they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from isang.involved import Involved
from isang.judgement import Judgement
from isang.words.frame import Integers

PLACE = ("file", "line", "byte_offset")
KIND = ("log_level", "exception", "template_id")
_MOST = 20


def told_of_lines(judgement: Judgement, rows: Integers) -> dict[str, pl.Series]:
    """PLACE of the strangest line and KIND of these grid rows, null where there is none; empty for other data."""
    if judgement.pack != "logs" or not set(PLACE + KIND) <= set(judgement.frame.columns):
        return {}
    return {name: judgement.frame[name].gather(judgement.caller_row[rows]) for name in PLACE + KIND}


def places(parts: Sequence[Involved]) -> tuple[dict[str, str | int], ...]:
    """PLACE of up to 20 lines of an incident: of its first entity before the others', the worst row's before others."""
    judgement = parts[0].judgement
    told = told_of_lines(judgement, np.concatenate([_worst_first(part) for part in parts]))
    if not told:
        return ()
    found = pl.DataFrame({name: told[name] for name in PLACE}).drop_nulls().unique(maintain_order=True)
    return tuple(found.head(_MOST).to_dicts())


def _worst_first(part: Involved) -> Integers:
    scores = np.nan_to_num(part.judgement.verdicts.scores[part.rows], nan=-np.inf)
    return part.rows[np.lexsort((-scores, part.rows != part.why.peak))]
