"""Cells → numbers, by one documented policy.

Blank cells and NA, null, NaN, -, ? are missing, and so are states such as `Bad` or `No Data`, which are counted.
`1,234.5` is read without its thousands commas, `₩5`, `5%` and `(5)` as 5, 5 and -5, true and false as 1 and 0.
Infinite and too large numbers are missing and counted, and so is any other cell in a column in which 95 % of the filled
cells are numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from isang.recognise.historian import are_states, count_states

NEEDED_SHARE = 0.95
_SAMPLE = 2000
_MISSING = ("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", ".")
_AROUND = r"^[₩$€£¥\s\u00a0]+|[%₩$€£¥원\s\u00a0]+$"
_AFTER_SIGN = r"^([+-])[₩$€£¥\s]+"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"
_NEGATIVE = r"^\(([^()]+)\)$"


@dataclass(frozen=True)
class Numbers:
    """A column as Float64, null where missing; the row indexes of cells that are no numbers, or infinite.

    `states` are the texts of a historian among the missing cells, and how many there are of each.
    """

    values: pl.Series
    share: float
    wrong: pl.Series
    infinite: pl.Series
    states: tuple[tuple[str, int], ...] = ()


def to_numbers(column: pl.Series) -> Numbers | None:
    """The numbers of a column, None where it has none at all (a column of another kind, or of text)."""
    if column.dtype == pl.String:
        return _from_text(column)
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return _finite(column.cast(pl.Float64, strict=False), column.is_null(), 1.0)
    return None


def is_numeric(numbers: Numbers | None) -> bool:
    """Whether so many of the filled cells are numbers that the rest count as missing."""
    return numbers is not None and numbers.share >= NEEDED_SHARE


def _from_text(column: pl.Series) -> Numbers | None:
    sample = column.drop_nulls()
    sample = sample.gather_every(max(1, len(sample) // _SAMPLE))
    numbers = _cast(sample)
    if len(sample) >= _SAMPLE and (numbers.is_null() & ~_missing(sample, numbers)).sum() > len(sample) / 2:
        return None
    numbers = _cast(column)
    if numbers.null_count() == column.null_count():
        return _finite(numbers, column.is_null(), 1.0)
    missing = _missing(column, numbers)
    filled = len(column) - int(missing.sum())
    known = int((numbers.is_not_null() & ~missing).sum())
    states = count_states(column.filter(missing & column.is_not_null()))
    return replace(_finite(numbers, missing, known / filled if filled else 0.0), states=states) if known else None


def _missing(column: pl.Series, numbers: pl.Series) -> pl.Series:
    """Which cells are empty, or say that there is no value; only those that are no numbers are looked at."""
    odd = (column.is_not_null() & ~numbers.is_finite().fill_null(value=False)).arg_true()
    texts = column.gather(odd)
    empty = texts.str.strip_chars().str.to_lowercase().is_in(_MISSING) | are_states(texts)
    return column.is_null().scatter(odd, empty)


def _cast(column: pl.Series) -> pl.Series:
    """Plain numbers at once; only the cells that are none are tidied."""
    text = column.str.strip_chars()
    plain = text.cast(pl.Float64, strict=False)
    left = (plain.is_null() & text.is_not_null()).arg_true()
    return plain.scatter(left, _tidied(text.gather(left))) if len(left) else plain


def _tidied(text: pl.Series) -> pl.Series:
    bare = text.str.replace(_NEGATIVE, "-$1").str.replace_all(_AROUND, "").str.replace(_AFTER_SIGN, "$1")
    joined = pl.when(bare.str.contains(_THOUSANDS)).then(bare.str.replace_all(",", "", literal=True)).otherwise(bare)
    numbers = pl.select(joined.cast(pl.Float64, strict=False)).to_series()
    lower = bare.str.to_lowercase()
    flags = pl.when(lower == "true").then(1.0).when(lower == "false").then(0.0)
    return numbers.fill_null(pl.select(flags).to_series())


def _finite(numbers: pl.Series, missing: pl.Series, share: float) -> Numbers:
    """NaN is missing; infinity is missing and counted; a filled cell without a number is wrong."""
    wrong = (numbers.is_null() & ~missing).arg_true()
    if numbers.is_finite().all():
        return Numbers(numbers, share, wrong, pl.Series(dtype=pl.UInt32))
    infinite = numbers.is_infinite().fill_null(value=False)
    finite = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series().alias(numbers.name)
    return Numbers(finite, share, wrong, infinite.arg_true())
