"""Lines of several slots in a row beside what was due of them by the slots before; silences; sums of kinds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from isang.logs.bursts import bursts, judged_eras
from isang.logs.silences import silences
from isang.logs.summed import ENDED, LATE, LOWEST, TEXTS, THROWN, as_kind, thrown
from isang.logs.whole import ALL_LINES, due_of_all
from isang.words.frame import Floats
from oracles import bursts_by_hand

SLOTS = 800
STARTS = np.array([200, 400, 600])
Row = tuple[int, int, int]  # kind, slot, lines


def beyond(rows: list[Row], log: Floats | None = None) -> dict[tuple[int, int], float]:
    """(kind, slot) → standard deviations, of kinds of one log that has 100 lines in each slot."""
    table = pl.DataFrame(rows, schema=["kind", "slot", "lines"], orient="row").sort("kind", "slot")
    totals = np.full((1, SLOTS), 100.0) if log is None else log.reshape(1, -1)
    apart = bursts(table.select(log=0, kind="kind", slot="slot", lines="lines"), totals, STARTS)[1]
    return dict(zip(table.select("kind", "slot").rows(), apart.tolist(), strict=True))


RARE = [(1, 20, 1), (1, 150, 1)]


def test_a_rare_line_that_comes_again_and_again_is_far_beyond() -> None:
    found = beyond([*RARE, *[(1, 500 + at, 1) for at in range(6)]])
    assert found[1, 500] == 0.0  # one is none
    assert found[1, 505] > 5


def test_slots_in_a_row_count_together() -> None:
    """Two or three lines in each of twelve slots, where one is due."""
    usual = [(1, at, 1) for at in range(500)]
    lone = beyond([*usual, (1, 511, 3)])[1, 511]
    assert beyond([*usual, *[(1, 500 + at, 3) for at in range(12)]])[1, 511] > lone + 2


def test_what_comes_more_often_from_now_on_is_news_but_once() -> None:
    found = beyond([*[(1, at, 1) for at in range(0, 400, 4)], *[(1, at, 3) for at in range(400, 800)]])
    assert found[1, 411] > 5
    assert max(apart for (_, slot), apart in found.items() if slot > 550) < 5


def test_nothing_is_told_of_what_is_new_nor_in_the_first_quarter() -> None:
    assert not any(beyond([(1, 500 + at, 9) for at in range(1)]).values())
    assert not any(beyond([(1, 20, 1), *[(1, 150 + at, 9) for at in range(12)]]).values())


def test_a_share_that_is_due_at_least() -> None:
    rows = pl.DataFrame({"log": 0, "kind": 1, "slot": [20, 500], "lines": [1, 6]})
    totals = np.full((1, SLOTS), 100.0)
    assert bursts(rows, totals, STARTS)[1][1] > 5 > bursts(rows, totals, STARTS, 0.02)[1][1]


def test_load_makes_no_burst() -> None:
    log = np.full(SLOTS, 100.0)
    log[500:] = 1000.0
    rows = [(1, at, 1) for at in range(500)] + [(1, at, 10) for at in range(500, 800)]
    assert not any(beyond(rows, log).values())
    assert any(beyond(rows).values())


def test_kinds_that_come_in_heaps_need_larger_ones() -> None:
    calm = [(1, at, 1) for at in range(0, 480, 8)]
    heaps = [(1, at, 8) for at in range(0, 480, 64)]
    assert beyond([*calm, (1, 640, 8)])[1, 640] > 5 > beyond([*heaps, (1, 640, 8)])[1, 640]


def test_usual_lines_are_hardly_ever_far_beyond() -> None:
    random = np.random.default_rng(0)
    rate = 10.0 ** random.uniform(-2.5, 1, 300)
    came = random.poisson(rate[:, None], (300, SLOTS))
    kind, slot = np.nonzero(came)
    found = beyond(list(zip(kind.tolist(), slot.tolist(), came[kind, slot].tolist(), strict=True)))
    assert sum(apart >= 5 for apart in found.values()) == 0


@pytest.mark.parametrize("seed", range(5))
def test_is_what_one_finds_by_hand(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = pl.DataFrame(
        {"log": random.integers(2, size=60), "kind": random.integers(3, size=60), "slot": random.integers(90, size=60)}
    ).unique(maintain_order=True)
    rows = rows.with_columns(lines=pl.Series(random.integers(1, 6, len(rows)))).sort("log", "kind", "slot")
    totals, starts = random.integers(20, 60, (2, 90)).astype(float), np.array([11, 22, 45])
    expected, apart = bursts(rows, totals, starts)
    by_hand = bursts_by_hand(rows.rows(), totals.tolist(), [45, 90])
    np.testing.assert_allclose(expected, [one[0] for one in by_hand], rtol=1e-9)
    np.testing.assert_allclose(apart, [one[1] for one in by_hand], rtol=1e-6, atol=1e-9)


def test_the_eras_that_are_judged() -> None:
    assert judged_eras(np.array([25, 50, 100, 400]), 800).tolist() == [400]
    assert judged_eras(np.array([3, 6, 12]), 24).tolist() == [12]


# --- silences


def test_a_silence_of_several_slots_is_far_below() -> None:
    totals = np.random.default_rng(0).poisson(20, (1, SLOTS)).astype(float)
    totals[0, 500:504] = 0
    apart = silences(totals, due_of_all(totals, causal=True), STARTS)
    assert apart[0, 502] > 5
    assert apart[0, :500].max() < 5
    assert not apart[0, :200].any()


def test_the_last_slot_is_cut_off_and_no_silence() -> None:
    totals = np.random.default_rng(0).poisson(2000, (1, SLOTS)).astype(float)
    totals[0, -1] = 0
    assert silences(totals, due_of_all(totals, causal=True), STARTS).max() < 5


def test_logs_that_are_often_silent_are_not_told() -> None:
    totals = np.tile(np.repeat([20.0, 0.0], 8), SLOTS // 16).reshape(1, -1)
    assert silences(totals, due_of_all(totals, causal=True), STARTS).max() < 5


def test_a_log_of_few_slots_has_no_silence() -> None:
    totals = np.ones((1, 5))
    assert not silences(totals, due_of_all(totals, causal=True), np.array([1, 2, 4])).any()


# --- sums


def test_lines_with_an_exception_count_together() -> None:
    rows = pl.DataFrame(
        [(0, 11, 5, 2, 10), (0, 22, 5, 3, 4), (0, 30, 5, 9, 1), (0, 41, 6, 1, 20), (1, 11, 6, 1, 30)],
        schema=["log", "kind", "slot", "lines", "record"],
        orient="row",
    )
    found = thrown(rows, exceptions=10).select("log", "kind", "slot", "lines", "record").rows()
    assert found == [(0, THROWN, 5, 5, 4), (0, THROWN, 6, 1, 20), (1, THROWN, 6, 1, 30)]


def test_each_sum_has_a_number_of_its_own() -> None:
    assert {ALL_LINES, LATE, THROWN, ENDED} == set(TEXTS)
    assert min(TEXTS) == LOWEST
    assert max(TEXTS) == ALL_LINES == -1


def test_late_lines_of_no_slot_are_none() -> None:
    schema = dict.fromkeys(("log", "slot", "lines", "record"), pl.Int64)
    assert as_kind(pl.DataFrame(schema=schema), LATE).is_empty()
