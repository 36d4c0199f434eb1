"""Saved answers of Prometheus' `query_range` and `query`."""

from __future__ import annotations

import json
import re
from typing import Any

import polars as pl

from isang.errors import InputError
from isang.sources._encoding import decode
from isang.sources.base import Content, Source
from isang.words.reading import Table

_ANSWER = re.compile(rb"\"(resultType|errorType)\"\s*:")
_NAME = "__name__"


class PrometheusJson(Source):
    """A matrix or vector: labels become columns, and so does the metric's name where it varies.

    "NaN" and "+Inf" are missing. The value column is called after the metric where there is only one.
    """

    @classmethod
    def fits(cls, head: bytes) -> bool:
        """A JSON object that names a result type or an error type."""
        return bool(re.match(rb"(\xef\xbb\xbf)?\s*\{", head)) and bool(_ANSWER.search(head))

    def read(self, content: Content, encoding: str | None = None, strict: bool = False) -> Table:
        """Raises InputError for an answer that reports an error, is cut off or holds no samples."""
        text = decode(content.data, encoding, content.path)
        answer = _answer(text.data.decode(errors="replace"), content.path)
        series = _series(answer, content.path)
        frame = _frame(series, content.path)
        said = [f"{content.path}: Prometheus said: {str(warning)[:200]}" for warning in answer.get("warnings") or []]
        histograms = sum(1 for one in series if one.get("histograms") or one.get("histogram"))
        if histograms:
            said.append(f"{content.path}: {histograms} series hold native histograms, which are not read.")
        return Table(frame, (content.described(len(frame), text.encoding),), warnings=tuple(said))


def _answer(text: str, path: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: no valid JSON ({str(error)[:80]}); save the answer of Prometheus again.") from error
    if not isinstance(answer, dict) or answer.get("status") != "success":
        kind, told = (answer.get("errorType"), answer.get("error")) if isinstance(answer, dict) else ("", "")
        raise InputError(f"{path}: Prometheus answered with an error ({kind}: {str(told)[:200]!r}); mend the query.")
    return answer


def _series(answer: dict[str, Any], path: str) -> list[dict[str, Any]]:
    data = answer.get("data")
    kind = data.get("resultType") if isinstance(data, dict) else None
    result = data.get("result") if isinstance(data, dict) else None
    if kind not in ("matrix", "vector") or not isinstance(result, list):
        raise InputError(
            f"{path}: the result is of type {str(kind)[:40]!r}; a matrix (query_range) or vector is needed."
        )
    return [one for one in result if isinstance(one, dict)]


def _frame(series: list[dict[str, Any]], path: str) -> pl.DataFrame:
    labels = [{str(k): str(v) for k, v in (one.get("metric") or {}).items()} for one in series]
    samples = [one.get("values") or ([one["value"]] if one.get("value") else []) for one in series]
    counts = pl.Series([len(some) for some in samples], dtype=pl.Int64)
    if not counts.sum():
        raise InputError(f"{path}: the answer holds no samples; widen the query or its time range.")
    try:
        times = pl.Series([float(sample[0]) for some in samples for sample in some], dtype=pl.Float64)
        values = pl.Series([str(sample[1]) for some in samples for sample in some], dtype=pl.String)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise InputError(f"{path}: a sample is not [time, value]; save the answer of Prometheus again.") from error
    names = {label.get(_NAME, "") for label in labels}
    keys = _key_columns(labels, counts, named=len(names) > 1)
    metric = next(iter(names)) if len(names) == 1 else ""
    columns = [times.alias(_free("time", keys)), *keys, _numbers(values).alias(_free(metric or "value", keys))]
    return pl.DataFrame(columns)


def _key_columns(labels: list[dict[str, str]], counts: pl.Series, *, named: bool) -> list[pl.Series]:
    """A text column for each label, each label set repeated for its samples; `__name__` only where it varies."""
    names = dict.fromkeys(name for label in labels for name in label if named or name != _NAME)
    repeat = pl.Series(range(len(labels)), dtype=pl.Int64).repeat_by(counts).explode(empty_as_null=False)
    return [pl.Series(n, [label.get(n, "") for label in labels], dtype=pl.String).gather(repeat) for n in names]


def _numbers(values: pl.Series) -> pl.Series:
    numbers = values.replace("+Inf", "inf").cast(pl.Float64, strict=False)
    return pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()


def _free(name: str, taken: list[pl.Series]) -> str:
    names = [column.name for column in taken]
    while name in names:
        name += "_"
    return name
