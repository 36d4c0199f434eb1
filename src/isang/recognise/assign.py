"""Keys, values and labels of a table whose time is known, as asked for or as found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from isang.errors import InputError
from isang.recognise.keys import are_unique, find_keys
from isang.recognise.numbers import Numbers, is_numeric
from isang.recognise.roles import looks_like_labels, sort_out
from isang.words.reading import SetAside


@dataclass(frozen=True)
class Roles:
    """What each column is; `keys_reason` is empty where there are none."""

    keys: tuple[str, ...]
    keys_reason: str
    values: tuple[str, ...]
    set_aside: tuple[SetAside, ...]


def assign(
    frame: pl.DataFrame,
    stamps: pl.Series | None,
    numbers: Mapping[str, Numbers | None],
    *,
    key: tuple[str, ...] = (),
    value: tuple[str, ...] = (),
    label: str | None = None,
    file: str | None = None,
    or_else: str = "",
) -> Roles:
    """The roles of the columns named in `numbers`; `file` names the column that says which file a row is from.

    Raises InputError where no column of numbers is left to judge, and tells what the data may be `or_else`.
    """
    keys, reason = _keys(frame, stamps, numbers, key, {*value, label}, file)
    left = [name for name in numbers if name not in keys and name != label]
    values, set_aside = sort_out(frame.select(left), numbers, value)
    if not values:
        told = "; ".join(f"{one.column!r} is set aside ({one.reason})" for one in set_aside[:3])
        found = f"no column of numbers to judge{': ' + told if told else ''}"
        raise InputError(f"{found}; a column of numbers is needed.{or_else}")
    return Roles(keys, reason, values, set_aside)


def _keys(
    frame: pl.DataFrame,
    stamps: pl.Series | None,
    numbers: Mapping[str, Numbers | None],
    asked: tuple[str, ...],
    taken: Iterable[str | None],
    file: str | None,
) -> tuple[tuple[str, ...], str]:
    free = {name: found for name, found in numbers.items() if name not in taken and name not in asked}
    texts, integers = _candidates(frame, free)
    keys, reason = (asked, "as asked for") if asked else find_keys(frame, stamps, texts, integers)
    if file is None or not _overlap(frame[file], stamps):
        return keys, reason
    if keys and stamps is not None and are_unique(frame, stamps, keys):
        return keys, reason
    if asked:
        return tuple(dict.fromkeys((file, *asked))), "as asked for; the files overlap in time and are told apart"
    keys, more = find_keys(frame, stamps, texts, integers, (file,))
    return keys, f"the files overlap in time, so each is a series of its own{'; ' + more if more else ''}"


def _candidates(frame: pl.DataFrame, numbers: Mapping[str, Numbers | None]) -> tuple[list[str], list[str]]:
    """Columns of text and of whole numbers that may name entities."""
    texts, integers = [], []
    for name, found in numbers.items():
        if looks_like_labels(frame[name], found):
            continue
        if found is None or not is_numeric(found):
            texts += [name] if frame.schema[name] == pl.String and frame[name].count() else []
        elif (found.values.drop_nulls() % 1 == 0).all():
            integers.append(name)
    return texts, integers


def _overlap(files: pl.Series, stamps: pl.Series | None) -> bool:
    """Whether two files speak of the same time; without times, all speak of the same rows."""
    if stamps is None:
        return True
    spans = pl.DataFrame({"file": files, "time": stamps}).group_by("file")
    ends = spans.agg(pl.col("time").min().alias("begin"), pl.col("time").max().alias("end")).sort("begin", "end")
    return bool((ends["begin"].slice(1) < ends["end"].cum_max().slice(0, len(ends) - 1)).any())
