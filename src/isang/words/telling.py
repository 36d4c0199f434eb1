"""How numbers, durations and moments are said to people, in English and Korean."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import datetime

_SCALES = ((1e15, " P"), (1e12, " T"), (1e9, " G"), (1e6, " M"))
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
_KOREAN = {"d": "일", "h": "시간", "min": "분", "s": "초", "ms": "밀리초"}
_MOST_DECIMALS = 9
_DAY_S = 86400
_FEWEST_ROWS_TOLD, MOST_ROWS_TOLD = 10, 1_000_000


def number(value: float | None) -> str:
    """About four significant digits, thousands separated; a dash for what is missing or not finite."""
    return numbers([value])[0]


def numbers(values: Sequence[float | None]) -> list[str]:
    """Numbers that are read side by side: all with as many decimals as it takes to tell them apart."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    decimals = max((_decimals(v, 4) for v in known), default=0) if len(known) < 2 else _shared_decimals(known)
    return [_say(v, decimals) for v in values]


def span(lower: str, upper: str, lang: str) -> str:
    """A usual range in words: one number where both ends read alike."""
    if lower == upper:
        return lower
    return f"{lower}~{upper}" if lang == "ko" else f"{lower} to {upper}"


def duration(seconds: float | None, lang: str = "en") -> str:
    """`3 h 20 min`, `2 d 4 h`, `45 s`; at most two units."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if 0 < seconds < 1:
        return _amount(round(seconds * 1000, 3), "ms", lang)
    left = round(seconds)
    said: list[str] = []
    for unit, size in _UNITS:
        if left >= size and len(said) < 2:
            said.append(_amount(left // size, unit, lang))
            left %= size
        elif said:
            break
    return " ".join(said) or _amount(0, "s", lang)


def moment(time: datetime | None) -> str:
    """`2024-03-05 14:20`, with seconds only where there are any."""
    if time is None:
        return "–"
    return time.strftime("%Y-%m-%d %H:%M:%S" if time.second or time.microsecond else "%Y-%m-%d %H:%M")


def day_or_moment(time: datetime | None, step_s: float | None) -> str:
    """The same without the hour where data have a row for each day, or fewer."""
    daily = step_s is not None and step_s >= _DAY_S
    return moment(time).removesuffix(" 00:00") if daily else moment(time)


def times(ratio: float) -> str:
    """`2.6`, `38`, `1,200`: how many times, to two digits."""
    return number(float(f"{ratio:.2g}"))


def once_in_rows(rows: float | None, lang: str = "en") -> str:
    """`about once in 12,000 rows`; empty unless that is known and rare.

    A tail that was learnt from thousands of rows says nothing of billions: from a million on, it says only that much.
    """
    if rows is None or not rows > _FEWEST_ROWS_TOLD:
        return ""
    if rows > MOST_ROWS_TOLD:
        return "백만 행에 한 번 미만" if lang == "ko" else "less than once in a million rows"
    told = number(float(f"{rows:.2g}"))
    return f"약 {told}행에 한 번" if lang == "ko" else f"about once in {told} rows"


def percent(share: float) -> str:
    """`80%`, `<1%`."""
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def printable(text: object, longest: int = 200) -> str:
    """Text from outside, safe on a terminal: no control or direction characters, one line, not endless."""
    kept = "".join(" " if c in "\t\n\r" else c for c in str(text) if c in "\t\n\r" or _is_plain(c))
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def shortened(name: str, longest: int) -> str:
    """A long name without its middle: names of one fleet differ at their ends."""
    return name if len(name) <= longest else f"{name[: longest // 3]}…{name[longest // 3 + 1 - longest :]}"


def _is_plain(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _amount(count: float, unit: str, lang: str) -> str:
    return f"{count:g}{_KOREAN[unit]}" if lang == "ko" else f"{count:g} {unit}"


def _decimals(value: float, digits: int) -> int:
    if value == 0:
        return 0
    return min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), _MOST_DECIMALS)


def _shared_decimals(known: list[float]) -> int:
    """Three digits of the largest, and two of the smallest difference that is worth telling."""
    largest = max(abs(v) for v in known)
    spread = max(known) - min(known)
    return max(_decimals(largest, 3), _decimals(spread, 2) if math.isfinite(spread) else 0)


def _say(value: float | None, decimals: int) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) >= 1e18 or 0 < abs(value) < 1e-6:
        return f"{value:.3g}"
    for scale, suffix in _SCALES:
        if abs(value) >= 10 * scale:
            return f"{value / scale:,.4g}{suffix}"
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
