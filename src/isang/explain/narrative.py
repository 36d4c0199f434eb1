"""An incident told in words, from facts alone; the same facts give the same words, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from isang.words.incident import Driver
from isang.words.telling import (
    MOST_ROWS_TOLD,
    day_or_moment,
    duration,
    number,
    numbers,
    once_in_rows,
    percent,
    span,
    times,
)

LANGUAGES = ("en", "ko")
_DRIVERS_TOLD, _ENTITIES_TOLD = 3, 5


@dataclass(frozen=True)
class Facts:
    """What is known of one incident. `rules` maps the rules that fired to their detail ("above 100").

    `direction` is up, down or pattern. `once_in`: how many usual rows hold something as strange once; `step_s`
    the usual step of the data, where it has one. `onset` is when `column` began to move away. `also` are other entities
    in which it began at the same time, the riskiest first.
    """

    entity: str
    column: str
    value: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    direction: str
    start: datetime | None
    end: datetime | None
    ongoing: bool
    duration_s: float | None
    rows: int
    times_over: float | None
    once_in: float | None
    rules: Mapping[str, str] = field(default_factory=dict)
    drivers: tuple[Driver, ...] = ()
    step_s: float | None = None
    onset: datetime | None = None
    also: tuple[str, ...] = ()


def title(facts: Facts, lang: str = "en") -> str:
    """One line: what it was, and what it usually is."""
    if "silence" in facts.rules:
        lasted = duration(facts.duration_s, lang)
        return f"{lasted} 동안 데이터 없음" if lang == "ko" else f"no data for {lasted}"
    if "limit" in facts.rules:
        return _past_limit(facts, lang)
    if "novelty" in facts.rules:  # that nothing was expected says less
        return f"{'처음 나타남' if lang == 'ko' else 'never seen before'}: {facts.rules['novelty']}"
    if "change" in facts.rules and (facts.lower is None or facts.upper is None):  # it knows what was before
        return facts.rules["change"]
    if facts.value is not None and _outside_usual(facts):
        return _compared(facts, lang)
    if "balance" in facts.rules:
        return f"{facts.rules['balance']}: {'합이 맞지 않음' if lang == 'ko' else 'they do not add up'}"
    if "change" in facts.rules:
        return facts.rules["change"]
    return _pattern(facts, lang)


def text(facts: Facts) -> dict[str, str]:
    """Title and telling in each language; the first line is the title, the rest stands after a newline."""
    return {lang: f"{title(facts, lang)}\n{_telling(facts, lang)}" for lang in LANGUAGES}


def rarity(rows: float | None, step_s: float | None, lang: str = "en") -> str:
    """`about once in 12,000 rows (41 d)`; empty where that is unknown or not rare."""
    told = once_in_rows(rows, lang)
    if not told or not step_s or rows is None or rows > MOST_ROWS_TOLD:
        return told
    span = duration(_coarse(step_s * rows), lang)
    return f"{told}({span})" if lang == "ko" else f"{told} ({span})"


def _coarse(seconds: float) -> float:
    """Whole days from two days on, whole hours from two hours on: enough for "about"."""
    unit = 86400 if seconds >= 2 * 86400 else 3600 if seconds >= 2 * 3600 else 60
    return round(seconds / unit) * unit if seconds >= unit else seconds


def _outside_usual(facts: Facts) -> bool:
    if facts.direction == "pattern" or facts.value is None:
        return False
    below = facts.lower is None or facts.value >= facts.lower
    above = facts.upper is None or facts.value <= facts.upper
    return not (below and above) or facts.lower is None or facts.upper is None


def _compared(facts: Facts, lang: str) -> str:
    value, expected, lower, upper = numbers([facts.value, facts.expected, facts.lower, facts.upper])
    korean = lang == "ko"
    if facts.lower is not None and facts.upper is not None:
        usual = f"평소 {span(lower, upper, lang)}" if korean else f"usually {span(lower, upper, lang)}"
        told = facts.expected is not None and not lower == expected == upper
        tail = "" if not told else f" (예상 {expected})" if korean else f" (expected {expected})"
        return f"{facts.column} {value}, {usual}{tail}"
    if facts.expected is not None:
        return f"{facts.column} {value}, {'예상' if korean else 'expected'} {expected}"
    words = {"up": ("unusually high", "평소보다 높음"), "down": ("unusually low", "평소보다 낮음")}
    return f"{facts.column} {value}, {words[facts.direction][korean]}"


def _past_limit(facts: Facts, lang: str) -> str:
    detail = facts.rules["limit"]
    told = f" ({detail})" if detail else ""
    words = "한계를 벗어남" if lang == "ko" else "past its limit"
    return f"{facts.column} {number(facts.value)}, {words}{told}"


def _pattern(facts: Facts, lang: str) -> str:
    named = [driver.name for driver in facts.drivers if driver.entity is None] or [facts.column]
    if len(named) == 1:
        return f"{named[0]}: {_shape(facts, lang)}"
    told = ", ".join(named[:_DRIVERS_TOLD])
    more = len(named) - _DRIVERS_TOLD
    if lang == "ko":
        return f"평소와 다른 조합: {told}" + (f" 외 {more}개" if more > 0 else "")
    return f"unusual together: {told}" + (f" and {more} more" if more > 0 else "")


def _shape(facts: Facts, lang: str) -> str:
    """What is strange though no value is: around which value, and what is usual there."""
    value, lower, upper = numbers([facts.value, facts.lower, facts.upper])
    korean, banded = lang == "ko", facts.lower is not None and facts.upper is not None
    if facts.value is None:
        return "평소와 다름" if korean else "unusual"
    if not banded:
        return f"{value} 부근에서 평소와 다름" if korean else f"unusual around {value}"
    if korean:
        return f"{value} 부근에서 평소와 다른 모양 (평소 {span(lower, upper, lang)})"
    return f"unusual shape around {value} (usually {span(lower, upper, lang)})"


def _telling(facts: Facts, lang: str) -> str:
    sentences = (
        _since(facts, lang),
        _where_else(facts, lang),
        _moved_away(facts, lang),
        _how_strange(facts, lang),
        _who(facts, lang),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _since(facts: Facts, lang: str) -> str:
    begun, lasted, rows = day_or_moment(facts.start, facts.step_s), duration(facts.duration_s, lang), f"{facts.rows:,}"
    flagged = "1 flagged row" if facts.rows == 1 else f"{rows} flagged rows"
    if facts.start is None:
        still = facts.ongoing
        if lang == "ko":
            return f"이상 행은 {rows}개이며 아직 진행 중입니다." if still else f"이상 행은 {rows}개입니다."
        return f"{flagged}{', still going on' if still else ''}."
    if lang == "ko":
        end = "아직 진행 중입니다" if facts.ongoing else f"{lasted} 동안 이어졌습니다"
        return f"{begun}에 시작해 {end} (이상 행 {rows}개)."
    return f"It began {begun} and {'is still going on' if facts.ongoing else 'lasted ' + lasted} ({flagged})."


def _where_else(facts: Facts, lang: str) -> str:
    if not facts.also:
        return ""
    named, more = ", ".join(facts.also[:_ENTITIES_TOLD]), len(facts.also) - _ENTITIES_TOLD
    if lang == "ko":
        return f"{facts.entity} 외에 {named}{f' 외 {more}개' if more > 0 else ''}에서도 함께 시작되었습니다."
    return f"{facts.entity} is the riskiest; it began together in {named}{f' and {more} more' if more > 0 else ''}."


def _moved_away(facts: Facts, lang: str) -> str:
    if facts.onset is None:
        return ""
    at = day_or_moment(facts.onset, facts.step_s)
    if facts.start is not None and facts.start.date() == facts.onset.date():
        at = at.split(" ")[-1]
    if lang == "ko":
        return f"{facts.column}: {at}부터 평소 범위의 바깥쪽 절반으로 벗어났습니다."
    return f"{facts.column} has been in the outer half of its usual range, or beyond it, since {at}."


def _how_strange(facts: Facts, lang: str) -> str:
    rare = rarity(facts.once_in, facts.step_s, lang)
    over = times(facts.times_over) if facts.times_over is not None and facts.times_over > 1 else ""
    if lang == "ko":
        said = [
            f"점수는 임계값의 {over}배입니다." if over else "",
            f"이만큼 특이한 일의 예상 빈도: {rare}." if rare else "",
        ]
    else:
        said = [f"Its score is {over} times the threshold." if over else ""]
        said.append(f"Something as strange is to be expected {rare}." if rare else "")
    return " ".join(sentence for sentence in said if sentence)


def _who(facts: Facts, lang: str) -> str:
    if len(facts.drivers) < 2:
        return ""
    named = ", ".join(f"{d.told} ({percent(d.share)})" for d in facts.drivers[:_DRIVERS_TOLD])
    return f"주요 원인: {named}." if lang == "ko" else f"Mainly {named}."
