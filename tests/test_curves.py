"""Counts and rates at every threshold, and at one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from isang.curves import average_precision, confusion, roc_auc, threshold_curve
from isang.words.frame import Flags, Floats
from oracles import quick, slow_curve

SCORES = np.array([5.0, 3.0, 3.0, np.nan, 1.0, 0.0])
POSITIVE = np.array([True, True, False, True, False, False])


@st.composite
def labelled_scores(draw: st.DrawFn) -> tuple[Floats, Flags]:
    """Few distinct scores, so that many rows tie; at least one row is scored."""
    drawn = st.one_of(st.just(np.nan), st.sampled_from([0.0, -0.0, 1.0, 2.5, -7.0]), st.floats(-1e9, 1e9))
    rows = draw(st.lists(st.tuples(drawn, st.booleans()), max_size=40))
    scores, positive = zip(*rows, (draw(st.floats(-9, 9)), draw(st.booleans())), strict=True)
    return np.array(scores), np.array(positive, dtype=np.bool_)


@given(labelled_scores())
@quick
def test_counts_are_those_of_one_pass_a_threshold(rows: tuple[Floats, Flags]) -> None:
    curve = threshold_curve(*rows)
    assert list(zip(curve.thresholds, curve.hits, curve.false_alarms, strict=True)) == slow_curve(*rows)
    assert (curve.positives, curve.negatives) == (rows[1].sum(), (~rows[1]).sum())


@given(labelled_scores())
@quick
def test_s4_d6_what_the_curve_claims_is_what_a_threshold_delivers(rows: tuple[Floats, Flags]) -> None:
    """S4 read its best threshold with >= and applied it with >: F1 0.097 claimed, 0.078 delivered."""
    scores, positive = rows
    curve = threshold_curve(scores, positive)
    for at, threshold in enumerate(curve.thresholds):
        flagged = scores > threshold
        assert curve.f1[at] == pytest.approx(f1_score(positive, flagged, zero_division=0))
        told = curve.precision[at] if flagged.any() else 0.0
        assert told == pytest.approx(precision_score(positive, flagged, zero_division=0))
        if positive.any():
            assert curve.recall[at] == pytest.approx(recall_score(positive, flagged, zero_division=0))


def test_s4_d7_arrays_are_of_one_length_and_f1_is_never_undefined() -> None:
    """S4 had one more precision than thresholds, and 0 / 0 where nothing is hit."""
    curve = threshold_curve(np.array([3.0, 2.0, 1.0]), np.array([False, False, True]))
    told = (curve.thresholds, curve.hits, curve.false_alarms, curve.precision, curve.recall, curve.f1)
    assert {len(each) for each in (*told, curve.false_positive_rate)} == {4}
    assert curve.f1.tolist() == [0.0, 0.0, 0.0, 0.5]
    assert curve.best == 3


def test_the_highest_threshold_flags_nothing_and_the_lowest_all_that_is_scored() -> None:
    curve = threshold_curve(SCORES, POSITIVE)
    assert curve.thresholds.tolist() == [5.0, 3.0, 1.0, 0.0, np.nextafter(0.0, -1.0)]
    assert curve.hits.tolist() == [0, 1, 2, 2, 2]
    assert curve.false_alarms.tolist() == [0, 0, 1, 2, 3]
    assert np.isnan(curve.precision[0])
    assert curve.false_positive_rate[-1] == 1.0


def test_a_positive_row_without_a_score_stays_missed() -> None:
    assert threshold_curve(SCORES, POSITIVE).recall.max() == pytest.approx(2 / 3)


def test_the_best_of_equals_is_the_highest_threshold() -> None:
    scores, positive = np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, False, True])
    curve = threshold_curve(scores, positive)
    assert curve.f1[1] == curve.f1[4] == curve.f1.max()
    assert curve.best == 1


@pytest.mark.parametrize("positive", [True, False])
def test_a_class_that_is_absent_leaves_its_rate_undefined(positive: bool) -> None:
    curve = threshold_curve(np.array([1.0, 2.0]), np.full(2, positive))
    assert np.isnan(curve.recall).all() == (not positive)
    assert np.isnan(curve.false_positive_rate).all() == positive
    assert curve.f1.max() == float(positive)


def test_without_a_score_there_is_no_curve() -> None:
    with pytest.raises(ValueError, match="no row is scored"):
        threshold_curve(np.full(3, np.nan), np.array([True, False, True]))


def test_areas_are_of_the_scored_rows() -> None:
    assert roc_auc(SCORES, POSITIVE) == pytest.approx((3 + 2.5) / 6)
    assert average_precision(SCORES, POSITIVE) == pytest.approx(0.5 + 0.5 * 2 / 3)


@pytest.mark.parametrize(
    ("scores", "positive"),
    [([1.0, 2.0], [True, True]), ([1.0, 2.0], [False, False]), ([1.0, np.nan], [True, False]), ([np.nan], [True])],
)
def test_areas_need_both_classes(scores: list[float], positive: list[bool]) -> None:
    assert roc_auc(np.array(scores), np.array(positive)) is None
    assert average_precision(np.array(scores), np.array(positive)) is None


@pytest.mark.parametrize("flagged", [[True, False, True], [True, True, True], [False, False, False]])
@pytest.mark.parametrize("positive", [[True, True, False], [True, True, True], [False, False, False]])
def test_s4_d14_a_confusion_is_told_where_a_class_is_absent(flagged: list[bool], positive: list[bool]) -> None:
    """S4 unpacked a matrix, which has one cell where all rows are of one class."""
    (tn, fp), (fn, tp) = confusion_matrix(positive, flagged, labels=[False, True])
    found = confusion(np.array(flagged), np.array(positive))
    assert found == {"true_positives": tp, "false_positives": fp, "false_negatives": fn, "true_negatives": tn}
