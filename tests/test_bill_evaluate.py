"""Bills with known faults: an event lies in several scopes; detector, rule and both are compared (S0-13)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from scipy.stats import rankdata

import isang
from isang.chance import blocks_of_events, p_of_chance
from isang.evaluation import Evaluation
from isang.exam import Exam
from isang.metrics.delay import Delay
from isang.synthetic import bill_files, bills
from isang.words.frame import Floats, Integers

CHANGE = ["rules.change.drop=-30%", "rules.change.rise=43%"]
BOTH = [*CHANGE, "votes.threshold=0.5", "votes.change=0.5", "votes.at_least=1"]


def exam(scores: Floats, event: Integers, entity: Integers, time: Integers | None = None) -> Exam:
    flagged = np.nan_to_num(scores) > 1
    first = np.array([np.flatnonzero(event == number)[0] for number in range(event.max() + 1)])
    return Exam(scores, flagged, event, np.ones(len(event), dtype=np.bool_), entity, time, first, None, 10, 0)


def test_chance_takes_the_highest_of_all_entities_that_an_event_has() -> None:
    """Against every shift tried one by one."""
    random = np.random.default_rng(1)
    event, entity = np.full(80, -1), np.repeat([0, 1], 40)
    event[10:13], event[30], event[52:55], event[60:70] = 0, 1, 0, 2
    scores = random.normal(size=80).round(1)
    rarity = -np.log(1 - rankdata(scores) / 81)
    sums = np.array([sum(np.roll(rarity, -k)[event == number].max() for number in range(3)) for k in range(80)])
    assert p_of_chance(exam(scores, event, entity)) == pytest.approx(np.mean(sums >= sums[0] - 1e-9))


def test_the_rows_of_an_event_in_two_entities_are_in_its_block() -> None:
    event, entity = np.array([-1, 0, -1, 1, -1, 0, -1, 1]), np.repeat([0, 1], 4)
    assert blocks_of_events(exam(np.zeros(8), event, entity)).tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_the_delay_runs_from_the_first_day_in_any_entity_to_the_first_flag_in_any() -> None:
    event, entity = np.array([-1, -1, 0, 0, 0, -1, 0, 0, 0, 0]), np.repeat([0, 1], 5)
    time = np.tile(np.arange(5), 2) * 86_400_000_000
    scores = np.array([0, 0, 0, 0, 2, 0, 0, 0, 2, 0.0])
    found = Delay().measure(exam(scores, event, entity, time))
    assert found["delay_s"] == 2 * 86_400


@cache
def made() -> tuple[list[str], str]:
    folder = Path(mkdtemp())
    for name, table in bill_files(bills(customers=60, days=240, faults=40, random_state=0)).items():
        table.write_csv(folder / name)
    return sorted(str(path) for path in folder.glob("focus-*.csv")), str(folder / "events.csv")


def evaluated(*changes: str, detector: str | None = None) -> Evaluation:
    files, events = made()
    return isang.evaluate(files, pack="cost", events=events, set=changes, detector=detector)


@cache
def compared() -> Evaluation:
    return evaluated(*BOTH)


def test_s0_13_detector_rule_and_both_are_measured_on_a_bill_and_the_best_is_named() -> None:
    tested = {row["detector"]: row for row in compared().rows if row["reported_on"] == "test"}
    assert list(tested) == ["robust_zscore", "change", "votes"]
    assert tested["robust_zscore"]["events"] >= 10
    f1 = {name: row["event_f1"] for name, row in tested.items()}
    assert compared().warnings[-1].endswith(f"best: {max(f1, key=lambda name: f1[name])}.")
    assert tested["robust_zscore"]["p_chance"] < 0.01
    assert tested["robust_zscore"]["delay_s"] >= 0


def test_the_pack_judges_with_its_own_detector_and_threshold() -> None:
    assert {row["detector"] for row in evaluated().rows} == {"robust_zscore"}
    assert {row["detector"] for row in evaluated(detector="knn").rows} == {"knn"}


def test_days_that_are_not_complete_are_no_false_alarms() -> None:
    (whole,) = (row for row in evaluated("mature=1h").rows if row["reported_on"] == "test")
    (ripe,) = (row for row in evaluated().rows if row["reported_on"] == "test")
    assert whole["rows"] > ripe["rows"]
    assert whole["false_alarms"] > 2 * ripe["false_alarms"] + 20
