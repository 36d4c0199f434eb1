"""From scores to verdicts: a tail and a threshold learnt from past scores, a reason for each row without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from isang.calibrate import RATE_PEAKS, Past, Tail, believable, learn_tail
from isang.errors import UsageError
from isang.events import Truth
from isang.family import name_of
from isang.learner import Judged
from isang.rules.base import Rule
from isang.scaling import too_sparse
from isang.state.hints import Unbounded
from isang.thresholds.base import Threshold
from isang.unscored import reasons
from isang.words.frame import Flags, Floats, Grid
from isang.words.verdicts import Fired, Verdicts

_WEEK_S = 604_800
FEWEST_ROWS = 50  # fewer hold no tail from which a week could be told


@dataclass(frozen=True)
class Decision:
    """A threshold, the tail behind it, the member that chose it, from how many rows over what span of time.

    `earlier_rows` are those before them that the tail was learnt from too.
    """

    tail: Tail | None
    threshold: Unbounded
    rule: Threshold
    rows: int
    span_s: float | None
    earlier_rows: int = 0

    @property
    def p_threshold(self) -> float:
        """Tail probability of a row at the threshold; NaN without a tail."""
        return float(self.tail.probability(np.array([self.threshold]))[0]) if self.tail else np.nan

    @property
    def expected_per_week(self) -> float | None:
        """False alarms a week that usual data would raise at this threshold; None without time, a tail or a rate."""
        if self.tail is None or not self.span_s or self.rule.one_place:
            return None
        return self.tail.peak_rate(self.threshold) * self.rows * _WEEK_S / self.span_s


def past_of(judged: Judged, grid: Grid, rows: Flags, truth: Truth | None = None) -> Past:
    """The scores of these rows, as a threshold may learn from them; rows that count neither way are none."""
    wanted = rows if truth is None else rows & ~truth.left_out
    scores = np.where(wanted & ~too_sparse(grid.X), judged.scores, np.nan)
    scored = np.isfinite(scores)
    span = None
    if grid.clock is not None and scored.any():
        span = float(np.ptp(grid.time[scored]) + (grid.step_us or 0)) / 1e6
    event = truth.within(rows) if truth else None
    return Past(scores, grid.entity, judged.context_rows, span, event, judged.least, judged.normal)


def decide(past: Past, threshold: Threshold, earlier: Floats | None = None) -> Decision:
    """Tail (of usual rows) and threshold from the same past scores; no tail, so a ranking only, where they are few.

    `earlier` (n,): scores of further usual rows for the tail alone (`isang.earlier`), NaN elsewhere. UsageError where
    the threshold needs events and none are known.
    """
    if threshold.needs_events and past.event is None:
        name = name_of(threshold)
        raise UsageError(f"threshold {name} learns from known events: name them with --label COLUMN or --events FILE.")
    usual = past.usual
    longer = usual if earlier is None else usual.beside(earlier)
    if usual.rows < FEWEST_ROWS:
        return Decision(None, clone(threshold).choose(past, None), threshold, past.rows, past.span_s)
    tail, chosen = _learnt(longer, past, threshold)
    if not np.any(past.scores > chosen):
        # Nothing exceeds the bar: it may be the strangest place itself that raised it.
        tail, chosen = _learnt(believable(longer), past, threshold)
    return Decision(tail, chosen, threshold, past.rows, past.span_s, longer.rows - usual.rows)


def _learnt(usual: Past, past: Past, threshold: Threshold) -> tuple[Tail | None, float]:
    tail = learn_tail(usual, few_peaks=RATE_PEAKS)
    return tail, clone(threshold).choose(past, tail)


def verdicts(
    judged: Judged,
    grid: Grid,
    split: NDArray[Any],
    decisions: Sequence[Decision],
    fired: Mapping[str, Fired],
    ripe_until: int | None = None,
) -> Verdicts:
    """What is known of each row of the grid; training rows, which would judge themselves, have no score.

    `decisions` are one for all rows, or one for each learner. Rows from `ripe_until` (µs) on are not judged.
    """
    own, unripe = split == "train", grid.time >= (np.iinfo(np.int64).max if ripe_until is None else ripe_until)
    scores = np.where(own | unripe | too_sparse(grid.X), np.nan, judged.scores)
    fired = {name: one.part(~unripe[one.rows]) for name, one in fired.items()}
    decided = judged.owner if len(decisions) > 1 else np.zeros(len(scores), dtype=np.int64)
    p = np.full(len(scores), np.nan)
    for number, decision in enumerate(decisions):
        if decision.tail is not None:
            p[decided == number] = decision.tail.probability(scores[decided == number])
    threshold = np.array([decision.threshold for decision in decisions])[decided]
    p_threshold = np.array([decision.p_threshold for decision in decisions])[decided]
    run_rows = np.array([decision.tail.run_rows if decision.tail else np.nan for decision in decisions])[decided]
    seen = judged.seen
    banded = replace(grid, expected=seen.expected, lower=seen.lower, upper=seen.upper)
    why = reasons(grid, scores)
    why[unripe] = "immature"
    why[own] = ""
    args = (threshold, p_threshold, run_rows, split, why, fired, judged.context_rows)
    return Verdicts(banded, scores, p, *args)


def fitted_rules(rules: Sequence[tuple[str, Rule]], grid: Grid, columns: Sequence[str]) -> list[tuple[str, Rule]]:
    """The rules, learnt from this grid."""
    return [(name, clone(rule).fit(grid, columns)) for name, rule in rules]


def fire(rules: Sequence[tuple[str, Rule]], grid: Grid, columns: Sequence[str]) -> dict[str, Fired]:
    """Where each rule fires."""
    return {name: rule.judge(grid, columns) for name, rule in rules}
