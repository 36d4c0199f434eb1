"""How amounts of money and their changes are said to people, in English and Korean."""

from __future__ import annotations

import math

from isang.words.telling import number, times

_KOREAN = {"KRW": "원", "USD": "달러", "EUR": "유로", "JPY": "엔", "CNY": "위안", "GBP": "파운드"}
_GROUPS = ((10**12, "조"), (10**8, "억"), (10**4, "만"))
_IN_GROUPS, _PAST_TELLING = 1e6, 1e18
_NOTHING = 1e-3  # of what came: less was expected of next to nothing
_MOST_PERCENT = 1000


def money(value: float, unit: str = "", lang: str = "en", *, signed: bool = False) -> str:
    """`1,234 USD`; in Korean `1,234달러`, from a million on `1억 2,340만 원`. `signed`: more has a plus."""
    sign = "+" if signed and value > 0 else ""
    if lang != "ko":
        return f"{sign}{number(value)} {unit}".strip()
    told, name = _korean(value), _KOREAN.get(unit, unit)
    apart = " " if name == unit or not told[-1].isdigit() else ""
    return f"{sign}{told}{apart}{name}".strip()


def percentage(change: float, expected: float, lang: str = "en") -> str:
    """`+62%`, `×12` (of what was expected); empty where nothing was expected, or a credit, or next to nothing."""
    came = expected + change
    if expected <= 0 or expected < _NOTHING * abs(came) or not math.isfinite(came / expected):
        return ""
    if 100 * change / expected < _MOST_PERCENT:
        return f"{100 * change / expected:+.0f}%"
    return f"{times(came / expected)}배" if lang == "ko" else f"×{times(came / expected)}"


def _korean(value: float) -> str:
    """In myriads from a million on, to four digits."""
    if not _IN_GROUPS <= abs(value) < _PAST_TELLING:
        return number(value)
    left, said = int(float(f"{abs(value):.4g}")), list[str]()
    for size, name in _GROUPS:
        count, left = divmod(left, size)
        said += [f"{count:,}{name}"] if count else []
    return ("-" if value < 0 else "") + " ".join([*said, *([f"{left:,}"] if left else [])])
