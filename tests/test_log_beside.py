"""Logs from files to incidents: turns that never came, late lines, bursts of rare lines, sums of errors; new kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.log_names import VALUES
from isang.result import Result

START = datetime(2026, 1, 5)
DAY = 86_400.0
STEPS = ("order 17 came in", "stock was looked up", "order was booked", "answer was sent")
Line = tuple[float, str, str, str]  # seconds, level, thread, message


def request(at: float, thread: int, steps: Sequence[str] = STEPS, slow: float = 1.0) -> list[Line]:
    """Lines of one request, 20 to 60 ms apart."""
    pauses = np.random.default_rng(int(at)).uniform(0.02, 0.06, len(steps)) * slow
    return [(at + float(pauses[: place + 1].sum()), "INFO", f"t-{thread}", step) for place, step in enumerate(steps)]


def usual(hours: int = 40) -> list[Line]:
    """A request every half minute or so, on four threads; a start at first and once more."""
    random = np.random.default_rng(0)
    starts = np.cumsum(random.exponential(30, hours * 120))
    lines = [line for number, at in enumerate(starts.tolist()) for line in request(at, number % 4)]
    return [*lines, *start(5), *start(hours * 900)]


def start(at: float) -> list[Line]:
    return [(at, "INFO", "main", "the service starts"), (at + 1, "INFO", "main", "the service is ready")]


def moment(at: float) -> str:
    return (START + timedelta(seconds=at)).isoformat(sep=" ", timespec="milliseconds")


def judged(folder: Path, more: Sequence[Line], **how: Any) -> Result:
    return isang.detect(written(folder, sorted([*usual(), *more])), **how)


def by_model(folder: Path, more: Sequence[Line], days: int = 0) -> Result:
    """The lines after the first day, `days` later than they are, by a model of the first day."""
    lines = sorted([*usual(), *more])
    model = isang.fit(written(folder, [one for one in lines if one[0] < DAY])).save(folder / "model")
    later = [(at + days * DAY, *rest) for at, *rest in lines if at >= DAY]
    return isang.load(model).detect(written(folder, later))


def written(folder: Path, lines: Sequence[tuple[Any, ...]]) -> Path:
    told = [f"{moment(at)} {level} [{thread}] Main - {said}" for at, level, thread, said in lines]
    (folder / "shop.log").write_text("\n".join(told) + "\n")
    return folder / "shop.log"


def names(result: Result) -> set[str]:
    return {name for one in result.incidents for name in (one.entity, *one.also)}


def test_usual_lines_have_none_of_it(tmp_path: Path) -> None:
    found = names(judged(tmp_path, []))
    assert not [name for name in found if "→" in name or name == "late lines"]


@pytest.mark.parametrize("how", [{}, {"train_until": "2026-01-06"}])
def test_one_request_without_a_step(tmp_path: Path, how: dict[str, Any]) -> None:
    result = judged(tmp_path, request(120_000, 9, (STEPS[0], *STEPS[2:])), **how)
    turn = next(one for one in result.incidents if "→" in one.entity)
    assert turn.entity == "order <*> came in → order was booked"
    assert turn.title == "never in this order before: 1 INFO line"
    assert turn.rules == ("novelty",)


@pytest.mark.parametrize("how", [{}, {"train_until": "2026-01-06"}])
def test_slow_requests(tmp_path: Path, how: dict[str, Any]) -> None:
    slow = [line for at in range(12) for line in request(120_000 + 20 * at, 9, slow=8)]
    late = next(one for one in judged(tmp_path, slow, **how).incidents if "late lines" in (one.entity, *one.also))
    assert "limit" in late.rules
    assert late.risk_parts["severity"] == 20  # as of INFO: what is only late is never CRITICAL
    assert late.start is not None
    assert abs(late.start.replace(tzinfo=None) - START - timedelta(seconds=120_000)) < timedelta(minutes=10)


def test_starts_again_and_again(tmp_path: Path) -> None:
    again = [line for at in range(6) for line in start(120_000 + 70 * at)]
    assert "the service starts" in names(judged(tmp_path, again))
    assert "the service starts" not in names(judged(tmp_path, start(120_000)))


def test_exceptions_of_many_kinds_together(tmp_path: Path) -> None:
    """Of each kind two: one before and one now, of all of them many."""
    words = ("disk", "net", "cash", "mail", "tax", "user", "page", "shop")
    errors = [
        (12_000.0 * at + 700, "ERROR", "main", f"the {word} is gone: java.io.IOException")
        for at, word in enumerate(words)
    ]
    now = [(120_000.0 + at, *error[1:]) for at, error in enumerate(errors)]
    assert "lines with an exception" in names(judged(tmp_path, [*errors, *now]))
    assert "lines with an exception" not in names(judged(tmp_path, [*errors, now[0]]))


MISSING = request(120_000, 9, (STEPS[0], *STEPS[2:]))


@pytest.mark.parametrize("days", [0, 40])
def test_a_model_knows_which_turns_came(tmp_path: Path, days: int) -> None:
    turn = next(one for one in by_model(tmp_path, MISSING, days).incidents if "→" in one.entity)
    assert turn.entity == "order <*> came in → order was booked"
    assert turn.rules == ("novelty",)
    known = by_model(tmp_path, [*MISSING, *request(50_000, 9, (STEPS[0], *STEPS[2:]))], days)
    assert not [name for name in names(known) if "→" in name]


def test_a_model_knows_how_long_pauses_are(tmp_path: Path) -> None:
    """Slow from the first line on, so that these lines by themselves would tell nothing of it."""
    slow = [line for at in range(12) for line in request(86_500 + 20 * at, 9, slow=8)]
    assert "late lines" in names(by_model(tmp_path, slow))
    assert "late lines" not in names(by_model(tmp_path, []))


@pytest.mark.parametrize("at", [86_500, 120_000])
def test_a_model_knows_how_often_lines_come(tmp_path: Path, at: float) -> None:
    again = [line for number in range(6) for line in start(at + 70 * number)]
    starts = "the service starts"
    assert [one for one in by_model(tmp_path, again).incidents if starts in (one.entity, *one.also) and one.rules]
    assert not [one for one in by_model(tmp_path, start(at)).incidents if one.rules]


def test_a_model_knows_whether_new_lines_are_usual(tmp_path: Path) -> None:
    kinds = ("alpha went well", "beta is over", "gamma has been done by hand", "delta", "all of epsilon was written")
    seldom = [(20_000.0 * at + 900, "INFO", "main", said) for at, said in enumerate(kinds)]

    def new(*lines: Line) -> set[str]:
        return {one.entity for one in by_model(tmp_path, lines).incidents if "novelty" in one.rules}

    assert kinds[4] not in new(*seldom)
    assert kinds[4] not in new(*seldom, (100_000, "INFO", "main", "yet another"))
    assert kinds[4] not in new(*seldom[:4], (70_000, *seldom[4][1:]), (100_900, *seldom[4][1:]))
    assert kinds[4] in new((100_900, *seldom[4][1:]), (40_000, *seldom[0][1:]), (60_000, *seldom[0][1:]))


@pytest.mark.parametrize("more", [[], MISSING])
def test_later_lines_by_a_model_are_told_as_by_earlier_ones(tmp_path: Path, more: list[Line]) -> None:
    """What is news of turns, sums and kinds: the same by a model as in one causal run over all lines."""
    again = [line for number in range(6) for line in start(110_000 + 70 * number)]
    lines = [*more, *again, (125_000.0, "ERROR", "main", "the disk is gone: java.io.IOException")]
    causal = judged(tmp_path, lines, train_until="2026-01-06")
    told = [{name for name in names(one) if name != "all lines"} for one in (by_model(tmp_path, lines), causal)]
    assert told[0] == told[1]
    assert "the service starts" in told[0]


def test_no_later_line_changes_what_a_model_says_of_earlier_ones(tmp_path: Path) -> None:
    lines = sorted([*usual(), *MISSING])
    model = isang.fit(written(tmp_path, [one for one in lines if one[0] < DAY]))
    later = [one for one in lines if one[0] >= DAY]
    part = model.detect(written(tmp_path, [one for one in later if one[0] < 125_000])).frame
    whole = model.detect(written(tmp_path, later)).frame
    until = part["time"].max()  # the last slot is cut off
    rows = [
        one.filter(pl.col("time") < until).select("time", "template", *VALUES).sort("time", "template")
        for one in (part, whole)
    ]
    assert len(rows[0]) > 500
    assert rows[0].equals(rows[1])


def test_one_more_new_line_where_new_ones_are_usual(tmp_path: Path) -> None:
    kinds = ("alpha went well", "beta is over", "gamma has been done by hand", "delta", "all of epsilon was written")
    seldom = [(20_000.0 * at + 900, "INFO", "main", said) for at, said in enumerate(kinds)]

    def new(*lines: Line) -> set[str]:
        return {one.entity for one in judged(tmp_path, lines).incidents if "novelty" in one.rules}

    assert kinds[4] not in new(*seldom)
    assert kinds[4] in new(*seldom[4:])
