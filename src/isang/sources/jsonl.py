"""One JSON object a line, or one JSON array of objects."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import polars as pl

from isang.errors import InputError
from isang.sources._encoding import decode
from isang.sources._flat import flat
from isang.sources.base import ROW, Content, Source
from isang.words.reading import Skipped, Table

_OBJECTS = re.compile(rb"(\xef\xbb\xbf)?\s*(\{\s*[\"\n}]|\[\s*[{\n])")
_PROMETHEUS = re.compile(rb"\"(resultType|errorType)\"\s*:")


class Jsonl(Source):
    """JSON lines (NDJSON). Lines that are no JSON object are counted; nested objects become dotted columns."""

    @classmethod
    def fits(cls, head: bytes) -> bool:
        """An object or an array of objects that is no answer of Prometheus."""
        return bool(_OBJECTS.match(head)) and not _PROMETHEUS.search(head)

    def read(self, content: Content, encoding: str | None = None, strict: bool = False) -> Table:
        """Raises InputError where no line is an object, or with `strict` where one is not."""
        text = decode(content.data, encoding, content.path)
        frame = _fast(text.data) if text.whole else None
        skipped: tuple[Skipped, ...] = ()
        if frame is None:
            records, rows, skipped = _records(text.data, text.codec, content.path)
            if skipped and (strict or not records):
                raise InputError(f"{content.path}: row {skipped[0].row}: {skipped[0].reason}.")
            frame = _framed(records)
            frame = frame.with_columns(pl.Series(ROW, rows, dtype=pl.Int64)) if skipped else frame
        if frame.is_empty() or not frame.width:
            raise InputError(f"{content.path}: no rows; one JSON object a line is needed.")
        return Table(flat(frame), (content.described(len(frame), text.encoding),), skipped)


def _fast(data: bytes) -> pl.DataFrame | None:
    """All lines at once; None where one is odd, so that it must be looked at."""
    if data.lstrip().startswith(b"["):
        return None
    try:
        frame = pl.read_ndjson(data, infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return frame if len(frame) == lines else None


def _records(data: bytes, codec: str, path: str) -> tuple[list[dict[str, Any]], list[int], tuple[Skipped, ...]]:
    array = _array(data, codec)
    if array is not None:
        return array, list(range(1, len(array) + 1)), ()
    records: list[dict[str, Any]] = []
    rows: list[int] = []
    skipped: dict[str, Skipped] = {}
    offset = 0
    for row, line in enumerate(data.split(b"\n"), start=1):
        reason, record = _record(line, codec) if line.strip() else ("", None)
        if record is not None:
            records.append(record)
            rows.append(row)
        elif reason:
            sample = line[:320].decode(codec, errors="replace")[:80]
            seen = skipped.setdefault(reason, Skipped(path, row, offset, reason, sample, 0))
            skipped[reason] = replace(seen, count=seen.count + 1)
        offset += len(line) + 1
    return records, rows, tuple(skipped.values())


def _record(line: bytes, codec: str) -> tuple[str, dict[str, Any] | None]:
    try:
        found = json.loads(line.decode(codec))
    except UnicodeDecodeError:
        return f"not {codec}", None
    except (ValueError, RecursionError):
        return "no valid JSON", None
    return ("", found) if isinstance(found, dict) else ("no JSON object", None)


def _array(data: bytes, codec: str) -> list[dict[str, Any]] | None:
    try:
        found = json.loads(data.decode(codec)) if data.lstrip().startswith((b"[", b"{")) else None
    except (ValueError, RecursionError):
        return None
    found = [found] if isinstance(found, dict) else found
    return found if isinstance(found, list) and all(isinstance(record, dict) for record in found) else None


def _framed(records: list[dict[str, Any]]) -> pl.DataFrame:
    """A column for each key; one whose values are of several kinds is text."""
    names = dict.fromkeys(name for record in records for name in record)
    return pl.DataFrame([_column(name, [record.get(name) for record in records]) for name in names])


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        return pl.Series(name, [None if value is None else _float(value) for value in values], dtype=pl.Float64)
    if kinds <= {dict} and kinds:
        return (
            pl.Series(name, _framed([value or {} for value in values]).to_struct())
            if any(values)
            else _nothing(name, values)
        )
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean)
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def _nothing(name: str, values: list[Any]) -> pl.Series:
    return pl.Series(name, [None] * len(values), dtype=pl.String)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
