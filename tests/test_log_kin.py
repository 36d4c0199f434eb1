"""One cause, one incident: sums of log lines beside the kind that made most of them, turns beside their second line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from isang.log_kin import KIN
from isang.logs.summed import THROWN
from isang.logs.whole import ALL_LINES
from isang.pipeline import Pipeline
from isang.words.incident import Incident

START, SLOT, SLOTS = datetime(2026, 1, 5, tzinfo=UTC), timedelta(minutes=5), 400
# template → kin, id, exception
KINDS: dict[str, tuple[int, str | None, str | None]] = {
    "all lines": (ALL_LINES, None, None),
    "lines with an exception": (THROWN, None, None),
    "saved": (1, "a", None),
    "saved · EOFException": (1, "a", "EOFException"),
    "looked up": (2, "b", None),
    "cannot pay · IOException": (3, "c", "IOException"),
    "cannot post · SSLException": (4, "d", "SSLException"),
    "looked up → saved": (1, None, None),
    "booked → saved": (1, None, None),
}
ALL, SUM, SAVED, SAVED_NOT, LOOKED, PAY, POST, TURN, TURN_2 = KINDS


@dataclass(frozen=True)
class Spot:
    """So many lines in each of some slots, told in slots from `first` to `last`."""

    kind: str
    lines: float
    first: int
    last: int
    slots: range = range(200, 210)
    log: str = "a.log"


def told(*spots: Spot) -> list[Incident]:
    logs = ["a.log", "b.log"]
    frame = pl.concat(
        [
            _rows(kind, log, [one for one in spots if (one.kind, one.log) == (kind, log)])
            for log in logs
            for kind in KINDS
        ]
    )
    return list(
        Pipeline(
            time="time",
            keys=("log", "template"),
            values=("lines", "expected", "spread", "unusual", "news"),
            features={"told": {}},
            rules={"limit": {"column": "news", "above": 1.0}},
            detector="robust_zscore",
            threshold={"name": "fixed", "value": 1e6},
            across=True,
        )
        .fit_detect(frame, pack="logs")
        .incidents
    )


def _rows(kind: str, log: str, spots: list[Spot]) -> pl.DataFrame:
    """Two lines are due in each slot, and come."""
    lines, news, (kin, number, exception) = np.full(SLOTS, 2.0), np.zeros(SLOTS), KINDS[kind]
    for spot in spots:
        lines[spot.slots], news[spot.first : spot.last + 1] = 2.0 + spot.lines, abs(spot.lines)
    times = [START + at * SLOT for at in range(SLOTS)]
    frame = pl.DataFrame(
        {"time": times, "lines": lines, "news": news},
        {"time": pl.Datetime("us", "UTC"), "lines": pl.Float64, "news": pl.Float64},
    )
    constant = {"log": log, "template": kind, "expected": 2.0, "spread": 1.0, "unusual": 0.0, KIN: kin}
    texts = {"template_id": number, "exception": exception}
    return frame.with_columns(
        **{name: pl.lit(value) for name, value in constant.items()},
        **{name: pl.lit(value, pl.String) for name, value in texts.items()},
    )


def kinds(*spots: Spot) -> set[frozenset[str]]:
    """Those of each incident."""
    return {frozenset(name.split(" / ")[1] for name in (one.entity, *one.also)) for one in told(*spots)}


def test_the_kind_tells_it_and_the_sum_stands_beside_it() -> None:
    kind, total = Spot(PAY, 40, 200, 200), Spot(SUM, 42, 205, 209)
    (one,) = told(kind, total)
    assert (one.entity, one.also) == (f"a.log / {PAY}", (f"a.log / {SUM}",))
    assert (one.start, one.end) == (START + 200 * SLOT, START + 210 * SLOT)
    alone = [told(spot)[0].risk_parts["anomaly"] for spot in (kind, total)]
    assert one.risk_parts["anomaly"] == max(alone) == alone[1]


@pytest.mark.parametrize(
    "cause",
    [
        Spot(PAY, 20, 200, 200),
        Spot(PAY, 40, 200, 200, log="b.log"),
        Spot(PAY, 40, 192, 192),
        Spot(PAY, 40, 200, 200, slots=range(200, 204)),
        Spot(SAVED, 40, 200, 200),
    ],
    ids=["less than half", "another log", "too early", "over by then", "no exception"],
)
def test_a_sum_that_a_kind_does_not_explain_stands_alone(cause: Spot) -> None:
    assert kinds(cause, Spot(SUM, 42, 205, 209)) == {frozenset([cause.kind]), frozenset([SUM])}


def test_two_kinds_that_made_less_than_half_each_are_two_causes_and_a_sum() -> None:
    found = kinds(Spot(PAY, 18, 196, 196), Spot(POST, 20, 201, 201), Spot(SUM, 42, 206, 209))
    assert found == {frozenset([PAY]), frozenset([POST]), frozenset([SUM])}


def test_all_lines_are_made_of_every_kind() -> None:
    assert kinds(Spot(SAVED, 40, 200, 200), Spot(ALL, 42, 205, 209)) == {frozenset([SAVED, ALL])}
    assert kinds(Spot(SAVED, -2, 200, 200), Spot(ALL, -2, 205, 209)) == {frozenset([SAVED, ALL])}
    assert kinds(Spot(SAVED, 40, 200, 200), Spot(ALL, -2, 205, 209)) == {frozenset([SAVED]), frozenset([ALL])}


def test_a_turn_and_its_second_line_are_one() -> None:
    assert kinds(Spot(TURN, 3, 200, 200), Spot(SAVED, 3, 207, 207)) == {frozenset([TURN, SAVED])}
    assert kinds(Spot(SAVED, 3, 200, 200), Spot(TURN, 3, 207, 207)) == {frozenset([TURN, SAVED])}
    assert kinds(Spot(TURN, 3, 200, 200), Spot(TURN_2, 3, 207, 207)) == {frozenset([TURN, TURN_2])}


@pytest.mark.parametrize(
    "other",
    [Spot(LOOKED, 3, 207, 207), Spot(SAVED, 3, 213, 213), Spot(SAVED, 3, 207, 207, log="b.log")],
    ids=["its first line", "long after", "another log"],
)
def test_a_turn_and_others_are_two(other: Spot) -> None:
    assert kinds(Spot(TURN, 3, 200, 200), other) == {frozenset([TURN]), frozenset([other.kind])}


def test_two_kinds_of_one_template_are_two() -> None:
    assert kinds(Spot(SAVED, 3, 200, 200), Spot(SAVED_NOT, 3, 207, 207)) == {frozenset([SAVED]), frozenset([SAVED_NOT])}
