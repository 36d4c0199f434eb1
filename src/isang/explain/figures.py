"""The numbers of a text with their units, Korean or English: `41 %`, `1.2 million`, `3억 4,500만 원`, `2.6배`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LARGE = {"조": 1e12, "억": 1e8, "만": 1e4}
_SMALL = {"천": 1e3, "백": 1e2, "십": 1e1}
_WESTERN = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "P": 1e15}  # as telling.number says them
_UNITS = {
    "points": r"%\s?p\b|%\s?포인트|퍼센트\s?포인트|percentage points?|percent points?",
    "percent": r"%|퍼센트|프로(?![가-힣])|percent|per cent|pct\b",
    "times": r"배|×|x\b|times|-?fold",
    "d": r"일|days?\b|d\b",
    "h": r"시간|hours?\b|h\b",
    "clock": r"시(?!간)|o'clock|[ap]\.?m\b",
    "min": r"분|minutes?\b|min\b",
    "ms": r"밀리초|milliseconds?\b|ms\b",
    "s": r"초|seconds?\b|s\b",
}
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_KOREAN = (
    rf"(?:\s?[조억만천백십]+(?:\s?{_PLAIN}(?=\s?[조억만천백십]))?)*(?:(?<=[조억만])\s?(?:\d{{3,4}}|\d,\d{{3}})(?!\d))?"
)
_FIGURE = re.compile(
    rf"(?P<sign>(?<!\w)[-−–](?=\d))?(?P<number>{_PLAIN}(?:[eE][-+]?\d+)?{_KOREAN})"
    rf"(?:\s?(?P<scale>{'|'.join(_WESTERN)}|[kKMGBTP](?![A-Za-z])))?"
    rf"(?:\s?(?:{'|'.join(f'(?P<{unit}>{pattern})' for unit, pattern in _UNITS.items())}))?"
)
_PARTS = re.compile(rf"({_PLAIN}(?:[eE][-+]?\d+)?)|([조억만천백십])")
_SLACK = 1e-9


@dataclass(frozen=True)
class Figure:
    """A number as a text says it: `step` is the worth of its last digit, `unit` the kind of its unit or empty."""

    value: float
    step: float
    unit: str
    written: str

    def tells(self, known: Figure) -> bool:
        """Whether it is the known number, perhaps rounded, but not beyond a twentieth of it, nor of the other sign."""
        apart = abs(abs(self.value) - abs(known.value))
        signed = self.value >= 0 or known.value < 0
        rounded = apart <= self.step / 2 + _SLACK * abs(known.value) and apart <= abs(known.value) / 20
        return self.unit == known.unit and signed and (apart == 0 or rounded)


def figures(text: str) -> tuple[list[Figure], str]:
    """The numbers of a text, and the text without them and their units."""
    return [_figure(match) for match in _FIGURE.finditer(text)], _FIGURE.sub(" ", text)


def _figure(match: re.Match[str]) -> Figure:
    value, step = _value(match["number"])
    scale = _WESTERN.get(match["scale"] or "") or _LETTERS.get(match["scale"] or "", 1.0)
    unit = next((unit for unit in _UNITS if match[unit]), "")
    return Figure((-1 if match["sign"] else 1) * value * scale, step * scale, unit, match[0].strip())


def _value(written: str) -> tuple[float, float]:
    """`3억 4,500만` → (345000000, 10000): what it is, and what its last digit is worth."""
    total, section, last, step = 0.0, 0.0, 0.0, 1.0
    for number, unit in _PARTS.findall(written):
        if number:
            last, step = float(number.replace(",", "")), _last_digit(number)
        elif unit in _SMALL:
            section, last, step = section + last * _SMALL[unit], 0.0, step * _SMALL[unit]
        else:
            total, section, last, step = total + (section + last) * _LARGE[unit], 0.0, 0.0, step * _LARGE[unit]
    return total + section + last, step


def _last_digit(number: str) -> float:
    mantissa, _, exponent = number.lower().partition("e")
    return float(10 ** (int(exponent or 0) - len(mantissa.partition(".")[2])))
