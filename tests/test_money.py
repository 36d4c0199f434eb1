"""Amounts of money as they are said."""

from __future__ import annotations

import pytest

from isang.words.money import money, percentage


@pytest.mark.parametrize(
    ("value", "unit", "english", "korean"),
    [
        (1234, "USD", "1,234 USD", "1,234달러"),
        (-12.5, "USD", "-12.5 USD", "-12.5달러"),
        (371_158, "KRW", "371,158 KRW", "371,158원"),
        (15_460_000, "KRW", "15.46 M KRW", "1,546만 원"),
        (-6_384_920, "KRW", "-6,384,920 KRW", "-638만 5,000원"),
        (123_400_000, "KRW", "123.4 M KRW", "1억 2,340만 원"),
        (5e12, "JPY", "5,000 G JPY", "5조 엔"),
        (42, "CHF", "42 CHF", "42 CHF"),
        (2e6, "CHF", "2,000,000 CHF", "200만 CHF"),
        (42, "", "42", "42"),
        (0, "KRW", "0 KRW", "0원"),
        (1e300, "KRW", "1e+300 KRW", "1e+300원"),
    ],
)
def test_an_amount(value: float, unit: str, english: str, korean: str) -> None:
    assert money(value, unit) == english
    assert money(value, unit, "ko") == korean


def test_what_is_more_has_a_plus_where_signs_matter() -> None:
    assert money(5, "USD", signed=True) == "+5 USD"
    assert money(-5, "USD", "ko", signed=True) == "-5달러"
    assert money(0, "USD", signed=True) == "0 USD"


@pytest.mark.parametrize(
    ("change", "expected", "english", "korean"),
    [
        (62, 100, "+62%", "+62%"),
        (-100, 100, "-100%", "-100%"),
        (1600, 100, "×17", "17배"),
        (5, 0, "", ""),
        (5, -3, "", ""),
        (1e9, 1, "", ""),
        (1e308, 1e-308, "", ""),
    ],
)
def test_a_change_in_percent_of_what_was_expected(change: float, expected: float, english: str, korean: str) -> None:
    assert percentage(change, expected) == english
    assert percentage(change, expected, "ko") == korean
