"""What a model keeps of the lines that came before says of later ones what all of these lines would say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from isang.logs.before import ANYTHING, Before
from isang.logs.bursts import bursts
from isang.logs.news import news
from isang.logs.pauses import UsualPauses
from isang.logs.renumbering import NONE, Renumbering
from isang.logs.silences import silence_dispersions, silences
from isang.logs.slots import totals_of
from isang.logs.summed import LATE, thrown
from isang.logs.turn import of_parts
from isang.logs.whole import due_of_all

SEAM, SLOTS = 300, 420
EXCEPTIONS, WEEK = 3, 1000.0
ROW = ["log", "kind", "slot"]
NO_PAUSES = UsualPauses(np.zeros(0, dtype=np.int64), np.zeros(0))


def counted(seed: int) -> pl.DataFrame:
    """Lines of some kinds of two logs, from rare to in every slot, some from the middle on; and a burst."""
    random = np.random.default_rng(seed)
    rate, begin = 10.0 ** random.uniform(-3, 0.7, (2, 24)), random.choice([0, 0, 0, 200, 350], (2, 24))
    came = random.poisson(rate[..., None] * (np.arange(SLOTS) >= begin[..., None]) * random.gamma(2, 0.5, SLOTS))
    came[:, 0] += 200
    came[0, 3:9, 380:384] += 30
    log, kind, slot = np.nonzero(came)
    rows = pl.DataFrame({"log": log, "kind": kind, "slot": slot, "lines": came[log, kind, slot]})
    none = {"odd": pl.lit(0, pl.Int64), "score": pl.lit(None, pl.Float64), "record": pl.lit(None, pl.Int64)}
    return rows.with_columns(**none)


def learnt(rows: pl.DataFrame, late: pl.DataFrame | None = None) -> Before:
    early = rows.filter(pl.col("slot") < SEAM)
    totals = totals_of(rows)[:, :SEAM]
    late = early.clear() if late is None else late
    return Before.learn(early, late, totals, EXCEPTIONS, np.zeros(0, dtype=np.int64), NO_PAUSES)


def joined(before: Before, rows: pl.DataFrame) -> pl.DataFrame:
    past = before.rows().filter(pl.col("kind") >= 0).select(rows.columns)
    return pl.concat([past, rows.filter(pl.col("slot") >= SEAM)]).sort(ROW)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sums", [lambda rows: rows, lambda rows: thrown(rows, EXCEPTIONS)])
def test_bursts_are_those_of_all_lines(seed: int, sums: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    rows, start = counted(seed), np.array([SEAM])
    before, totals = learnt(rows), totals_of(rows)
    short = sums(joined(before, rows)).sort(ROW)
    whole = sums(rows).sort(ROW)
    told = [
        one.with_columns(due=pl.Series(due), apart=pl.Series(apart)).filter(pl.col("slot") >= SEAM)
        for one, (due, apart) in (
            (whole, bursts(whole, totals, start)),
            (short, bursts(short, totals, start, known=before.dispersions)),
        )
    ]
    for name in (*ROW, "lines", "due", "apart"):
        np.testing.assert_allclose(told[0][name], told[1][name], rtol=1e-9, err_msg=name)
    assert told[0]["apart"].max() > 1  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(5))
def test_news_is_that_of_all_lines(seed: int) -> None:
    rows = counted(seed)
    found = [
        {row for row in news(one, EXCEPTIONS, WEEK).rows() if row[2] >= SEAM}
        for one in (rows, joined(learnt(rows), rows))
    ]
    assert found[0] == found[1]
    assert seed or found[0]


def test_most_lines_are_summed_and_none_is_lost() -> None:
    rows = counted(0)
    early, before = rows.filter(pl.col("slot") < SEAM), learnt(rows)
    assert before.lines.sum() == early["lines"].sum()
    assert len(before.lines) < 0.6 * len(early)  # the last third of the slots is kept


def test_late_lines_are_remembered_apart() -> None:
    late = counted(1).filter(pl.col("slot") < SEAM).with_columns(kind=pl.lit(LATE, pl.Int64)).unique(ROW)
    before = learnt(counted(0), late)
    assert before.lines[before.kind == LATE].sum() == late["lines"].sum()


@pytest.mark.parametrize("seed", range(3))
def test_silences_are_held_against_those_before(seed: int) -> None:
    random = np.random.default_rng(seed)
    totals = random.poisson(20, (2, SLOTS)).astype(float)
    totals[0, 360:365] = 0
    expected = due_of_all(totals, causal=True)
    known = silence_dispersions(totals[:, :SEAM], due_of_all(totals[:, :SEAM], causal=True))
    later = silences(totals[:, SEAM:], expected[:, SEAM:], np.array([0]), known)
    assert later[0, 62] > 5 > later[1].max()
    whole = silences(totals, expected, np.array([SEAM]))
    np.testing.assert_allclose(later[:, 12:-1], whole[:, SEAM + 12 : -1], rtol=0.1, atol=0.3)


def test_of_a_log_that_never_came_nothing_is_due() -> None:
    before = learnt(counted(0)).renumbered(Renumbering(np.array([1, NONE]), 2, np.arange(8), (3, 3)))
    assert before.silences[0].min() == ANYTHING
    assert {*before.log.tolist()} == {1}
    assert not before.totals[0].any()


def test_kinds_that_came_to_be_one_are_one() -> None:
    first = learnt(counted(0))
    pauses = UsualPauses(of_parts(np.zeros(2, np.int64), np.array([0, 0]), np.array([2, 3])), np.array([5.0, 9.0]))
    turns = of_parts(np.array([0, 0, 1]), np.array([0, 0, 0]), np.array([2, 3, 2]))
    template = np.array([0, 1, 2, 2, 4, 5, 6, 7])  # the fourth is the third now
    found = replace(first, turns=turns, pauses=pauses).renumbered(Renumbering(np.arange(2), 2, template, (3, 5)))
    assert found.lines.sum() == first.lines.sum()
    assert {*found.kind.tolist()} == {5 * template[one // 3] + one % 3 for one in first.kind.tolist()}
    assert found.turns.tolist() == of_parts(np.array([0, 1]), np.array([0, 0]), np.array([2, 2])).tolist()
    assert found.pauses.longest.tolist() == [9.0]
    of_old, of_new = (
        one.dispersions.at(np.array([0, 0]), np.array(kinds)) for one, kinds in ((first, [6, 9]), (found, [10, 10]))
    )
    np.testing.assert_array_equal(of_new[0], of_old.max(axis=0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"log": np.array([2])},
        {"slot": np.array([SEAM])},
        {"slot": np.array([-1])},
        {"lines": np.array([0])},
        {"kind": np.array([LATE - 1])},
        {"lines": np.zeros((1, 2), dtype=np.int64)},
        {"silences": np.ones((3, 2))},
        {"silences": np.zeros((2, 2))},
        {"totals": -np.ones((2, SEAM))},
    ],
)
def test_what_cannot_have_come_is_refused(wrong: dict[str, Any]) -> None:
    one: dict[str, Any] = {name: np.array([at]) for name, at in (("log", 0), ("kind", 1), ("slot", 2), ("lines", 3))}
    right = replace(learnt(counted(0)), **one)
    with pytest.raises(ValueError, match="came before"):
        replace(right, **wrong)


def test_pauses_are_told_once_each() -> None:
    with pytest.raises(ValueError, match="once each"):
        UsualPauses(np.array([2, 1]), np.ones(2))
    with pytest.raises(ValueError, match="one for each"):
        UsualPauses(np.array([1, 2]), np.ones(1))
