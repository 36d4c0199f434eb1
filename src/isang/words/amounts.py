"""The one grammar of amounts: `5min 48h 7d` or `12rows`; `3/week`, `1/1000rows`; `5%`; `1GB`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from isang.errors import UsageError

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_LONG = {"sec": "s", "second": "s", "m": "min", "minute": "min", "hour": "h", "day": "d", "week": "w"}
_MEGABYTES = {"mb": 1.0, "gb": 1e3, "tb": 1e6}
_NUMBER = r"(\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class Span:
    """A stretch of time in seconds, or a number of rows; exactly one of the two is set."""

    seconds: float | None
    rows: int | None


@dataclass(frozen=True)
class Rate:
    """How often something may happen: `count` times in each `per`."""

    count: float
    per: Span

    def over(self, span: Span) -> float:
        """How many are allowed in a span of the same kind (seconds or rows)."""
        if self.per.seconds is not None and span.seconds is not None:
            return self.count * span.seconds / self.per.seconds
        if self.per.rows is not None and span.rows is not None:
            return self.count * span.rows / self.per.rows
        raise UsageError("a rate in time and a span in rows (or the reverse) cannot be set against each other.")


def parse_span(text: str) -> Span:
    """`5min`, `48h`, `7d`, `12rows` → Span."""
    span = parse_wait(text)
    if not (span.seconds or span.rows):
        raise UsageError(_no_span(text))
    return span


def parse_wait(text: str) -> Span:
    """The same, where none at all (`0h`) is an amount as well."""
    found = re.fullmatch(_NUMBER + r"\s*([a-z]+)", text.strip().lower())
    if found:
        number, unit = float(found[1]), found[2]
        if unit in ("row", "rows") and number == int(number):
            return Span(None, int(number))
        unit = unit if unit in _SECONDS else _LONG.get(unit.removesuffix("s"), "")
        if unit:
            return Span(number * _SECONDS[unit], None)
    raise UsageError(_no_span(text))


def _no_span(text: str) -> str:
    return f"'{text}' is no span; write 30s, 5min, 48h, 7d or 12rows."


def parse_rate(text: str) -> Rate:
    """`3/week`, `1/1000rows`, `2/day` → Rate."""
    count, slash, per = text.partition("/")
    if slash and re.fullmatch(_NUMBER, count.strip()) and float(count) > 0:
        per = per.strip()
        return Rate(float(count), parse_span(per if per[:1].isdigit() else f"1{per}"))
    raise UsageError(f"'{text}' is no rate; write 1/week, 3/day or 1/1000rows.")


def parse_size(text: str) -> float:
    """`1GB`, `500MB` → megabytes (a million bytes each)."""
    found = re.fullmatch(_NUMBER + r"\s*([mgt]b)", text.strip().lower())
    if found and float(found[1]) > 0:
        return float(found[1]) * _MEGABYTES[found[2]]
    raise UsageError(f"'{text}' is no size; write 500MB or 2GB.")


def parse_share(text: str) -> float:
    """`5%` or `0.05` → 0.05."""
    found = re.fullmatch(_NUMBER + r"\s*(%?)", text.strip())
    if found:
        return float(found[1]) / (100 if found[2] else 1)
    raise UsageError(f"'{text}' is no share; write 5% or 0.05.")
