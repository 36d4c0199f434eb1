"""What no detector may do, found out by changes so large that every detector must see them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from isang.pipeline import Pipeline
from isang.reports.phrases import phrases
from isang.synthetic.faults import Fault
from isang.trials.copies import as_frame, rows_of, with_faults
from isang.trials.judge import Seen, judge
from isang.trials.part import Part
from isang.trials.places import ANY, rounds
from isang.words.frame import Flags, Floats, Integers
from isang.words.trial import Defect

_ENORMOUS = 1e6  # usual spreads
_EACH = 3  # places at which each question is asked
_MOVED = 1e-5  # of the range of the scores


def defects(pipeline: Pipeline, part: Part, clean: Seen, seed: int) -> Iterator[Defect]:
    """Scores that are all one, that are missing, that belong to other rows, or that do not depend on a column."""
    random = np.random.default_rng(seed)
    shaken = _shaken(pipeline, part, clean, random)
    if constant := _constant(part, [clean.scores, *(scores for _, scores in shaken)]):
        yield constant
        return
    yield from _missing(part, clean)
    misaligned = list(_misaligned(pipeline, part, clean, random))
    yield from misaligned or _blind(part, clean, shaken)


def _shaken(
    pipeline: Pipeline, part: Part, clean: Seen, random: np.random.Generator
) -> list[tuple[list[Fault], Floats]]:
    """Rounds of enormous spikes in every column that varies, and the scores of all rows then."""
    columns = np.flatnonzero(np.isfinite(part.spread).any(axis=0))
    wanted = [Fault("spike", 0, 1, _ENORMOUS, int(column)) for _ in range(_EACH) for column in columns]
    return [
        (placed, judge(pipeline, as_frame(part, with_faults(part, placed, 0))).scores)
        for placed in rounds(wanted, part, _calm(clean), clean.between, random)
    ]


def _calm(clean: Seen) -> Flags:
    """Rows that are not strange already, since there another column may outshout a change; all, where most are."""
    return ~clean.flagged if np.mean(clean.flagged) < 1 / 2 else np.ones_like(clean.flagged)


def _is_there(part: Part, fault: Fault) -> bool:
    """Whether there is a value that the fault could change."""
    return bool(np.isfinite(part.values[rows_of(part, fault), fault.column]).all())


def _constant(part: Part, scores: list[Floats]) -> Defect | None:
    known = np.concatenate([one[part.last] for one in scores])
    known = known[np.isfinite(known)]
    if not len(known) or np.ptp(known) > 0:
        return None
    return _defect("constant_scores", rows=part.last.sum(), score=known[0], change=_ENORMOUS)


def _missing(part: Part, clean: Seen) -> Iterator[Defect]:
    due = clean.due & part.last
    silent = due & np.isnan(clean.scores)
    if silent.any():
        first = part.row[np.flatnonzero(silent)[0]]
        yield _defect("missing_scores", silent=silent.sum(), due=due.sum(), first=first)


def _misaligned(pipeline: Pipeline, part: Part, clean: Seen, random: np.random.Generator) -> Iterator[Defect]:
    """One spike alone must raise the score of its own row most, or of one for which it is the past."""
    elsewhere = []
    for _ in range(_EACH):
        for placed in rounds([Fault("spike", 0, 1, _ENORMOUS, ANY)], part, _calm(clean), clean.between, random):
            scores = judge(pipeline, as_frame(part, with_faults(part, placed, 0))).scores
            raised = np.nan_to_num(scores - clean.scores, nan=-np.inf)
            own = _reached(part, placed[0], clean.apart)
            if raised.max() > _tolerance(clean) and raised[own].max() < raised.max():
                elsewhere.append((part.row[own[0]], part.row[np.argmax(raised)]))
    if len(elsewhere) > _EACH / 2:
        row, other = elsewhere[0]
        yield _defect("misaligned", row=row, other=other)


def _blind(part: Part, clean: Seen, shaken: list[tuple[list[Fault], Floats]]) -> Iterator[Defect]:
    moved: dict[int, bool] = {}
    for placed, scores in shaken:
        changed = np.abs(np.nan_to_num(scores) - np.nan_to_num(clean.scores)) > _tolerance(clean)
        for fault in placed:
            if _is_there(part, fault):
                moved[fault.column] = moved.get(fault.column, False) or bool(
                    changed[_reached(part, fault, clean.apart)].any()
                )
    for column in sorted(column for column, seen in moved.items() if not seen):
        yield _defect("blind", column=part.columns.values[column], change=_ENORMOUS)


def _defect(name: str, **seen: object) -> Defect:
    return Defect(name, phrases(f"{name}_seen", **seen))


def _reached(part: Part, fault: Fault, apart: int) -> Integers:
    """The rows that a spike is part of, or part of the past of."""
    return part.own[fault.entity][fault.row : fault.row + apart + 1]


def _tolerance(clean: Seen) -> float:
    known = clean.scores[np.isfinite(clean.scores)]
    return _MOVED * float(np.ptp(known)) if len(known) else 0.0
