"""What every detector promises, as plain functions: each raises AssertionError where a member breaks its promise.

A member is a detector that is not fitted; it is cloned, never changed. With `hindsight=True` a score may depend on
`context_rows_` rows after it as well, so that many rows at the end of a stretch are not compared.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from contracts.samples import Sample, with_wall
from contracts.stored import stored
from isang.detectors.base import Detector
from isang.words.frame import Floats

Check = Callable[[Detector, Sample], None]
_CLOSE = 1e-5  # relative, and of a score of about 1: nets count in single precision


def one_score_for_each_row(member: Detector, sample: Sample) -> None:
    """(n,) float64 for many rows, for few and for one."""
    fitted = _fitted(member, sample)
    for rows in (len(sample.judged), 3, 1):
        scores = fitted.anomaly_score(sample.judged[:rows])
        assert scores.shape == (rows,), f"{rows} rows gave {scores.shape}"
        assert scores.dtype == np.float64


def enough_rows_are_scored(member: Detector, sample: Sample) -> None:
    """NaN only in the first `context_rows_` rows; and those are a whole number."""
    context = _context(member, sample)
    assert context >= 0
    assert np.isfinite(_scores(member, sample)[context:]).all()


def higher_is_stranger(member: Detector, sample: Sample) -> None:
    """The strange row scores above every row that cannot see it."""
    scores, context = _scores(member, sample), _context(member, sample)
    apart = np.abs(np.arange(len(scores)) - sample.strange) > context
    assert scores[sample.strange] > np.nanmax(scores[apart])


def a_row_is_scored_by_its_own_error(member: Detector, sample: Sample) -> None:
    """One strange row does not make its neighbours as strange as itself."""
    scores = _scores(member, sample)
    others = np.delete(scores, sample.strange)
    usual = np.nanmedian(scores)
    assert np.nanmax(others) - usual < 0.75 * (scores[sample.strange] - usual)


def scores_of_a_prefix_are_the_prefix_of_the_scores(member: Detector, sample: Sample) -> None:
    fitted, whole = _fitted(member, sample), _scores(member, sample)
    for rows in (sample.strange, sample.strange + 1, len(whole) - 1):
        known = rows - _ahead(member, sample)
        _same(fitted.anomaly_score(sample.judged[:rows])[:known], whole[:known])


def no_score_looks_further_back_than_its_context(member: Detector, sample: Sample) -> None:
    fitted, whole, context = _fitted(member, sample), _scores(member, sample), _context(member, sample)
    for first in (1, 7, sample.strange + 1):
        _same(fitted.anomaly_score(sample.judged[first:])[context:], whole[first + context :])


def batches_with_context_score_as_one(member: Detector, sample: Sample) -> None:
    fitted, whole, context = _fitted(member, sample), _scores(member, sample), _context(member, sample)
    ahead = _ahead(member, sample)
    for first in range(context, len(whole) - ahead, 25):
        stop = min(first + 25, len(whole) - ahead)
        batch = fitted.anomaly_score(sample.judged[first - context : stop + ahead])
        _same(batch[context : context + stop - first], whole[first:stop])


def other_rows_of_the_batch_do_not_matter(member: Detector, sample: Sample) -> None:
    fitted, whole, row = _fitted(member, sample), _scores(member, sample), sample.strange + 10
    changed = sample.judged.copy()
    changed[: row - _context(member, sample)] += 40.0
    changed[row + _ahead(member, sample) + 1 :] -= 40.0
    _same(fitted.anomaly_score(changed)[row], whole[row])


def nothing_crosses_a_wall(member: Detector, sample: Sample) -> None:
    """Each side of a wall is scored as if it stood alone, and the wall not at all."""
    fitted, at = _fitted(member, sample), sample.strange + 5
    scores = fitted.anomaly_score(with_wall(sample.judged, at))
    assert np.isnan(scores[at])
    _same(scores[:at], fitted.anomaly_score(sample.judged[:at]))
    _same(scores[at + 1 :], fitted.anomaly_score(sample.judged[at + 1 :]))


def a_wall_in_training_is_not_bridged(member: Detector, sample: Sample) -> None:
    """Two stretches with a wall in between teach the same in either order."""
    low, high, wall = sample.train[:160], sample.train[160:] + 30.0, np.full((1, sample.train.shape[1]), np.nan)
    one = clone(member).fit(np.concatenate([low, wall, high]))
    other = clone(member).fit(np.concatenate([high, wall, low]))
    _same(one.anomaly_score(sample.judged), other.anomaly_score(sample.judged))


def nothing_is_learnt_from_walls(member: Detector, sample: Sample) -> None:
    """Walls before and after the training rows change nothing."""
    wall = np.full((50, sample.train.shape[1]), np.nan)
    walled = clone(member).fit(np.concatenate([wall, sample.train, wall]))
    _same(walled.anomaly_score(sample.judged), _scores(member, sample))


def a_missing_cell_does_not_blind_its_row(member: Detector, sample: Sample) -> None:
    """With half of its cells missing a row is scored; with more it is not, nor does it fail."""
    half, most = sample.judged.copy(), sample.judged.copy()
    row, columns = sample.strange + 20, sample.judged.shape[1]
    half[row, : columns // 2] = np.nan
    most[row, : columns // 2 + 1] = np.nan
    fitted = _fitted(member, sample)
    assert np.isfinite(fitted.anomaly_score(half)[row])
    assert np.isnan(fitted.anomaly_score(most)[row])


def a_missing_cell_is_not_strange(member: Detector, sample: Sample) -> None:
    """Nor does a row stay strange when the cell that made it so goes missing."""
    fitted, row = _fitted(member, sample), sample.strange + 20
    usual = sample.judged.copy()
    usual[sample.strange] = usual[sample.strange - 24]
    there, gone = usual.copy(), usual.copy()
    there[row, 0] += 30.0
    gone[row, 0] = np.nan
    highest = np.nanmax(fitted.anomaly_score(usual))
    assert fitted.anomaly_score(there)[row] > highest
    assert fitted.anomaly_score(gone)[row] <= highest


def learning_bears_missing_cells(member: Detector, sample: Sample) -> None:
    """A tenth of the training cells missing, and whole columns of judged rows: every row is scored."""
    train = sample.train.copy()
    train[np.random.default_rng(0).random(train.shape) < 0.1] = np.nan
    judged = sample.judged.copy()
    judged[:, 0] = np.nan
    fitted = clone(member).fit(train)
    assert np.isfinite(fitted.anomaly_score(judged)[_context(member, sample) :]).all()


def the_same_seed_gives_the_same_scores(member: Detector, sample: Sample) -> None:
    again = clone(member).fit(sample.train).anomaly_score(sample.judged)
    assert np.array_equal(again, _scores(member, sample), equal_nan=True)


def a_fit_forgets_the_one_before(member: Detector, sample: Sample) -> None:
    again = clone(member).fit(sample.train * 3 + 7).fit(sample.train)
    assert np.array_equal(again.anomaly_score(sample.judged), _scores(member, sample), equal_nan=True)


def scoring_changes_nothing(member: Detector, sample: Sample) -> None:
    """Neither what was learnt, nor the rows that came in."""
    train, judged = sample.train.copy(), sample.judged.copy()
    fitted = clone(member).fit(train)
    first, second = fitted.anomaly_score(judged), fitted.anomaly_score(judged)
    assert np.array_equal(first, second, equal_nan=True)
    assert np.array_equal(train, sample.train)
    assert np.array_equal(judged, sample.judged)


def what_was_learnt_survives_as_plain_data(member: Detector, sample: Sample) -> None:
    """Out of a file of JSON and arrays it scores the same to the last bit, and holds its parameters."""
    again = stored(_fitted(member, sample))
    assert again is not _fitted(member, sample)
    assert repr(again) == repr(member)
    assert np.array_equal(again.anomaly_score(sample.judged), _scores(member, sample), equal_nan=True)


def the_order_of_columns_does_not_matter(member: Detector, sample: Sample) -> None:
    turned = clone(member).fit(sample.train[:, ::-1]).anomaly_score(sample.judged[:, ::-1])
    _same(turned, _scores(member, sample))


def the_unit_of_a_column_does_not_matter(member: Detector, sample: Sample) -> None:
    """Scaling belongs to the detector: the ranking is the same where a column is in another unit."""
    unit, zero = np.array([1e6, 1e-3, 1.0, 20.0]), np.array([0.0, 5.0, -1e3, 7.0])
    scores = clone(member).fit(sample.train * unit + zero).anomaly_score(sample.judged * unit + zero)
    assert _agreement(scores, _scores(member, sample)) > 0.995


def constant_columns_do_no_harm(member: Detector, sample: Sample) -> None:
    """No warning and no infinity, also where such a column changes later."""
    train, judged = sample.train.copy(), sample.judged.copy()
    train[:, 0], judged[:, 0] = 0.0, 0.0
    train[:, 1], judged[:, 1] = 5.0, 5.0
    judged[90:, 1] = 6.0
    scores = _without_warnings(lambda: clone(member).fit(train).anomaly_score(judged))
    assert np.isfinite(scores[_context(member, sample) :]).all()


def equal_rows_score_the_same(member: Detector, sample: Sample) -> None:
    """Nothing but one value, learnt and judged: no row stands out, no warning."""
    rows = np.tile(sample.train[0], (len(sample.train), 1))
    scores = _without_warnings(lambda: clone(member).fit(rows).anomaly_score(rows))
    known = scores[_context(member, sample) : len(rows) - _ahead(member, sample)]
    assert np.ptp(known) <= 1e-9


def a_huge_training_value_leaves_the_ranking(member: Detector, sample: Sample) -> None:
    """1e300 in one cell of the training rows: the other rows keep their order, and the strange row its place."""
    train = sample.train.copy()
    train[100, 2] = 1e300
    scores = _without_warnings(lambda: clone(member).fit(train).anomaly_score(sample.judged))
    assert _agreement(scores, _scores(member, sample)) > 0.8
    assert abs(int(np.nanargmax(scores)) - sample.strange) <= _context(member, sample)


def a_huge_value_is_strange_and_finite(member: Detector, sample: Sample) -> None:
    """±1e300 in a judged cell: a finite score above the usual, and rows that cannot see it keep theirs."""
    fitted, whole, row = _fitted(member, sample), _scores(member, sample), sample.strange + 30
    for value in (1e300, -1e300):
        judged = sample.judged.copy()
        judged[row, 1] = value
        scores = _without_warnings(partial(fitted.anomaly_score, judged))
        assert np.isfinite(scores[row])
        assert scores[row] > np.nanmedian(whole)
        _same(scores[: row - _ahead(member, sample)], whole[: row - _ahead(member, sample)])
        _same(scores[row + _context(member, sample) + 1 :], whole[row + _context(member, sample) + 1 :])


def not_fitted_is_said(member: Detector, sample: Sample) -> None:
    assert _raises(NotFittedError, lambda: clone(member).anomaly_score(sample.judged))


def the_wrong_number_of_columns_is_refused(member: Detector, sample: Sample) -> None:
    fitted = _fitted(member, sample)
    assert _raises(ValueError, lambda: fitted.anomaly_score(sample.judged[:, :-1]))
    assert _raises(ValueError, lambda: fitted.anomaly_score(np.repeat(sample.judged, 2, axis=1)))


def nothing_to_learn_from_is_refused(member: Detector, sample: Sample) -> None:
    """All cells missing; infinity, which nothing can be scaled by."""
    endless = sample.train.copy()
    endless[10, 0] = np.inf
    assert _raises(ValueError, lambda: clone(member).fit(np.full_like(endless, np.nan)))
    assert _raises(ValueError, lambda: clone(member).fit(endless))


def the_docstring_has_an_example(member: Detector, sample: Sample) -> None:
    assert ">>>" in (inspect.getdoc(type(member)) or "")


CHECKS: tuple[Check, ...] = (
    one_score_for_each_row,
    enough_rows_are_scored,
    higher_is_stranger,
    a_row_is_scored_by_its_own_error,
    scores_of_a_prefix_are_the_prefix_of_the_scores,
    no_score_looks_further_back_than_its_context,
    batches_with_context_score_as_one,
    other_rows_of_the_batch_do_not_matter,
    nothing_crosses_a_wall,
    a_wall_in_training_is_not_bridged,
    nothing_is_learnt_from_walls,
    a_missing_cell_does_not_blind_its_row,
    a_missing_cell_is_not_strange,
    learning_bears_missing_cells,
    the_same_seed_gives_the_same_scores,
    a_fit_forgets_the_one_before,
    scoring_changes_nothing,
    what_was_learnt_survives_as_plain_data,
    the_order_of_columns_does_not_matter,
    the_unit_of_a_column_does_not_matter,
    constant_columns_do_no_harm,
    equal_rows_score_the_same,
    a_huge_training_value_leaves_the_ranking,
    a_huge_value_is_strange_and_finite,
    not_fitted_is_said,
    the_wrong_number_of_columns_is_refused,
    nothing_to_learn_from_is_refused,
    the_docstring_has_an_example,
)


@cache
def _fitted(member: Detector, sample: Sample) -> Detector:
    """Fitted once for all checks; `scoring_changes_nothing` says why that is safe."""
    return clone(member).fit(sample.train)  # type: ignore[no-any-return]


@cache
def _scores(member: Detector, sample: Sample) -> Floats:
    scores = _fitted(member, sample).anomaly_score(sample.judged)
    assert len(scores) == len(sample.judged)
    return scores


def _context(member: Detector, sample: Sample) -> int:
    return _fitted(member, sample).context_rows_


def _ahead(member: Detector, sample: Sample) -> int:
    """How many rows after a row its score may depend on."""
    return _context(member, sample) if member.get_params(deep=False).get("hindsight") else 0


def _same(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found, wanted, rtol=_CLOSE, atol=_CLOSE, equal_nan=True)


def _agreement(found: Floats, wanted: Floats) -> float:
    """Rank correlation of the rows that both scored; 0 where one does not tell them apart."""
    known = np.isfinite(found) & np.isfinite(wanted)
    if np.ptp(found[known]) == 0 or np.ptp(wanted[known]) == 0:
        return 0.0
    return float(spearmanr(found[known], wanted[known]).statistic)


def _without_warnings(compute: Callable[[], Floats]) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return compute()
        except Warning as warning:
            raise AssertionError(f"warned: {warning}") from warning


def _raises(kind: type[Exception], call: Callable[[], object]) -> bool:
    """Whether the call raised this kind; anything else that it raises is no answer either."""
    try:
        call()
    except Exception as error:
        return isinstance(error, kind)
    return False
