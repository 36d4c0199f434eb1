"""A member that keeps every promise, and members that break one each: what the checks must let pass, and catch."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from contracts import checks
from contracts.checks import Check
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, learn_scale, too_sparse
from isang.windows import walls
from isang.words.frame import Floats

_WINDOW_ROWS = 6


class Reference(Detector):
    """How far a row lies from usual, or from the mean of the five rows before it.

    >>> Reference().fit([[1.0], [2.0], [3.0]] * 3).anomaly_score([[2.0]])
    array([nan])
    """

    scale_: RobustScale
    jump_: float

    def fit(self, X: Any, y: Any = None) -> Self:
        rows = self._learnable(rows_to_fit(self, X))
        self.scale_ = learn_scale(rows)
        self.jump_ = self._usual_jump(rows)
        self.context_rows_ = _WINDOW_ROWS - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        rows = rows_to_score(self, X)
        z = self._filled(self.scale_.apply(rows), rows)
        return np.where(too_sparse(rows), np.nan, self._errors(z, walls(rows)) / self.jump_)

    def _learnable(self, rows: Floats) -> Floats:
        return rows

    def _usual_jump(self, rows: Floats) -> float:
        """Mean of the error over the training windows that hold no wall."""
        errors = self._errors(self._filled(self.scale_.apply(rows), rows), walls(rows))
        return float(np.nanmean(np.append(np.sort(errors), 1.0)))

    def _filled(self, z: Floats, rows: Floats) -> Floats:
        return np.nan_to_num(z)

    def _errors(self, z: Floats, wall: Any) -> Floats:
        scores = np.full(len(z), np.nan)
        for end in range(_WINDOW_ROWS - 1, len(z)):
            part = slice(end - _WINDOW_ROWS + 1, end + 1)
            if not wall[part].any():
                scores[end] = self._error(z[part])
        return scores

    def _error(self, window: Floats) -> float:
        """The largest cell of the last row, apart from a tenth of the mean of the rows before it."""
        return float(np.max(np.abs(window[-1] - 0.1 * window[:-1].mean(axis=0))))


class DropsRows(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        return scores[np.isfinite(scores)]


class LosesRows(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        return np.where(np.arange(len(X)) % 10 == 9, np.nan, super().anomaly_score(X))


class TurnsTheSign(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        return -super().anomaly_score(X)


class WindowMeanError(Reference):
    # Smears a strange row over the window.

    def _error(self, window: Floats) -> float:
        return float(np.mean(np.abs(window)))


class LooksAhead(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        return np.fmax(scores, 0.5 * np.append(scores[1:], np.nan))


class ClaimsTooLittleContext(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        self.context_rows_ = 1
        return self


class RemembersTheBeginning(Reference):
    # Its score leans on all rows since the batch began.

    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        held = np.nan_to_num(scores)
        return scores + 0.01 * np.cumsum(held) / np.arange(1, len(held) + 1)


class ScalesTheBatch(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        return np.asarray(scores / np.nanmax(np.append(scores, 1e-9)))


class BridgesWalls(Reference):
    # Drops the walls and slides its windows over what is left.

    def _errors(self, z: Floats, wall: Any) -> Floats:
        scores = np.full(len(z), np.nan)
        scores[~wall] = super()._errors(z[~wall], np.zeros((~wall).sum(), dtype=bool))
        return scores


class BridgesInTraining(Reference):
    def _usual_jump(self, rows: Floats) -> float:
        return super()._usual_jump(rows[~walls(rows)])


class LearnsFromWalls(Reference):
    # Takes the walls of the training rows for rows of zeros.

    def _learnable(self, rows: Floats) -> Floats:
        return np.where(walls(rows)[:, None], 0.0, rows)


class BlindedByAnyMissingCell(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        return np.where(np.isnan(np.asarray(X)).any(axis=1), np.nan, super().anomaly_score(X))


class ScoresSparseRows(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        rows = rows_to_score(self, X)
        return self._errors(self._filled(self.scale_.apply(rows), rows), walls(rows))


class FillsWithZero(Reference):
    # A missing cell is taken for 0 in the units of its column.

    def _filled(self, z: Floats, rows: Floats) -> Floats:
        return np.where(np.isnan(z), self.scale_.apply(np.zeros((1, z.shape[1]))), z)


class LearnsFromCompleteRowsOnly(Reference):
    # Fails where no row is complete, and scores none that is not.

    def _filled(self, z: Floats, rows: Floats) -> Floats:
        return z


class Unseeded(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        self.factor_ = np.random.default_rng().uniform(0.9, 1.1)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        return np.asarray(super().anomaly_score(X) * self.factor_)


class KeepsWhatItLearnt(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        rows = rows_to_fit(self, X)
        known = self.__dict__.get("known_", rows[:0])
        self.known_ = np.concatenate([known[:, : rows.shape[1]], rows])
        return super().fit(self.known_)


class LearnsWhileScoring(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        self.scale_ = learn_scale(np.asarray(X, dtype=np.float64))
        return scores


class KeepsSomethingToItself(Reference):
    # What it learns beside what its class declares is lost in a file.

    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        self._power = 1.0 + self.jump_ % 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        return np.asarray(super().anomaly_score(X) ** vars(self).get("_power", 1.0))


class WritesIntoItsInput(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        if isinstance(X, np.ndarray):
            X[0] = 0.0
        return scores


class PrefersTheFirstColumn(Reference):
    def _filled(self, z: Floats, rows: Floats) -> Floats:
        return np.nan_to_num(z) / np.arange(1, z.shape[1] + 1)


class DoesNotScale(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        self.scale_ = RobustScale(self.scale_.center, np.ones_like(self.scale_.spread))
        return self


class DividesByZero(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        rows = np.asarray(X, dtype=np.float64)
        self.scale_ = RobustScale(np.nanmean(rows, axis=0), np.nanstd(rows, axis=0))
        return self

    def anomaly_score(self, X: Any) -> Floats:
        rows = rows_to_score(self, X)
        return self._errors((rows - self.scale_.center) / self.scale_.spread, walls(rows))


class CountsRows(Reference):
    # Later rows are stranger, for no reason but their place.

    def anomaly_score(self, X: Any) -> Floats:
        return super().anomaly_score(X) + 0.001 * np.arange(len(X))


class SteeredByOutliers(Reference):
    # One mean and one standard deviation for all columns.

    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        rows = np.asarray(X, dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            spread = min(float(np.nanstd(rows)), 1e300) or 1.0
        self.scale_ = RobustScale(np.full(rows.shape[1], np.nanmean(rows)), np.full(rows.shape[1], spread))
        return self


class Overflows(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        scores = super().anomaly_score(X)
        return np.where(np.abs(np.nan_to_num(np.asarray(X))).max(axis=1) > 1e150, np.inf, scores)


class NeverAsksWhetherFitted(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        return np.zeros(len(X)) if "scale_" not in self.__dict__ else super().anomaly_score(X)


class TakesAnyColumns(Reference):
    def anomaly_score(self, X: Any) -> Floats:
        rows = np.asarray(X, dtype=np.float64)
        if rows.shape[1] > len(self.scale_.center):
            return super().anomaly_score(rows[:, : len(self.scale_.center)])
        return super().anomaly_score(rows)


class LearnsFromNothing(Reference):
    def fit(self, X: Any, y: Any = None) -> Self:
        rows = np.asarray(X, dtype=np.float64)
        return super().fit(np.zeros((9, rows.shape[1])) if np.isnan(rows).all() else rows)


class HasNoExample(Reference):
    """Says what it does but does not show it."""


# Each planted member and the check that is there to catch it; others may as well.
PLANTED: dict[type[Reference], Check] = {
    DropsRows: checks.one_score_for_each_row,
    LosesRows: checks.enough_rows_are_scored,
    TurnsTheSign: checks.higher_is_stranger,
    WindowMeanError: checks.a_row_is_scored_by_its_own_error,
    LooksAhead: checks.scores_of_a_prefix_are_the_prefix_of_the_scores,
    ClaimsTooLittleContext: checks.no_score_looks_further_back_than_its_context,
    RemembersTheBeginning: checks.batches_with_context_score_as_one,
    ScalesTheBatch: checks.other_rows_of_the_batch_do_not_matter,
    BridgesWalls: checks.nothing_crosses_a_wall,
    BridgesInTraining: checks.a_wall_in_training_is_not_bridged,
    LearnsFromWalls: checks.nothing_is_learnt_from_walls,
    BlindedByAnyMissingCell: checks.a_missing_cell_does_not_blind_its_row,
    ScoresSparseRows: checks.a_missing_cell_does_not_blind_its_row,
    FillsWithZero: checks.a_missing_cell_is_not_strange,
    LearnsFromCompleteRowsOnly: checks.learning_bears_missing_cells,
    Unseeded: checks.the_same_seed_gives_the_same_scores,
    KeepsWhatItLearnt: checks.a_fit_forgets_the_one_before,
    LearnsWhileScoring: checks.scoring_changes_nothing,
    KeepsSomethingToItself: checks.what_was_learnt_survives_as_plain_data,
    WritesIntoItsInput: checks.scoring_changes_nothing,
    PrefersTheFirstColumn: checks.the_order_of_columns_does_not_matter,
    DoesNotScale: checks.the_unit_of_a_column_does_not_matter,
    DividesByZero: checks.constant_columns_do_no_harm,
    CountsRows: checks.equal_rows_score_the_same,
    SteeredByOutliers: checks.a_huge_training_value_leaves_the_ranking,
    Overflows: checks.a_huge_value_is_strange_and_finite,
    NeverAsksWhetherFitted: checks.not_fitted_is_said,
    TakesAnyColumns: checks.the_wrong_number_of_columns_is_refused,
    LearnsFromNothing: checks.nothing_to_learn_from_is_refused,
    HasNoExample: checks.the_docstring_has_an_example,
}
