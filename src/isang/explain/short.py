"""One sentence that can be mailed, from the facts of a changed cost; the same facts give the same sentence.

In Korean it has at most 70 characters, as S0's had to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isang.explain.checked import LONGEST
from isang.words.money import money
from isang.words.telling import number, printable, shortened

_LONGEST_UNIT = 8
_MOST = 1e15  # percent; what is expected may be next to nothing
_SAME = 0.5  # percent; below it, told as no change


def sentence(
    day: date | None,
    actual: float,
    expected: float | None,
    unit: str = "",
    *,
    strong: bool,
    voted: bool = True,
    lang: str = "ko",
) -> str:
    """When, how much, how far from what was expected, and what to do; `strong`: detector and rule agree (score 1.0).

    `voted=False`: no rule has a vote, and `strong` is what is grave. `expected` is None or 0 where nothing was to be
    expected. At most LONGEST[lang] characters.
    """
    advice = (_advice if voted else _by_gravity)(strong, lang)
    told = (f"{_when(day, lang)}{what}: {advice}" for what in _what(actual, expected, unit, lang))
    return next(said for said in told if len(said) <= LONGEST[lang])


def change_pct(actual: float, expected: float | None) -> float | None:
    """The change in percent of what was expected; None where nothing was, or a credit."""
    return min(max(100 * (actual / expected - 1), -_MOST), _MOST) if expected is not None and expected > 0 else None


def _when(day: date | None, lang: str) -> str:
    if day is None:
        return ""
    return f"{day.month}월 {day.day}일 " if lang == "ko" else f"{day.isoformat()}: "


def _what(actual: float, expected: float | None, unit: str, lang: str) -> Iterator[str]:
    """In full, then shorter."""
    unit, korean = shortened(printable(unit), _LONGEST_UNIT), lang == "ko"
    cost = money(actual, unit, lang)
    change = change_pct(actual, expected)
    if change is None:
        yield f"비용 {cost}, 예상에 없던 금액" if korean else f"cost {cost} where none was expected"
    elif abs(change) < _SAME:
        yield f"비용 {cost}, 금액은 예상대로" if korean else f"cost {cost}, as much as expected"
    else:
        by, up = f"{number(round(abs(change)))}%", change > 0
        for usual in (f" {money(expected or 0.0, unit, lang)}", ""):
            if korean:
                yield f"비용 {cost}, 예상{usual}보다 {by} {'증가' if up else '감소'}"
            else:
                yield f"cost {cost}, {by} {'above' if up else 'below'} the expected{usual or ' amount'}"
        yield f"비용 {cost}, 예상과 크게 다름" if korean else f"cost {cost}, far from what was expected"


def _advice(strong: bool, lang: str) -> str:
    if lang == "ko":
        return "패턴 이탈이 심각하니 즉시 분석·조치 필요." if strong else "한쪽 기준만 넘었으니 지켜보세요."
    return (
        "the pattern is badly broken; analyse and act at once."
        if strong
        else "one of two criteria only; keep an eye on it."
    )


def _by_gravity(grave: bool, lang: str) -> str:
    if lang == "ko":
        return "평소와 크게 다르니 즉시 확인 필요." if grave else "평소와 다르니 원인을 확인하세요."
    return "far from the usual pattern; look into it at once." if grave else "not as usual; look for the cause."
