"""A sentence that says anything but the facts is refused; one that says them is let through."""

from __future__ import annotations

import json
from datetime import date
from time import perf_counter
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isang.explain.checked import LONGEST, Refused, checked
from isang.explain.dates import Day, days
from isang.explain.figures import figures
from isang.explain.names import Names
from isang.explain.short import change_pct, sentence
from isang.words.telling import number

FACTS = {
    "entity": "ENTITY_1",
    "began": "2026-05-31",
    "worst": "2026-05-31 14:20",
    "lasted": "2 d 4 h",
    "flagged_rows": "12",
    "risk_points": "83",
    "band": "CRITICAL",
    "times_the_threshold": "2.6 times",
    "drivers": [{"column": "COLUMN_1", "share": "80%", "actual": "12,345", "expected": "20,900.5"}],
    "money": {"pct": "-41.2 %", "value": "-8,555 USD"},
}


def judged(text: str, lang: str = "en", direction: str = "down", **more: Any) -> str:
    names = Names()
    names.entity("web-1")
    names.column("cost")
    return checked(text, json.dumps({**FACTS, **more}, ensure_ascii=False), names, direction, lang)


GOOD = {
    "en": [
        "COLUMN_1 of ENTITY_1 fell by 41.2% to 12,345.",
        "COLUMN_1 fell 41 % to 12345 where 20,900 was expected.",
        "On 31 May 2026 the cost fell to 12.3K, 2.6 times the threshold.",
        "From May 31 at 14:20 it lost -8,555 USD over 2 days and 4 hours.",
        "It lost $8,555 since 2026-05-31: a CRITICAL drop of 41%!",
        "About 0.0123 million, 83 of risk, 2.6x the threshold",
    ],
    "ko": [
        "ENTITY_1의 비용이 41% 줄어 12,345 USD: 즉시 분석 필요.",
        "5월 31일 비용 약 1만 2천, 예상 2만 900보다 41.2퍼센트 감소.",
        "2026년 5월 31일 14:20부터 1만2345달러로 급감, 임계값의 2.6배.",
        "31일부터 2일 4시간 동안 8,555달러 감소, 위험도 83",
        "2026.05.31 비용이 41 % 떨어짐 (CRITICAL)",
    ],
}
# what is wrong → sentences
BAD = {
    "the number": [
        "It fell by 42%.",
        "It fell by 1.",  # as in ENTITY_1
        "It fell by 12,345%.",
        "It fell by 0.41%.",
        "It fell to 41.2.",
        "It fell 2.6%.",
        "It fell to 12,346.",
        "It fell to 12,000.",
        "It fell to 13K.",
        "It fell by 41.2 percentage points.",
        "It fell by +42.",
        "It fell 3 times.",
        "It fell within 2 hours.",
        "It fell from -12,345.",
        "It fell to 12,345 million.",
        "It fell to 1e9.",
        "It fell in 100 places.",
        "It fell at 2 pm.",
    ],
    "the date": ["It fell on 2026-05-30.", "It fell on May 30.", "It fell on 31 June.", "It fell in May 2025."],
    "the time": ["It fell at 14:21.", "It fell at 02:20."],
    "a number that cannot be checked": [
        "It fell by half.",
        "It doubled its fall.",
        "It fell two days ago.",
        "It fell threefold.",
        "It fell by a third.",
        "It fell by thousands.",
    ],
    "the name": [
        "It fell, as Lambda did.",
        "It fell on web-2.",
        "It fell in s3.",
        "It fell, see evil.com for more.",
        "It fell on Sunday.",
        "It fell in us-east-1.",
        "It fell in myService.",
        "It fell, says a/b/c.",
    ],
    "which is nothing": ["It fell in ENTITY_2.", "COLUMN_9 fell."],
    "markup or a link": [
        "It fell <b>much</b>.",
        "It fell [here](x).",
        "It **fell**.",
        "It fell, https://x.y",
        "It fell, www.x.y",
        "It fell &amp; more.",
        "It fell `x`.",
        "a@b fell.",
        "It fell {{7*7}}.",
        "It fell #now.",
    ],
    "control characters": [
        "It\nfell.",
        "It\x1b[31m fell.",
        "It\u202e fell.",
        "It\u200b fell.",
        "It\tfell.",
        "It\u2028fell.",
    ],
    "more than one sentence": ["It fell. All is well.", "Did it? It fell.", "It fell! Ignore it."],
    "another script": ["It feІІ.", "It fell by ４１%.", "It fell by ½.", "它 fell.", "It fell by ④."],
    "another language": ["비용이 줄었습니다.", "It fell 감소."],
    "it went down": ["It rose by 41.2%.", "It jumped to 12,345.", "It is 41% higher."],
    "the facts do not": ["It fell to €12,345.", "It fell to 12,345 won."],
    "it is empty": ["", "   ", " \u3000 "],
    "characters, at most": ["It fell " + "so " * 50 + "much."],
}
BAD_KOREAN = {
    "the number": [
        "비용이 42% 감소.",
        "비용이 1만 3천으로 감소.",
        "비용이 3일 동안 감소.",
        "비용이 1억 감소.",
        "비용이 12시에 감소.",
        "비용이 0.41퍼센트 감소.",
    ],
    "the date": ["5월 30일 비용 감소.", "6월 비용 감소.", "2025년 5월 31일 비용 감소."],
    "a number that cannot be checked": [
        "비용이 절반으로 감소.",
        "비용이 두 배 감소.",
        "비용이 사십 퍼센트 감소.",
        "비용이 수천만 달러 감소.",
        "비용이 일곱 배 감소.",
    ],
    "the name": ["Lambda 비용이 감소.", "일요일 비용이 감소.", "web-2의 비용이 감소."],
    "another language": ["The cost fell.", "It fell sharply 감소."],
    "it went down": ["비용이 41% 증가.", "비용이 평소보다 훨씬 높음."],
    "the facts do not": ["비용이 12,345원으로 감소.", "비용이 ₩12,345로 감소."],
    "characters, at most 70": ["비용이 " + "아주 " * 30 + "감소."],
    "more than one sentence": ["비용이 감소. 문제 없음."],
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in GOOD.items() for text in texts])
def test_facts_are_let_through(lang: str, text: str) -> None:
    said = judged(text, lang)
    assert said == text.replace("ENTITY_1", "web-1").replace("COLUMN_1", "cost")


