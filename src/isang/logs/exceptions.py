"""Types of exceptions, out of the lines that follow a record's first, and out of messages."""

from __future__ import annotations

import numpy as np
import polars as pl

from isang.words.frame import Integers

_NAME = r"(?:[A-Za-z_$][\w$]*[.])*[A-Z][\w$]*(?:Exception|Error)"
_TYPE = rf"(?:{_NAME}|(?:[A-Za-z_$][\w$]*[.])+[A-Z][\w$]*|[A-Z]\w*(?:Interrupt|Exit|Iteration)|Error|Exception|panic)"
_FOLLOWING = (
    r'^(?P<cause>Caused by: | *---> )?(?:Exception in thread "[^"]*" |Uncaught |goroutine )?'
    rf"(?P<type>{_TYPE})(?::|$|\s*\()"
)
_TRACEBACK = "Traceback (most recent call last):"
_IN_MESSAGE = rf"\b({_NAME})\b"


def named_exceptions(
    texts: pl.Series, begins: Integers, ends: Integers, messages: pl.Series, traces: pl.Series
) -> pl.DataFrame:
    """`exception` and `cause`, its root, of each record: by its following lines or its trace, else by its message.

    A record's lines are those of `texts` from its number in `begins` up to the one in `ends`, less its first; `traces`
    are whole stack traces that stood in fields. A row a record, null where it names none.
    """
    following = np.ones(len(texts), bool)
    following[begins] = False
    at = np.flatnonzero(following)
    record = np.searchsorted(begins, at, side="right") - 1
    inside = (record >= 0) & (at < np.append(ends, 0)[record])
    said = _in_messages(messages)
    found = pl.concat([_in_lines(texts.gather(at[inside]), record[inside]), _in_traces(traces)])
    found = found.unique("record", keep="first")
    place, none = found["record"], pl.Series("cause", [None], pl.String).new_from_index(0, len(messages))
    first = found.select(pl.coalesce("exception", said.gather(place), "cause")).to_series()
    return pl.DataFrame([said.scatter(place, first).alias("exception"), none.scatter(place, found["cause"])])


def _in_messages(messages: pl.Series) -> pl.Series:
    """The first type of an exception that each message names, null where none."""
    hint = messages.str.contains_any(["Exception", "Error"])
    if not hint.any():
        return pl.Series(messages.name, [None], pl.String).new_from_index(0, len(messages))
    return pl.select(pl.when(hint).then(messages).otherwise(None).str.extract(_IN_MESSAGE)).to_series()


def _in_lines(texts: pl.Series, records: Integers) -> pl.DataFrame:
    """`exception` and `cause`, its root, of each `record` whose following lines name any.

    `texts` are the following lines, `records` the number of the record that each belongs to, ascending.
    Of Java and its like the first is what was thrown and the last "Caused by" the root; of Python the last is what
    was raised and the first the root.
    """
    lines = pl.DataFrame({"record": records, "text": texts}).filter(
        pl.col("text").str.contains(r"^(?:[A-Za-z]| *-+> )")
    )
    traced = lines.filter(pl.col("text").str.starts_with(_TRACEBACK))["record"].unique()
    found = lines.select("record", pl.col("text").str.extract_groups(_FOLLOWING).alias("named")).unnest("named")
    thrown = pl.col("type").filter(pl.col("cause").is_null())
    each = (
        found.filter(pl.col("type").is_not_null())
        .group_by("record", maintain_order=True)
        .agg(
            thrown.first().alias("first"),
            thrown.last().alias("last"),
            thrown.len().alias("n"),
            pl.col("type").filter(pl.col("cause").is_not_null()).last().alias("root"),
        )
    )
    python = pl.col("record").is_in(traced.implode())
    return each.select(
        "record",
        pl.when(python).then("last").otherwise("first").alias("exception"),
        pl.when(python & (pl.col("n") > 1)).then("first").otherwise("root").alias("cause"),
    )


def _in_traces(traces: pl.Series) -> pl.DataFrame:
    """The same of whole stack traces as texts, one a record; a row for each that names any."""
    told = np.flatnonzero(traces.is_not_null().to_numpy())
    lines = traces.gather(told).str.split("\n")
    return _in_lines(lines.explode(empty_as_null=True), np.repeat(told, lines.list.len().to_numpy()))
