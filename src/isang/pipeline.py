"""Features, detector, threshold and rules as one scikit-learn estimator, for one entity or thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from isang.events import Known, Truth
from isang.judgement import Judgement
from isang.judging import Decision, decide, fire, fitted_rules, past_of, verdicts
from isang.learner import Judged, Learner, judge_causally, judge_in_hindsight
from isang.parts import FEATURES, RULES, as_frame, build_parts, learning, merged
from isang.result import Result
from isang.risk import risk_of
from isang.rules.base import Rule
from isang.scaling import too_sparse
from isang.splits import cut_at_shares
from isang.telling import tell
from isang.votes import votes_of
from isang.walking import SHARES, Lesson, learn, walk
from isang.wanted import Wanted
from isang.words.frame import Columns, Entity, Floats, Grid, entity_names, lay_out
from isang.words.verdicts import Verdicts

ALL = Wanted()


class Pipeline(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns from rows in time order and judges later ones; `fit_detect` judges all rows at once, in hindsight.

    `time`, `keys` and `values` name columns of the frames (`values=None`: every column of numbers that is left).
    `features` and `rules` map members to their parameters; `detector` and `threshold` are a name, a name with
    parameters (`{"name": "knn", "neighbors": 3}`) or a member. `votes` weighs the threshold's flag and the rules
    (`{"threshold": 0.5, "change": 0.5}`); rows with less than its `at_least` are in no incident. `risk` changes its
    `weights` and where its `bands` begin (`{"bands": {"CRITICAL": 90}}`). `across`: what begins
    in several entities together is one incident. Frames may be pandas, polars or Arrow.
    """

    columns_: Columns
    entities_: list[Entity]
    learner_: Learner
    decision_: Decision
    rules_: list[tuple[str, Rule]]

    def __init__(
        self,
        time: str | None = None,
        keys: Sequence[str] = (),
        values: Sequence[str] | None = None,
        detector: Any = "auto",
        threshold: Any = "false_alarms",
        features: Mapping[str, Mapping[str, Any]] = FEATURES,
        rules: Mapping[str, Mapping[str, Any]] = RULES,
        votes: Mapping[str, float] | None = None,
        risk: Mapping[str, Any] | None = None,
        across: bool = False,
        random_state: int | None = 0,
    ) -> None:
        self.time = time
        self.keys = keys
        self.values = values
        self.detector = detector
        self.threshold = threshold
        self.features = features
        self.rules = rules
        self.votes = votes
        self.risk = risk
        self.across = across
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on the first three quarters of the rows in time, set the threshold on the last.

        `y` may be what is `Known` of the rows (`isang.events`): events are not learnt from, and thresholds that need
        them see them. Anything else is ignored, as scikit-learn wants it.
        """
        _, columns, grid = self._laid_out(X, reset=True)
        train = grid.time < cut_at_shares(grid.time[grid.position], SHARES)[0]
        return self._keep(learn(self, grid, columns.values, self._truth(y, grid), train, ~train))

    def decision_function(self, X: Any) -> Floats:
        """(n,) threshold - score, so that what is flagged is negative; a row without a score counts as usual."""
        scores = self._scores(X)
        usual = self.decision_.threshold if np.isfinite(self.decision_.threshold) else 0.0
        return np.asarray(np.where(np.isnan(scores), abs(usual), min(self.decision_.threshold, 1e300) - scores))

    def score_samples(self, X: Any) -> Floats:
        """(n,) the score with its sign turned, as scikit-learn has it: lower is stranger. NaN where not scored."""
        return np.asarray(-self._scores(X))

    def predict(self, X: Any) -> NDArray[np.int64]:
        """(n,) -1 for what is flagged, +1 for the rest, unscored rows among them."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def detect(
        self,
        X: Any,
        y: Any = None,
        *,
        wanted: Wanted = ALL,
        pack: str = "series",
        details: pl.DataFrame | None = None,
    ) -> Result:
        """Judge every row of X with what was learnt before: causal. `y` as for `fit`: planned work is told as such."""
        check_is_fitted(self)
        frame, _, grid = self._laid_out(X, reset=False)
        judged, split = judge_causally(self.learner_, grid), _everywhere("test", grid)
        fired = fire(self.rules_, grid, self.columns_.values)
        found = verdicts(judged, grid, split, [self.decision_], fired, wanted.ripe_until)
        return self._told(frame, judged, found, self._truth(y, grid), [self.decision_], wanted, pack, details).like(X)

    def fit_detect(
        self,
        X: Any,
        y: Any = None,
        *,
        cuts: Sequence[int] | None = None,
        wanted: Wanted = ALL,
        pack: str = "series",
        details: pl.DataFrame | None = None,
    ) -> Result:
        """Learn from X and judge X. Without `cuts` in hindsight: every row, by models that have not seen its block.

        With `cuts` (times in µs, or row numbers) causal: rows before the first train, but for events (`y` as for
        `fit`), rows before the second set the threshold, the rest is judged. At each further cut all is learnt anew
        from the rows before it, as `fit` does. No event is cut in two. `details` are the
        rows of a bill that the scopes in X were added up from (`isang.rollup`).
        """
        frame, columns, grid = self._laid_out(X, reset=True)
        truth = self._truth(y, grid)
        if cuts is not None:
            walked = walk(self, grid, columns.values, truth, cuts)
            self._keep(walked.lessons[-1])
            decisions = [lesson.decision for lesson in walked.lessons]
            found = verdicts(walked.judged, grid, walked.split, decisions, walked.fired, wanted.ripe_until)
            return self._told(frame, walked.judged, found, truth, decisions, wanted, pack, details).like(X)
        parts = build_parts(self, grid, hindsight=True)
        with learning(grid):
            judged = judge_in_hindsight(parts.features, parts.detector, grid)
        self.decision_ = decide(past_of(judged, grid, np.ones(len(grid.X), dtype=bool)), parts.threshold)
        self.rules_ = fitted_rules(parts.rules, grid, columns.values)
        split = _everywhere("hindsight", grid)
        fired = fire(self.rules_, grid, columns.values)
        found = verdicts(judged, grid, split, [self.decision_], fired, wanted.ripe_until)
        return self._told(frame, judged, found, truth, [self.decision_], wanted, pack, details).like(X)

    def _keep(self, lesson: Lesson) -> Self:
        """What judges from now on."""
        self.learner_, self.decision_, self.rules_ = lesson.learner, lesson.decision, lesson.rules
        return self

    def _truth(self, y: Any, grid: Grid) -> Truth | None:
        """What is known of the rows of a grid, None where nothing is."""
        return y.on(grid, self.columns_.keys, self.entities_) if isinstance(y, Known) else None

    def _scores(self, X: Any) -> Floats:
        check_is_fitted(self)
        grid = self._laid_out(X, reset=False)[2]
        scores = judge_causally(self.learner_, grid).scores
        return np.where(too_sparse(grid.X), np.nan, scores)[grid.position]  # what was filled in is not judged

    def _laid_out(self, X: Any, *, reset: bool) -> tuple[pl.DataFrame, Columns, Grid]:
        rows = (
            validate_data(self, X, ensure_all_finite="allow-nan", dtype=np.float64, reset=reset) if _is_array(X) else X
        )
        if reset:
            frame, self.columns_ = as_frame(rows, self.time, self.keys, self.values)
            self.entities_ = entity_names(frame, self.columns_.keys)
        else:
            frame, _ = as_frame(rows, self.columns_.time, self.columns_.keys, self.columns_.values)
        return frame, self.columns_, merged(lay_out(frame, self.columns_, self.entities_), self.features)

    def _told(
        self,
        frame: pl.DataFrame,
        judged: Judged,
        found: Verdicts,
        truth: Truth | None,
        decisions: Sequence[Decision],
        wanted: Wanted,
        pack: str,
        details: pl.DataFrame | None = None,
    ) -> Result:
        entities = entity_names(frame, self.columns_.keys, self.entities_)
        votes = votes_of(self.votes, self.rules)
        risk = risk_of(self.risk)
        judgement = Judgement(frame, self.columns_, entities, judged, found, pack, truth, votes, details, risk)
        return tell(judgement, decisions, wanted, self.random_state, across=self.across)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _everywhere(split: str, grid: Grid) -> NDArray[Any]:
    """(n,) the same text for every row, in memory once: `np.full` would make millions of it."""
    return np.array([split], dtype=object).repeat(len(grid.X))


def _is_array(X: Any) -> bool:
    """Arrays and lists go through scikit-learn's own checks; frames keep their names and types."""
    return not nw.dependencies.is_into_dataframe(X)
