"""Tags of resources as bills hold them: JSON, Azure's pairs without braces, or a map."""

from __future__ import annotations

import json
from typing import Any

import polars as pl


def tag_values(column: pl.Series, tag: str) -> pl.Series:
    """The value of one tag in each cell, null where a cell does not have it."""
    if isinstance(column.dtype, pl.List):
        return _of_maps(column, tag)
    texts = column.cast(pl.String, strict=False)
    known = texts.unique().drop_nulls()
    found = pl.Series([_value(text, tag) for text in known], dtype=pl.String)
    return texts.replace_strict(known, found, default=None, return_dtype=pl.String)


def _of_maps(column: pl.Series, tag: str) -> pl.Series:
    """Parquet's maps: lists of structs of a key and a value."""
    element = pl.element().struct
    named = column.list.eval(element.field("value").filter(element.field("key") == tag))
    return named.list.first().cast(pl.String)


def _value(text: str, tag: str) -> str | None:
    """Of `{"team": "a"}`, of `"team": "a","env": "b"`, and of `[{"key": "team", "value": "a"}]`."""
    bare = text.strip()
    try:
        found: Any = json.loads(bare if bare.startswith(("{", "[")) else f"{{{bare}}}")
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list):
        pairs = [one for one in found if isinstance(one, dict)]
        found = {str(one.get("key")): one.get("value") for one in pairs}
    value = found.get(tag)
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
