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


def named_in_messages(messages: pl.Series) -> pl.Series:
    """The first type of an exception that each message names, null where none."""
    hint = messages.str.contains_any(["Exception", "Error"])
    if not hint.any():
        return pl.Series(messages.name, [None], pl.String).new_from_index(0, len(messages))
    return pl.select(pl.when(hint).then(messages).otherwise(None).str.extract(_IN_MESSAGE)).to_series()


def named_in_lines(texts: pl.Series, records: Integers) -> pl.DataFrame:
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


def named_in_traces(traces: pl.Series) -> pl.DataFrame:
    """The same of whole stack traces as texts, one a record; a row for each that names any."""
    lines = traces.str.split("\n")
    counts = lines.list.len().fill_null(0).to_numpy()
    return named_in_lines(lines.explode(empty_as_null=True).drop_nulls(), np.repeat(np.arange(len(traces)), counts))