@pytest.mark.parametrize(("why", "text"), [(why, text) for why, texts in BAD.items() for text in texts])
def test_what_is_no_fact_is_refused(why: str, text: str) -> None:
    with pytest.raises(Refused, match=why):
        judged(text)


@pytest.mark.parametrize(("why", "text"), [(why, text) for why, texts in BAD_KOREAN.items() for text in texts])
def test_what_is_no_fact_is_refused_in_korean(why: str, text: str) -> None:
    with pytest.raises(Refused, match=why):
        judged(text, "ko")


def test_a_long_answer_takes_no_time() -> None:
    started = perf_counter()
    for part in ("1만 ", "1,000 ", "a.", "a-", "9", "십", "보다", "1-1-", "&a", "1e"):
        for count in (490 // len(part), 200_000):
            with pytest.raises(Refused):
                judged(part * count)
    assert perf_counter() - started < 2


def test_a_pattern_has_no_direction() -> None:
    assert judged("It rose and fell.", direction="pattern")
    with pytest.raises(Refused, match="it went up"):
        judged("It fell.", direction="up")


def test_why_is_one_short_line() -> None:
    for text in (f"It fell in x{'y' * 500}9.", f"It fell by {'9' * 400}.", f"It fell in L{'o' * 500}."):
        with pytest.raises(Refused) as caught:
            judged(text)
        assert len(str(caught.value)) < 120
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "value", "step", "unit"),
    [
        ("41 %", 41, 1, "percent"),
        ("41.25퍼센트", 41.25, 0.01, "percent"),
        ("-8,555", -8555, 1, ""),
        ("1.2 million", 1.2e6, 1e5, ""),
        ("12.35 T", 12.35e12, 1e10, ""),
        ("3억 4,500만", 345e6, 1e4, ""),
        ("5천만", 5e7, 1e7, ""),
        ("3천5백만", 35e6, 1e6, ""),
        ("1만 2345원", 12345, 1, ""),
        ("2.6배", 2.6, 0.1, "times"),
        ("26시간", 26, 1, "h"),
        ("20분", 20, 1, "min"),
        ("1.5e3", 1500, 100, ""),
        ("3 %p", 3, 1, "points"),
    ],
)
def test_a_number_with_its_unit(text: str, value: float, step: float, unit: str) -> None:
    (found,), rest = figures(text)
    assert [found.value, found.step] == pytest.approx([value, step])
    assert found.unit == unit
    assert not any(letter.isdigit() for letter in rest)


@given(st.floats(1e-3, 1e15), st.integers(0, 3))
def test_what_telling_says_is_its_own_number(value: float, decimals: int) -> None:
    """Numbers go out as `telling.number` says them, and come back so, or with fewer decimals."""
    (known,), _ = figures(number(value))
    (said,), _ = figures(f"{known.value:,.{decimals}f}")
    near = abs(said.value - known.value) <= abs(known.value) / 20
    assert known.tells(known)
    assert said.tells(known) == near


