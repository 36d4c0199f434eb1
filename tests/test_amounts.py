"""The one grammar of amounts."""

from __future__ import annotations

import pytest

from isang.errors import UsageError
from isang.words.amounts import Span, parse_rate, parse_share, parse_size, parse_span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5min", 300),
        ("5 minutes", 300),
        ("1m", 60),
        ("48h", 172_800),
        ("7d", 604_800),
        ("1.5 days", 129_600),
        ("2w", 1_209_600),
        (" 250ms ", 0.25),
        ("10US", 1e-5),
    ],
)
def test_a_span_of_time(text: str, seconds: float) -> None:
    span = parse_span(text)
    assert span.seconds == pytest.approx(seconds)
    assert span.rows is None


@pytest.mark.parametrize(("text", "rows"), [("12rows", 12), ("1 row", 1)])
def test_a_span_of_rows(text: str, rows: int) -> None:
    assert parse_span(text) == Span(None, rows)


@pytest.mark.parametrize(
    "text", ["", "5", "min", "-5min", "0h", "5 parsecs", "1.5rows", "0rows", "5min 3s x", "nan s", "1e3s"]
)
def test_what_is_no_span_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no span; write 30s"):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "span", "count"),
    [
        ("1/week", Span(604_800, None), 1),
        ("3/day", Span(604_800, None), 21),
        ("0.5 / 2h", Span(14_400, None), 1),
        ("1/1000rows", Span(None, 5000), 5),
    ],
)
def test_a_rate_over_a_span(text: str, span: Span, count: float) -> None:
    assert parse_rate(text).over(span) == pytest.approx(count)


@pytest.mark.parametrize("text", ["", "3", "/week", "0/week", "-1/week", "x/week"])
def test_what_is_no_rate_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no rate; write 1/week"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["3/", "3/fortnight"])
def test_a_rate_needs_a_span(text: str) -> None:
    with pytest.raises(UsageError):
        parse_rate(text)


@pytest.mark.parametrize(("rate", "span"), [("1/week", Span(None, 100)), ("1/100rows", Span(60.0, None))])
def test_time_and_rows_are_not_set_against_each_other(rate: str, span: Span) -> None:
    with pytest.raises(UsageError, match="cannot be set against"):
        parse_rate(rate).over(span)


@pytest.mark.parametrize(("text", "share"), [("5%", 0.05), ("0.05", 0.05), ("100 %", 1.0), ("0", 0.0)])
def test_a_share(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "%", "-5%", "five"])
def test_what_is_no_share_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no share; write 5%"):
        parse_share(text)


@pytest.mark.parametrize(("text", "megabytes"), [("1GB", 1000), ("500 mb", 500), ("1.5GB", 1500), ("2TB", 2e6)])
def test_a_size(text: str, megabytes: float) -> None:
    assert parse_size(text) == megabytes


@pytest.mark.parametrize("text", ["", "1", "0GB", "-1GB", "1GiB", "GB", "1 kB"])
def test_what_is_no_size_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no size; write 500MB or 2GB"):
        parse_size(text)
