"""Log lines that come out of turn, too often, or for the first time."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from isang.detectors._line_counts import LineCounts
from isang.detectors._rarity import Rarity, learn_rarity
from isang.detectors._templates import (
    WALL,
    Rows,
    Small,
    Templates,
    chunks,
    repeats,
    rows_since_wall,
    templates_to_fit,
    templates_to_score,
)
from isang.detectors._tfidf import TfIdf, learn_tfidf
from isang.detectors._transitions import Transitions
from isang.detectors._windowed import RowScore
from isang.detectors.base import Detector
from isang.words.frame import Floats, Integers
from isang.words.numbers import Count


class LogAnomaly(Detector):
    """How rare it is that this template follows that one, and that it comes so often within a window.

    X (n, 1) holds numbers of templates, whole and from 0 on; NaN (or below 0) is a wall. The score is in standard
    deviations: s means that as large a share of the training rows is as surprising as lies beyond s in a normal
    distribution; 3 is about 1 in 700. It is the higher of two: the chance that after the template before it one
    comes that is as rare there, where new ones are expected as often as they came before (Witten & Bell 1991,
    doi:10.1109/18.87000); and the chance to find it so often among the last `window_rows` rows. A first row counts by
    its template alone, and one never seen by whichever is rarer.

    `row_score="window"`: at full windows also the z-score of S3, the distance of the window's TF-IDF vector to the
    mean of all; it marks the rows after a strange one too. After Meng et al. 2019 (LogAnomaly,
    doi:10.24963/ijcai.2019/658), without its net. Not for logs whose lines of different threads are mixed: put walls
    between keys.

    >>> import numpy as np
    >>> usual = np.tile([0, 1, 2, 1, 3], 200).reshape(-1, 1)
    >>> LogAnomaly().fit(usual).anomaly_score([[0], [1], [2], [3], [4]]).round(1)
    array([-0.3, -2.9, -2.9,  4.3,  4.6])
    """

    transitions_: Transitions
    turns_: Rarity
    known_turns_: Floats
    firsts_: Floats
    repeats_: Floats
    tfidf_: TfIdf
    far_: float
    spread_: float

    def __init__(self, window_rows: Count = 15, row_score: RowScore = "row") -> None:
        self.window_rows = window_rows
        self.row_score = row_score

    def fit(self, X: Any, y: Any = None) -> Self:
        """Count templates, what follows them and how often they repeat; ValueError for numbers that are none."""
        rows = templates_to_fit(self, X)
        self.context_rows_ = max(self.window_rows - 1, 1)
        counts = LineCounts(rows, self.window_rows, self.context_rows_)
        self.transitions_ = counts.transitions()
        self.turns_ = learn_rarity(self.transitions_.chance_without_itself(), self.transitions_.pair_rows)
        self.known_turns_ = self.turns_.of(self.transitions_.chance_of_known())
        self.firsts_ = _first_scores(self.transitions_)
        self.repeats_ = _repeat_scores(counts.repeats)
        self.tfidf_ = learn_tfidf(self.transitions_.rows[:-1])
        self.far_, self.spread_ = self._usual_distance(rows) if self.row_score == "window" else (0.0, 0.0)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in standard deviations."""
        rows = templates_to_score(self, X)
        scores = np.empty(len(rows))
        for place, templates, lead in chunks(rows, self.context_rows_):
            since = rows_since_wall(templates, self.context_rows_ + 1)
            found = np.maximum(self._turns(templates), self._repeats(templates, since))
            if self.spread_:
                far = self.tfidf_.distances(templates, since, self.window_rows)
                found = np.fmax(found, (far - self.far_) / self.spread_)
            scores[place] = np.where(since > 0, found, np.nan)[lead:]
        return scores

    def _turns(self, templates: Templates) -> Floats:
        """How rare each template (n,) is after the one before it."""
        after = np.minimum(templates, len(self.transitions_.rows) - 1)
        before = np.concatenate([[WALL], after[:-1]]).astype(np.int32)
        place, known = self.transitions_.find(before, after)
        scores = self.known_turns_[place] if len(self.known_turns_) else np.zeros(len(place))
        new, first = np.flatnonzero(~known & (before >= 0)), before < 0
        scores[new] = self.turns_.of(self.transitions_.chance_of_new(before[new], after[new]))
        scores[first] = self.firsts_[after[first]]
        unseen = self.transitions_.rows[after] == 0
        scores[unseen] = np.maximum(scores[unseen], self.firsts_[-1])
        return scores

    def _repeats(self, templates: Templates, since: Small) -> Floats:
        """How rare it is that each template (n,) comes so often in its window."""
        times = repeats(templates, since, self.window_rows)[0]
        seen = np.minimum(templates, len(self.repeats_) - 1)
        return np.asarray(self.repeats_[seen, times])

    def _usual_distance(self, rows: Rows) -> tuple[float, float]:
        """Mean and standard deviation over the full windows of training; zeros where there is none.

        A thousandth of what an unseen line weighs is the least deviation.
        """
        count, total, squares = 0, 0.0, 0.0
        for _, templates, lead in chunks(rows, self.context_rows_):
            since = rows_since_wall(templates, self.context_rows_ + 1)
            far = self.tfidf_.distances(templates, since, self.window_rows)[lead:]
            known = far[~np.isnan(far)]
            count, total, squares = count + len(known), total + known.sum(), squares + np.square(known).sum()
        if not count:
            return 0.0, 0.0
        spread = float(np.sqrt(max(squares / count - (total / count) ** 2, 0.0)))
        return float(total) / count, max(spread, 0.001 * float(self.tfidf_.idf[-1]))


def _first_scores(transitions: Transitions) -> Floats:
    """(v + 1,) how rare each template is where nothing is known of what came before."""
    came = transitions.rows > 0
    learnt = learn_rarity(transitions.share_without_itself[came], transitions.rows[came])
    return learnt.of(transitions.share)


def _repeat_scores(count: Integers) -> Floats:
    """(v + 1, window_rows) how rare it is for a template to have come so many times or more.

    Once more, time by time: as often as this template did, and as one more row in which all templates did it.
    """
    as_many, came = np.cumsum(count[:, ::-1], axis=1)[:, ::-1], count > 0
    rows = as_many.sum(axis=0)
    again = (rows[1:] + 0.5) / (rows[:-1] + 1)
    chance = (as_many[:, 1:] + again) / (as_many[:, :-1] + 1)
    without_itself = (np.maximum(as_many[:, 1:] - 1, 0) + again) / np.maximum(as_many[:, :-1], 1)
    return learn_rarity(_chained(without_itself)[came], count[came]).of(_chained(chance))


def _chained(again: Floats) -> Floats:
    """(t, k - 1) chances of once more → (t, k) chances of so many times."""
    return np.asarray(np.cumprod(np.hstack([np.ones((len(again), 1)), again]), axis=1), dtype=np.float64)


EXAMPLE = LogAnomaly(window_rows=8)
