"""What every metric promises, and members that break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from isang import family
from isang.exam import Exam
from isang.metrics.base import Metric

Check = Callable[[Metric], None]
MEMBERS: dict[str, Metric] = {name: import_module(f"isang.metrics.{name}").EXAMPLE for name in family.names("metrics")}
_ROWS = 400


def exam() -> Exam:
    """Ten events of four rows, some caught, with false alarms; the last fifth does not count."""
    random = np.random.default_rng(0)
    event = np.full(_ROWS, -1)
    for number in range(10):
        event[20 + 30 * number : 24 + 30 * number] = number
    scores = random.normal(size=_ROWS) + 2.0 * (event >= 0)
    counts = np.arange(_ROWS) < 4 * _ROWS // 5
    first = 20 + 30 * np.arange(10)
    entity, time = np.zeros(_ROWS, dtype=np.int64), np.arange(_ROWS) * 60_000_000
    return Exam(scores, scores > 2.5, np.where(counts, event, -1), counts, entity, time, first, 19_200.0, 10, 12)


def figures_are_numbers_or_none(member: Metric) -> None:
    for one in (exam(), nothing(), replace(exam(), event=np.full(_ROWS, -1))):
        for name, figure in member.measure(one).items():
            assert figure is None or np.isfinite(figure), name


def names_do_not_depend_on_the_rows(member: Metric) -> None:
    assert set(member.measure(exam())) == set(member.measure(nothing()))


def rows_that_do_not_count_change_nothing(member: Metric) -> None:
    one = exam()
    shouting = replace(one, flagged=one.flagged | ~one.counts)
    assert member.measure(shouting) == member.measure(one)


def the_same_exam_gives_the_same(member: Metric) -> None:
    assert member.measure(exam()) == member.measure(exam())


def nothing() -> Exam:
    return replace(exam(), flagged=np.zeros(_ROWS, dtype=np.bool_))


CHECKS: tuple[Check, ...] = (
    figures_are_numbers_or_none,
    names_do_not_depend_on_the_rows,
    rows_that_do_not_count_change_nothing,
    the_same_exam_gives_the_same,
)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_member_keeps_what_metrics_promise(check: Check, name: str) -> None:
    check(MEMBERS[name])


class DividesByNothing(Metric):
    def measure(self, exam: Exam) -> dict[str, float | None]:
        with np.errstate(invalid="ignore"):
            return {"share": float(np.float64(exam.raised.sum() * 0.0) / exam.raised.sum())}


class NamesWhatItSees(Metric):
    def measure(self, exam: Exam) -> dict[str, float | None]:
        return {"caught": 1.0} if len(exam.caught) else {}


class LooksElsewhere(Metric):
    def measure(self, exam: Exam) -> dict[str, float | None]:
        return {"flagged": float(exam.flagged.sum())}


class IsDrawn(Metric):
    def measure(self, exam: Exam) -> dict[str, float | None]:
        return {"luck": float(np.random.default_rng().random())}


def caught_by(member: Metric) -> set[str]:
    caught = set()
    for check in CHECKS:
        try:
            check(member)
        except Exception:
            caught.add(check.__name__)
    return caught


def test_every_bad_member_is_caught_and_every_check_catches() -> None:
    caught = [caught_by(kind()) for kind in (DividesByNothing, NamesWhatItSees, LooksElsewhere, IsDrawn)]
    assert all(caught)
    assert set().union(*caught) == {check.__name__ for check in CHECKS}


def test_the_figures_of_an_exam_counted_by_hand() -> None:
    """Events at rows 1-2 and 6; flagged: 2, 4, 5 (one alarm, a cool-down of two rows), 8."""
    event = np.array([-1, 0, 0, -1, -1, -1, 1, -1, -1, -1])
    flagged = np.isin(np.arange(10), [2, 4, 5, 8])
    rows = np.arange(10)
    one = Exam(rows / 10, flagged, event, rows >= 0, 0 * rows, rows * 1_000_000, np.array([1, 6]), 604_800.0, 2, 0)
    found = {name: value for member in MEMBERS.values() for name, value in member.measure(one).items()}
    assert (found["point_precision"], found["point_recall"], found["point_f1"]) == pytest.approx((1 / 4, 1 / 3, 2 / 7))
    assert (found["event_precision"], found["event_recall"]) == pytest.approx((1 / 3, 1 / 2))
    assert (found["false_alarms"], found["false_alarms_per_week"]) == (2.0, 2.0)
    assert found["delay_s"] == 1.0
    assert (found["cost"], found["cost_nothing"]) == (20.0 + 1.0 + 2.0, 40.0)  # miss 20, alarm and hit 1
    assert found["saving_pct"] == pytest.approx(100 * (1 - 23 / 40))