@given(st.floats(1, 1e12), st.floats(0.06, 10))
def test_a_number_that_is_off_is_never_told(value: float, off: float) -> None:
    (known,), _ = figures(f"{value:.2f}")
    for other in (value * (1 + off), value / (1 + off)):
        (said,), _ = figures(f"{other:.2f}")
        assert not said.tells(known)


@pytest.mark.parametrize(
    "text",
    ["2026-05-31", "2026.5.31", "2026/05/31", "2026년 5월 31일", "May 31, 2026", "31 May 2026", "31st of May 2026"],
)
def test_a_date_in_many_ways(text: str) -> None:
    assert days(f"on {text}, it") == ([Day(2026, 5, 31)], "on  , it")


def test_names_are_put_back_all_at_once() -> None:
    names = Names()
    names.entity("COLUMN_1")
    names.column("ENTITY_1")
    names.entity("x" * 100)
    assert names.entity("COLUMN_1") == "ENTITY_1"
    assert names.restored("ENTITY_1 and COLUMN_1") == "COLUMN_1 and ENTITY_1"
    assert len(names.restored("ENTITY_2")) == 24
    assert names.unknown("ENTITY_1 ENTITY_3") == "ENTITY_3"
    assert names.unknown("ENTITY_12") == "ENTITY_12"


# the sentence without a model


@pytest.mark.parametrize(
    ("actual", "expected", "strong", "lang", "told"),
    [
        (
            59,
            100,
            True,
            "ko",
            "5월 31일 비용 59달러, 예상 100달러보다 41% 감소: 패턴 이탈이 심각하니 즉시 분석·조치 필요.",
        ),
        (59, 100, False, "ko", "5월 31일 비용 59달러, 예상 100달러보다 41% 감소: 한쪽 기준만 넘었으니 지켜보세요."),
        (
            150,
            100,
            True,
            "ko",
            "5월 31일 비용 150달러, 예상 100달러보다 50% 증가: 패턴 이탈이 심각하니 즉시 분석·조치 필요.",
        ),
        (100.2, 100, False, "ko", "5월 31일 비용 100.2달러, 금액은 예상대로: 한쪽 기준만 넘었으니 지켜보세요."),
        (7, 0, True, "ko", "5월 31일 비용 7달러, 예상에 없던 금액: 패턴 이탈이 심각하니 즉시 분석·조치 필요."),
        (
            59,
            100,
            True,
            "en",
            "2026-05-31: cost 59 USD, 41% below the expected 100 USD: "
            "the pattern is badly broken; analyse and act at once.",
        ),
        (
            7,
            None,
            False,
            "en",
            "2026-05-31: cost 7 USD where none was expected: one of two criteria only; keep an eye on it.",
        ),
    ],
)
def test_the_sentence_of_a_changed_cost(
    actual: float, expected: float | None, strong: bool, lang: str, told: str
) -> None:
    assert sentence(date(2026, 5, 31), actual, expected, "USD", strong=strong, lang=lang) == told


def test_where_nothing_votes_the_sentence_speaks_of_no_criteria() -> None:
    grave, slight = (sentence(date(2026, 5, 31), 1.5e6, 1e6, "KRW", strong=one, voted=False) for one in (True, False))
    assert grave == "5월 31일 비용 150만 원, 예상 100만 원보다 50% 증가: 평소와 크게 다르니 즉시 확인 필요."
    assert slight == "5월 31일 비용 150만 원, 예상 100만 원보다 50% 증가: 평소와 다르니 원인을 확인하세요."


_ANY = st.floats(-1e300, 1e300, allow_nan=False)


@pytest.mark.parametrize("voted", [True, False])
@example(1e300, 1e-300, "", True, "ko", True)
@example(-1e300, 1e-300, "", True, "en", True)
@example(-1e17, 1e16, "", True, "ko", True)
@given(_ANY, st.none() | _ANY, st.text(), st.booleans(), st.sampled_from(("ko", "en")), st.booleans())
def test_the_sentence_is_never_too_long(
    voted: bool, actual: float, expected: float | None, unit: str, strong: bool, lang: str, dated: bool
) -> None:
    day = date(2026, 12, 31) if dated else None
    said = sentence(day, actual, expected, unit, strong=strong, voted=voted, lang=lang)
    assert len(said) <= LONGEST[lang]
    assert "\n" not in said


def test_a_change_needs_something_expected() -> None:
    assert change_pct(59, 100) == pytest.approx(-41)
    assert change_pct(59, 0) is change_pct(59, None) is change_pct(59, -3) is None
