"""Faults lie where they may, are judged among others as if alone, and are summed up without luck."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from scipy import stats

from isang.errors import InputError, UsageError
from isang.pipeline import Pipeline
from isang.required import parse_required, required
from isang.synthetic import FAULTS, Fault, series
from isang.synthetic.faults import SIZELESS
from isang.trials.alarms import bearable
from isang.trials.copies import as_frame, rows_of, with_faults
from isang.trials.judge import Seen, judge
from isang.trials.part import Part, part_of
from isang.trials.places import ANY, rounds
from isang.trials.shares import wilson
from isang.trials.trying import trials
from isang.trials.wanted import SIZES, wanted
from isang.words.frame import Columns, Flags
from isang.words.trial import FalseAlarms

HOUR_US = 3_600_000_000
MADE = series(600, step="1h", columns=2, entities=2)


def cuts_of(frame: pl.DataFrame, *shares: float) -> tuple[int, int]:
    time = frame["time"].dt.epoch("us")
    first, last = int(time.min()), int(time.max()) + HOUR_US  # type: ignore[arg-type]
    return int(first + shares[0] * (last - first)), int(first + shares[1] * (last - first))


def part_from(frame: pl.DataFrame = MADE.frame, columns: Columns = MADE.columns) -> Part:
    return part_of(frame, columns, cuts_of(frame, 0.5, 0.7))


def quiet_in(part: Part) -> Flags:
    return np.ones(len(part.time), dtype=np.bool_)


def learnt(detector: str) -> tuple[Pipeline, Part]:
    """A pipeline that has learnt from the first parts, as `isang.selftest` has it."""
    columns = MADE.columns
    pipeline = Pipeline(time=columns.time, keys=columns.keys, values=columns.values, detector=detector)
    pipeline.fit_detect(MADE.frame, cuts=cuts_of(MADE.frame, 0.5, 0.7))
    return pipeline, part_from()


# the part


def test_the_unit_of_sizes_is_learnt_from_the_training_part_alone() -> None:
    late = pl.col("time") >= pl.col("time").min() + pl.duration(hours=300)
    wild = MADE.frame.with_columns(pl.when(late).then(pl.col("value_1") * 50).otherwise(pl.col("value_1")))
    np.testing.assert_array_equal(part_from(wild).spread, part_from().spread)
    early = MADE.frame.with_columns(pl.when(~late).then(pl.col("value_1") * 50).otherwise(pl.col("value_1")))
    assert (part_from(early).spread[:, 0] > 40 * part_from().spread[:, 0]).all()


def test_a_spread_is_that_of_the_noise_about_the_season() -> None:
    made = series(2016, step="1h", noise=2.0, daily=20.0)
    assert part_from(made.frame, made.columns).spread[0, 0] == pytest.approx(2.0, rel=0.15)


def test_the_last_part_is_that_after_the_second_cut_in_the_order_of_time() -> None:
    shuffled = MADE.frame.sample(fraction=1.0, shuffle=True, seed=3)
    part = part_from(shuffled)
    for entity, name in enumerate(("entity_1", "entity_2")):
        own = part.frame[part.own[entity]]
        assert own["entity"].unique().to_list() == [name]
        assert own["time"].is_sorted()
        assert len(own) == 180
    assert part.frame["time"].equals(shuffled["time"][part.row - 1])
    assert part.frame["time"].min() == MADE.frame["time"].unique().sort()[300]


def test_columns_that_move_together_are_coupled() -> None:
    frame = series(600, step="1h", columns=2, daily=0.0, weekly=0.0).frame
    noise = pl.Series("alone", np.random.default_rng(0).standard_normal(600))
    part = part_from(frame.with_columns(noise), Columns("time", (), ("value_1", "value_2", "alone")))
    assert part.coupled.tolist() == [[True, True, False]]


@pytest.mark.parametrize("change", [pl.lit(7.0), pl.lit(None, dtype=pl.Float64)])
def test_nothing_that_varies_in_the_training_part_is_refused(change: pl.Expr) -> None:
    late = pl.col("time") >= pl.col("time").min() + pl.duration(hours=300)
    columns = [pl.when(late).then(pl.col(name)).otherwise(change).alias(name) for name in MADE.columns.values]
    with pytest.raises(InputError, match="no entity has 10 rows that vary in the training part"):
        part_from(MADE.frame.with_columns(columns))


def test_a_series_that_does_not_vary_is_told_so() -> None:
    made = series(600, step="1h", noise=0.0, daily=0.0, weekly=0.0)
    with pytest.raises(InputError, match="no column varies in the 300 training rows"):
        part_from(made.frame, made.columns)


# places


@pytest.mark.parametrize("seed", range(5))
def test_faults_lie_apart_from_each_other_in_quiet_rows_of_columns_that_vary(seed: int) -> None:
    part, random = part_from(), np.random.default_rng(seed)
    quiet = random.random(len(part.time)) > 0.02
    faults = [Fault(kind, 0, int(random.integers(1, 30)), 5.0, ANY) for kind in list(FAULTS) * 4]
    placed = list(rounds(faults, part, quiet, 10, random))
    assert len(placed) > 1
    assert sorted(fault.kind for one in placed for fault in one) == sorted(fault.kind for fault in faults)
    for one in placed:
        assert all(quiet[rows_of(part, fault)].all() for fault in one)
        for entity in (0, 1):
            spans = sorted((fault.row, fault.row + (fault.rows or 1)) for fault in one if fault.entity == entity)
            assert all(later[0] - former[1] >= 10 for former, later in pairwise(spans))
            assert all(0 <= first < last <= len(part.own[entity]) for first, last in spans)


def test_a_fault_that_finds_no_room_is_left_out_and_the_others_are_not() -> None:
    part = part_from()
    wide, short = Fault("drift", 0, 500, 5.0, ANY), Fault("spike", 0, 1, 5.0, ANY)
    placed = [fault for one in rounds([wide, short, wide, short], part, quiet_in(part), 3, rng()) for fault in one]
    assert [fault.kind for fault in placed] == ["spike", "spike"]


def test_few_faults_spread_over_the_whole_part_and_all_its_entities() -> None:
    part = part_from()
    spikes = [Fault("spike", 0, 1, 5.0, ANY)] * 6
    placed = [
        fault for seed in range(40) for one in rounds(spikes, part, quiet_in(part), 3, rng(seed)) for fault in one
    ]
    assert np.histogram([fault.row for fault in placed], bins=4, range=(0, 180))[0].min() > 20
    assert {(fault.entity, fault.column) for fault in placed} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_column_that_is_named_is_kept_and_a_constant_one_never_chosen() -> None:
    part = part_from(MADE.frame.with_columns(value_1=pl.lit(3.0)))
    spikes = [Fault("spike", 0, 1, 5.0, ANY)] * 20
    placed = [fault for one in rounds(spikes, part, quiet_in(part), 3, rng()) for fault in one]
    assert {fault.column for fault in placed} == {1}
    assert list(rounds([Fault("spike", 0, 1, 5.0, 0)], part, quiet_in(part), 3, rng())) == []


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# which faults


def test_each_kind_is_wanted_in_each_size_and_ups_and_downs_alike() -> None:
    faults = wanted(part_from(), 3600.0, rng())
    assert {fault.kind for fault in faults} == set(FAULTS)
    for kind in FAULTS:
        sizes = [abs(fault.size) for fault in faults if fault.kind == kind]
        assert set(sizes) == set(SIZES[:1] if kind in SIZELESS else SIZES)
    assert sum(fault.size > 0 for fault in faults) == len(faults) / 2
    assert {fault.rows for fault in faults if fault.kind == "changed_season"} == {24}


def test_what_does_not_move_together_is_not_decoupled_and_short_parts_get_short_faults() -> None:
    made = series(100, step="1h")
    faults = wanted(part_from(made.frame, made.columns), 3600.0, rng())
    assert "decoupled" not in {fault.kind for fault in faults}
    assert max(fault.rows or 0 for fault in faults) == 30 // 4


# trying


@pytest.mark.parametrize("detector", ["robust_zscore", "auto"])
def test_a_fault_among_others_is_judged_as_if_it_were_alone(detector: str) -> None:
    pipeline, part = learnt(detector)
    clean = judge(pipeline, part.frame)
    faults = wanted(part, 3600.0, rng())[:60]
    no_events = np.zeros(len(part.time), dtype=np.bool_)
    tried = list(trials(pipeline, part, clean, faults, no_events, 0))
    assert len(tried) > 50
    assert {trial.noticed is None for trial in tried} == {True, False}
    for trial in tried:
        if trial.fault.kind not in ("noise_burst", "decoupled"):  # which are drawn anew
            assert noticed_alone(pipeline, part, clean, trial.fault) == trial.noticed, trial.fault


def noticed_alone(pipeline: Pipeline, part: Part, clean: Seen, fault: Fault) -> int | None:
    """The slow, obvious twin: one copy for one fault, looked through row by row."""
    seen = judge(pipeline, as_frame(part, with_faults(part, [fault], 0)))
    own, rows = part.own[fault.entity], fault.rows or 1
    last = fault.row + max(rows, clean.apart) if fault.kind != "missing_block" else fault.row + rows + clean.apart
    for row in own[fault.row : last]:
        if seen.flagged[row] and not clean.flagged[row]:
            return int(row)
    return None


def test_a_missing_block_takes_all_columns_and_the_others_one() -> None:
    part = part_from()
    for kind, columns in (("missing_block", {0, 1}), ("level_shift", {1})):
        changed = with_faults(part, [Fault(kind, 5, 20, 5.0, 1, 1)], 0)
        rows, cells = np.nonzero(~np.isclose(changed, part.values))
        assert set(cells) == columns
        assert sorted(set(rows)) == sorted(part.own[1][5:25])


# sums


@pytest.mark.parametrize(("caught", "injected"), [(0, 30), (1, 30), (15, 30), (30, 30), (3, 4), (1, 1)])
def test_the_interval_of_a_share_is_that_of_wilson(caught: int, injected: int) -> None:
    known = stats.binomtest(caught, injected).proportion_ci(method="wilson")
    assert wilson(caught, injected) == pytest.approx((known.low, known.high), abs=1e-6)


@pytest.mark.parametrize(
    ("count", "expected", "passed"),
    [
        (0, 0.5, True),
        (2, 1.0, True),  # twice
        (3, 1.0, True),  # more, but 8 % of such parts hold as many
        (4, 1.0, False),  # 2 %
        (1, 0.2, True),  # 18 %
        (2, 0.2, False),  # 2 %
        (18, 9.2, True),
        (19, 9.2, False),
    ],
)
def test_more_than_twice_the_false_alarms_fail_unless_that_may_be_luck(
    count: int, expected: float, passed: bool
) -> None:
    assert bool(count <= 2 * expected or stats.poisson.sf(count - 1, expected) >= 0.05) is passed
    (criterion,) = bearable(FalseAlarms(count, None, None, None, "1/week", expected))
    assert criterion.passed is passed
    assert criterion.wanted == pytest.approx(2 * expected)
    assert criterion.found == count


def test_without_a_rate_that_was_asked_for_there_is_no_such_criterion() -> None:
    assert bearable(FalseAlarms(50, 50.0, 40.0, 60.0, None, None)) == []


# what is required


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("70%", {"faults": 0.7}),
        ("0.7", {"faults": 0.7}),
        ("spike=90%", {"spike": 0.9}),
        (" 95% , drift = 50% ,flat_line=1", {"faults": 0.95, "drift": 0.5, "flat_line": 1.0}),
    ],
)
def test_what_is_required_has_a_grammar(written: str, expected: dict[str, float]) -> None:
    assert parse_required(written) == expected


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("90", "'90' asks for no share"),
        ("spike", "'spike' asks for no share; write 70%, spike=90% or 70%,spike=90%,drift=50%."),
        ("spike=", "'spike=' asks for no share"),
        ("spike=110%", "asks for no share"),
        ("", "'' asks for no share"),
        ("spyke=90%", "'spyke' is no fault. Did you mean 'spike'?"),
        ("=90%", "'' is no fault."),
        ("70%,80%", "'70%,80%' says twice what share of faults is wanted."),
        ("flat_line=1%,flat_line=2%", "says twice what share of flat line is wanted"),
    ],
)
def test_what_makes_no_sense_is_told(written: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_required(written)
    assert told in str(refused.value)


def test_by_default_four_fifths_of_the_faults_of_the_pack_are_required() -> None:
    kinds = ("spike", "dip", "level_shift", "noise_burst")
    assert required(None, "series") == {"faults": (kinds, 0.8)}
    assert required("50%,drift=10%", "series") == {"faults": (kinds, 0.5), "drift": (("drift",), 0.1)}
