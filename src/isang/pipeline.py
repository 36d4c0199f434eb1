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

from isang.events import Known, Truth, uncut
from isang.judgement import Judgement
from isang.judging import Decision, decide, fire, fitted_rules, past_of, verdicts
from isang.learner import Judged, Learner, judge_causally, judge_in_hindsight
from isang.parts import FEATURES, RULES, as_frame, build_parts, learning, merged
from isang.result import Result
from isang.rules.base import Rule
from isang.scaling import too_sparse
from isang.splits import cut_at_shares
from isang.telling import tell
from isang.wanted import Wanted
from isang.words.frame import Columns, Entity, Floats, Grid, entity_names, lay_out

SHARES = (0.75, 0.25)  # of the rows that `fit` gets: to train on, to set the threshold on
ALL = Wanted()


class Pipeline(OutlierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns from rows in time order and judges later ones; `fit_detect` judges all rows at once, in hindsight.

    `time`, `keys` and `values` name columns of the frames (`values=None`: every column of numbers that is left).
    `features` and `rules` map members to their parameters; `detector` and `threshold` are a name, a name with
    parameters (`{"name": "knn", "neighbors": 3}`) or a member. Frames may be pandas, polars or Arrow.
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
        random_state: int | None = 0,
    ) -> None:
        self.time = time
        self.keys = keys
        self.values = values
        self.detector = detector
        self.threshold = threshold
        self.features = features
        self.rules = rules
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on the first three quarters of the rows in time, set the threshold on the last.

        `y` may be what is `Known` of the rows (`isang.events`): events are not learnt from, and thresholds that need
        them see them. Anything else is ignored, as scikit-learn wants it.
        """
        _, columns, grid = self._laid_out(X, reset=True)
        self._learn(grid, columns, self._truth(y, grid), cut_at_shares(grid.time[grid.position], SHARES)[0])
        return self

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

    def detect(self, X: Any, y: Any = None, *, wanted: Wanted = ALL, pack: str = "series") -> Result:
        """Judge every row of X with what was learnt before: causal. `y` as for `fit`: planned work is told as such."""
        check_is_fitted(self)
        frame, columns, grid = self._laid_out(X, reset=False)
        split = _everywhere("test", grid)
        truth = self._truth(y, grid)
        return self._told(frame, columns, grid, truth, judge_causally(self.learner_, grid), split, wanted, pack).like(X)

    def fit_detect(
        self, X: Any, y: Any = None, *, cuts: tuple[int, int] | None = None, wanted: Wanted = ALL, pack: str = "series"
    ) -> Result:
        """Learn from X and judge X. Without `cuts` in hindsight: every row, by models that have not seen its block.

        With `cuts` (times in µs, or row numbers) causal: rows before the first train, but for events (`y` as for
        `fit`), rows before the second set the threshold, the rest is judged. No event is cut in two.
        """
        frame, columns, grid = self._laid_out(X, reset=True)
        truth = self._truth(y, grid)
        if cuts is not None:
            if truth is not None:
                cuts = (uncut(cuts[0], truth, grid), uncut(cuts[1], truth, grid))
            self._learn(grid, columns, truth, *cuts)
            split = _everywhere("test", grid)
            split[grid.time < cuts[1]] = "calibration"
            split[grid.time < cuts[0]] = "train"
            judged = judge_causally(self.learner_, grid)
            return self._told(frame, columns, grid, truth, judged, split, wanted, pack).like(X)
        parts = build_parts(self, grid, hindsight=True)
        with learning(grid):
            judged = judge_in_hindsight(parts.features, parts.detector, grid)
        self.decision_ = decide(past_of(judged, grid, np.ones(len(grid.X), dtype=bool)), parts.threshold)
        self.rules_ = fitted_rules(parts.rules, grid, columns.values)
        split = _everywhere("hindsight", grid)
        return self._told(frame, columns, grid, truth, judged, split, wanted, pack).like(X)

    def _learn(
        self, grid: Grid, columns: Columns, truth: Truth | None, until: int, calibrated_until: int | None = None
    ) -> None:
        train = grid.time < until
        rest = ~train if calibrated_until is None else ~train & (grid.time < calibrated_until)
        learnt_from = train if truth is None else train & truth.usual
        parts = build_parts(self, grid, hindsight=False)
        with learning(grid):
            self.learner_ = Learner(parts.features, parts.detector).fit(grid.with_rows(learnt_from))
        judged = judge_causally(self.learner_, grid.with_rows(train | rest))
        self.decision_ = decide(past_of(judged, grid, rest, truth), parts.threshold)
        self.rules_ = fitted_rules(parts.rules, grid.with_rows(train | rest), columns.values)

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
        columns: Columns,
        grid: Grid,
        truth: Truth | None,
        judged: Judged,
        split: NDArray[Any],
        wanted: Wanted,
        pack: str,
    ) -> Result:
        found = verdicts(judged, grid, split, self.decision_, fire(self.rules_, grid, columns.values))
        entities = entity_names(frame, columns.keys, self.entities_)
        judgement = Judgement(frame, columns, entities, judged, found, pack, truth)
        return tell(judgement, self.decision_, wanted, self.random_state)

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
