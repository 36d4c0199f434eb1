"""Facts in, the same words out, in both languages; and how numbers and durations are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from isang.explain.narrative import Facts, rarity, text, title
from isang.words.incident import Driver
from isang.words.telling import duration, moment, number, numbers, printable, shortened

START = datetime(2024, 3, 5, 14, 20, tzinfo=UTC)
FACTS = Facts(
    entity="web-1", column="cpu", value=93.12, expected=31.04, lower=20.0, upper=45.1, direction="up", start=START,
    end=START, ongoing=False, duration_s=12000.0, rows=40, times_over=3.21, once_in=1e5, step_s=300.0,
)  # fmt: skip


def driver(name: str, share: float) -> Driver:
    return Driver(name, None, share, None, None, None, None)


TWO = (driver("cpu", 0.8), driver("memory", 0.15))


@pytest.mark.parametrize(
    ("facts", "english", "korean"),
    [
        (FACTS, "cpu 93.1, usually 20 to 45.1 (expected 31)", "cpu 93.1, 평소 20~45.1 (예상 31)"),
        (replace(FACTS, lower=None, upper=None), "cpu 93.1, expected 31", "cpu 93.1, 예상 31"),
        (
            replace(FACTS, expected=None, lower=None, upper=None, direction="down"),
            "cpu 93.12, unusually low",
            "cpu 93.12, 평소보다 낮음",
        ),
        (
            replace(FACTS, value=30.0),
            "cpu: unusual shape around 30 (usually 20 to 45.1)",
            "cpu: 30 부근에서 평소와 다른 모양 (평소 20~45.1)",
        ),
        (
            replace(FACTS, lower=None, upper=None, direction="pattern"),
            "cpu: unusual around 93.12",
            "cpu: 93.12 부근에서 평소와 다름",
        ),
        (
            replace(FACTS, direction="pattern", drivers=(*TWO, driver("disk", 0.04), driver("net", 0.01))),
            "unusual together: cpu, memory, disk and 1 more",
            "평소와 다른 조합: cpu, memory, disk 외 1개",
        ),
        (
            replace(FACTS, direction="pattern", drivers=TWO),
            "unusual together: cpu, memory",
            "평소와 다른 조합: cpu, memory",
        ),
        (replace(FACTS, rules={"silence": ""}, value=None), "no data for 3 h 20 min", "3시간 20분 동안 데이터 없음"),
        (
            replace(FACTS, rules={"limit": "above 90"}),
            "cpu 93.12, past its limit (above 90)",
            "cpu 93.12, 한계를 벗어남 (above 90)",
        ),
        (
            replace(FACTS, direction="pattern", rules={"balance": "request 120, success + fail 97"}),
            "request 120, success + fail 97: they do not add up",
            "request 120, success + fail 97: 합이 맞지 않음",
        ),
    ],
)
def test_titles(facts: Facts, english: str, korean: str) -> None:
    assert title(facts) == english
    assert title(facts, "ko") == korean


def test_the_text_begins_with_the_title_and_tells_the_rest() -> None:
    told = text(replace(FACTS, drivers=TWO))
    assert told["en"].split("\n") == [
        title(FACTS),
        "It began 2024-03-05 14:20 and lasted 3 h 20 min (40 flagged rows). Its score is 3.2 times the threshold. "
        "Something as strange is to be expected about once in 100,000 rows (347 d). Mainly cpu (80%), memory (15%).",
    ]
    assert told["ko"].split("\n")[1] == (
        "2024-03-05 14:20에 시작해 3시간 20분 동안 이어졌습니다 (이상 행 40개). 점수는 임계값의 3.2배입니다. "
        "이만큼 특이한 일의 예상 빈도: 약 100,000행에 한 번(347일). 주요 원인: cpu (80%), memory (15%)."
    )


def test_what_is_unknown_is_left_unsaid() -> None:
    bare = replace(FACTS, start=None, end=None, duration_s=None, times_over=None, once_in=None, rows=1)
    assert text(bare)["en"].split("\n")[1] == "1 flagged row."
    assert text(replace(bare, ongoing=True))["en"].split("\n")[1] == "1 flagged row, still going on."


@pytest.mark.parametrize("rows", [None, 2.0, float("nan")])
def test_only_what_is_rare_is_called_rare(rows: float | None) -> None:
    assert rarity(rows, 60.0) == ""


def test_a_tail_is_not_trusted_beyond_a_million_rows() -> None:
    assert rarity(1e48, 60.0) == rarity(float("inf"), 60.0) == "less than once in a million rows"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"), (float("nan"), "–"), (float("inf"), "–"), (0.0, "0"), (-0.0, "0"), (93.12, "93.12"),
        (1234567.8, "1,234,568"),
        (0.00123456, "0.001235"), (17179869184.0, "17.18 G"), (1e-9, "1e-09"), (-1e300, "-1e+300"),
    ],
)  # fmt: skip
def test_numbers_alone(value: float | None, said: str) -> None:
    assert number(value) == said


def test_numbers_side_by_side_can_be_told_apart() -> None:
    assert numbers([1000.31, 1000.29, None]) == ["1,000.31", "1,000.29", "–"]
    assert numbers([1e300, -1e300, 5.0])[2] == "5"


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (12000, "3 h 20 min", "3시간 20분"), (45, "45 s", "45초"), (187200, "2 d 4 h", "2일 4시간"),
        (0.25, "250 ms", "250밀리초"), (86401, "1 d", "1일"), (0, "0 s", "0초"), (None, "–", "–"),
    ],
)  # fmt: skip
def test_durations(seconds: float | None, english: str, korean: str) -> None:
    assert (duration(seconds), duration(seconds, "ko")) == (english, korean)


def test_moments_have_seconds_only_where_there_are_any() -> None:
    assert [moment(START), moment(START.replace(second=5)), moment(None)] == [
        "2024-03-05 14:20",
        "2024-03-05 14:20:05",
        "–",
    ]


def test_nothing_that_moves_a_terminal_is_printable() -> None:
    assert printable("a\x1b[31mb\x07\r\nc\u202ed\u2028e") == "a[31mb  cde"
    assert len(printable("x" * 5000)) == 200


def test_a_long_name_keeps_both_ends() -> None:
    assert shortened("checkout-production-0042", 12) == "chec…on-0042"
    assert shortened("short", 12) == "short"
