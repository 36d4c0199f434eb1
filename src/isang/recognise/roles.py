"""Which columns are judged, and which are set aside and why."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from isang.errors import InputError
from isang.recognise.historian import are_states
from isang.recognise.names import is_identifier_name, is_label_name, is_row_number_name
from isang.recognise.numbers import NEEDED_SHARE, Numbers, is_numeric
from isang.words.note import note
from isang.words.reading import SetAside

_MOST_CLASSES = 10
_CONSTANT, _EMPTY = note("constant"), note("empty")


def looks_like_labels(column: pl.Series, numbers: Numbers | None) -> bool:
    """Two-valued and named like labels; with a plain label name also up to ten whole-numbered classes."""
    if not is_label_name(column.name):
        return False
    values = numbers.values if numbers and is_numeric(numbers) else column
    kinds = values.drop_nulls().n_unique()
    if kinds <= 2 or values.dtype != pl.Float64:
        return kinds <= 2
    whole = (values.drop_nulls() % 1 == 0).all()
    return column.name.lower() not in ("y", "target") and whole and kinds <= _MOST_CLASSES and len(values) > 5 * kinds


def is_row_number(column: pl.Series, values: pl.Series) -> bool:
    """Whole numbers that rise by one from row to row, or simply rise under a row number's name."""
    if len(values) < 3 or values.null_count():
        return False
    steps = values.diff().drop_nulls()
    return bool(
        (steps == 1).all() or ((steps > 0).all() and (values % 1 == 0).all() and is_row_number_name(column.name))
    )


def sort_out(
    frame: pl.DataFrame, numbers: Mapping[str, Numbers | None], asked: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], tuple[SetAside, ...]]:
    """The value columns and those set aside, with reasons; `asked` ones are values whatever they look like.

    Constants, row numbers and identifiers are values after all where nothing else is. Raises
    InputError where a column that was asked for holds no number at all.
    """
    reasons = {name: _reason(frame[name], numbers[name]) for name in frame.columns if name not in asked}
    values = asked or tuple(name for name, reason in reasons.items() if not reason)
    if asked:
        _check_numbers(asked, numbers)
        reasons = {name: reason or note("not among the values asked for") for name, reason in reasons.items()}
    elif not values:
        values = _last_resort(frame, numbers, reasons)
    return values, tuple(SetAside(name, reason) for name, reason in reasons.items() if name not in values)


def _check_numbers(asked: tuple[str, ...], numbers: Mapping[str, Numbers | None]) -> None:
    for name in asked:
        if numbers[name] is None:
            raise InputError(f"column {name!r} holds no numbers, so it cannot be a value; name another with --value.")


def _last_resort(
    frame: pl.DataFrame, numbers: Mapping[str, Numbers | None], reasons: Mapping[str, str]
) -> tuple[str, ...]:
    """Numeric columns that were set aside, rather those that vary; never labels."""
    labels = {name for name in reasons if looks_like_labels(frame[name], numbers[name])}
    spare = [name for name in reasons if name not in labels and is_numeric(numbers[name]) and reasons[name] != _EMPTY]
    return tuple([name for name in spare if reasons[name] != _CONSTANT] or spare)


def _reason(column: pl.Series, numbers: Numbers | None) -> str:
    """Why a column is not judged, empty if it is."""
    filled = column.drop_nulls()
    if not len(filled):
        return _EMPTY
    if looks_like_labels(column, numbers):
        return note("looks like labels; not used; add `--label {column}` to measure", column=column.name)
    if numbers is None or not is_numeric(numbers):
        return _why_not_numeric(column, numbers)
    if not numbers.values.count():
        return _EMPTY
    if numbers.values.drop_nulls().n_unique() == 1:
        return _CONSTANT
    if is_row_number(column, numbers.values):
        return note("row number")
    whole = (numbers.values.drop_nulls() % 1 == 0).all()
    return note("identifier, by its name") if whole and is_identifier_name(column.name) else ""


def _why_not_numeric(column: pl.Series, numbers: Numbers | None) -> str:
    if column.dtype == pl.String and are_states(column.drop_nulls()).all():
        return note("no values; states such as {state!r} alone", state=str(column.drop_nulls()[0])[:40])
    if column.dtype != pl.String:
        return note("{kind}; no numbers", kind=str(column.dtype).partition("(")[0].lower())
    if numbers is not None and numbers.share >= 0.2:
        share, needed = int(100 * numbers.share), f"{NEEDED_SHARE:.0%}"
        said = "text; {share}% of its filled cells are numbers, {needed} are needed"
        return note(said, share=share, needed=needed)
    kinds = column.n_unique()
    if kinds == 1:
        return note("constant text")
    if kinds == len(column):
        return note("identifier: a different text in each row")
    said = "text with {kinds} values that tell no rows apart; add `--key {column}` to judge each alone"
    return note(said, kinds=kinds, column=column.name)
